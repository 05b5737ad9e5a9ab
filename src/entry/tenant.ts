import type { Database } from '../platform/db/database.ts'
import { VouchError } from '../platform/errors/errors.ts'

const known = new WeakMap<Database, string>()

/** Until sign-in decides, whoever has the machine works in its oldest organisation. Throws `not_ready` when there is none. */
export async function oldestOrganisation(database: Database): Promise<string> {
  const before = known.get(database)
  if (before !== undefined) return before
  const row = await database.operator(trx =>
    trx.selectFrom('organisation').select('id').orderBy('created_at').orderBy('id').limit(1).executeTakeFirst(),
  )
  if (!row)
    throw new VouchError('not_ready', 'There is no organisation yet. Make one with: ./vouch init --name "Your company"')
  // The oldest stays the oldest: an organisation is never deleted.
  known.set(database, row.id)
  return row.id
}
