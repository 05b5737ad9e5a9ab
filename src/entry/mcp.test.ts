import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { makeKey } from '../features/access/keys.ts'
import { forSessionsOnly, permissionNames, permissionsOf } from '../features/access/permissions.ts'
import type { App } from '../platform/http/app.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { createServer } from './server.ts'
import { type Operation, operationsOf, readDocument } from './testing/operations.ts'
import { type Populated, populate } from './testing/populate.ts'

let services: TestServices
let app: App
let ours: Populated
let theirs: Populated
let operations: ReadonlyMap<string, Operation>
let base = ''
const clients: Client[] = []

beforeAll(async () => {
  services = await testServices()
  ours = await populate(services, 'ours')
  theirs = await populate(services, 'theirs')
  app = await createServer(services)
  await app.listen({ host: '127.0.0.1', port: 0 })
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  operations = operationsOf(await readDocument(app, ours.owner.cookie))
}, 120_000)
afterEach(() => Promise.all(clients.splice(0).map(client => client.close())))
afterAll(async () => {
  await app?.close()
  await services?.close()
})

async function keyFor(may: readonly string[]): Promise<string> {
  const owner = { actor: 'operator', user: null, sessionId: null, organisation: null, may: permissionsOf('owner') }
  const { key } = await services.database.tenant(ours.orgId, services.clock, tx =>
    makeKey(tx, { name: 'Assistant', personal: false, may, days: 1 }, owner),
  )
  return key
}

async function overHttp(key: string, query = ''): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' })
  clients.push(client)
  const transport = new StreamableHTTPClientTransport(new URL(`/api/v1/mcp${query}`, base), {
    requestInit: { headers: { authorization: `Bearer ${key}`, 'user-agent': 'test assistant' } },
  })
  await client.connect(transport as Parameters<Client['connect']>[0])
  return client
}

async function overStdio(key: string, ...flags: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' })
  clients.push(client)
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'cli.ts'), 'mcp', ...flags],
      env: { PATH: process.env.PATH ?? '', VOUCH_URL: base, VOUCH_KEY: key },
    }),
  )
  return client
}

const answerSchema = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.object({ text: z.string() })).length(1),
})
async function call(client: Client, name: string, given: Record<string, unknown> = {}) {
  const { isError, content } = answerSchema.parse(await client.callTool({ name, arguments: given }))
  return { failed: isError === true, text: content[0]?.text ?? '' }
}
const names = async (client: Client) => (await client.listTools()).tools.map(tool => tool.name)
const activityOf = (operation: string) =>
  services.database.tenant(ours.orgId, services.clock, tx =>
    tx.sql.selectFrom('activity_entry').selectAll().where('operation', '=', operation).orderBy('id').execute(),
  )

const everything = permissionNames.filter(name => !forSessionsOnly.has(name))
const reading = ['api.read', 'controls.read', 'checks.read'] as const

for (const [way, connect] of [
  ['over HTTP', (key: string, write: boolean) => overHttp(key, write ? '?write=true' : '')],
  ['over standard input and output', (key: string, write: boolean) => overStdio(key, ...(write ? ['--write'] : []))],
] as const) {
  describe(`tools ${way}`, () => {
    it('are what the key may read, and work', async () => {
      const client = await connect(await keyFor(reading), false)
      const { tools } = await client.listTools()
      const offered = tools.map(tool => tool.name)
      expect(offered).toEqual(expect.arrayContaining(['getControl', 'listControls', 'listChecks', 'listFindings']))
      expect(offered.filter(name => operations.get(name)?.method !== 'GET')).toEqual([])
      // Which ones exactly, for each permission, is compared with the API below.
      for (const name of ['listActivity', 'listConnections', 'listSnapshots']) expect(offered).not.toContain(name)
      expect(tools.every(tool => tool.annotations?.readOnlyHint === true)).toBe(true)
      const { failed, text } = await call(client, 'getControl', { id: ours.control })
      expect([failed, JSON.parse(text)]).toEqual([false, expect.objectContaining({ id: ours.control })])
      const list = await call(client, 'listFindings', { limit: 2, state: 'open' })
      expect(JSON.parse(list.text).items).toHaveLength(2)
    })

    it('refuse what the key may not, as the API does, and it is recorded', async () => {
      const client = await connect(await keyFor(reading), false)
      const before = (await activityOf('listActivity')).length
      const refused = await call(client, 'listActivity')
      expect(refused).toMatchObject({ failed: true, text: expect.stringContaining('does not include this') })
      expect((await activityOf('listActivity')).slice(before)).toMatchObject([{ outcome: 'refused' }])
    })

    it('lead to nothing of another organisation', async () => {
      const client = await connect(await keyFor(everything), true)
      for (const [name, id] of [
        ['getConnection', theirs.connection],
        ['getSnapshot', theirs.snapshot],
        ['getControl', theirs.control],
        ['getWebhook', theirs.webhook],
        ['removeConnection', theirs.connection],
      ] as const)
        expect(await call(client, name, { id }), name).toMatchObject({
          failed: true,
          text: expect.stringMatching(/^Not found/),
        })
    })

    it('change nothing unless that was asked for, and then as whoever has the key', async () => {
      const key = await keyFor([...reading, 'controls.change'])
      const reader = await connect(key, false)
      const change = { id: 'disk-encryption', body: { owner: `B. Person ${way}` } }
      expect(await names(reader)).not.toContain('changeControl')
      expect(await call(reader, 'changeControl', change)).toMatchObject({ failed: true })
      expect((await activityOf('changeControl')).filter(row => row.agent?.includes(way))).toEqual([])
      const writer = await connect(key, true)
      const { tools } = await writer.listTools()
      expect(tools.find(tool => tool.name === 'changeControl')?.annotations).toMatchObject({
        readOnlyHint: false,
        destructiveHint: true,
      })
      expect(JSON.parse((await call(writer, 'changeControl', change)).text)).toMatchObject({
        owner: `B. Person ${way}`,
      })
      expect((await activityOf('changeControl')).at(-1)).toMatchObject({
        outcome: 'done',
        actor: expect.stringMatching(/^key:/),
        subject: 'disk-encryption',
      })
      expect(await activityOf('POST /api/v1/mcp'), 'what only carries is not recorded').toEqual([])
    })
  })
}

describe('a key', () => {
  it('can do by tools exactly what it can by the API, for each of its permissions', async () => {
    const full = await names(await overHttp(await keyFor(everything), '?write=true'))
    const permissions = everything.filter(name => name !== 'api.read')
    const offered = new Set<string>()
    for (const [turn, permission] of permissions.entries()) {
      const key = await keyFor(['api.read', permission])
      const client = await overHttp(key, '?write=true')
      const mine = new Set(await names(client))
      for (const [at, name] of full.entries()) {
        const operation = operations.get(name)
        if (!operation) throw new Error(`${name} is no operation`)
        const id = randomUUID()
        const direct = await app.inject({
          method: operation.method,
          url: `/api/v1${operation.path.replace(/\{[^}]+\}/, id)}`,
          headers: { host: 'localhost', authorization: `Bearer ${key}` },
          ...(['GET', 'DELETE'].includes(operation.method) ? {} : { payload: { nothing: 'valid' } }),
        })
        expect(mine.has(name), `${permission} ${name}`).toBe(direct.statusCode !== 403)
        if (mine.has(name)) offered.add(name)
        // Each tool that is not offered is called with one key in five, which is every tool with several.
        else if (at % 5 === turn % 5) {
          const argument = /\{([^}]+)\}/.exec(operation.path)?.[1]
          const answer = await call(client, name, { ...(argument && { [argument]: id }), body: { nothing: 'valid' } })
          expect(answer, `${permission} ${name}`).toMatchObject({
            failed: true,
            text: expect.stringMatching(/^Not permitted/),
          })
        }
      }
    }
    expect([...offered].toSorted()).toEqual(full.toSorted())
  }, 300_000)

  it('is asked for, and a session will not do', async () => {
    const post = (headers: Record<string, string>) =>
      app.inject({
        method: 'POST',
        url: '/api/v1/mcp',
        headers: { host: 'localhost', accept: 'application/json, text/event-stream', ...headers },
        payload: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
      })
    expect((await post({})).statusCode).toBe(401)
    expect((await post({ authorization: 'Bearer x' })).statusCode).toBe(401)
    expect((await post({ cookie: ours.owner.cookie })).statusCode).toBe(403)
    const authorization = `Bearer ${await keyFor(['api.read'])}`
    expect((await post({ authorization })).statusCode).toBe(200)
    expect((await post({ authorization: `Bearer ${await keyFor(['scope.read'])}` })).statusCode).toBe(403)
    for (const origin of ['http://evil.example', 'null', 'http://localhost:1'])
      for (const method of ['POST', 'GET', 'DELETE'] as const) {
        const response = await app.inject({
          method,
          url: '/api/v1/mcp',
          headers: { host: 'localhost', authorization, origin },
        })
        expect(response.statusCode, `${method} ${origin}`).toBe(403)
      }
    for (const method of ['GET', 'DELETE'] as const) {
      const response = await app.inject({ method, url: '/api/v1/mcp', headers: { host: 'localhost', authorization } })
      expect([response.statusCode, response.headers.allow]).toEqual([405, 'POST'])
    }
  })

  it('that is missing or wrong is said to the program that started the command', async () => {
    const run = async (key: string) => {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), 'mcp'], {
        env: { PATH: process.env.PATH, VOUCH_URL: base, VOUCH_KEY: key },
      })
      let said = ''
      child.stdout.on('data', chunk => (said += chunk))
      child.stderr.on('data', chunk => (said += chunk))
      const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '0' } }
      child.stdin.end(`${JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'initialize', params })}\n`)
      const code = await new Promise(resolve => child.once('exit', resolve))
      return { code, said }
    }
    expect(await run('')).toMatchObject({ code: 1, said: expect.stringContaining('Set VOUCH_KEY') })
    const wrong = await run('vouch_wrong')
    expect(wrong.code).toBe(0)
    expect(wrong.said).toContain('"id":7,"error"')
  })
})

describe('a tool', () => {
  it('takes no id that leads elsewhere, and says what is wrong with its arguments', async () => {
    const client = await overHttp(await keyFor(everything))
    for (const id of ['..', '.', '', '../members', '%2e%2e', 'a/../../members'])
      expect(await call(client, 'getControl', { id }), id).toMatchObject({ failed: true })
    expect(await call(client, 'getControl')).toMatchObject({ failed: true })
    expect(await call(client, 'listFindings', { limit: 'many' })).toMatchObject({
      failed: true,
      text: expect.stringMatching(/limit/),
    })
    expect(await call(client, 'noSuchTool')).toMatchObject({ failed: true })
  })

  it('says of a long answer how to ask for the rest', async () => {
    const client = await overHttp(await keyFor(everything))
    const { failed, text } = await call(client, 'listActivity', { limit: 500, sort: 'id' })
    expect(failed).toBe(false)
    expect(text.length).toBeLessThan(51_000)
    const [, json = '', kept, hint] =
      /^(\{.*\})\n\nToo long: these are the first (\d+) of \d+ rows\. (.*)$/s.exec(text) ?? []
    const answer = JSON.parse(json)
    expect(answer.items).toHaveLength(Number(kept))
    expect(answer).not.toHaveProperty('next_cursor')
    expect(hint).toContain(`limit=${kept}`)
  })

  it('is every operation but files, streams and what is for people', async () => {
    const full = new Set(await names(await overHttp(await keyFor(everything), '?write=true')))
    const described = z
      .object({
        paths: z.record(
          z.string(),
          z.record(z.string(), z.looseObject({ operationId: z.string(), 'x-permission': z.string() })),
        ),
      })
      .parse(await readDocument(app, ours.owner.cookie))
    const all = Object.values(described.paths).flatMap(methods => Object.values(methods))
    const forKeys = all.filter(operation => everything.some(name => name === operation['x-permission']))
    const left = forKeys.map(operation => operation.operationId).filter(name => !full.has(name))
    expect(left.filter(name => !files.test(name))).toEqual([])
    expect([...full].filter(name => files.test(name))).toEqual([])
    expect(left.length).toBeGreaterThan(7)
    expect(full.size).toBe(forKeys.length - left.length)
  })
})

/** Uploads, downloads, exports and streams. */
const files = /^(download|export|upload|follow|push)|^(addDocument|addEvidence|getCheckpoint|getTile)$/
