import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeKey } from '../../features/access/keys.ts'
import { permissionsOf } from '../../features/access/permissions.ts'
import type { App } from '../../platform/http/app.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { createServer } from '../server.ts'
import { type Populated, populate } from '../testing/populate.ts'
import { serverOf } from './command.ts'
import { send } from './send.ts'

let services: TestServices
let app: App
let ours: Populated
let theirs: Populated
const folder = mkdtempSync(join(tmpdir(), 'vouch-push-cli-'))
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

beforeAll(async () => {
  services = await testServices()
  ours = await populate(services, 'ours')
  theirs = await populate(services, 'theirs')
  app = await createServer(services)
  await app.listen({ host: '127.0.0.1', port: 0 })
}, 120_000)
afterAll(async () => {
  await app.close()
  await services.close()
  rmSync(folder, { recursive: true, force: true })
})

const port = () => (app.server.address() as AddressInfo).port
const address = () => `http://127.0.0.1:${port()}`

async function keyFor(may: readonly string[]) {
  const maker = { actor: 'operator', user: null, sessionId: null, organisation: null, may: permissionsOf('owner') }
  return services.database.tenant(ours.orgId, services.clock, tx =>
    makeKey(tx, { name: `Pipeline ${randomUUID()}`, personal: false, may, days: 1 }, maker),
  )
}

async function vouch(key: string | undefined, ...args: string[]) {
  const child = spawn(join(import.meta.dirname, '../../../vouch'), ['push', ...args], {
    // Nothing of the surroundings, no data folder above all.
    env: { PATH: process.env.PATH, VOUCH_URL: address(), VOUCH_DATA: '/nowhere', ...(key && { VOUCH_KEY: key }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code, out, err }
}

describe('vouch push', () => {
  it('files evidence and publishes records with a key of a service', async () => {
    const { key, row } = await keyFor(['evidence.add', 'connections.push'])
    const proof = [
      'evidence',
      file('a "proof".txt', 'Restored.'),
      '--control',
      'disk-encryption',
      '--title',
      'Restore test',
    ]
    const filed = await vouch(key, ...proof, '--source', 'https://ci.company.example/1', '--json')
    expect([filed.code, filed.err]).toEqual([0, ''])
    expect(JSON.parse(filed.out)).toMatchObject({
      file_name: 'a "proof".txt',
      source_url: 'https://ci.company.example/1',
      filed_by: { actor: `key:${row.id}`, name: row.name },
    })
    const records = file('backups.jsonl', '{"id":"1","ok":true}\n{"id":"2","ok":null}\n')
    const to = ['--connection', ours.pushed, '--resource', 'custom.backup']
    const published = await vouch(key, 'records', records, ...to, '--total', '2')
    expect([published.code, published.out]).toEqual([0, expect.stringMatching(/^2 records are published: run /)])
    expect((await vouch(key, ...proof)).err).toMatch(/filed already/)
  }, 240_000)

  it('ends with a code that tells what to do: refused, not allowed, not there', async () => {
    const { key, row } = await keyFor(['evidence.add'])
    const records = file('one.jsonl', '{"id":1}\n')
    const to = (id: string) => ['records', records, '--connection', id, '--resource', 'custom.backup']
    expect(await vouch(key, ...to(ours.pushed))).toMatchObject({
      code: 77,
      err: expect.stringMatching(/does not include/),
    })
    const { key: pusher } = await keyFor(['connections.push'])
    expect(await vouch(pusher, ...to(ours.pushed))).toMatchObject({ code: 1, err: expect.stringMatching(/line 1: id/) })
    expect(await vouch(pusher, ...to(theirs.pushed))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no such connection/),
    })
    const client = await services.database.dedicatedClient('test')
    await client.query("update access_key set expires_at = now() - interval '1 second' where id = $1", [row.id])
    await client.end()
    const proof = ['evidence', records, '--control', 'disk-encryption', '--title', 'x']
    expect((await vouch(key, ...proof)).code).toBe(77)
    expect(await vouch(undefined, ...proof)).toMatchObject({ code: 1, err: expect.stringMatching(/Set VOUCH_KEY/) })
    expect(await vouch(key, 'evidence', '/nowhere', ...proof.slice(2))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/cannot be sent/),
    })
  }, 240_000)

  it('never takes the key over a network in the clear unless told to', () => {
    const VOUCH_KEY = `vouch_${'0'.repeat(32)}_x`
    expect(() => serverOf({ VOUCH_URL: 'http://vouch.company.example', VOUCH_KEY })).toThrow(/Use https/)
    expect(serverOf({ VOUCH_URL: 'https://vouch.company.example/sub', VOUCH_KEY }).server.href).toBe(
      'https://vouch.company.example/sub/',
    )
    for (const wrong of ['', 'x', 'file:///etc/passwd'])
      expect(() => serverOf({ VOUCH_URL: wrong, VOUCH_KEY })).toThrow(/VOUCH_URL/)
  })
})

describe('sending', () => {
  const records = (n: number) => Array.from({ length: n }, (_, id) => `{"id":"${id}","ok":true}\n`).join('')
  const sendingOf = (origin: string, key: string, path: string, bytes: number) => ({
    url: new URL(`${origin}/api/v1/connections/${ours.pushed}/snapshots?resource=custom.backup`),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    before: '',
    after: '',
    file: path,
    fileBytes: bytes,
    idempotencyKey: randomUUID(),
    retries: 3,
    firstWaitMs: 1,
    onProgress: () => {},
    onRetry: () => {},
  })
  const runs = async () =>
    (
      await services.database.operator(trx =>
        trx
          .selectFrom('connections_run')
          .select('state')
          .where('connection_id', '=', ours.pushed)
          .where('state', '=', 'succeeded')
          .execute(),
      )
    ).length

  it('is tried again when the line breaks on the way there or on the way back, and is done once', async () => {
    const content = records(20_000)
    const path = file('many.jsonl', content)
    const { key } = await keyFor(['connections.push'])
    const before = await runs()
    let connections = 0
    // The first connection breaks in the middle of the body, the second before the answer comes back.
    const proxy = createTcpServer(client => {
      const turn = ++connections
      const upstream = connect(port(), '127.0.0.1')
      let passed = 0
      client.on('data', chunk => {
        passed += chunk.length
        upstream.write(chunk)
        if (turn === 1 && passed > 100_000) client.destroy()
      })
      upstream.on('data', chunk => (turn === 2 ? client.destroy() : client.write(chunk)))
      for (const socket of [client, upstream])
        socket.on('error', () => {}).on('close', () => void [client.destroy(), upstream.destroy()])
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const origin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const sent = await send(sendingOf(origin, key, path, content.length))
    expect([sent.exitCode, connections]).toEqual([0, 3])
    expect(await runs()).toBe(before + 1)
    proxy.close()
  }, 30_000)

  it('to nobody is given up after some tries', async () => {
    const path = file('few.jsonl', records(1))
    const { key } = await keyFor(['connections.push'])
    const closed = createTcpServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port: free } = closed.address() as AddressInfo
    closed.close()
    const waits: number[] = []
    const sending = {
      ...sendingOf(`http://127.0.0.1:${free}`, key, path, 1),
      onRetry: (_: string, ms: number) => waits.push(ms),
    }
    expect(await send(sending)).toMatchObject({ exitCode: 75, message: expect.stringMatching(/was not reached/) })
    expect(waits).toEqual([1, 2, 4])
  })
})
