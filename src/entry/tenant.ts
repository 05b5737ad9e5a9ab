import type { Database } from '../platform/db/database.ts'
import { VouchError } from '../platform/errors/errors.ts'

/** Until sign-in decides, whoever has the machine works in its oldest organisation. Throws `not_ready` when there is none. */
export async function oldestOrganisation(database: Database): Promise<string> {
  const row = await database.operator(trx =>
    trx.selectFrom('organisation').select('id').orderBy('created_at').orderBy('id').limit(1).executeTakeFirst(),
  )
  if (!row)
    throw new VouchError('not_ready', 'There is no organisation yet. Make one with: ./vouch init --name "Your company"')
  return row.id
}
