import { sql } from 'kysely'
import { z } from 'zod'
import { type CheckDefinition, checkVersion } from '../../../verifier/checks/check.ts'
import type { ParameterValue } from '../../../verifier/checks/parameters.ts'
import type { FactContent } from '../../../verifier/records/facts.ts'
import { checkChanged } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'

export interface StoredCheck {
  readonly id: string
  readonly version: string
  readonly definition: FactContent<'check.changed'>['definition']
  readonly parameters: Readonly<Record<string, ParameterValue>>
  readonly enabled: boolean
}

const storedCheck = z.object(checkChanged.shape)

function present(row: {
  id: string
  version: string
  definition: unknown
  parameters: unknown
  enabled: boolean
}): StoredCheck {
  return storedCheck.parse({
    id: row.id,
    version: row.version,
    definition: row.definition,
    parameters: row.parameters,
    enabled: row.enabled,
  })
}

/**
 * Definitions by version. A version is the hash of its definition, so nothing in here can go out of date or differ between organisations; reading and
 * validating sixty of them was half the time of a list. Emptied when it is full.
 */
const definitions = new Map<string, StoredCheck['definition']>()

const mostDefinitions = 2_000

/** Every check, by id. */
export async function listStoredChecks(tx: TenantTx): Promise<StoredCheck[]> {
  const rows = await tx.sql
    .selectFrom('checks_check')
    .select(['id', 'version', 'parameters', 'enabled'])
    .orderBy('id')
    .execute()
  const missing = rows.filter(row => !definitions.has(row.version)).map(row => row.id)
  const read =
    missing.length === 0 ? [] : await tx.sql.selectFrom('checks_check').selectAll().where('id', 'in', missing).execute()
  if (definitions.size + read.length > mostDefinitions) definitions.clear()
  const fresh = new Map(read.map(present).map(check => [check.id, check]))
  for (const { version, definition } of fresh.values()) {
    if (checkVersion(definition) === version) definitions.set(version, definition)
  }
  return rows.flatMap(row => {
    const definition = fresh.get(row.id)?.definition ?? definitions.get(row.version)
    // Deleted between the two queries.
    if (!definition) return []
    const { id, version, enabled } = row
    return [{ id, version, definition, parameters: storedCheck.shape.parameters.parse(row.parameters), enabled }]
  })
}

/** Throws `not_found`. */
export async function getStoredCheck(tx: TenantTx, id: string): Promise<StoredCheck> {
  const row = await tx.sql.selectFrom('checks_check').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw noSuchCheck()
  return present(row)
}

/** Throws `not_found`. For pages about a check that show nothing of its definition, which is large. */
export async function requireCheck(tx: TenantTx, id: string): Promise<void> {
  const row = await tx.sql.selectFrom('checks_check').select('id').where('id', '=', id).executeTakeFirst()
  if (!row) throw noSuchCheck()
}

function noSuchCheck(): VouchError {
  return new VouchError('not_found', 'There is no such check.')
}

/** Keeps others from changing a check until the transaction ends: what is read of it then stays so. */
export async function lockCheck(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.selectFrom('checks_check').select('id').where('id', '=', id).forUpdate().execute()
}

/** One at a time adds checks, until its transaction ends: two of the same title get two ids. */
export async function lockNewChecks(tx: TenantTx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`checks.add ${tx.orgId}`}, 0))`.execute(tx.sql)
}

export async function writeChecks(
  tx: TenantTx,
  checks: readonly {
    id: string
    version: string
    definition: CheckDefinition
    parameters: Readonly<Record<string, ParameterValue>>
    enabled: boolean
  }[],
): Promise<void> {
  for (const check of checks) {
    const row = {
      version: check.version,
      definition: JSON.stringify(check.definition),
      parameters: JSON.stringify(check.parameters),
      enabled: check.enabled,
    }
    await tx.sql
      .insertInto('checks_check')
      .values({ org_id: tx.orgId, id: check.id, ...row })
      .onConflict(conflict => conflict.columns(['org_id', 'id']).doUpdateSet(row))
      .execute()
  }
}
