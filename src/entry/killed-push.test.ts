import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'

/*
 * Shows what a kill -9 of the server in the middle of an upload leaves behind: nothing, and the same request with the same key can be made again at once.
 */
const cli = new URL('./cli.ts', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'vouch-killed-push-'))
// As root the database runs as an ordinary user, who must reach its part of it.
chmodSync(folder, 0o711)
const data = join(folder, 'data')
const environment = { ...process.env, VOUCH_DATA: data, VOUCH_PORT: '0', VOUCH_LOG_LEVEL: 'silent' }
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

async function startServer(): Promise<{ process: ChildProcess; url: string }> {
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

let cookie = ''
let key = ''
let connection = ''

async function api<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}/api/v1${path}`, {
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

beforeAll(async () => {
  await once(run('init', '--name', 'Killed Company'), 'exit')
  const server = await startServer()
  const { stdout } = run('set-up-link')
  const link = stdout ? await text(stdout) : ''
  await api(server.url, 'POST', '/set-up', {
    token: /#(\S+)/.exec(link)?.[1],
    name: 'Owner',
    email: 'owner@company.example',
    password: 'seven lanterns over a slow river',
  })
  const may = ['evidence.add', 'connections.push']
  key = (await api<{ key: string }>(server.url, 'POST', '/keys', { name: 'Pipeline', may })).key
  const settings = { resource: 'hr.employee' }
  connection = (await api<{ id: string }>(server.url, 'POST', '/connections', { kind: 'push', name: 'HR', settings }))
    .id
  await kill(server.process)
}, 240_000)

afterAll(async () => {
  await Promise.all([...running].map(child => kill(child)))
  // The last user of the embedded PostgreSQL stops it; a killed server could not.
  await kill((await startServer()).process, 'SIGTERM')
  rmSync(folder, { recursive: true, force: true })
}, 180_000)

const records = Array.from({ length: 30_000 }, (_, n) => `{"employee_id":"E${n}","status":"active"}\n`).join('')
const pdf = Buffer.concat([Buffer.from('%PDF-1.7'), randomBytes(3_000_000)])
const field = (name: string, value: string) =>
  `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const form = Buffer.concat([
  Buffer.from(
    [
      field('control_id', 'disk-encryption'),
      field('title', 'Proof'),
      field('covers_from', '2026-01-01'),
      field('covers_to', '2026-01-31'),
      field('fresh_for_days', '30'),
      '--b\r\ncontent-disposition: form-data; name="file"; filename="proof.pdf"\r\ncontent-type: application/pdf\r\n\r\n',
    ].join(''),
  ),
  pdf,
  Buffer.from('\r\n--b--\r\n'),
])
const pushes = {
  records: {
    path: () => `/connections/${connection}/snapshots?resource=hr.employee`,
    type: 'application/x-ndjson',
    body: Buffer.from(records),
  },
  evidence: { path: () => '/evidence', type: 'multipart/form-data; boundary=b', body: form },
} as const

/** Sends with the same key each time; `kills` when half of it is on its way. */
async function send(server: { process: ChildProcess; url: string }, what: keyof typeof pushes, kills: boolean) {
  const { path, type, body } = pushes[what]
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': type,
    'content-length': body.length,
    'idempotency-key': what,
  }
  const sending = request(`${server.url}/api/v1${path()}`, { method: 'POST', headers })
  const answered = new Promise<{ status: number; body: string } | undefined>(resolve => {
    sending.once('error', () => resolve(undefined))
    sending.once('response', async response =>
      resolve({ status: response.statusCode ?? 0, body: await text(response) }),
    )
  })
  if (!kills) sending.end(body)
  else {
    await new Promise(resolve => sending.write(body.subarray(0, body.length / 2), resolve))
    await kill(server.process)
  }
  return answered
}

const files = () =>
  readdirSync(join(data, 'objects'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => entry.name)

test('a push whose server was killed in the middle left nothing, is made by asking again, and is then answered from what is known', async () => {
  let server = await startServer()
  const before = files()
  for (const what of ['records', 'evidence'] as const) {
    expect(await send(server, what, true)).toBeUndefined()
    server = await startServer()
  }
  expect(files()).toEqual(before)
  const page = (path: string) => api<{ total: number }>(server.url, 'GET', path)
  expect((await page(`/connections/${connection}/runs`)).total).toBe(0)
  expect((await page('/evidence/documents')).total).toBe(0)

  const first = [await send(server, 'records', false), await send(server, 'evidence', false)]
  expect(first.map(answer => answer?.status)).toEqual([201, 201])
  await kill(server.process)
  server = await startServer()
  const again = [await send(server, 'records', false), await send(server, 'evidence', false)]
  expect(again).toEqual(first)
  expect((await page(`/connections/${connection}/runs`)).total).toBe(1)
  expect((await page('/evidence/documents')).total).toBe(1)
}, 240_000)
