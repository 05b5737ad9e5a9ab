import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson, type JsonObject, sha256 } from '../../../../verifier/records/canonical.ts'
import { type App, createApp } from '../../../platform/http/app.ts'
import { everythingIn } from '../../../platform/testing/principals.ts'
import { type TestServices, testServices } from '../../../platform/testing/services.ts'
import { sampleSecrets } from '../../aliases/builders.ts'
import { changeSetting } from '../../aliases/setting.ts'
import { makeOrganisation } from '../../scope/builders.ts'
import { readCoverage } from '../read-monitoring.ts'
import { connectionsRoutes } from '../routes.ts'
import { pushRoutes } from './routes.ts'

let services: TestServices
let app: App
let orgId = ''
let id = ''
let heard = 0

beforeAll(async () => {
  services = await testServices({ config: { uploadLimit: 8 * 1024 * 1024 } })
  const routes = [connectionsRoutes, pushRoutes(async () => void heard++)]
  app = await createApp({ services, routes, access: everythingIn(() => orgId), version: '0' })
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app.close()
  await services.close()
})
beforeEach(async () => {
  orgId = await makeOrganisation(services)
  id = (await add('People', { resource: 'hr.employee' })).json().id
})

const json = (method: 'POST' | 'PATCH', url: string, payload: object) =>
  app.inject({ method, url: `/api/v1${url}`, payload, headers: { host: 'localhost' } })
const add = (name: string, settings: object) => json('POST', '/connections', { kind: 'push', name, settings })

interface Sending {
  readonly to?: string
  readonly query?: string
  readonly headers?: Record<string, string>
}
function push(body: string | Buffer, { to = id, query = 'resource=hr.employee', headers = {} }: Sending = {}) {
  return app.inject({
    method: 'POST',
    url: `/api/v1/connections/${to}/snapshots?${query}`,
    payload: body,
    headers: { host: 'localhost', 'content-type': 'application/x-ndjson', ...headers },
  })
}
const linesOf = (records: readonly object[]) => records.map(record => `${JSON.stringify(record)}\n`).join('')
const inOrg = <T>(work: Parameters<TestServices['database']['tenant']>[2]) =>
  services.database.tenant(orgId, services.clock, work) as Promise<T>
interface State {
  snapshots: { content: string; manifest: unknown; complete: boolean; source_total: number | null }[]
  runs: { state: string; cause: string; error: string | null }[]
}
const state = (): Promise<State> =>
  inOrg(async tx => ({
    // What was pushed; what was redacted in it is a resource of its own.
    snapshots: await tx.sql
      .selectFrom('evidence_snapshot')
      .selectAll()
      .where('resource', '<>', 'vouch.redaction')
      .orderBy('ledger_entry_id')
      .execute(),
    runs: await tx.sql.selectFrom('connections_run').selectAll().orderBy('started_at').execute(),
  }))
const two: readonly JsonObject[] = [
  { employee_id: 'E2', email: 'b@company.example', status: 'active', extra: [1, null] },
  { status: 'terminated', employee_id: 'E1', email: 'a@company.example' },
]

describe('a push', () => {
  it('is one run with one snapshot, canonical and in order, that says it was pushed, by whom and what was claimed', async () => {
    const before = heard
    const clock = '2026-02-03T04:05:06Z'
    const answer = await push(linesOf(two), { query: `resource=hr.employee&total=2&source_clock=${clock}` })
    expect(answer.statusCode, answer.body).toBe(201)
    expect(answer.json()).toMatchObject({
      cause: 'push',
      state: 'succeeded',
      records: 2,
      snapshots: [{ records: 2 }, { resource: 'vouch.redaction', records: 1 }],
    })
    const canonical = two
      .toReversed()
      .map(record => `${canonicalJson(record)}\n`)
      .join('')
    const { snapshots } = await state()
    expect(snapshots).toMatchObject([{ content: sha256(canonical), complete: true, source_total: 2 }])
    expect(snapshots[0]?.manifest).toMatchObject({
      questions: [
        {
          request: 'pushed',
          parameters: {
            by: expect.stringMatching(/^user:/),
            bytes: linesOf(two).length,
            sha256: sha256(linesOf(two)),
            claimed: { complete: true, total: 2, source_clock: clock },
          },
        },
      ],
      source_clock: clock,
    })
    expect(heard).toBe(before + 1)
  })

  it('keeps neither secrets nor, where aliases are used, personal values; and of a push that is wrong only which lines were', async () => {
    const [secret = ''] = sampleSecrets.github ?? []
    const record = { employee_id: 'E1', name: 'Ada Unkept', email: 'unkept@company.example', title: `Key ${secret}` }
    await inOrg(tx => changeSetting(tx, { kinds: ['name', 'email'], programs: [], domains: [] }))
    try {
      expect((await push(linesOf([record]))).statusCode).toBe(201)
      const wrong = await push(`${linesOf([record])}Ada Unkept\n${linesOf([{ ...record, status: 'Ada Unkept' }])}`)
      expect(wrong.json().fields.map(({ path }: { path: string }) => path)).toEqual(['line 2', 'line 3'])
    } finally {
      await inOrg(tx => changeSetting(tx, { kinds: [], programs: [], domains: [] }))
    }
    const { snapshots, runs } = await state()
    const stored = await services.objects.get(snapshots.at(-1)?.content ?? '')
    const text = Buffer.concat(await stored.toArray()).toString()
    expect(JSON.parse(text)).toEqual({
      employee_id: 'E1',
      name: expect.stringMatching(/^Person p-/),
      email: expect.stringMatching(/^p-[a-z2-7]{16}@company\.example$/),
      title: 'Key [redacted:github]',
    })
    expect(snapshots.at(-1)?.manifest).toMatchObject({ redactions: [{ field: 'title', rule: 'github', count: 1 }] })
    expect(runs.at(-1)?.error).toBe('Nothing was published. Wrong: line 2, line 3.')
    const openings = await inOrg(tx => tx.sql.selectFrom('ledger_opening').select('content').execute())
    expect(JSON.stringify({ snapshots, runs, openings, text })).not.toMatch(/unkept/i)
  })

  it('in any order of lines and fields gives the same snapshot', async () => {
    const record = fc.record({
      employee_id: fc.string({ minLength: 1, maxLength: 8 }).filter(text => text.isWellFormed()),
      name: fc.option(fc.string({ unit: 'grapheme', maxLength: 8 })),
      other: fc.jsonValue({ maxDepth: 2 }),
    })
    const records = fc.uniqueArray(record, { minLength: 1, maxLength: 12, selector: ({ employee_id }) => employee_id })
    await fc.assert(
      fc.asyncProperty(records, async some => {
        const backwards = some.toReversed().map(each => Object.fromEntries(Object.entries(each).toReversed()))
        const answers = [await push(linesOf(some)), await push(linesOf(backwards))]
        expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201])
        const [first, second] = (await state()).snapshots.slice(-2)
        expect(second?.content).toBe(first?.content)
      }),
      { numRuns: 20 },
    )
  })

  it('that says it is not whole is published so, and one that is empty must say so', async () => {
    const unsaid = await push(linesOf(two), { query: 'resource=hr.employee&complete=false' })
    expect([unsaid.statusCode, unsaid.json().fields]).toEqual([400, [expect.objectContaining({ path: 'reason' })]])
    const part = 'resource=hr.employee&complete=false&reason=Two%20of%20three%20offices&total=9'
    expect((await push(linesOf(two), { query: part })).statusCode).toBe(201)
    expect((await push('')).statusCode).toBe(400)
    expect((await push('', { query: 'resource=hr.employee&total=0' })).statusCode).toBe(201)
    expect((await state()).snapshots.map(({ complete }) => complete)).toEqual([false, true])
  })

  it('shows in monitoring by the schedule of its connection, which nothing collects', async () => {
    const { rows } = await services.database.operator(async trx => ({
      rows: await trx.selectFrom('connections_connection').select('next_run_at').where('id', '=', id).execute(),
    }))
    expect(rows).toEqual([{ next_run_at: null }])
    expect((await json('PATCH', `/connections/${id}`, { every_hours: 6 })).json().next_run_at).toBeNull()
    expect((await json('POST', `/connections/${id}/runs`, {})).statusCode).toBe(422)
    const waiting = await inOrg<{ milliseconds: Record<string, number> }>(tx => readCoverage(tx, id, 1))
    expect(waiting.milliseconds.covered).toBe(0)
    await push(linesOf(two))
    const covered = await inOrg<{ milliseconds: Record<string, number> }>(tx => readCoverage(tx, id, 1))
    expect(covered.milliseconds.covered).toBeGreaterThan(0)
  })
})

describe('what is wrong with a push is told, and nothing of it is published', () => {
  const refused = async (body: string | Buffer, status: number, detail: RegExp, sending: Sending = {}) => {
    const before = (await state()).snapshots.length
    const answer = await push(body, sending)
    expect([answer.statusCode, answer.json().detail]).toEqual([status, expect.stringMatching(detail)])
    expect((await state()).snapshots.length).toBe(before)
    return answer.json().fields ?? []
  }

  it('by the numbers of its lines, and as a failed run', async () => {
    const lines = [
      '{"employee_id":"1"}',
      '{"employee_id":2}',
      '{"name":"nobody"}',
      '[]',
      '{"employee_id":"5","start_date":"2026-02-30"}',
      '{"employee_id":"6","status":"Active"}',
      '{"employee_id":"7"',
      '',
      '{"employee_id":"\\ud800"}',
    ]
    const fields = await refused(lines.join('\n'), 400, /^Nothing was published\. line 2: /)
    expect(fields.map(({ path }: { path: string }) => path)).toEqual(
      [2, 3, 4, 5, 6, 7, 8, 9].map(line => `line ${line}`),
    )
    expect((await state()).runs).toMatchObject([
      { state: 'failed', cause: 'push', error: expect.stringMatching(/line 2/) },
    ])
  })

  it('of the first twenty', async () => {
    expect(await refused('x\n'.repeat(50), 400, /were not looked at/)).toHaveLength(20)
  })

  it('when two records have one key, when the count is another, when it is not text, when it is too long', async () => {
    await refused(linesOf([...two, { employee_id: 'E1' }]), 400, /two records with the key \["E1"\]/)
    await refused(linesOf(two), 422, /3 records, as you say, and 2 came/, { query: 'resource=hr.employee&total=3' })
    await refused(Buffer.from([0x7b, 0xff, 0x7d]), 400, /not UTF-8/)
    await refused(Buffer.alloc(5 * 1024 * 1024, 'x'), 413, /A line may have at most 4 MiB/)
    await refused(linesOf([{ employee_id: '1' }]).repeat(500_000), 413, /at most 8 MiB/)
  })

  it('when it is not JSON Lines by its header, or compressed, or for another resource or connection', async () => {
    await refused('{}', 415, /application\/x-ndjson/, { headers: { 'content-type': 'application/json' } })
    await refused('a=b', 415, /application\/x-ndjson/, { headers: { 'content-type': 'text/csv' } })
    await refused('x', 415, /uncompressed/, { headers: { 'content-encoding': 'gzip' } })
    await refused('{}', 400, /takes hr\.employee, not idp\.account/, { query: 'resource=idp.account' })
    const git = await json('POST', '/connections', { kind: 'git', name: 'Git', settings: { path: '/nowhere' } })
    await refused('{}', 422, /takes no pushed records/, { to: git.json().id })
    const mine = id
    orgId = await makeOrganisation(services)
    await refused('{}', 404, /no such connection/, { to: mine })
    expect((await state()).runs).toEqual([])
  })

  it('when its sender breaks off', async () => {
    const left = readdirSync(tmpdir()).filter(name => name.startsWith('vouch-push-')).length
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    const path = `/api/v1/connections/${id}/snapshots?resource=hr.employee`
    const headers = 'host: localhost\r\ncontent-type: application/x-ndjson\r\ncontent-length: 99999'
    socket.write(`POST ${path} HTTP/1.1\r\n${headers}\r\n\r\n${linesOf(two)}`)
    await once(socket, 'connect')
    socket.end()
    await once(socket.resume(), 'close')
    await expect.poll(async () => (await state()).runs).toMatchObject([{ state: 'failed' }])
    expect((await state()).snapshots).toEqual([])
    await expect
      .poll(() => readdirSync(tmpdir()).filter(name => name.startsWith('vouch-push-')).length)
      .toBeLessThanOrEqual(left)
  })
})

describe('a kind of one’s own', () => {
  const own = {
    resource: 'custom',
    name: 'backup',
    key: ['id'],
    columns: [{ name: 'id' }, { name: 'at', type: 'timestamp' }],
  }

  it('is declared by the connection, and its records are held to it', async () => {
    const { id: to } = (await add('Backups', own)).json()
    const query = 'resource=custom.backup'
    expect((await push('{"id":"1","at":"2026-01-01T00:00:00Z"}\n', { to, query })).statusCode).toBe(201)
    expect((await push('{"id":"1","at":"yesterday"}\n', { to, query })).json().fields[0].path).toBe('line 1')
  })

  it.each([
    [{ ...own, key: ['other'] }, 'settings.key'],
    [{ ...own, columns: [{ name: 'id' }, { name: 'id' }] }, 'settings.columns'],
    [{ ...own, columns: [{ name: 'connection' }] }, 'settings.columns.0.name'],
    [{ resource: 'custom', name: 'backup', key: ['id'] }, 'settings.columns'],
    [{ resource: 'hr.employee', key: ['id'] }, 'settings.key'],
    [{ resource: 'git.commit' }, 'settings.resource'],
  ])('is not declared by %j', async (settings, path) => {
    const answer = await add('Own', settings)
    expect([answer.statusCode, answer.json().fields[0].path]).toEqual([400, path])
  })
})

describe('with an idempotency key', () => {
  it('records that are sent again are answered again, and make no second run', async () => {
    const headers = { 'idempotency-key': 'run-1' }
    const first = await push(linesOf(two), { headers })
    const again = await push(linesOf(two), { headers })
    expect([again.statusCode, again.json(), again.headers['idempotency-replayed']]).toEqual([201, first.json(), 'true'])
    expect((await push(linesOf(two.slice(1)), { headers })).statusCode).toBe(422)
    expect((await state()).runs).toHaveLength(1)
    expect((await push(linesOf(two), { headers: { 'idempotency-key': 'run-2' } })).statusCode).toBe(201)
    expect((await state()).runs).toHaveLength(2)
  })

  it('a push that was refused can be corrected under the same key', async () => {
    const headers = { 'idempotency-key': 'run-3' }
    expect((await push('x', { headers })).statusCode).toBe(400)
    expect((await push(linesOf(two), { headers })).statusCode).toBe(201)
  })
})
