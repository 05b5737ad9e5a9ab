import { randomUUID } from 'node:crypto'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { requireOn } from './change-endpoint.ts'
import { testEvent } from './make-events.ts'
import { findDelivery, insertDeliveries, updateDelivery } from './store.ts'

/** Puts a test event on the way to an endpoint. Throws `not_found`, and `conflict` for one that is off. */
export async function sendTest(tx: TenantTx, endpointId: string, actor: string): Promise<void> {
  await requireOn(tx, endpointId)
  await insertDeliveries(tx, [{ endpointId, ...testEvent(tx, endpointId, randomUUID(), actor) }])
  await announce(tx, 'webhooks.delivery', endpointId)
}

/** One delivery. Throws `not_found`. */
export async function getDelivery(tx: TenantTx, id: string) {
  const row = await findDelivery(tx, id)
  if (!row) throw new VouchError('not_found', 'There is no such delivery. They are kept for 30 days.')
  return row
}

/** Puts a delivery on the way again, now, whatever became of it; one that waits is tried now. Throws `not_found`, and `conflict` when its endpoint is off. */
export async function replayDelivery(tx: TenantTx, id: string): Promise<void> {
  const { endpoint_id } = await getDelivery(tx, id)
  await requireOn(tx, endpoint_id)
  await updateDelivery(tx, id, { state: 'waiting', tries: 0, next_at: tx.clock.now(), ended_at: null })
  await announce(tx, 'webhooks.delivery', id)
}
