import { DatabaseError } from 'pg'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'

const uniqueViolation = '23505'

export async function findOrganisation(tx: TenantTx) {
  return tx.sql.selectFrom('organisation').selectAll().where('id', '=', tx.orgId).executeTakeFirst()
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

export async function findScope(tx: TenantTx) {
  return tx.sql.selectFrom('scope_scope').selectAll().executeTakeFirst()
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

/** The organisation that was made first, of all that there are. */
export async function oldestOrganisation(database: Database): Promise<string | undefined> {
  const row = await database.operator(trx =>
    trx.selectFrom('organisation').select('id').orderBy('created_at').orderBy('id').limit(1).executeTakeFirst(),
  )
  return row?.id
}
