import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { Services } from '../../platform/services.ts'
import { readLogState, readPlacedFacts } from '../ledger/read-ledger.ts'
import { requireOn } from './change-endpoint.ts'
import { toldKinds } from './events.ts'
import { eventsOf, type NewsEvent } from './make-events.ts'
import { type EndpointRow, insertDeliveries, listEndpoints, lockCursor, moveCursor } from './store.ts'

const batchSize = 200
export const deliveryDays = 30
const day = 86_400_000

/**
 * Puts what the log has since it was last told on the way to each endpoint that asked for it. Place in the log and deliveries move together in one transaction, so that each
 * fact is told once, whoever dies when; and a fact that was rolled back never had a place.
 */
export async function tellNews(services: Pick<Services, 'database' | 'clock'>, orgId: string): Promise<void> {
  while (await services.database.tenant(orgId, services.clock, tellBatch));
}

/** Answers whether there may be more. */
async function tellBatch(tx: TenantTx): Promise<boolean> {
  const first = await lockCursor(tx)
  if (first === undefined) return false
  const { size } = await readLogState(tx)
  if (first >= size) return false
  // After the size: an endpoint that is not among them was added after all that is told here.
  const endpoints = (await listEndpoints(tx)).filter(endpoint => endpoint.enabled)
  const range = { first, before: size, limit: batchSize }
  const facts = endpoints.length === 0 ? [] : await readPlacedFacts(tx, toldKinds, range)
  let told = 0
  for (const fact of facts) {
    const events = await eventsOf(tx, fact)
    told += await insertDeliveries(
      tx,
      endpoints.flatMap(endpoint => deliveriesTo(endpoint, events)),
    )
  }
  const last = facts.length === batchSize ? facts.at(-1) : undefined
  await moveCursor(tx, last ? last.index + 1 : size)
  if (told > 0) await announce(tx, 'webhooks.delivery', tx.orgId)
  return last !== undefined
}

function deliveriesTo(endpoint: Pick<EndpointRow, 'id' | 'kinds'>, events: readonly NewsEvent[]) {
  return events
    .filter(({ kind }) => endpoint.kinds === null || endpoint.kinds.includes(kind))
    .map(event => ({ endpointId: endpoint.id, ...event }))
}

/**
 * Sends an endpoint again all that happened since a time and that it asks for, what has arrived before too; from the log itself, so also what happened while it was off.
 * Returns how many events are on the way because of it. Throws `not_found`, `conflict` when it is off, and `invalid_input` for a time too long ago.
 */
export async function replaySince(tx: TenantTx, endpointId: string, since: Date): Promise<number> {
  const endpoint = await requireOn(tx, endpointId)
  if (since.getTime() < tx.clock.now().getTime() - deliveryDays * day)
    throw new VouchError('invalid_input', `Choose a time within the last ${deliveryDays} days.`, {
      fields: [{ path: 'since', message: `is more than ${deliveryDays} days ago` }],
    })
  let queued = 0
  for (let first = 0; ; ) {
    const facts = await readPlacedFacts(tx, toldKinds, { first, limit: batchSize, since })
    for (const fact of facts)
      queued += await insertDeliveries(tx, deliveriesTo(endpoint, await eventsOf(tx, fact)), true)
    const last = facts.at(-1)
    if (!last || facts.length < batchSize) break
    first = last.index + 1
  }
  if (queued > 0) await announce(tx, 'webhooks.delivery', endpointId)
  return queued
}
