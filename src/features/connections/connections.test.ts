import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../../verifier/records/canonical.ts'
import { collectionCompleted } from '../../../verifier/records/facts.ts'
import { declareResource } from '../../../verifier/records/resource.ts'
import { SimulatedClock } from '../../platform/clock/clock.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { createApp } from '../../platform/http/app.ts'
import { finishJob } from '../../platform/jobs/job-store.ts'
import type { Services } from '../../platform/services.ts'
import { everythingIn } from '../../platform/testing/principals.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { makeOrganisation } from '../scope/builders.ts'
import { addConnection, changeConnection, removeConnection, requestCollection } from './change-connection.ts'
import { type CollectRequest, collect } from './collect.ts'
import { settingsWithSecrets } from './connection-secrets.ts'
import type { CollectedRecord, CollectionRun, Connector } from './connector.ts'
import { scheduleTick } from './jobs.ts'
import { connectionsRoutes } from './routes.ts'

/** What the source of the tests says when it is asked; each test decides. */
let source: (settings: JsonObject, run: CollectionRun) => AsyncIterable<CollectedRecord>

const resourceOf = (name: string) =>
  declareResource({
    name,
    title: name,
    description: name,
    key: ['id'],
    columns: { id: { type: 'text', description: 'id' }, seen: { type: 'boolean', description: 'seen' } },
  })
const scripted: Connector<{ url: string; token?: string | undefined }> = {
  kind: 'scripted',
  title: 'Scripted',
  description: 'A source of tests.',
  privileges: 'None.',
  settings: z.strictObject({ url: z.string().min(1), token: z.string().min(8).optional() }),
  secrets: ['token'],
  resources: [resourceOf('test.one'), resourceOf('test.two')],
  test: async () => ({ ok: true, message: 'there' }),
  collect: (settings, run) => source({ ...settings } as JsonObject, run),
}
vi.mock('./registry.ts', async original => {
  const real = await original<typeof import('./registry.ts')>()
  // Looked up when it is called: the tests' own variables are not there yet while modules are loaded.
  const erased = () => ({ ...scripted, resourcesOf: () => scripted.resources, uploadsOf: () => [] })
  return {
    ...real,
    connectorOf: (kind: string) => (kind === 'scripted' ? erased() : real.connectorOf(kind)),
    listConnectors: () => [erased()],
  }
})

let services: TestServices<SimulatedClock>
let orgId = ''
let connectionId = ''

beforeAll(async () => {
  services = await testServices({ clock: new SimulatedClock(new Date('2026-01-01T00:00:00Z')) })
})
afterAll(() => services.close())
beforeEach(async () => {
  orgId = await makeOrganisation(services)
  connectionId = await inOrg(tx => addConnection(services, tx, input('Source'), 'operator'))
  services.clock.moveTo(new Date(services.clock.now().getTime() + 60_000))
})

const inOrg = <T>(work: (tx: TenantTx) => Promise<T>) => services.database.tenant(orgId, services.clock, work)
const input = (name: string, settings: z.infer<typeof scripted.settings> = { url: 'u' }) => ({
  kind: 'scripted',
  name,
  settings: { ...settings } as Record<string, string>,
  every_hours: 24,
})
const one = (id: string | null, more: JsonObject = {}): CollectedRecord => ({
  resource: 'test.one',
  record: { id, ...more },
})
const two = (id: string): CollectedRecord => ({ resource: 'test.two', record: { id } })
const run = (request: Partial<CollectRequest> = {}, by: Services = services) =>
  collect(by, orgId, {
    connectionId,
    jobId: null,
    cause: 'demand',
    signal: new AbortController().signal,
    progress: () => {},
    onPublished: async () => {},
    ...request,
  })

const facts = (kind: string) =>
  inOrg(async tx => {
    const rows = await tx.sql
      .selectFrom('ledger_entry')
      .innerJoin('ledger_opening', 'entry_id', 'id')
      .select('content')
      .where('kind', '=', kind)
      .orderBy('id')
      .execute()
    return rows.map(row => JSON.parse(row.content))
  })
const runs = () => inOrg(tx => tx.sql.selectFrom('connections_run').selectAll().orderBy('started_at').execute())
const snapshots = () => inOrg(tx => tx.sql.selectFrom('evidence_snapshot').selectAll().orderBy('resource').execute())

async function textOf(content: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await services.objects.get(content)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Nothing of a run is there but that it failed, and why. */
async function expectNothingPublished(state: 'failed' | 'cancelled', reason: unknown) {
  expect(await snapshots()).toEqual([])
  expect(await facts('collection.completed')).toEqual([])
  expect(await facts('collection.failed')).toMatchObject([
    { connection: connectionId, connection_name: 'Source', reason },
  ])
  expect(await runs()).toMatchObject([{ state, error: reason, finished_at: expect.any(Date) }])
}

describe('a collection', () => {
  it('publishes every snapshot, the end of the run and the fact of it together', async () => {
    source = async function* (_settings, told) {
      told.asked({ resource: 'test.one', request: 'list ones', parameters: { page: 1 }, pages: 2 })
      told.total('test.one', 3)
      told.sourceClock(new Date('2025-12-31T23:59:00Z'))
      yield one('b')
      yield two('z')
      yield one('\u2028')
      yield one('a', { seen: null, more: [1] })
    }
    const heard: unknown[] = []
    const { runId, records } = await run({
      onPublished: async tx =>
        void heard.push(
          (await tx.sql.selectFrom('evidence_snapshot').select('resource').orderBy('resource').execute()).map(
            row => row.resource,
          ),
        ),
    })
    expect(records).toBe(4)
    expect(heard).toEqual([['test.one', 'test.two', 'vouch.redaction']])
    const [first, second, redacted] = await snapshots()
    expect(first).toMatchObject({
      run_id: runId,
      records: 3,
      complete: true,
      source_total: 3,
      manifest: {
        questions: [{ request: 'list ones', parameters: { page: 1 }, pages: 2 }],
        source_clock: '2025-12-31T23:59:00.000Z',
      },
    })
    expect(await textOf(first?.content ?? '')).toBe('{"id":"a","more":[1],"seen":null}\n{"id":"b"}\n{"id":"\u2028"}\n')
    expect(second).toMatchObject({ records: 1, complete: true, source_total: null })
    const [fact, ...rest] = await facts('collection.completed')
    expect(rest).toEqual([])
    expect(collectionCompleted.parse(fact).snapshots.map(({ id, content, bytes }) => ({ id, content, bytes }))).toEqual(
      [first, second, redacted].map(row => ({ id: row?.id, content: row?.content, bytes: row?.bytes })),
    )
    expect(await runs()).toMatchObject([{ id: runId, state: 'succeeded', records: 4, error: null }])
  })

  it('of a source that dies half-way publishes nothing, and the failure is a fact', async () => {
    source = async function* () {
      yield one('a')
      yield two('b')
      throw new Error('connection reset')
    }
    await expect(run()).rejects.toMatchObject({
      code: 'source_failed',
      message: 'Source could not be read: connection reset',
    })
    await expectNothingPublished('failed', 'connection reset')
  })

  const broken: Readonly<Record<string, readonly [CollectedRecord[], string]>> = {
    'two records of one key': [[one('a'), one('b'), one('a')], '["a"]'],
    'a record without its key': [[one(null)], 'id'],
    'a value of another type': [[one('a', { seen: 'yes' })], 'seen'],
    'a record of what it does not declare': [[{ resource: 'test.three', record: { id: 'a' } }], 'test.three'],
  }
  for (const [name, [records, says]] of Object.entries(broken)) {
    it(`with ${name} publishes nothing`, async () => {
      source = async function* () {
        yield two('fine')
        yield* records
      }
      await expect(run()).rejects.toMatchObject({ code: 'source_failed', message: expect.stringContaining(says) })
      await expectNothingPublished('failed', expect.stringContaining(says))
    })
  }

  it('that could not be followed by what hears of it is none', async () => {
    source = async function* () {
      yield one('a')
    }
    await expect(run({ onPublished: () => Promise.reject(new Error('no checks today')) })).rejects.toMatchObject({
      code: 'source_failed',
    })
    await expectNothingPublished('failed', 'no checks today')
  })

  it('that counts less than its source, or says so itself, is incomplete', async () => {
    source = async function* (_settings, told) {
      told.total('test.one', 2)
      yield one('a')
      yield two('b')
      told.incomplete('test.two', 'No right to page 2.')
      told.incomplete('test.two', 'A later reason.')
    }
    await run()
    const reasons = ['The source counts 2, but 1 were read.', 'No right to page 2.']
    expect((await snapshots()).map(row => [row.complete, row.incomplete_reason])).toEqual([
      ...reasons.map(reason => [false, reason]),
      [true, null],
    ])
    const [fact] = await facts('collection.completed')
    expect(fact.snapshots.map((snapshot: { incomplete_reason: string }) => snapshot.incomplete_reason)).toEqual([
      ...reasons,
      null,
    ])
  })

  it('that is stopped publishes nothing and is cancelled', async () => {
    const controller = new AbortController()
    source = async function* () {
      yield one('a')
      controller.abort(new Error('enough'))
      yield one('b')
    }
    await expect(run({ signal: controller.signal })).rejects.toThrow('enough')
    await expectNothingPublished('cancelled', 'It was stopped.')
  })

  it('of a job that is taken up again goes on with its run, is not made twice when it was whole, and begins anew when it was stopped', async () => {
    const jobId = randomUUID()
    source = async function* () {
      yield one('a')
    }
    // A worker that was killed: its run still looks as if it went on.
    const left = randomUUID()
    await inOrg(tx =>
      tx.sql
        .insertInto('connections_run')
        .values({
          org_id: orgId,
          id: left,
          connection_id: connectionId,
          job_id: jobId,
          cause: 'demand',
          state: 'running',
          started_at: tx.clock.now(),
        })
        .execute(),
    )
    expect(await run({ jobId })).toEqual({ runId: left, records: 1 })
    // And one that was killed after it had published, before the queue heard of it.
    source = () => {
      throw new Error('must not be read again')
    }
    expect(await run({ jobId })).toEqual({ runId: left, records: 1 })
    expect(await runs()).toMatchObject([{ id: left, state: 'succeeded' }])
    expect(await facts('collection.failed')).toEqual([])

    const another = randomUUID()
    await expect(run({ jobId: another, signal: AbortSignal.abort() })).rejects.toThrow()
    source = async function* () {
      yield one('a')
    }
    await run({ jobId: another })
    expect(
      (await runs())
        .filter(row => row.job_id === another)
        .map(row => row.state)
        .sort(),
    ).toEqual(['cancelled', 'succeeded'])
  })

  it('needs a connection in use', async () => {
    await inOrg(tx => removeConnection(services, tx, connectionId, 'operator'))
    await expect(run()).rejects.toMatchObject({ code: 'not_found' })
    expect(await runs()).toEqual([])
  })
})

describe('a secret', () => {
  const secret = 'xyzzy-"quoted\\-5f3a9'

  it('is kept in the vault and is nowhere else: no answer, fact, manifest, record, error, log or table has it', async () => {
    const logged: string[] = []
    const logging = { ...services, log: pino({ level: 'trace' }, { write: line => void logged.push(line) }) }
    const app = await createApp({
      services: logging,
      routes: [connectionsRoutes],
      access: everythingIn(() => orgId),
      version: 'test',
    })
    const answers: string[] = []
    const call = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) => {
      const response = await app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { host: 'localhost' },
        ...(payload && { payload }),
      })
      answers.push(response.body, JSON.stringify(response.headers))
      return response
    }
    const created = await call('POST', '/connections', input('With a secret', { url: 'u', token: secret }))
    expect(created.statusCode).toBe(201)
    const { id, settings, secrets_set } = created.json()
    expect({ settings, secrets_set }).toEqual({ settings: { url: 'u' }, secrets_set: ['token'] })

    let given: unknown
    source = async function* (received, told) {
      given = received
      const leak = `asked with ${received.token}`
      told.asked({ resource: 'test.one', request: leak, parameters: { [leak]: [leak] } })
      told.incomplete('test.one', leak)
      told.progress(leak)
      yield one(leak, { deep: { [leak]: [leak, null] } })
    }
    const shown: string[] = []
    await run({ connectionId: id, progress: message => void shown.push(message) }, logging)
    expect(given).toEqual({ url: 'u', token: secret })
    const [snapshot] = await snapshots()
    expect(await textOf(snapshot?.content ?? '')).toBe(
      '{"deep":{"asked with [secret]":["asked with [secret]",null]},"id":"asked with [secret]"}\n',
    )
    expect(shown).toEqual(['asked with [secret]'])
    source = () => {
      throw new Error(`cannot sign in with ${secret}`)
    }
    const error = await run({ connectionId: id }, logging).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: 'With a secret could not be read: cannot sign in with [secret]' })

    for (const path of ['/connections', `/connections/${id}`, `/connections/${id}/runs`, '/connectors'])
      await call('GET', path)
    await call('PATCH', `/connections/${id}`, { settings: { url: 'v', token: `${secret}2` } })
    await call('PATCH', `/connections/${id}`, { settings: { url: 1, token: secret } })
    await call('POST', '/connections', input('With a secret', { url: 'u', token: secret }))
    await call('POST', '/connections/test', {
      kind: 'scripted',
      settings: { url: 'u', token: secret },
      connection_id: id,
    })
    await app.close()

    const superuser = await services.database.dedicatedClient('test')
    const { rows: tables } = await superuser.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'graphile_worker')",
    )
    const dump: string[] = []
    for (const { name } of tables)
      for (const row of (await superuser.query<{ text: string }>(`select t::text as text from ${name} t`)).rows)
        dump.push(row.text)
    await superuser.end()
    const everything = [...dump, ...answers, ...logged, String(error), JSON.stringify(error)].join('\n')
    expect(everything).toContain('With a secret')
    for (const form of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret).toString('base64').slice(0, -3),
      'xyzzy',
      Buffer.from('xyzzy').toString('hex'),
    ]) {
      expect(everything.includes(form), `found as ${form}`).toBe(false)
    }
  })

  it('stays when a change leaves it out, is replaced when it is given, and is forgotten with its connection', async () => {
    const id = await inOrg(tx =>
      addConnection(services, tx, input('Secretive', { url: 'u', token: secret }), 'operator'),
    )
    const full = (settings: JsonObject) =>
      inOrg(tx => settingsWithSecrets(services, tx, { id, kind: 'scripted', settings }))
    await inOrg(tx => changeConnection(services, tx, id, { settings: { url: 'v' } }, 'operator'))
    expect(await full({ url: 'v' })).toEqual({ url: 'v', token: secret })
    await inOrg(tx =>
      changeConnection(services, tx, id, { settings: { url: 'v', token: 'another secret' } }, 'operator'),
    )
    expect(await full({})).toEqual({ token: 'another secret' })
    await expect(
      inOrg(tx => changeConnection(services, tx, id, { settings: { url: '', token: 'a third secret' } }, 'operator')),
    ).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await full({})).toEqual({ token: 'another secret' })
    await inOrg(tx => removeConnection(services, tx, id, 'operator'))
    expect(await full({})).toEqual({})
  })
})

describe('a connection', () => {
  const add = (name: string) => inOrg(tx => addConnection(services, tx, input(name), 'operator'))

  it('has a name of its own among those in use, in any case', async () => {
    for (const name of ['Source', 'SOURCE'])
      await expect(add(name)).rejects.toMatchObject({ code: 'conflict', fields: [{ path: 'name' }] })
    const other = await add('Other')
    await expect(
      inOrg(tx => changeConnection(services, tx, other, { name: 'source' }, 'operator')),
    ).rejects.toMatchObject({ code: 'conflict' })
    await inOrg(tx => changeConnection(services, tx, connectionId, { name: 'SOURCE' }, 'operator'))
    await inOrg(tx => removeConnection(services, tx, connectionId, 'operator'))
    await inOrg(tx => changeConnection(services, tx, other, { name: 'Source' }, 'operator'))
    for (const change of [changeConnection, removeConnection] as const) {
      const again =
        change === removeConnection
          ? inOrg(tx => removeConnection(services, tx, connectionId, 'operator'))
          : inOrg(tx => changeConnection(services, tx, connectionId, { name: 'x' }, 'operator'))
      await expect(again).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('is refused for settings that are not right, without repeating them, and for a kind that does not exist', async () => {
    const wrong = inOrg(tx => addConnection(services, tx, input('Wrong', { url: '', token: 'secret' }), 'operator'))
    await expect(wrong).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ path: 'settings.url' }, { path: 'settings.token' }],
    })
    await expect(wrong).rejects.not.toThrow('secret ')
    await expect(
      inOrg(tx => addConnection(services, tx, { ...input('Wrong'), kind: 'nothing' }, 'operator')),
    ).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('logs each change, with what it is then and not what it was, also when two change it at once', async () => {
    await Promise.all([
      inOrg(tx => changeConnection(services, tx, connectionId, { name: 'Renamed' }, 'operator')),
      inOrg(tx => changeConnection(services, tx, connectionId, { settings: { url: 'v' } }, 'operator')),
    ])
    await inOrg(tx => removeConnection(services, tx, connectionId, 'operator'))
    const logged = await facts('connection.changed')
    expect(logged.map(fact => fact.archived)).toEqual([false, false, false, true])
    const [created, , both, removed] = logged
    expect(both.name).toBe('Renamed')
    expect(both.settings).not.toBe(created.settings)
    expect(removed).toEqual({ ...both, archived: true })
  })

  it('is collected once at a time', async () => {
    await inOrg(tx => requestCollection(tx, connectionId, 'demand'))
    await expect(inOrg(tx => requestCollection(tx, connectionId, 'demand'))).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('the schedule', () => {
  const jobsOf = (id: string) =>
    inOrg(tx =>
      tx.sql
        .selectFrom('job')
        .select(['id', 'kind', 'input', 'state'])
        .where('subject', '=', id)
        .orderBy('created_at')
        .execute(),
    )
  const nextOf = async (id: string) =>
    (
      await inOrg(tx =>
        tx.sql.selectFrom('connections_connection').select('next_run_at').where('id', '=', id).executeTakeFirst(),
      )
    )?.next_run_at
  const tick = () => scheduleTick(services).run()
  const later = (hours: number) => services.clock.moveTo(new Date(services.clock.now().getTime() + hours * 3_600_000))

  it('collects what is due and sets its next time; what is on demand, not due or removed is left alone', async () => {
    const onDemand = await inOrg(tx =>
      addConnection(services, tx, { ...input('On demand'), every_hours: null }, 'operator'),
    )
    const removed = await inOrg(tx => addConnection(services, tx, input('Removed'), 'operator'))
    await inOrg(tx => removeConnection(services, tx, removed, 'operator'))
    await tick()
    expect(await jobsOf(connectionId)).toMatchObject([
      { kind: 'connections.collect', input: { connection_id: connectionId, cause: 'schedule' }, state: 'queued' },
    ])
    expect((await nextOf(connectionId))?.getTime()).toBe(services.clock.now().getTime() + 24 * 3_600_000)
    later(23)
    await tick()
    expect(await jobsOf(connectionId)).toHaveLength(1)
    expect([...(await jobsOf(onDemand)), ...(await jobsOf(removed))]).toEqual([])
  })

  it('waits for a collection under way, and tries again', async () => {
    const demanded = await inOrg(tx => requestCollection(tx, connectionId, 'demand'))
    const due = await nextOf(connectionId)
    await tick()
    expect(await jobsOf(connectionId)).toHaveLength(1)
    expect(await nextOf(connectionId)).toEqual(due)
    await inOrg(tx => finishJob(tx, demanded, { state: 'succeeded' }))
    await tick()
    expect(await jobsOf(connectionId)).toMatchObject([{ id: demanded }, { state: 'queued' }])
  })

  it('closes a run whose process died for good', async () => {
    const jobId = await inOrg(tx => requestCollection(tx, connectionId, 'demand'))
    const left = randomUUID()
    await inOrg(tx =>
      tx.sql
        .insertInto('connections_run')
        .values({
          org_id: orgId,
          id: left,
          connection_id: connectionId,
          job_id: jobId,
          cause: 'demand',
          state: 'running',
          started_at: tx.clock.now(),
        })
        .execute(),
    )
    await tick()
    expect(await runs()).toMatchObject([{ id: left, state: 'running' }])
    await inOrg(tx => finishJob(tx, jobId, { state: 'failed', error: 'died' }))
    await tick()
    await expectNothingPublished('failed', expect.stringContaining('died'))
  })
})
