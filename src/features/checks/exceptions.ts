import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { appendFact } from '../ledger/append-fact.ts'
import type { exceptionInput, exceptionSchema } from './contract.ts'
import { findException, findOpenFinding, getException, insertException, markRevoked } from './findings-store.ts'
import { getStoredCheck } from './store.ts'

const longestDays = 366

/**
 * Excepts one subject from one check until a day, with a reason and who approved it. From the next run on it does not count as failing; it stays visible as excepted.
 * Throws `not_found` for the check, `invalid_input` when it would not expire within a year, `conflict` when one is in force already.
 */
export async function grantException(
  tx: TenantTx,
  input: z.infer<typeof exceptionInput>,
  actor: string,
): Promise<z.infer<typeof exceptionSchema>> {
  await getStoredCheck(tx, input.check_id)
  const now = tx.clock.now()
  const days = (Date.parse(input.expires_at) - now.getTime()) / 86_400_000
  if (days <= 0 || days > longestDays) {
    throw new VouchError('invalid_input', 'An exception must expire in the future, within a year.', {
      fields: [{ path: 'expires_at', message: 'must lie within the next year' }],
    })
  }
  const existing = await findException(tx, input.check_id, input.subject_id)
  if (existing && existing.expires_at > now)
    throw new VouchError('conflict', 'There is an exception in force for this already. Revoke it first.')
  if (existing) await markRevoked(tx, existing.id)
  const id = randomUUID()
  const { check_id, subject_id, reason, approver, expires_at } = input
  await insertException(tx, { id, check_id, subject_id, reason, approver, granted_at: now, expires_at })
  const granted_at = now.toISOString()
  await appendFact(tx, {
    kind: 'exception.granted',
    actor,
    subject: id,
    content: {
      exception: id,
      check: check_id,
      subject: subject_id,
      reason,
      approver,
      granted_at,
      expires_at: new Date(expires_at).toISOString(),
    },
  })
  await announce(tx, 'checks.exception', id)
  return { ...input, id, granted_at, revoked_at: null }
}

/** Ends an exception. Throws `not_found`, or `conflict` when it was revoked before. */
export async function revokeException(tx: TenantTx, id: string, actor: string): Promise<void> {
  const row = await getException(tx, id)
  if (!row) throw new VouchError('not_found', 'There is no such exception.')
  if (row.revoked_at) throw new VouchError('conflict', 'This exception was revoked before.')
  await markRevoked(tx, id)
  await appendFact(tx, { kind: 'exception.revoked', actor, subject: id, content: { exception: id } })
  await announce(tx, 'checks.exception', id)
}

/** An open finding of the checks of one kind of source: what an exception can be granted for. Undefined when there is none. */
export async function findExceptable(
  tx: TenantTx,
  source: string,
): Promise<{ check_id: string; subject_id: string } | undefined> {
  return findOpenFinding(tx, `${source}.`)
}
