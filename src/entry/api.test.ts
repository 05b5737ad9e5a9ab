import openapiTS from 'openapi-typescript'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readConfig } from '../platform/config/config.ts'
import { type App, createApp } from '../platform/http/app.ts'
import { problemSchema } from '../platform/http/problem.ts'
import { everythingIn } from '../platform/testing/principals.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { createServer } from './server.ts'
import { type Case, casesOf, documentFields, type Injected, idOfEverybody } from './testing/cases.ts'
import { documentSchema, type Operation, operationsOf, readDocument } from './testing/operations.ts'
import { multipartForm, type Populated, populate } from './testing/populate.ts'

let services: TestServices
let app: App
let ours: Populated
let theirs: Populated
let operations: ReadonlyMap<string, Operation>
let openapi: unknown
const cases = casesOf(() => ({ services, ours }))

beforeAll(async () => {
  // As the demo has it: nothing is mailed, and links can be asked for.
  const { mail } = readConfig({})
  services = await testServices({ config: { mail: { ...mail, preview: true } } })
  ours = await populate(services, 'ours')
  theirs = await populate(services, 'theirs')
  app = await createServer(services)
  await app.ready()
  openapi = await readDocument(app, ours.owner.cookie)
  operations = operationsOf(openapi)
}, 120_000)
afterAll(async () => {
  await app?.close()
  await services?.close()
})

function call(method: string, url: string, options: Injected = {}) {
  const { headers, ...rest } = options
  // As our own page, unless the test says which.
  const site =
    headers && ('origin' in headers || 'sec-fetch-site' in headers) ? {} : { 'sec-fetch-site': 'same-origin' }
  return app.inject({
    method: method as 'GET',
    url: `/api/v1${url}`,
    headers: { host: 'localhost:4000', cookie: ours.owner.cookie, ...site, ...headers },
    ...rest,
  })
}
const operationOf = (id: string) => {
  const operation = operations.get(id)
  if (!operation) throw new Error(`there is no operation ${id}`)
  return operation
}

function expectProblem(response: Awaited<ReturnType<typeof call>>, status: number, code: string) {
  const type = String(response.headers['content-type'])
  expect([response.statusCode, type.split(';')[0]], response.body.slice(0, 300)).toEqual([
    status,
    'application/problem+json',
  ])
  const problem = problemSchema.parse(response.json())
  expect(problem).toMatchObject({ status, code, type: `urn:vouch:error:${code}` })
  return problem
}

async function request(id: string, given: Case, organisation: Populated) {
  const { method, path } = operationOf(id)
  const url = path.replace(/\{[^}]+\}/, encodeURI(given.id?.(organisation) ?? ''))
  const payload = typeof given.body === 'function' ? await given.body(organisation) : given.body
  const options: Injected = given.options?.() ?? (payload ? { payload } : {})
  const by = await given.by?.()
  return call(method, given.query ? `${url}?${given.query}` : url, {
    ...options,
    headers: { ...options.headers, ...(by && { cookie: by.cookie }) },
  })
}

describe('the description', () => {
  it('is OpenAPI 3.1 that a strict reader accepts, with an id, a summary and a tag for every operation', async () => {
    expect(documentSchema.parse(openapi).openapi).toBe('3.1.0')
    await expect(openapiTS(JSON.stringify(openapi))).resolves.toBeDefined()
    expect(operations.size).toBeGreaterThan(40)
  })

  it('is demanded of each route, and so is the permission that it needs', async () => {
    const registered = (options: { access?: string; operationId?: string; answers?: boolean }) =>
      createApp({
        services,
        access: everythingIn(() => ''),
        version: '0',
        routes: [
          api => {
            const schema = {
              ...(options.operationId && { operationId: options.operationId }),
              ...(options.answers && { response: { 200: z.string() } }),
            }
            api.get('/x', { config: options.access ? { access: options.access } : {}, schema }, async () => 'x')
          },
        ],
      })
    await expect(registered({ operationId: 'x', answers: true })).rejects.toThrow('/x names no access')
    await expect(registered({ access: 'x.read', answers: true })).rejects.toThrow('/x has no operationId')
    await expect(registered({ access: 'x.read', operationId: 'x' })).rejects.toThrow(
      '/x has no operationId or response',
    )
    await (await registered({ access: 'x.read', operationId: 'x', answers: true })).close()
  })

  it('has a case here for every operation', () => {
    expect(Object.keys(cases).toSorted()).toEqual([...operations.keys()].toSorted())
    const withId = [...operations].filter(([, { path }]) => path.includes('{')).map(([id]) => id)
    expect(withId.filter(id => !cases[id]?.id)).toEqual([])
  })
})

describe('another organisation', () => {
  it('has nothing that any id leads to, and nothing of it is changed', async () => {
    const superuser = await services.database.dedicatedClient('test')
    const tables = await superuser.query<{ name: string }>(
      "select relname as name from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'org_id' where relkind = 'r'",
    )
    const state = async () => {
      const dump: unknown[] = []
      for (const { name } of tables.rows)
        dump.push([
          name,
          (
            await superuser.query(
              `select md5(string_agg(t::text, '|' order by t::text)) from "${name}" t where org_id = $1`,
              [theirs.orgId],
            )
          ).rows,
        ])
      return dump
    }
    const before = await state()
    for (const [id, given] of Object.entries(cases)) {
      if (!given.id || idOfEverybody.has(id)) continue
      const tried = id === 'resetCheck' ? { ...given, id: (has: Populated) => has.check } : given
      const response = await request(id, tried, theirs)
      expect([id, response.statusCode]).toEqual([id, 404])
      expectProblem(response, 404, 'not_found')
    }
    expect(await state()).toEqual(before)
    await superuser.end()
  })

  it('is not chosen by anything in the request', async () => {
    const pretences: Record<string, string>[] = [
      { 'x-org-id': theirs.orgId },
      { cookie: `${ours.owner.cookie}; org=${theirs.orgId}` },
    ]
    for (const headers of pretences) {
      expect((await call('GET', `/organisation?org_id=${theirs.orgId}`, { headers })).json().id).toBe(ours.orgId)
    }
    // Who sends an authorisation is judged by it alone.
    expectProblem(
      await call('GET', '/organisation', { headers: { authorization: theirs.orgId } }),
      401,
      'unauthenticated',
    )
  })
})

describe('a list', () => {
  const lists = () =>
    [...operations]
      .filter(([, { query }]) => query.includes('cursor'))
      .map(([id]) => [id, operationOf(id), cases[id]] as const)
  const page = async (id: string, query: string) => {
    const { path } = operationOf(id)
    const check = 'people.devices_encrypted'
    const listed: Record<string, string> = { listResults: check, listCheckRuns: check, listDeliveries: ours.webhook }
    const response = await call('GET', `${path.replace(/\{[^}]+\}/, listed[id] ?? ours.connection)}?${query}`)
    return {
      response,
      ...(response.json() as {
        items: { id?: string; subject_id?: string; batch_id?: string }[]
        next_cursor: string | null
        total: number
      }),
    }
  }

  it('is walked page by page, in every order, and each row is seen once', async () => {
    let walked = 0
    for (const [id, { sorts }] of lists()) {
      expect(sorts.length, id).toBeGreaterThan(1)
      for (const sort of sorts) {
        const whole = await page(id, `limit=500&sort=${sort}`)
        expect(whole.response.statusCode, whole.response.body).toBe(200)
        expect(whole.next_cursor).toBeNull()
        const keys = whole.items.map(item => String(item.id ?? item.subject_id ?? item.batch_id))
        expect(new Set(keys).size, id).toBe(whole.total)
        const limit = Math.max(1, Math.ceil(whole.total / 4))
        const seen: string[] = []
        let cursor: string | null = ''
        while (cursor !== null) {
          const next: Awaited<ReturnType<typeof page>> = await page(
            id,
            `limit=${limit}&sort=${sort}${cursor && `&cursor=${cursor}`}`,
          )
          expect(next.total).toBe(whole.total)
          expect(next.items.length).toBeLessThanOrEqual(limit)
          seen.push(...next.items.map(item => String(item.id ?? item.subject_id ?? item.batch_id)))
          cursor = next.next_cursor
        }
        expect(seen, `${id} by ${sort}`).toEqual(keys)
        walked += seen.length
      }
    }
    expect(walked).toBeGreaterThan(200)
  })

  it('refuses limits, orders and cursors that are not its own', async () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const [id, { sorts }] of lists()) {
      const [sort = ''] = sorts
      const wrong = ['limit=0', 'limit=501', 'limit=x', 'limit=1.5', 'sort=org_id', 'sort=', `q=${'x'.repeat(201)}`]
      const cursors = [
        'x',
        '%00',
        encode([]),
        encode([sort, 'not a value', 1]),
        encode(['other', 'a', 'b']),
        encode([sort, '\u0000', 'b']),
        encode([sort, "'); drop table job; --", "'"]),
        'A'.repeat(2_001),
      ]
      for (const query of [...wrong, ...cursors.map(cursor => `sort=${sort}&cursor=${cursor}`)]) {
        const { response } = await page(id, query)
        // A list by text takes any text as the place to go on from.
        if (query.includes(encode([sort, "'); drop table job; --", "'"])) && response.statusCode === 200) continue
        expectProblem(response, 400, 'invalid_input')
      }
    }
  })

  it('takes any words to look for as words', async () => {
    for (const [id] of lists()) {
      for (const words of ["'", '%', '_', '\\', '"; --', 'ß', '\u{1f600}'])
        expect((await page(id, `q=${encodeURIComponent(words)}`)).response.statusCode, id).toBe(200)
      if (id !== 'listRuns' && id !== 'listCheckRuns' && id !== 'listPackages')
        expectProblem((await page(id, 'q=%00')).response, 400, 'invalid_input')
    }
  })
})

describe('each operation', () => {
  for (const [id, given] of Object.entries(cases)) {
    it(`answers as described: ${id}`, async () => {
      const response = await request(id, given, ours)
      expect(response.statusCode, response.body.slice(0, 500)).toBe(given.status ?? operationOf(id).status)
      expect(response.headers['cache-control']).toBe(
        id === 'getTile' ? 'private, max-age=31536000, immutable' : 'no-store',
      )
    })
  }

  it('gives downloads as attachments that no browser shows', async () => {
    const { headers, body } = await request('downloadDocument', { id: has => has.document }, ours)
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''pr%C3%BCf%20%221%22.txt",
      'x-content-type-options': 'nosniff',
    })
    expect(body).toBe('<script>alert(1)</script>')
  })
})

describe('what is refused', () => {
  it('is told as problem details', async () => {
    const { fields } = expectProblem(
      await call('POST', '/connections', { payload: { kind: 'git', name: '', settings: {} } }),
      400,
      'invalid_input',
    )
    expect(fields).toMatchObject([{ path: 'name' }])
    expectProblem(
      await call('POST', '/connections', { payload: '{"kind":', headers: { 'content-type': 'application/json' } }),
      400,
      'invalid_input',
    )
    expectProblem(await call('PATCH', '/controls/disk-encryption', { payload: {} }), 400, 'invalid_input')
    expectProblem(await call('GET', '/jobs/not-a-uuid'), 400, 'invalid_input')
    expectProblem(await call('POST', `/checks/${'x'.repeat(400)}/reset`), 400, 'invalid_input')
    expectProblem(await call('GET', '/nothing/here'), 404, 'not_found')
    expectProblem(await call('GET', '/controls/no-such-control'), 404, 'not_found')
    expectProblem(
      await call('POST', '/connections', { payload: { kind: 'git', name: 'REPOSITORY', settings: { path: '/x' } } }),
      409,
      'conflict',
    )
    expectProblem(await call('POST', '/connections', { payload: { kind: 'x'.repeat(1024 * 1024) } }), 413, 'too_large')
    for (const type of ['text/xml', 'text/plain', 'application/x-www-form-urlencoded']) {
      expectProblem(
        await call('POST', '/connections', { payload: 'kind=git', headers: { 'content-type': type } }),
        415,
        'unsupported_media_type',
      )
    }
    for (const path of ['/checks/a%00b', '/controls/a%00b', '/ledger/tile/0/%00'])
      expect((await call('GET', path)).statusCode, path).toBeOneOf([400, 404])
    expectProblem(
      await call('PATCH', '/controls/disk-encryption', { payload: { owner: 'a\u0000b' } }),
      400,
      'invalid_input',
    )
    expectProblem(
      await call('POST', '/connections', { payload: { kind: 'git', name: 'Nul', settings: { path: 'a\u0000b' } } }),
      400,
      'invalid_input',
    )
  })

  it('is so of uploads without their fields, their file or their form', async () => {
    const post = (form: Injected) => call('POST', '/evidence', form)
    const file = { name: 'a', type: 'text/plain', content: Buffer.from('x') }
    const { title: _, ...untitled } = documentFields
    expect(expectProblem(await post(multipartForm(untitled, file)), 400, 'invalid_input').fields).toMatchObject([
      { path: 'title' },
    ])
    expectProblem(await post(multipartForm({ ...documentFields, covers_to: '2025-12-31' }, file)), 400, 'invalid_input')
    expectProblem(await post(multipartForm(documentFields)), 400, 'invalid_input')
    expectProblem(await post({ payload: documentFields }), 415, 'unsupported_media_type')
  })

  it('for a reason of our own is masked, and the log has it', async () => {
    const logged: string[] = []
    const log = pino({ level: 'error' }, { write: line => void logged.push(line) })
    const config = { access: 'x.read' }
    const failing = await createApp({
      services: { ...services, log },
      access: everythingIn(() => ours.orgId),
      version: '0',
      routes: [
        api =>
          void api.get('/broken', { config, schema: { operationId: 'a', response: { 200: z.string() } } }, () =>
            Promise.reject(new Error('the inner secret')),
          ),
        api =>
          void api.get(
            '/wrong',
            { config, schema: { operationId: 'b', response: { 200: z.object({ n: z.int() }) } } },
            async () => ({ n: 'the inner secret' }) as never,
          ),
      ],
    })
    for (const path of ['/broken', '/wrong']) {
      const response = await failing.inject({ url: `/api/v1${path}`, headers: { host: 'localhost' } })
      const { reference } = expectProblem(response, 500, 'internal')
      expect(response.body).not.toContain('secret')
      expect(logged.join()).toContain(reference)
    }
    expect(logged.join()).toContain('the inner secret')
    await failing.close()
  })
})

describe('the door', () => {
  it('is open to this machine alone', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '192.168.1.2:4000',
      'localhost:80@evil.example',
      '0.0.0.0',
    ]) {
      for (const path of [
        '/api/v1/organisation',
        '/api/v1/events',
        '/',
        '/api/v1/nothing',
        '/healthz/',
        '/healthz?x',
      ]) {
        const response = await app.inject({ url: path, headers: { host } })
        expect([host, path, response.statusCode]).toEqual([host, path, 403])
      }
    }
    for (const host of ['localhost', 'localhost:4000', '127.0.0.1:1', '[::1]:4000'])
      expect((await app.inject({ url: '/healthz', headers: { host } })).statusCode, host).toBe(200)
    expect((await app.inject({ url: '/readyz', headers: { host: 'localhost' } })).body).toBe('ready')
  })

  it('is shut to what another site sends through a browser', async () => {
    const post = (headers: Record<string, string>) =>
      call('POST', '/connections/test', { headers, payload: { kind: 'git', settings: { path: '/nowhere' } } })
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost:3000' },
      { origin: 'https://localhost:4000' },
    ]
    for (const headers of foreign) expectProblem(await post(headers), 403, 'forbidden')
    const own: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      { origin: 'http://localhost:4000' },
    ]
    for (const headers of own) expect((await post(headers)).statusCode).toBe(200)
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expectProblem(await call(method, '/scope', { headers: { 'sec-fetch-site': 'cross-site' } }), 403, 'forbidden')
  })

  it('sends every answer with headers that keep a page from being used against its reader', async () => {
    for (const response of [
      await call('GET', '/organisation'),
      await call('GET', '/nothing'),
      await app.inject({ url: '/healthz', headers: { host: 'localhost' } }),
      await app.inject({ url: '/', headers: { host: 'localhost' } }),
    ]) {
      const csp = String(response.headers['content-security-policy'])
      for (const directive of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
        expect(csp.split(';')).toContain(directive)
      expect(csp).not.toContain('unsafe')
      expect(response.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(response.headers).not.toHaveProperty('access-control-allow-origin')
      expect(response.headers).not.toHaveProperty('x-powered-by')
    }
  })
})
