/** A worker that sends mail until it is killed. Arguments: connection string, data folder, URL of the SMTP server. */
import { pino } from 'pino'
import { systemClock } from '../clock/clock.ts'
import { readConfig } from '../config/config.ts'
import { Database } from '../db/database.ts'
import { ChangeListener } from '../events/events.ts'
import { startWorker } from '../jobs/worker.ts'
import { FolderStore } from '../objects/folder-store.ts'
import { SignIn } from '../sign-in/sign-in.ts'
import { loadMasterKeys } from '../vault/master-key.ts'
import { operatorVaultStore } from '../vault/sql-store.ts'
import { Vault } from '../vault/vault.ts'
import { Mail } from './mail.ts'
import { sendMessage } from './send-message.ts'

const [connectionString = '', dataDir = '', url = ''] = process.argv.slice(2)
const config = readConfig({ VOUCH_DATA: dataDir, VOUCH_SMTP_URL: url, VOUCH_MAIL_FROM: 'vouch@acme.example' })
const database = new Database(connectionString)
const masterKeys = loadMasterKeys({ dataDir, env: {} })
const vault = new Vault(masterKeys, operatorVaultStore(database))
const services = {
  config,
  database,
  vault,
  clock: systemClock,
  log: pino({ level: 'silent' }),
  changes: await ChangeListener.start(database),
  objects: await FolderStore.open(`${dataDir}/objects`),
  mail: new Mail({ config, connectionString, masterKeys, vault }),
  signIn: new SignIn({ connectionString, secret: 'x'.repeat(32), secure: false, masterKeys }),
}
await startWorker({ ...services, jobs: [], ticks: [], tasks: { mail: sendMessage(services) }, concurrency: 1 })
