import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A folder of Python's own with these packages from PyPI, exact versions, made once on each machine. Returns its `bin`. */
export function pythonWith(name: string, packages: readonly string[]): string {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vouch-peers', name)
  const done = join(folder, 'vouch.done')
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true })
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' })
    const pip = ['install', '--quiet', '--disable-pip-version-check', ...packages]
    execFileSync(join(folder, 'bin', 'pip'), pip, { stdio: 'inherit' })
    writeFileSync(done, `${packages.join('\n')}\n`)
  }
  return join(folder, 'bin')
}
