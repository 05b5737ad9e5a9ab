import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A folder of Python's own with these packages from PyPI, exact versions (and options of pip), made once on each machine. Returns its `bin`. */
export function pythonWith(name: string, packages: readonly string[]): string {
  const version = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12)
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vouch-peers')
  const folder = join(cache, `${name}-${version}`)
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
