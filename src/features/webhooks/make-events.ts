import { canonicalJson, type JsonObject } from '../../../verifier/records/canonical.ts'
import type { FactContent, FactKind } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { readFindingChanges } from '../checks/read-checks.ts'
import type { PlacedFact } from '../ledger/read-ledger.ts'
import { type EventKind, eventSchema, tell, type toldKinds } from './events.ts'

export interface NewsEvent {
  /** The same whenever it is made again, and in the order of the log. */
  readonly message: string
  readonly kind: EventKind
  readonly payload: string
}

type ToldKind = (typeof toldKinds)[number]

/** What a fact is told as: itself, and what follows from it. Nothing of one whose content was erased. */
export async function eventsOf(tx: TenantTx, fact: PlacedFact): Promise<NewsEvent[]> {
  if (fact.content === null) return []
  const kind = fact.kind as ToldKind
  const telling = tell[kind] as (content: FactContent<FactKind>) => { page: string; data: JsonObject }
  const { page, data } = telling(fact.content as FactContent<FactKind>)
  const about = { entry: fact.entry, actor: fact.actor, subject: fact.subject }
  const message = messageOf(tx.orgId, fact.index)
  const timestamp = fact.time.toISOString()
  const own = makeEvent({ message, kind, timestamp, data: { organisation: tx.orgId, ...about, page, ...data } })
  if (kind !== 'checks.completed') return [own]
  const { batch } = fact.content as FactContent<'checks.completed'>
  const changes = await readFindingChanges(tx, batch, fact.time)
  return [
    own,
    ...changes.map(({ check_id, change, count, findings }, at) =>
      makeEvent({
        message: `${message}_${String(at + 1).padStart(4, '0')}`,
        kind: `findings.${change}`,
        timestamp,
        data: {
          organisation: tx.orgId,
          ...about,
          subject: check_id,
          page: `/checks/${check_id}`,
          check: check_id,
          batch,
          count: Number(count),
          findings,
        },
      }),
    ),
  ]
}

/** The event by which somebody tries an endpoint. */
export function testEvent(tx: TenantTx, endpointId: string, test: string, actor: string): NewsEvent {
  return makeEvent({
    message: `msg_test_${test.replaceAll('-', '')}`,
    kind: 'webhook.test',
    timestamp: tx.clock.now().toISOString(),
    data: {
      organisation: tx.orgId,
      entry: null,
      actor,
      subject: endpointId,
      page: `/webhooks/${endpointId}`,
    },
  })
}

function makeEvent(event: { message: string; kind: EventKind; timestamp: string; data: JsonObject }): NewsEvent {
  const { message, kind, timestamp, data } = event
  // What is not declared is not sent.
  const body = eventSchema(kind).parse({ type: kind, timestamp, data }) as JsonObject
  return { message, kind, payload: canonicalJson(body) }
}

/** `msg_<organisation>_<place in the log>`: no full stop, which the signature's parts are divided by, and in the order of the log also as text. */
function messageOf(orgId: string, index: number): string {
  return `msg_${orgId.replaceAll('-', '')}_${String(index).padStart(12, '0')}`
}
