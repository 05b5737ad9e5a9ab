import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { adoptNextMasterKey, type MasterKey, prepareNextMasterKey } from '../../platform/vault/master-key.ts'
import { allVaultStores } from '../../platform/vault/sql-store.ts'
import { Vault } from '../../platform/vault/vault.ts'
import { existingMasterKeys, keySource } from './parts.ts'

/**
 * Wraps every data key with a new master key. With the key in its file, the new one is made, used, and takes the old one's place; with VOUCH_MASTER_KEY,
 * that is the new one and VOUCH_MASTER_KEY_PREVIOUS the old one. Interrupted at any point, it goes on where it was when it is run again. Answers how
 * many data keys were wrapped anew, and the new key's id. Throws VouchError: 'conflict' while servers or workers run, which hold the old key;
 * 'invalid_input' when there is no key to rotate to.
 */
export async function rotateMasterKey(
  services: Services,
): Promise<{ rotated: number; keyId: string; from: 'file' | 'environment' }> {
  const { config } = services
  const from = keySource(config)
  await refuseRunning(services)
  const next =
    from === 'file' ? await prepareNext(config.dataDir) : requirePrevious(config.masterKeys, existingMasterKeys(config))
  let rotated = 0
  for (const store of allVaultStores(services.database)) {
    rotated += await new Vault(existingMasterKeys(config), store).rotate(next)
    // An old key that is given up while a data key needs it is gone for good.
    for await (const key of store.listWrapped()) {
      if (key.masterKeyId !== next.id)
        throw new VouchError(
          'conflict',
          'A data key was made meanwhile under the old master key. Stop what uses this database, and run ./vouch vault rotate again.',
        )
    }
  }
  if (from === 'file') adoptNextMasterKey(config.dataDir)
  return { rotated, keyId: next.id, from }
}

async function prepareNext(dataDir: string): Promise<MasterKey> {
  if (!existsSync(join(dataDir, 'master.key')))
    throw new VouchError('not_ready', `The master key ${join(dataDir, 'master.key')} is missing.`)
  return prepareNextMasterKey(dataDir)
}

function requirePrevious(
  env: { readonly VOUCH_MASTER_KEY_PREVIOUS: string | undefined },
  keys: readonly [MasterKey, ...MasterKey[]],
): MasterKey {
  const [next, previous] = keys
  if (!env.VOUCH_MASTER_KEY_PREVIOUS) {
    throw new VouchError(
      'invalid_input',
      'The master key comes from VOUCH_MASTER_KEY. Make a new one (openssl rand -base64 32), set VOUCH_MASTER_KEY to it and VOUCH_MASTER_KEY_PREVIOUS to the present one, and run ./vouch vault rotate again.',
    )
  }
  if (previous?.id === next.id)
    throw new VouchError(
      'invalid_input',
      'VOUCH_MASTER_KEY and VOUCH_MASTER_KEY_PREVIOUS are the same key. Set VOUCH_MASTER_KEY to a new one: openssl rand -base64 32',
    )
  return next
}

/** Servers and workers read the master key when they start, and would neither open what is wrapped anew nor wrap with the new key. */
async function refuseRunning({ database }: Services): Promise<void> {
  const { rows } = await database.operator(trx =>
    sql<{ workers: number }>`select count(*) as workers from pg_stat_activity
      where datname = current_database() and application_name = 'vouch worker presence'`.execute(trx),
  )
  if ((rows[0]?.workers ?? 0) > 0) {
    throw new VouchError(
      'conflict',
      'A server or worker runs on this database and holds the present master key. Stop them all, run ./vouch vault rotate, and start them again.',
    )
  }
}
