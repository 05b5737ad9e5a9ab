import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// About a minute on an idle machine of two cores; several when it is busy.
const startMs = 600_000

/**
 * Starts the demo in a fresh data folder on a free port, once for all tests; `VOUCH_E2E_URL` names a running one instead (its data is
 * changed). Returns how to stop it.
 */
// biome-ignore lint/style/noDefaultExport: Playwright calls the default export of its global setup
export default async function startDemo(): Promise<() => Promise<void>> {
  if (process.env.VOUCH_E2E_URL) return async () => undefined
  const dataDir = await mkdtemp(join(tmpdir(), 'vouch-e2e-'))
  // As root the database runs as an ordinary user, who must reach its part of the folder.
  await chmod(dataDir, 0o711)
  const demo = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'src/entry/cli.ts', 'demo', '--out', join(dataDir, 'out')],
    { env: { ...process.env, VOUCH_DATA: join(dataDir, 'data'), VOUCH_PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  process.env.VOUCH_E2E_URL = await readyAddress(demo)
  return async () => {
    const ended = new Promise(resolve => demo.once('exit', resolve))
    demo.kill('SIGTERM')
    await ended
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** The address that the demo says it serves at. Rejects with what it said when it ends before, or takes too long. */
function readyAddress(demo: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => fail('took too long to start'), startMs)
    const fail = (why: string) => {
      demo.kill('SIGKILL')
      reject(new Error(`The demo ${why}. It said:\n${said}`))
    }
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      const address = /ready at (https?:\/\/\S+)/.exec(said)?.[1]
      if (!address) return
      clearTimeout(timer)
      resolve(address.replace(/\/$/, ''))
    }
    demo.stdout?.on('data', listen)
    demo.stderr?.on('data', listen)
    demo.once('exit', code => fail(`ended with ${code}`))
  })
}
