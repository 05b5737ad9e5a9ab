import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Clock, systemClock } from '../clock/clock.ts'
import { type Config, readConfig } from '../config/config.ts'
import { isSecure } from '../config/public-address.ts'
import { Database } from '../db/database.ts'
import { prepareDatabase } from '../db/prepare-database.ts'
import { ChangeListener } from '../events/events.ts'
import { Mail } from '../mail/mail.ts'
import { FolderStore } from '../objects/folder-store.ts'
import type { Services } from '../services.ts'
import { SignIn } from '../sign-in/sign-in.ts'
import { deriveSecret, loadMasterKeys } from '../vault/master-key.ts'
import { operatorVaultStore } from '../vault/sql-store.ts'
import { Vault } from '../vault/vault.ts'
import { testDatabase } from './postgres.ts'

export interface TestServices<ClockType extends Clock = Clock> extends Services {
  readonly clock: ClockType
  /** Closes everything and removes database and data folder. */
  close(): Promise<void>
}

/** Services for one test file: a real PostgreSQL database of its own, migrated, and a data folder of its own. Nothing is logged. */
export async function testServices<ClockType extends Clock = Clock>(
  options: { clock?: ClockType; config?: Partial<Config> } = {},
): Promise<TestServices<ClockType>> {
  const clock = options.clock ?? (systemClock as ClockType)
  const dataDir = mkdtempSync(join(tmpdir(), 'vouch-test-data-'))
  const postgres = await testDatabase({ template: prepareDatabase })
  const database = new Database(postgres.connectionString)
  const changes = await ChangeListener.start(database)
  const masterKeys = loadMasterKeys({ dataDir, env: {} })
  const vault = new Vault(masterKeys, operatorVaultStore(database))
  const config = { ...readConfig({ VOUCH_DATA: dataDir, VOUCH_PORT: '0' }), ...options.config }
  const signIn = new SignIn({
    connectionString: postgres.connectionString,
    secret: deriveSecret(masterKeys[0], 'sessions'),
    secure: isSecure(config),
    masterKeys,
  })
  const objects = await FolderStore.open(join(dataDir, 'objects'))
  const mail = new Mail({ config, connectionString: postgres.connectionString, masterKeys, vault })
  return {
    config,
    clock,
    database,
    changes,
    vault,
    signIn,
    mail,
    objects,
    log: pino({ level: 'silent' }),
    async close() {
      await changes.close()
      await signIn.close()
      await mail.close()
      await database.close()
      await postgres.drop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
