import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Killable, kill, type Server } from './testing/killable-server.ts'

/*
 * Shows what a kill -9 of the server in the middle of an upload leaves behind: nothing, and the same request with the same key can be made again at once.
 */
const folder = mkdtempSync(join(tmpdir(), 'vouch-killed-push-'))
// As root the database runs as an ordinary user, who must reach its part of it.
chmodSync(folder, 0o711)
const data = join(folder, 'data')
const programs = new Killable(data)

let key = ''
let connection = ''

beforeAll(async () => {
  await once(programs.run('init', '--name', 'Killed Company'), 'exit')
  const server = await programs.startServer()
  const { stdout } = programs.run('set-up-link')
  const link = stdout ? await text(stdout) : ''
  await programs.api(server, 'POST', '/set-up', {
    token: /#(\S+)/.exec(link)?.[1],
    name: 'Owner',
    email: 'owner@company.example',
    password: 'seven lanterns over a slow river',
  })
  const may = ['evidence.add', 'connections.push']
  key = (await programs.api<{ key: string }>(server, 'POST', '/keys', { name: 'Pipeline', may })).key
  const settings = { resource: 'hr.employee' }
  connection = (
    await programs.api<{ id: string }>(server, 'POST', '/connections', { kind: 'push', name: 'HR', settings })
  ).id
  await kill(server.process)
}, 240_000)

afterAll(async () => {
  await programs.end()
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
async function send(server: Server, what: keyof typeof pushes, kills: boolean) {
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
  let server = await programs.startServer()
  const before = files()
  for (const what of ['records', 'evidence'] as const) {
    expect(await send(server, what, true)).toBeUndefined()
    server = await programs.startServer()
  }
  expect(files()).toEqual(before)
  const page = (path: string) => programs.api<{ total: number }>(server, 'GET', path)
  expect((await page(`/connections/${connection}/runs`)).total).toBe(0)
  expect((await page('/evidence/documents')).total).toBe(0)

  const first = [await send(server, 'records', false), await send(server, 'evidence', false)]
  expect(first.map(answer => answer?.status)).toEqual([201, 201])
  await kill(server.process)
  server = await programs.startServer()
  const again = [await send(server, 'records', false), await send(server, 'evidence', false)]
  expect(again).toEqual(first)
  expect((await page(`/connections/${connection}/runs`)).total).toBe(1)
  expect((await page('/evidence/documents')).total).toBe(1)
}, 240_000)
