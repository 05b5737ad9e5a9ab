import type { TenantTx } from '../../platform/db/database.ts'
import { announce } from '../../platform/events/events.ts'
import { findSignInRule, lockMembers, putSignInRule } from './store.ts'

/** Whether members, except owners, must come by single sign-on. */
export function readSignInRule(tx: TenantTx): Promise<boolean> {
  return findSignInRule(tx)
}

/** Says whether they must. It holds from the next request on, and ends what the others have open. */
export async function changeSignInRule(tx: TenantTx, required: boolean): Promise<void> {
  if (required === (await findSignInRule(tx))) return
  await putSignInRule(tx, required)
  for (const { id } of await lockMembers(tx)) await announce(tx, 'access.member', id)
}
