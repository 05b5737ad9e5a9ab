import { sha256 } from '../../../verifier/log/merkle.ts'
import { verifyTimestamp } from '../../../verifier/log/timestamp.ts'
import { timestampRequest } from '../../../verifier/log/timestamp-request.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { fetchOutside } from '../../platform/http/outbound.ts'
import type { Services } from '../../platform/services.ts'
import { hasUnstampedSince, insertTimestamp, isStamped, latestCheckpoint } from './store.ts'

// An authority that has not answered for this long makes the ledger page and doctor say so.
const lateAfterMinutes = 60

/**
 * Has the newest checkpoint stamped by the configured authority (RFC 3161), if it is not yet. What a checkpoint holds existed at the stamped time at the latest.
 * The token covers SHA-256 of the signed note. Throws `source_failed` when the authority does not answer, or not as it must; the next tick tries again.
 * Returns whether a token was added.
 */
export async function stampNewest(services: Services, orgId: string): Promise<boolean> {
  const { config, database, clock } = services
  const authority = config.tsaUrl
  if (!authority) return false
  const checkpoint = await database.tenant(orgId, clock, async tx => {
    const newest = await latestCheckpoint(tx)
    return newest && !(await isStamped(tx, newest.size, authority)) ? newest : undefined
  })
  if (!checkpoint) return false
  const digest = sha256(Buffer.from(checkpoint.note))
  const { der, nonce } = timestampRequest(digest)
  const response = await fetchOutside(config.allowPrivateHosts, {
    url: authority,
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    body: der,
  })
  if (response.status !== 200)
    throw new VouchError('source_failed', `The time-stamping authority answered with status ${response.status}.`)
  const result = await verifyTimestamp(response.body, { digest, nonce })
  if (!result.ok)
    throw new VouchError('source_failed', `The time-stamping authority's answer is not acceptable: ${result.detail}`)
  await database.tenant(orgId, clock, async tx => {
    await insertTimestamp(tx, { size: checkpoint.size, authority, token: result.token, time: result.time })
    await announce(tx, 'ledger.checkpoint', String(checkpoint.size))
  })
  return true
}

/** Whether a checkpoint has waited for its stamp for more than an hour. */
export function stampIsLate(tx: TenantTx): Promise<boolean> {
  return hasUnstampedSince(tx, lateAfterMinutes)
}
