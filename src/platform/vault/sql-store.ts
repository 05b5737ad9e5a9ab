import type { Transaction } from 'kysely'
import type { Database, TenantTx } from '../db/database.ts'
import type { DB } from '../db/schema.gen.ts'
import { personVaultStore } from './person-store.ts'
import type { VaultStore, WrappedKey } from './vault.ts'

/** The vault's rows within one organisation's transaction: a secret is kept with the change it belongs to, or not at all. */
export function tenantVaultStore(tx: TenantTx): VaultStore {
  return storeOver(work => work(tx.sql))
}

/** The vault's rows of all organisations, each call a transaction of its own: for key rotation. */
export function operatorVaultStore(database: Database): VaultStore {
  return storeOver(work => database.operator(work))
}

/** Everything that the master key opens, of organisations and of people: for key rotation and what looks whether all is there. */
export function allVaultStores(database: Database): readonly VaultStore[] {
  return [operatorVaultStore(database), personVaultStore(work => database.operator(work))]
}

function storeOver(run: <T>(work: (trx: Transaction<DB>) => Promise<T>) => Promise<T>): VaultStore {
  return {
    getDataKey: (orgId, keyId) =>
      run(async trx => {
        let query = trx
          .selectFrom('vault_data_key')
          .selectAll()
          .where('org_id', '=', orgId)
          .orderBy('created_at', 'desc')
          .limit(1)
        if (keyId !== undefined) query = query.where('key_id', '=', keyId)
        const row = await query.executeTakeFirst()
        return row && presentKey(row)
      }),
    putDataKey: key =>
      run(async trx => {
        const row = {
          org_id: key.orgId,
          key_id: key.keyId,
          wrapped: Buffer.from(key.wrapped),
          master_key_id: key.masterKeyId,
        }
        await trx.insertInto('vault_data_key').values(row).execute()
      }),
    getSecret: (orgId, name) =>
      run(async trx => {
        const row = await trx
          .selectFrom('vault_secret')
          .select('sealed')
          .where('org_id', '=', orgId)
          .where('name', '=', name)
          .executeTakeFirst()
        return row?.sealed
      }),
    putSecret: (orgId, name, sealed) =>
      run(async trx => {
        const value = Buffer.from(sealed)
        await trx
          .insertInto('vault_secret')
          .values({ org_id: orgId, name, sealed: value })
          .onConflict(conflict =>
            conflict.columns(['org_id', 'name']).doUpdateSet({ sealed: value, updated_at: new Date() }),
          )
          .execute()
      }),
    deleteSecret: (orgId, name) =>
      run(async trx => {
        const result = await trx
          .deleteFrom('vault_secret')
          .where('org_id', '=', orgId)
          .where('name', '=', name)
          .executeTakeFirst()
        return result.numDeletedRows > 0n
      }),
    async *listWrapped() {
      const rows = await run(trx => trx.selectFrom('vault_data_key').selectAll().execute())
      yield* rows.map(presentKey)
    },
    replaceWrapped: (key, expectedMasterKeyId) =>
      run(async trx => {
        const result = await trx
          .updateTable('vault_data_key')
          .set({ wrapped: Buffer.from(key.wrapped), master_key_id: key.masterKeyId })
          .where('org_id', '=', key.orgId)
          .where('key_id', '=', key.keyId)
          .where('master_key_id', '=', expectedMasterKeyId)
          .executeTakeFirst()
        return result.numUpdatedRows > 0n
      }),
  }
}

function presentKey(row: { org_id: string; key_id: string; wrapped: Buffer; master_key_id: string }): WrappedKey {
  return { orgId: row.org_id, keyId: row.key_id, wrapped: row.wrapped, masterKeyId: row.master_key_id }
}
