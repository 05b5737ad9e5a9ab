import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { listStoredControls, lockControl, updateControl } from './store.ts'

/** Changes what the organisation says of a control, and logs it. Nobody sets its status: that follows. Throws `not_found`. */
export async function changeControl(
  tx: TenantTx,
  id: string,
  change: {
    implemented?: boolean | undefined
    not_applicable_reason?: string | null | undefined
    owner?: string | null | undefined
  },
  actor: string,
): Promise<void> {
  await lockControl(tx, id)
  const before = (await listStoredControls(tx)).find(control => control.id === id)
  if (!before) throw new VouchError('not_found', 'There is no such control.')
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const after = { ...before, ...given }
  await updateControl(tx, id, given)
  // An owner is a person: personal data, which is no part of what the log commits to here.
  await appendFact(tx, {
    kind: 'control.changed',
    actor,
    subject: id,
    content: {
      id,
      definition: before.definition,
      implemented: after.implemented,
      not_applicable_reason: after.not_applicable_reason,
    },
  })
  await announce(tx, 'controls.control', id)
}
