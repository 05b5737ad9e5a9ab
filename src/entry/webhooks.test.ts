import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { factSchemas } from '../../verifier/records/facts.ts'
import { integrate } from '../features/ledger/integrate.ts'
import { choosableKinds, type EventKind, eventKinds, eventSchema, toldKinds } from '../features/webhooks/events.ts'
import { tellNews } from '../features/webhooks/tell-news.ts'
import type { App } from '../platform/http/app.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { createServer } from './server.ts'
import { readDocument } from './testing/operations.ts'
import { type Populated, populate } from './testing/populate.ts'

let services: TestServices
let app: App
let ours: Populated

beforeAll(async () => {
  services = await testServices()
  ours = await populate(services, 'ours')
  app = await createServer(services)
  await app.ready()
}, 120_000)
afterAll(async () => {
  await app?.close()
  await services?.close()
})

/** What the organisation's whole past is told as. */
async function told(): Promise<{ kind: string; payload: string }[]> {
  await services.database.tenant(ours.orgId, services.clock, async tx => {
    await tx.sql.updateTable('webhooks_cursor').set({ next_index: 0 }).execute()
  })
  await integrate(services, ours.orgId)
  await tellNews(services, ours.orgId)
  return services.database.tenant(ours.orgId, services.clock, tx =>
    tx.sql
      .selectFrom('webhooks_delivery')
      .select(['kind', 'payload'])
      .where('endpoint_id', '=', ours.webhook)
      .orderBy('message')
      .execute(),
  )
}

it('the events that the API describes are those that are sent, for every kind of fact that is news', async () => {
  const document = z
    .object({ webhooks: z.record(z.string(), z.object({ post: z.object({ requestBody: z.json() }) })) })
    .parse(await readDocument(app, ours.owner.cookie))
  expect(Object.keys(document.webhooks).toSorted()).toEqual(eventKinds.toSorted())
  const silent = Object.keys(factSchemas).filter(kind => !toldKinds.some(told => told === kind))
  expect(silent).toEqual(['organisation.created', 'activity.recorded'])
  const { kinds } = (
    await app.inject({ url: '/api/v1/webhooks', headers: { host: 'localhost', cookie: ours.owner.cookie } })
  ).json<{ kinds: { kind: string }[] }>()
  expect(kinds.map(({ kind }) => kind)).toEqual(choosableKinds)
})

it('a whole past is told as described, without a name, an address or a text of anybody', async () => {
  const events = await told()
  const { rows } = await services.database.tenant(ours.orgId, services.clock, tx =>
    sql<{ kind: string; n: number }>`select kind, count(*) as n from ledger_leaf join ledger_entry e on e.id = entry_id
      where e.org_id = ${tx.orgId}::uuid and kind <> all(${['organisation.created', 'activity.recorded']}::text[]) group by kind`.execute(
      tx.sql,
    ),
  )
  for (const { kind, n } of rows) expect(events.filter(event => event.kind === kind).length, kind).toBe(Number(n))
  for (const kind of [
    'checks.completed',
    'collection.completed',
    'document.filed',
    'findings.opened',
    'member.changed',
  ])
    expect(events.map(event => event.kind)).toContain(kind)
  const opened = events.filter(({ kind }) => kind === 'findings.opened').map(({ payload }) => JSON.parse(payload).data)
  expect(opened).toContainEqual(
    expect.objectContaining({ check: 'people.devices_encrypted', count: 8, findings: expect.any(Array) }),
  )
  for (const { kind, payload } of events) {
    expect(
      eventSchema(kind as EventKind)
        .strict()
        .parse(JSON.parse(payload)),
      kind,
    ).toEqual(JSON.parse(payload))
    expect(payload).not.toMatch(/@|A\. Person|Proof of|Files\/|Kept in a safe|Owner of/)
  }
})
