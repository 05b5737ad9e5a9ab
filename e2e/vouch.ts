import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RunningVouch {
  /** What was captured by the pattern that it was waited for. */
  readonly said: Readonly<Record<string, string>>
  /** Its data folder. */
  readonly dataDir: string
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

/**
 * Starts a command of Vouch in a fresh data folder on a free port. Resolves when each of `patterns` was seen in its output, by what their first groups captured. Rejects
 * with what it said when it ends before, or takes longer than `withinMs`.
 */
export async function startVouch(
  command: (dataDir: string) => readonly string[],
  patterns: Readonly<Record<string, RegExp>>,
  withinMs: number,
): Promise<RunningVouch> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vouch-e2e-'))
  // As root the database runs as an ordinary user, who must reach its part of the folder.
  await chmod(dataDir, 0o711)
  const vouch = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'src/entry/cli.ts', ...command(dataDir)],
    {
      // The tests' own receivers of webhooks and identity providers are on this machine.
      env: {
        ...process.env,
        VOUCH_DATA: join(dataDir, 'data'),
        VOUCH_PORT: '0',
        VOUCH_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const said = await waitFor(vouch, patterns, withinMs)
  return {
    said,
    dataDir: join(dataDir, 'data'),
    async stop() {
      const ended = new Promise(resolve => vouch.once('exit', resolve))
      vouch.kill('SIGTERM')
      await ended
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function waitFor(
  vouch: ChildProcess,
  patterns: Readonly<Record<string, RegExp>>,
  withinMs: number,
): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = (why: string) => {
      vouch.kill('SIGKILL')
      reject(new Error(`Vouch ${why}. It said:\n${said}`))
    }
    const timer = setTimeout(() => fail('took too long to start'), withinMs)
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      const found = Object.entries(patterns).map(([name, pattern]) => [name, pattern.exec(said)?.[1]] as const)
      if (found.some(([, value]) => value === undefined)) return
      clearTimeout(timer)
      resolve(Object.fromEntries(found) as Record<string, string>)
    }
    vouch.stdout?.on('data', listen)
    vouch.stderr?.on('data', listen)
    vouch.once('exit', code => {
      clearTimeout(timer)
      fail(`ended with ${code}`)
    })
  })
}
