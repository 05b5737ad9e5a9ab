import type { TenantTx } from '../../platform/db/database.ts'
import { announce } from '../../platform/events/events.ts'
import { appendFact } from '../ledger/append-fact.ts'

/** Logs what a key may do from now on; `given` is null when it has ended. */
export async function recordKey(
  tx: TenantTx,
  id: string,
  given: { member: string | null; may: string[]; expires_at: Date } | null,
  actor: string,
): Promise<void> {
  const content = given
    ? { key: id, member: given.member, may: given.may, expires_at: given.expires_at.toISOString() }
    : { key: id, member: null, may: [], expires_at: null }
  await appendFact(tx, { kind: 'key.changed', actor, subject: id, content })
  await announce(tx, 'access.key', id)
}
