import type { TenantTx } from '../../platform/db/database.ts'
import { listNames } from './store.ts'

/** The names of users, as far as they belong or belonged to the organisation. */
export async function namesOf(tx: TenantTx, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (userIds.length === 0) return new Map()
  return new Map((await listNames(tx, userIds)).map(({ id, name }) => [id, name]))
}
