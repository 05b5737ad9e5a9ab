import { hash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { evidenceRoutes } from '../features/evidence/routes.ts'
import { makeOrganisation } from '../features/scope/builders.ts'
import { VouchError } from '../platform/errors/errors.ts'
import { type App, createApp } from '../platform/http/app.ts'
import { everythingIn } from '../platform/testing/principals.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'

const limit = 1024 * 1024
let services: TestServices
let app: App
let orgId = ''
const above = {
  uses: { of: async () => [] },
  hasControl: async (_tx: unknown, id: string) => id === 'backups',
  namesOf: async (_tx: unknown, actors: readonly string[]) => new Map(actors.map(actor => [actor, 'A. Tester'])),
}
const server = (its: TestServices) =>
  createApp({ services: its, routes: [evidenceRoutes(above)], access: everythingIn(() => orgId), version: '0' })

beforeAll(async () => {
  services = await testServices({ config: { uploadLimit: limit } })
  app = await server(services)
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app.close()
  await services.close()
})
beforeEach(async () => {
  orgId = await makeOrganisation(services)
})

const right = {
  control_id: 'backups',
  title: 'Restore test',
  covers_from: '2026-01-01',
  covers_to: '2026-03-31',
  fresh_for_days: '90',
}
function formOf(content: string | Uint8Array<ArrayBuffer>, fields: object, type = 'text/plain', name = 'proof.txt') {
  const form = new FormData()
  for (const [field, value] of Object.entries({ ...right, ...fields })) form.set(field, value)
  form.set('file', new Blob([content], { type }), name)
  return form
}
async function send(form: FormData, headers: Record<string, string> = {}, to = app) {
  const { port } = to.server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/evidence`, { method: 'POST', body: form, headers })
  return { status: response.status, headers: response.headers, body: await response.json() }
}
const objects = () =>
  readdirSync(join(services.config.dataDir, 'objects'), { recursive: true, withFileTypes: true }).filter(entry =>
    entry.isFile(),
  ).length
const documents = () =>
  services.database.tenant(orgId, services.clock, tx => tx.sql.selectFrom('evidence_document').selectAll().execute())

describe('a document', () => {
  it('is filed with its hash, its source and who sent it', async () => {
    const filed = await send(formOf('It was restored.', { source_url: 'https://ci.company.example/run/7' }))
    expect(filed).toMatchObject({
      status: 201,
      body: {
        content: hash('sha256', 'It was restored.'),
        bytes: 16,
        media_type: 'text/plain',
        source_url: 'https://ci.company.example/run/7',
        filed_by: { name: 'A. Tester' },
        fresh: true,
      },
    })
    const entry = await services.database.tenant(orgId, services.clock, tx =>
      tx.sql
        .selectFrom('ledger_opening')
        .select('content')
        .where('entry_id', '=', filed.body.ledger_entry_id)
        .executeTakeFirstOrThrow(),
    )
    expect(JSON.parse(entry.content)).toMatchObject({ source_url: 'https://ci.company.example/run/7' })
  })

  it.each([
    ['%PDF-1.7 and so on', 'application/octet-stream', 201, 'application/pdf'],
    ['%PDF-1.7 and so on', 'text/plain', 201, 'application/pdf'],
    ['%PDF-1.7 and so on', 'image/png', 415, /is a PDF/],
    ['plain words', 'application/pdf', 415, /is not a PDF/],
    ['PK\u0003\u0004…', 'application/vnd.oasis.opendocument.text', 201, 'application/vnd.oasis.opendocument.text'],
    ['', 'text/plain', 400, /is empty/],
  ])('that begins with %j and is sent as %s is answered with %i', async (content, type, status, what) => {
    const before = objects()
    const { body, ...answer } = await send(formOf(content, {}, type))
    expect(answer.status).toBe(status)
    if (typeof what === 'string') expect(body.media_type).toBe(what)
    else {
      expect(body.detail).toMatch(what)
      expect([objects(), await documents()]).toEqual([before, []])
    }
  })

  it('that is large and not what it says is refused by its beginning, and read to its end so that a browser sees the answer', async () => {
    const content = Buffer.concat([Buffer.from('%PDF-1.7'), randomBytes(900_000)])
    expect((await send(formOf(content, {}, 'image/png'))).status).toBe(415)
  })

  it.each([
    [{ control_id: 'nothing' }, 'control_id'],
    [{ covers_to: '2025-12-31' }, 'covers_to'],
    [{ source_url: 'javascript:alert(1)' }, 'source_url'],
    [{ fresh_for_days: '0' }, 'fresh_for_days'],
    [{ title: ' ' }, 'title'],
  ])('with %j is refused by the name of the field', async (fields, path) => {
    const before = objects()
    expect(await send(formOf('x', fields))).toMatchObject({ status: 400, body: { fields: [{ path }] } })
    expect(objects()).toBe(before)
  })

  it('beyond the limit is refused whether its length is told or not, and no part of it is kept', async () => {
    const before = objects()
    expect((await send(formOf(randomBytes(limit), { title: 'Full' }, 'image/x-raw'))).status).toBe(201)
    const refused = await send(formOf(randomBytes(limit + 1), { title: 'Over' }))
    expect([refused.status, refused.body.detail]).toEqual([413, expect.stringMatching(/at most 1 MiB/)])
    expect((await send(formOf(randomBytes(3 * limit), { title: 'Far over' }))).status).toBe(413)
    expect(objects()).toBe(before + 1)
  })

  it('is filed once for the same days: a second time is a conflict that names the first, also at the same time', async () => {
    const answers = await Promise.all([send(formOf('same', {})), send(formOf('same', {})), send(formOf('same', {}))])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
    const [document] = await documents()
    expect(answers.find(({ status }) => status === 409)?.body.detail).toContain(document?.id)
    expect((await send(formOf('same', { covers_to: '2026-04-30' }))).status).toBe(201)
  })

  it('that breaks off leaves nothing', async () => {
    const before = objects()
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    const part = (name: string, value: string) =>
      `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const fields = Object.entries(right).map(([name, value]) => part(name, value))
    socket.write(
      `POST /api/v1/evidence HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 900000\r\n\r\n${fields.join('')}--b\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n`,
    )
    socket.write(randomBytes(300_000))
    await once(socket, 'connect')
    socket.end()
    await once(socket.resume(), 'close')
    await expect.poll(objects).toBe(before)
    expect(await documents()).toEqual([])
  })

  it('for which there is no room is refused, leaves nothing, and can be sent again with the same key', async () => {
    let full = true
    const put: TestServices['objects']['put'] = async (source, options) => {
      if (!full) return services.objects.put(source, options)
      if (!(source instanceof Uint8Array)) for await (const _ of source) break
      throw new VouchError('storage_full', 'There is no room for another object. Free some space, and try again.')
    }
    const stores = { put, get: services.objects.get.bind(services.objects) }
    const filling = await server({ ...services, objects: stores as unknown as TestServices['objects'] })
    await filling.listen({ host: '127.0.0.1', port: 0 })
    const headers = { 'idempotency-key': 'no-room' }
    expect((await send(formOf(randomBytes(300_000), {}), headers, filling)).status).toBe(507)
    expect(await documents()).toEqual([])
    full = false
    expect((await send(formOf('it fits', {}), headers, filling)).status).toBe(201)
    await filling.close()
  })
})

describe('with an idempotency key', () => {
  it('a document that is sent again is answered again, and filed once, whatever the boundary of the form', async () => {
    const headers = { 'idempotency-key': '"one"' }
    const first = await send(formOf('Once.', {}), headers)
    const again = await send(formOf('Once.', {}), headers)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await documents()).toHaveLength(1)
  })

  it('another document, or the same for another control, is refused and not kept', async () => {
    const headers = { 'idempotency-key': 'two' }
    await send(formOf('First.', {}), headers)
    const before = objects()
    expect((await send(formOf(`Second: ${orgId}`, {}), headers)).status).toBe(422)
    expect((await send(formOf('First.', { title: 'Other' }), headers)).status).toBe(422)
    expect([objects(), (await documents()).length]).toEqual([before, 1])
  })
})
