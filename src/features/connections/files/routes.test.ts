import { hash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { type App, createApp } from '../../../platform/http/app.ts'
import { everythingIn } from '../../../platform/testing/principals.ts'
import { type TestServices, testServices } from '../../../platform/testing/services.ts'
import { makeOrganisation } from '../../scope/builders.ts'
import { collectNow } from '../builders.ts'
import { temporaryFolder } from '../git/builders.ts'
import { connectionsRoutes } from '../routes.ts'
import type { previewSchema, uploadSchema } from './contract.ts'
import { filesRoutes } from './routes.ts'

type Upload = z.infer<typeof uploadSchema>
type Preview = z.infer<typeof previewSchema>

let services: TestServices
let app: App
let orgId = ''

beforeAll(async () => {
  services = await testServices()
  app = await createApp({ services, routes: [connectionsRoutes], access: everythingIn(() => orgId), version: '0' })
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app.close()
  await services.close()
})
beforeEach(async () => {
  orgId = await makeOrganisation(services)
})

const port = () => (app.server.address() as AddressInfo).port
async function call<T>(method: string, path: string, body?: object | FormData): Promise<{ status: number; body: T }> {
  const form = body instanceof FormData
  const response = await fetch(`http://127.0.0.1:${port()}/api/v1${path}`, {
    method,
    ...(body ? { body: form ? body : JSON.stringify(body) } : {}),
    ...(body && !form ? { headers: { 'content-type': 'application/json' } } : {}),
  })
  return { status: response.status, body: (await response.json()) as T }
}
function upload<T = Upload>(content: string | Uint8Array<ArrayBuffer>, name: string) {
  const form = new FormData()
  form.set('file', new Blob([content]), name)
  return call<T>('POST', '/connections/files/uploads', form)
}
/** Uploads over a socket of its own; `missing` bytes are promised and never sent. */
function sendRaw(to: App, content: Buffer, missing = 0): Socket {
  const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
  const end = '\r\n--b--\r\n'
  const length = head.length + content.length + end.length + missing
  const headers = `host: localhost\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: ${length}`
  const socket = connect((to.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(`POST /api/v1/connections/files/uploads HTTP/1.1\r\n${headers}\r\n\r\n${head}`)
  socket.write(content)
  if (missing === 0) socket.write(end)
  return socket
}
interface Problem {
  readonly code: string
  readonly detail: string
}

const first = 'Employee ID,Email,Status\nE1,a@x.test,active\nE2,b@x.test,Left\n'
const second = 'Employee ID,Email,Status\nE1,a@x.test,active\nE2,b@x.test,terminated\nE3,c@x.test,active\n'
const mapping = { employee_id: 'Employee ID', email: 'Email', status: 'Status' }
const file = { file: 'people.csv', resource: 'hr.employee', mapping }
const uploadsOf = (...uploads: Upload[]) => ({ uploads: uploads.map(({ name, content }) => ({ name, content })) })

describe('an upload', () => {
  it('is kept by its hash, and read by the connection that names it, until a newer one is', async () => {
    const kept = await upload(first, 'people.csv')
    expect(kept).toEqual({
      status: 201,
      body: { name: 'people.csv', content: hash('sha256', first), bytes: first.length, format: 'csv' },
    })
    const added = await call<{ id: string }>('POST', '/connections', {
      kind: 'files',
      name: 'People',
      settings: { ...uploadsOf(kept.body), files: [{ ...file, values: { status: { Left: 'terminated' } } }] },
    })
    expect(added.status).toBe(201)
    const { id } = added.body
    expect(await collectNow(services, orgId, id)).toMatchObject({ records: 2 })

    const newer = await upload(second, 'people.csv')
    const changed = await call('PATCH', `/connections/${id}`, {
      settings: { ...uploadsOf(newer.body), files: [file] },
    })
    expect(changed.status).toBe(200)
    expect(await collectNow(services, orgId, id)).toMatchObject({ records: 3 })

    const { entries, questions } = await services.database.tenant(orgId, services.clock, async tx => ({
      entries: await tx.sql
        .selectFrom('ledger_entry')
        .select('kind')
        .where('kind', 'like', 'co%')
        .orderBy('id')
        .execute(),
      questions: await tx.sql
        .selectFrom('evidence_snapshot')
        .select('manifest')
        .where('resource', '<>', 'vouch.redaction')
        .orderBy('ledger_entry_id')
        .execute(),
    }))
    expect(entries.map(entry => entry.kind)).toEqual([
      'connection.changed',
      'collection.completed',
      'connection.changed',
      'collection.completed',
    ])
    for (const [at, content] of [first, second].entries())
      expect(JSON.stringify(questions[at]?.manifest)).toContain(hash('sha256', content))
  })

  it.each([
    ['people.xlsx', first, 415, /is text, not what its name says/],
    ['people.csv', '%PDF-1.7', 415, /is a PDF/],
    ['people.docx', first, 415, /none of CSV, TSV/],
    ['people.csv', '', 400, /is empty/],
    [`${'x'.repeat(200)}.csv`, first, 400, /name must be/],
  ])('named %s is refused when it is not what it says, and nothing is kept', async (name, content, status, detail) => {
    const before = objects()
    const refused = await upload<Problem>(content, name)
    expect([refused.status, refused.body.detail]).toEqual([status, expect.stringMatching(detail)])
    expect(objects()).toEqual(before)
  })

  it('without a file or a form is refused', async () => {
    expect((await call('POST', '/connections/files/uploads', new FormData())).status).toBe(400)
    expect((await call('POST', '/connections/files/uploads', {})).status).toBe(415)
  })

  it('that is refused by its first bytes is read to its end, so that a browser sees the answer', async () => {
    const answer = await text(sendRaw(app, Buffer.alloc(24 * 1024 * 1024)))
    expect(answer).toMatch(/^HTTP\/1.1 415 /)
  })

  it('beyond the limit is refused, and no part of it is kept', async () => {
    const before = objects()
    const small = await createApp({
      services,
      routes: [(api, its) => filesRoutes(api, its, 64 * 1024)],
      access: everythingIn(() => orgId),
      version: '0',
    })
    const send = async (bytes: number) => {
      const form = new FormData()
      form.set('file', new Blob([Buffer.alloc(bytes, 'a,b\n')]), 'a.csv')
      const encoded = new Response(form)
      const headers = { host: 'localhost', 'content-type': encoded.headers.get('content-type') ?? '' }
      const payload = Buffer.from(await encoded.arrayBuffer())
      return small.inject({ method: 'POST', url: '/api/v1/connections/files/uploads', headers, payload })
    }
    expect((await send(64 * 1024)).statusCode).toBe(201)
    expect(objects()).toHaveLength(before.length + 1)
    const refused = await send(64 * 1024 + 1)
    expect([refused.statusCode, refused.json().code]).toEqual([413, 'too_large'])
    expect(objects()).toHaveLength(before.length + 1)
    await small.close()
  })

  it('is cut from its path', async () => {
    expect((await upload(first, '../../etc/people.csv')).body.name).toBe('people.csv')
  })

  it('that breaks off leaves nothing', async () => {
    const before = objects()
    const socket = sendRaw(app, Buffer.from('ID,Name\n'.repeat(2_000)), 99_999)
    await once(socket, 'connect')
    socket.end()
    await once(socket.resume(), 'close')
    expect(objects()).toEqual(before)
  })

  it('is taken no faster than it is stored, so that a large one takes little memory', async () => {
    let consumed = 0
    let ahead = 0
    let receiving: Socket | undefined
    const slow = {
      ...services.objects,
      async put(bytes: AsyncIterable<Uint8Array>) {
        for await (const chunk of bytes) {
          consumed += chunk.length
          for (let turn = 0; turn < 20; turn += 1) await setImmediate()
          ahead = Math.max(ahead, (receiving?.bytesRead ?? 0) - consumed)
        }
        return { id: '0'.repeat(64), bytes: consumed, storedBytes: 0, created: true }
      },
    }
    const stalling = await createApp({
      services: { ...services, objects: slow as unknown as TestServices['objects'] },
      routes: [connectionsRoutes],
      access: everythingIn(() => orgId),
      version: '0',
    })
    stalling.server.on('connection', socket => {
      receiving = socket
    })
    await stalling.listen({ host: '127.0.0.1', port: 0 })
    const content = Buffer.alloc(48 * 1024 * 1024, 'a,b\n')
    const socket = sendRaw(stalling, content)
    const answer = await text(socket)
    expect(answer).toMatch(/^HTTP\/1.1 201 /)
    expect(consumed).toBe(content.length)
    expect(ahead).toBeLessThan(4 * 1024 * 1024)
    await stalling.close()
  })

  it('of another organisation does not exist here, however well its hash is known', async () => {
    const { body: theirs } = await upload(first, 'people.csv')
    orgId = await makeOrganisation(services)
    const settings = { ...uploadsOf(theirs), files: [file] }
    const answers = [
      await call<Problem>('POST', '/connections', { kind: 'files', name: 'Theirs', settings }),
      await call<Problem>('POST', '/connections/files/preview', { place: uploadsOf(theirs), file }),
    ]
    for (const { status, body } of answers)
      expect([status, body.detail]).toEqual([404, expect.stringMatching(/^There is no upload/)])
    const tested = await call<{ ok: boolean }>('POST', '/connections/test', { kind: 'files', settings })
    expect(tested.body.ok).toBe(false)
    expect((await upload(first, 'people.csv')).status).toBe(201)
    expect((await call('POST', '/connections', { kind: 'files', name: 'Ours', settings })).status).toBe(201)
  })

  const objects = () =>
    readdirSync(join(services.config.dataDir, 'objects'), { recursive: true }).filter(name =>
      /\.(zst|raw)$/.test(String(name)),
    )
})

describe('a preview', () => {
  it('of an upload suggests a mapping, says its problems, and then none', async () => {
    const { body: kept } = await upload(first, 'people.csv')
    const ask = async (known: object) =>
      (await call<Preview>('POST', '/connections/files/preview', { place: uploadsOf(kept), file: known })).body
    const shape = await ask({ file: 'people.csv' })
    expect(shape).toMatchObject({ format: 'csv', suggestion: { resource: 'hr.employee', mapping }, check: null })
    expect((await ask(file)).check).toMatchObject({
      rows: 2,
      count: 1,
      problems: [{ line: 3, field: 'status', header: 'Status' }],
      unknown_words: [{ field: 'status', word: 'Left', rows: 1 }],
    })
    expect((await ask({ ...file, values: { status: { Left: 'terminated' } } })).check?.count).toBe(0)
  })

  it('of a folder stays inside it and keeps to its contract', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'people.csv'), first)
    writeFileSync(join(folder, 'notes.md'), 'x')
    const listed = await call('POST', '/connections/files/folder', { folder })
    expect(listed.body).toEqual({
      folder,
      files: [{ name: 'people.csv', bytes: first.length, modified_at: expect.any(String) }],
      others: 1,
      more: false,
    })
    const ask = (known: object, place: object = { folder }) =>
      call<Problem>('POST', '/connections/files/preview', { place, file: known })
    expect((await ask(file)).status).toBe(200)
    for (const [known, status] of [
      [{ file: '../x.csv' }, 400],
      [{ file: '/etc/passwd' }, 400],
      [{ file: 'gone.csv' }, 404],
      [{ file: 'notes.md' }, 415],
      [{ file: 'people.csv', resource: 'no.such' }, 400],
      [{ file: 'people.csv', delimiter: 'too long' }, 400],
      [{ file: 'people.csv', encoding: 'utf-16le' }, 422],
    ] as const)
      expect([known, (await ask(known)).status]).toEqual([known, status])
    expect((await ask(file, {})).status).toBe(400)
    expect((await ask(file, { folder: join(folder, 'none') })).status).toBe(404)
    expect((await call('POST', '/connections/files/folder', { folder: join(folder, 'none') })).status).toBe(404)
  })
})
