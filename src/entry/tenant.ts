import { readOldestOrganisation } from '../features/scope/read-scope.ts'
import type { Database } from '../platform/db/database.ts'

const known = new WeakMap<Database, string>()

/** On the command line, whoever has the machine works in its oldest organisation. Throws `not_ready` when there is none. */
export async function oldestOrganisation(database: Database): Promise<string> {
  const before = known.get(database)
  if (before !== undefined) return before
  const id = await readOldestOrganisation(database)
  // The oldest stays the oldest: an organisation is never deleted.
  known.set(database, id)
  return id
}
