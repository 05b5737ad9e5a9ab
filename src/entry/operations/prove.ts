import type { Database } from '../../platform/db/database.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import type { ObjectStore } from '../../platform/objects/object-store.ts'
import type { MasterKey } from '../../platform/vault/master-key.ts'
import { personVaultStore } from '../../platform/vault/person-store.ts'
import { operatorVaultStore } from '../../platform/vault/sql-store.ts'
import { Vault } from '../../platform/vault/vault.ts'
import { referencedObjects } from './catalog.ts'
import { checkLedger } from './check-ledger.ts'
import { connect } from './parts.ts'

export interface Proof {
  readonly organisations: number
  readonly leaves: number
  readonly secrets: number
}

/**
 * Proves that an installation holds together: each organisation's ledger rebuilt and equal to its signed checkpoints, each secret opened, each object that
 * the database refers to there, but for those known to be `lost`. Throws VouchError('integrity') with what does not hold.
 */
export async function prove(
  database: Database,
  objects: ObjectStore,
  masterKeys: readonly [MasterKey, ...MasterKey[]],
  lost: ReadonlySet<string>,
): Promise<Proof> {
  const problems: string[] = []
  const organisations = await database.operator(trx => trx.selectFrom('organisation').select('id').execute())
  let leaves = 0
  for (const { id } of organisations) {
    const ledger = await checkLedger(database, id)
    leaves += ledger.size
    problems.push(...ledger.problems)
  }
  const vault = new Vault(masterKeys, operatorVaultStore(database))
  const people = new Vault(
    masterKeys,
    personVaultStore(work => database.operator(work)),
  )
  const secrets = await database.operator(trx => trx.selectFrom('vault_secret').select(['org_id', 'name']).execute())
  const theirs = await database.operator(trx => trx.selectFrom('auth_secret').select(['user_id', 'name']).execute())
  const all = [
    ...secrets.map(({ org_id, name }) => ({ of: org_id, name, in: vault })),
    ...theirs.map(({ user_id, name }) => ({ of: user_id, name, in: people })),
  ]
  for (const { of, name, in: opener } of all) {
    await opener
      .getSecret(of, name)
      .catch((thrown: unknown) => problems.push(`The secret ${name}: ${messageOf(thrown)}`))
  }
  const client = await connect(database.connectionString, 'proof')
  try {
    await client.query('set role vouch_owner')
    for await (const id of referencedObjects(client)) {
      if (!lost.has(id) && !(await objects.has(id))) problems.push(`The object ${id} is missing.`)
    }
  } finally {
    await client.end()
  }
  if (problems.length > 0)
    throw new VouchError('integrity', `What was restored does not hold together: ${problems.slice(0, 10).join(' ')}`)
  return { organisations: organisations.length, leaves, secrets: all.length }
}
