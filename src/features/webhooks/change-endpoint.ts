import { randomUUID } from 'node:crypto'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { judgeOutside } from '../../platform/http/outbound.ts'
import type { Services } from '../../platform/services.ts'
import { readLogState } from '../ledger/read-ledger.ts'
import { forgetSecrets, renewSecret } from './endpoint-secrets.ts'
import { deleteEndpoint, findEndpoint, insertEndpoint, listEndpoints, startCursor, updateEndpoint } from './store.ts'

/** Enough for any organisation, and few enough that one change of it stays a small transaction. */
const mostEndpoints = 20
const hour = 3_600_000

/**
 * Refuses where events must not go: http to other than a host that the operator named, and addresses that are not public. Before any transaction, for it may ask a name server.
 * Throws `invalid_input` at the field `url`.
 */
export async function judgeAddress(services: Services, text: string): Promise<void> {
  const { allowPrivateHosts } = services.config
  const wrong = (message: string) => new VouchError('invalid_input', message, { fields: [{ path: 'url', message }] })
  const { protocol, hostname } = new URL(text)
  if (protocol !== 'https:' && !allowPrivateHosts.includes(hostname.replace(/^\[|\]$/g, '')))
    throw wrong('Give an address that begins with https://, so that nobody on the way can read or change events.')
  try {
    await judgeOutside(allowPrivateHosts, text)
  } catch (error) {
    if (error instanceof VouchError && error.code === 'forbidden') throw wrong(error.message)
    throw error
  }
}

/** Adds an endpoint that is told what happens from now on. Its secret is returned this once. Throws `conflict` when there are too many. */
export async function addEndpoint(
  services: Services,
  tx: TenantTx,
  input: { url: string; description: string; kinds: string[] | null },
): Promise<{ id: string; secret: string }> {
  if ((await listEndpoints(tx)).length >= mostEndpoints)
    throw new VouchError('conflict', `There are ${mostEndpoints} webhooks already. Remove one that nobody needs.`)
  const id = randomUUID()
  await insertEndpoint(tx, { id, ...input })
  await startCursor(tx, (await readLogState(tx)).size)
  const secret = await renewSecret(services, tx, id, false)
  await announce(tx, 'webhooks.endpoint', id)
  return { id, secret }
}

/** One endpoint. Throws `not_found`. */
export async function getEndpoint(tx: TenantTx, id: string) {
  const row = await findEndpoint(tx, id)
  if (!row) throw new VouchError('not_found', 'There is no such webhook.')
  return row
}

/** An endpoint that is on. Throws `not_found`, and `conflict` for one that is off. */
export async function requireOn(tx: TenantTx, id: string) {
  const endpoint = await getEndpoint(tx, id)
  if (!endpoint.enabled) throw new VouchError('conflict', 'This webhook is off. Switch it on first.')
  return endpoint
}

/** Changes an endpoint; switched on again, it is as if it had never failed. Throws `not_found`. */
export async function changeEndpoint(
  tx: TenantTx,
  id: string,
  change: { url?: string; description?: string; kinds?: string[] | null; enabled?: boolean },
): Promise<void> {
  const { enabled } = await getEndpoint(tx, id)
  const switched =
    change.enabled === undefined || change.enabled === enabled
      ? {}
      : change.enabled
        ? { off_reason: null, failing_since: null }
        : { off_reason: 'person' }
  await updateEndpoint(tx, id, { ...change, ...switched })
  await announce(tx, 'webhooks.endpoint', id)
}

/** Removes an endpoint with its deliveries and secrets. Throws `not_found`. */
export async function removeEndpoint(services: Services, tx: TenantTx, id: string): Promise<void> {
  if (!(await deleteEndpoint(tx, id))) throw new VouchError('not_found', 'There is no such webhook.')
  await forgetSecrets(services, tx, id)
  await announce(tx, 'webhooks.endpoint', id)
}

/** A new secret, which is returned this once. The present one signs too for `overlapHours`, so that the receiver can change over. Throws `not_found`. */
export async function rotateSecret(
  services: Services,
  tx: TenantTx,
  id: string,
  overlapHours: number,
): Promise<string> {
  await getEndpoint(tx, id)
  const now = tx.clock.now()
  const secret = await renewSecret(services, tx, id, overlapHours > 0)
  await updateEndpoint(tx, id, {
    rotated_at: now,
    previous_until: overlapHours > 0 ? new Date(now.getTime() + overlapHours * hour) : null,
  })
  await announce(tx, 'webhooks.endpoint', id)
  return secret
}
