/** A node that sends webhooks until it is killed. Arguments: connection string, data folder, how long a delivery is its own in milliseconds. */
import { pino } from 'pino'
import { systemClock } from '../../platform/clock/clock.ts'
import { readConfig } from '../../platform/config/config.ts'
import { Database } from '../../platform/db/database.ts'
import { ChangeListener } from '../../platform/events/events.ts'
import { loadMasterKeys } from '../../platform/vault/master-key.ts'
import { operatorVaultStore } from '../../platform/vault/sql-store.ts'
import { Vault } from '../../platform/vault/vault.ts'
import { startSender } from './sender.ts'

const [, , connectionString = '', dataDir = '', leaseMs = ''] = process.argv
const database = new Database(connectionString)
const config = readConfig({ VOUCH_DATA: dataDir, VOUCH_ALLOW_PRIVATE_HOSTS: '127.0.0.1' })
const masterKeys = loadMasterKeys({ dataDir, env: {} })
const vault = new Vault(masterKeys, operatorVaultStore(database))
startSender(
  {
    config,
    database,
    clock: systemClock,
    changes: await ChangeListener.start(database),
    vault,
    log: pino({ level: 'silent' }),
  },
  { leaseMs: Number(leaseMs) },
)
