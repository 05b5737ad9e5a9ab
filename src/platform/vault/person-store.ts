import type { Sql } from '../db/database.ts'
import type { VaultStore } from './vault.ts'

/** Runs statements: within one transaction, or each call in one of its own. */
export type RunSql = <T>(work: (db: Sql) => Promise<T>) => Promise<T>

/**
 * The vault's rows of people instead of organisations: `auth_data_key` and `auth_secret`, where the vault's "organisation" is the user's id. A person's secrets, such as
 * the key of their authenticator app, belong to no organisation and go with the person. `run` works as vouch_auth, or as vouch_owner for key rotation.
 */
export function personVaultStore(run: RunSql): VaultStore {
  return {
    getDataKey: (userId, keyId) =>
      run(async db => {
        let query = db
          .selectFrom('auth_data_key')
          .selectAll()
          .where('user_id', '=', userId)
          .orderBy('created_at', 'desc')
          .limit(1)
        if (keyId !== undefined) query = query.where('key_id', '=', keyId)
        const row = await query.executeTakeFirst()
        return row && presentKey(row)
      }),
    putDataKey: ({ orgId, keyId, wrapped, masterKeyId }) =>
      run(async db => {
        const row = { user_id: orgId, key_id: keyId, wrapped: Buffer.from(wrapped), master_key_id: masterKeyId }
        await db.insertInto('auth_data_key').values(row).execute()
      }),
    getSecret: (userId, name) =>
      run(async db => {
        const row = await db
          .selectFrom('auth_secret')
          .select('sealed')
          .where('user_id', '=', userId)
          .where('name', '=', name)
          .executeTakeFirst()
        return row?.sealed
      }),
    putSecret: (userId, name, bytes) =>
      run(async db => {
        const sealed = Buffer.from(bytes)
        await db
          .insertInto('auth_secret')
          .values({ user_id: userId, name, sealed })
          .onConflict(conflict => conflict.columns(['user_id', 'name']).doUpdateSet({ sealed, updated_at: new Date() }))
          .execute()
      }),
    deleteSecret: (userId, name) =>
      run(async db => {
        const result = await db
          .deleteFrom('auth_secret')
          .where('user_id', '=', userId)
          .where('name', '=', name)
          .executeTakeFirst()
        return result.numDeletedRows > 0n
      }),
    async *listWrapped() {
      const rows = await run(db => db.selectFrom('auth_data_key').selectAll().execute())
      yield* rows.map(presentKey)
    },
    replaceWrapped: (key, expectedMasterKeyId) =>
      run(async db => {
        const result = await db
          .updateTable('auth_data_key')
          .set({ wrapped: Buffer.from(key.wrapped), master_key_id: key.masterKeyId })
          .where('user_id', '=', key.orgId)
          .where('key_id', '=', key.keyId)
          .where('master_key_id', '=', expectedMasterKeyId)
          .executeTakeFirst()
        return result.numUpdatedRows > 0n
      }),
  }
}

function presentKey(row: { user_id: string; key_id: string; wrapped: Buffer; master_key_id: string }) {
  return { orgId: row.user_id, keyId: row.key_id, wrapped: row.wrapped, masterKeyId: row.master_key_id }
}
