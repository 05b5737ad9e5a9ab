import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const cli = new URL('../cli.ts', import.meta.url).pathname

export interface Server {
  readonly process: ChildProcess
  readonly url: string
}

/** Programs of a data folder as processes of their own, which can be killed, and requests of whoever signs in first. */
export class Killable {
  readonly #environment: NodeJS.ProcessEnv
  /** Every program that was started and has not ended: whatever a test found, none may outlive it. */
  readonly #running = new Set<ChildProcess>()
  /** Who asks. */
  cookie = ''

  constructor(dataDir: string) {
    this.#environment = { ...process.env, VOUCH_DATA: dataDir, VOUCH_PORT: '0', VOUCH_LOG_LEVEL: 'silent' }
  }

  run(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#running.add(child)
    child.once('exit', () => this.#running.delete(child))
    return child
  }

  async startServer(): Promise<Server> {
    const child = this.run('start')
    if (!child.stdout) throw new Error('the server has no output')
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /ready at (\S+)/.exec(line)?.[1]
      if (url) return { process: child, url }
    }
    throw new Error('the server did not start')
  }

  /** Kills all that runs. The last user of the embedded PostgreSQL stops it, which a killed server could not: one is started and ended for that. */
  async end(): Promise<void> {
    await Promise.all([...this.#running].map(child => kill(child)))
    await kill((await this.startServer()).process, 'SIGTERM')
  }

  /** A request as a page of the server makes it. Throws what it answers when that is no success. */
  async api<T>(server: Server, method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        cookie: this.cookie,
        'sec-fetch-site': 'same-origin',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const [begun] = response.headers.getSetCookie()
    if (begun) this.cookie = begun.split(';')[0] ?? ''
    const answer: unknown = response.status === 204 ? undefined : await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
    return answer as T
  }
}

export async function kill(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}
