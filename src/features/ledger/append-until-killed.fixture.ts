/**
 * Appends to a log and integrates it, in two interleaved loops, until it is killed. Prints the ids of each transaction's entries once it is committed, and each
 * checkpoint once it is signed. Arguments: connection string, data folder, organisation.
 */
import { pino } from 'pino'
import { systemClock } from '../../platform/clock/clock.ts'
import { readConfig } from '../../platform/config/config.ts'
import { Database } from '../../platform/db/database.ts'
import { ChangeListener } from '../../platform/events/events.ts'
import { Mail } from '../../platform/mail/mail.ts'
import { FolderStore } from '../../platform/objects/folder-store.ts'
import type { Services } from '../../platform/services.ts'
import { SignIn } from '../../platform/sign-in/sign-in.ts'
import { deriveSecret, loadMasterKeys } from '../../platform/vault/master-key.ts'
import { operatorVaultStore } from '../../platform/vault/sql-store.ts'
import { Vault } from '../../platform/vault/vault.ts'
import { append } from './builders.ts'
import { integrate } from './integrate.ts'

const [connectionString = '', dataDir = '', orgId = ''] = process.argv.slice(2)
const database = new Database(connectionString)
const masterKeys = loadMasterKeys({ dataDir, env: {} })
const config = readConfig({ VOUCH_DATA: dataDir })
const vault = new Vault(masterKeys, operatorVaultStore(database))
const services: Services = {
  config,
  clock: systemClock,
  database,
  objects: await FolderStore.open(`${dataDir}/objects`),
  vault,
  signIn: new SignIn({ connectionString, secret: deriveSecret(masterKeys[0], 'sessions'), secure: false, masterKeys }),
  mail: new Mail({ config, connectionString, masterKeys, vault }),
  changes: await ChangeListener.start(database),
  log: pino({ level: 'silent' }),
}

/** Written at once, so that what was acknowledged is known although the process dies right after. */
const say = (line: string) => new Promise<void>(resolve => process.stdout.write(`${line}\n`, () => resolve()))

async function keepAppending(): Promise<never> {
  for (let count = 1; ; count = (count % 7) + 1)
    await say(`appended ${(await append(services, orgId, count)).join(' ')}`)
}
async function keepIntegrating(): Promise<never> {
  for (;;) {
    const checkpoint = await integrate(services, orgId)
    if (checkpoint) await say(`signed ${JSON.stringify(checkpoint)}`)
  }
}
await Promise.all([keepAppending(), keepIntegrating()])
