import { z } from 'zod'
import { type deliverySchema, deliveryStates, type webhookSchema } from './contract.ts'
import type { DeliveryRow, EndpointRow } from './store.ts'

/** An endpoint as it may be seen: never its secret. */
export function presentEndpoint(row: EndpointRow & { waiting: number; dead: number }): z.infer<typeof webhookSchema> {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    kinds: row.kinds,
    enabled: row.enabled,
    state: stateOf(row),
    failing_since: row.failing_since?.toISOString() ?? null,
    last_delivered_at: row.last_delivered_at?.toISOString() ?? null,
    secret_set_at: row.rotated_at.toISOString(),
    previous_until: row.previous_until?.toISOString() ?? null,
    waiting: Number(row.waiting),
    dead: Number(row.dead),
    created_at: row.created_at.toISOString(),
  }
}

function stateOf({ enabled, off_reason, failing_since }: EndpointRow) {
  if (enabled) return failing_since ? 'failing' : 'on'
  return off_reason === 'gone' ? 'gone' : off_reason === 'failing' ? 'given_up' : 'off'
}

export function presentDelivery(row: DeliveryRow & { attempts: number }): z.infer<typeof deliverySchema> {
  const state = z.enum(deliveryStates).parse(row.state)
  return {
    id: row.id,
    message: row.message,
    kind: row.kind,
    state,
    attempts: Number(row.attempts),
    created_at: row.created_at.toISOString(),
    next_at: state === 'waiting' ? row.next_at.toISOString() : null,
    ended_at: row.ended_at?.toISOString() ?? null,
  }
}
