import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyPackage } from '../../verifier/package/verify-package.ts'

/*
 * Shows what a kill -9 of the whole server leaves behind, again and again, while it collects, checks and exports: nothing that was acknowledged is lost, nothing
 * half-made is seen, and the ledger verifies.
 */
const cli = new URL('./cli.ts', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'vouch-killed-'))
// As root the database runs as an ordinary user, who must reach its part of it.
chmodSync(folder, 0o711)
const environment = { ...process.env, VOUCH_DATA: join(folder, 'data'), VOUCH_PORT: '0', VOUCH_LOG_LEVEL: 'silent' }
// When the server is killed after it was asked for work, in milliseconds: from at once to when the work is done. After four deaths it is left to finish: a job whose
// process dies five times is given up, since it may be what kills it.
const rounds = [
  [0, 160, 380, 800],
  [60, 250, 550, 1_100],
]

interface Server {
  readonly process: ChildProcess
  readonly url: string
}

/** Every program that was started and has not ended: whatever the test found, none may outlive it. */
const running = new Set<ChildProcess>()

function run(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

async function startServer(): Promise<Server> {
  const child = run('start')
  if (!child.stdout) throw new Error('the server has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /ready at (\S+)/.exec(line)?.[1]
    if (url) return { process: child, url }
  }
  throw new Error('the server did not start')
}

async function kill(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

/** Who asks. */
let cookie = ''

async function api<T>(server: Server, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      cookie,
      'sec-fetch-site': 'same-origin',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const [begun] = response.headers.getSetCookie()
  if (begun) cookie = begun.split(';')[0] ?? ''
  const answer: unknown = response.status === 204 ? undefined : await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
  return answer as T
}

interface Job {
  readonly state: string
  readonly error: string | null
}

async function jobEnds(server: Server, id: string): Promise<Job> {
  for (;;) {
    const job = await api<Job>(server, 'GET', `/jobs/${id}`)
    if (!['queued', 'running'].includes(job.state)) return job
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

let connection = ''

async function askForEverything(server: Server): Promise<{ id: string; what: string }[]> {
  const asked: { id: string; what: string }[] = []
  for (const [what, path] of [
    ['collection', `/connections/${connection}/runs`],
    ['checks', '/checks/run'],
    ['export', '/packages'],
  ] as const) {
    // A collection that the last server left behind may still be under way: then there is nothing new to ask for.
    const body = what === 'export' ? {} : undefined
    const started = await api<{ job_id: string }>(server, 'POST', path, body).catch(() => undefined)
    if (started) asked.push({ id: started.job_id, what })
  }
  return asked
}

beforeAll(async () => {
  const files = join(folder, 'files')
  mkdirSync(files)
  const people = Array.from(
    { length: 1_500 },
    (_, n) => `E${n},Person ${n},person${n}@company.example,active,2024-01-0${(n % 9) + 1}`,
  )
  writeFileSync(join(files, 'people.csv'), `employee_id,name,email,status,start_date\n${people.join('\n')}\n`)
  await once(run('init', '--name', 'Killed Company'), 'exit')
  const server = await startServer()
  const mapping = Object.fromEntries(['employee_id', 'name', 'email', 'status', 'start_date'].map(name => [name, name]))
  // Beside the running server, as whoever has the machine would.
  const { stdout } = run('set-up-link')
  const link = stdout ? await text(stdout) : ''
  await api(server, 'POST', '/set-up', {
    token: /#(\S+)/.exec(link)?.[1],
    name: 'Owner',
    email: 'owner@company.example',
    password: 'seven lanterns over a slow river',
  })
  const input = {
    kind: 'files',
    name: 'People',
    settings: { folder: files, files: [{ file: 'people.csv', resource: 'hr.employee', mapping }] },
    every_hours: null,
  }
  connection = (await api<{ id: string }>(server, 'POST', '/connections', input)).id
  await kill(server.process)
}, 120_000)

afterAll(async () => {
  await Promise.all([...running].map(child => kill(child)))
  // The last user of the embedded PostgreSQL stops it; a killed server could not.
  await kill((await startServer()).process, 'SIGTERM')
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

test('a server killed again and again loses nothing, shows nothing half-made, and its package verifies', async () => {
  const ended: (Job & { what: string })[] = []
  const logged: number[] = []
  let server: Server | undefined
  for (const moments of rounds) {
    const asked: { id: string; what: string }[] = []
    for (const moment of moments) {
      if (server) await kill(server.process)
      server = await startServer()
      logged.push((await api<{ total: number }>(server, 'GET', '/ledger/entries?limit=1')).total)
      asked.push(...(await askForEverything(server)))
      await new Promise(resolve => setTimeout(resolve, moment))
    }
    if (server) await kill(server.process)
    const survivor = await startServer()
    ended.push(...(await Promise.all(asked.map(async job => ({ ...job, ...(await jobEnds(survivor, job.id)) })))))
    server = survivor
  }
  if (!server) throw new Error('no server was started')
  expect(ended.filter(job => job.state !== 'succeeded')).toEqual([])
  expect(new Set(ended.map(job => job.what))).toEqual(new Set(['collection', 'checks', 'export']))
  expect(logged).toEqual(logged.toSorted((a, b) => a - b))

  const runs = await api<{
    items: { state: string; records: number; snapshots: { complete: boolean; records: number }[] }[]
  }>(server, 'GET', `/connections/${connection}/runs?limit=100`)
  for (const item of runs.items)
    expect(item).toMatchObject({
      state: 'succeeded',
      records: 1_500,
      // And what was redacted of it.
      snapshots: [
        { complete: true, records: 1_500 },
        { complete: true, records: 1 },
      ],
    })

  const packages = await api<{ items: { download: string }[]; total: number }>(server, 'GET', '/packages?limit=100')
  expect(packages.total).toBe(ended.filter(job => job.what === 'export').length)
  const [newest] = packages.items
  const file = join(folder, 'package.zip')
  writeFileSync(
    file,
    Buffer.from(await (await fetch(`${server.url}${newest?.download}`, { headers: { cookie } })).arrayBuffer()),
  )
  const report = await verifyPackage(file)
  expect(report.differences).toEqual([])
  expect(report.ok).toBe(true)
}, 240_000)
