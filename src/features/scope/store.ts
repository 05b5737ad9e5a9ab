import { DatabaseError } from 'pg'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'

const uniqueViolation = '23505'

/** The organisation of the transaction. Throws `not_found` when it is gone. */
export async function readOrganisation(tx: TenantTx) {
  const row = await tx.sql.selectFrom('organisation').selectAll().where('id', '=', tx.orgId).executeTakeFirst()
  if (!row) throw new VouchError('not_found', 'There is no such organisation.')
  return row
}

export async function insertOrganisation(
  tx: TenantTx,
  organisation: { slug: string; name: string; isSample: boolean },
): Promise<void> {
  await tx.sql
    .insertInto('organisation')
    .values({
      id: tx.orgId,
      slug: organisation.slug,
      name: organisation.name,
      is_sample: organisation.isSample,
      created_at: tx.clock.now(),
    })
    .execute()
    .catch((error: unknown) => {
      // Row-level security hides the others' slugs: that one is taken shows only here.
      if (error instanceof DatabaseError && error.code === uniqueViolation)
        throw new VouchError(
          'conflict',
          `There is already an organisation "${organisation.slug}". Choose another slug.`,
        )
      throw error
    })
}

export async function readScope(tx: TenantTx) {
  const row = await tx.sql.selectFrom('scope_scope').selectAll().executeTakeFirst()
  if (!row) throw new VouchError('not_found', 'No scope is set.')
  return row
}

export async function writeScope(
  tx: TenantTx,
  scope: { framework: string; categories: string[]; period_from: string | null; period_to: string | null },
): Promise<void> {
  await tx.sql
    .insertInto('scope_scope')
    .values({ org_id: tx.orgId, ...scope })
    .onConflict(conflict => conflict.columns(['org_id', 'id']).doUpdateSet(scope))
    .execute()
}
