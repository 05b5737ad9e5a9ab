import type { Database, TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { findOrganisation, findScope, oldestOrganisation } from './store.ts'

/** The organisation of the transaction. Throws `not_found` when it is gone. */
export async function readOrganisation(tx: TenantTx) {
  const row = await findOrganisation(tx)
  if (!row) throw new VouchError('not_found', 'There is no such organisation.')
  return row
}

/** What is in scope now. Throws `not_found` when none was set. */
export async function readScope(tx: TenantTx) {
  const row = await findScope(tx)
  if (!row) throw new VouchError('not_found', 'No scope is set.')
  return row
}

/** The id of the oldest organisation, if there is one. */
export function findOldestOrganisation(database: Database): Promise<string | undefined> {
  return oldestOrganisation(database)
}

/** The id of the oldest organisation. Throws `not_ready` when there is none. */
export async function readOldestOrganisation(database: Database): Promise<string> {
  const id = await findOldestOrganisation(database)
  if (id === undefined)
    throw new VouchError('not_ready', 'There is no organisation yet. Make one with: ./vouch init --name "Your company"')
  return id
}
