import { join } from 'node:path'
import { pino } from 'pino'
import type { Clock } from '../platform/clock/clock.ts'
import type { Config } from '../platform/config/config.ts'
import { makeDataFolder } from '../platform/config/data-folder.ts'
import { isSecure } from '../platform/config/public-address.ts'
import { Database } from '../platform/db/database.ts'
import { prepareDatabase } from '../platform/db/prepare-database.ts'
import { ChangeListener } from '../platform/events/events.ts'
import { Mail } from '../platform/mail/mail.ts'
import { FolderStore } from '../platform/objects/folder-store.ts'
import type { ObjectStore } from '../platform/objects/object-store.ts'
import { S3Store } from '../platform/objects/s3-store.ts'
import { startEmbeddedPostgres } from '../platform/postgres/embedded-postgres.ts'
import type { Services } from '../platform/services.ts'
import { SignIn } from '../platform/sign-in/sign-in.ts'
import { deriveSecret, loadMasterKeys } from '../platform/vault/master-key.ts'
import { operatorVaultStore } from '../platform/vault/sql-store.ts'
import { Vault } from '../platform/vault/vault.ts'

export interface RunningServices extends Services {
  /** Closes everything that was opened, in reverse; an embedded PostgreSQL that nobody else uses stops. */
  close(): Promise<void>
}

/**
 * Opens what Vouch works with, by its configuration: database (started when it is the embedded one, and migrated), object store, vault, log.
 * Throws VouchError with what to do when something is missing; what was opened by then is closed again.
 */
export async function openServices(config: Config, clock: Clock): Promise<RunningServices> {
  const log = pino(
    { level: config.logLevel, redact: { paths: ['*.password', '*.secret', '*.authorization'], remove: true } },
    pino.destination({ dest: 2, sync: false }),
  )
  const opened: (() => Promise<void>)[] = []
  const close = async () => {
    for (const step of opened.reverse()) await step()
    opened.length = 0
  }
  try {
    makeDataFolder(config.dataDir)
    const connectionString =
      config.databaseUrl ?? (await startOwnPostgres(config, opened, line => log.debug({ postgres: line })))
    await prepareDatabase(connectionString)
    const database = new Database(connectionString)
    opened.push(() => database.close())
    const changes = await ChangeListener.start(database)
    opened.push(() => changes.close())
    const masterKeys = loadMasterKeys({ dataDir: config.dataDir, env: config.masterKeys })
    const vault = new Vault(masterKeys, operatorVaultStore(database))
    const signIn = new SignIn({
      connectionString,
      secret: deriveSecret(masterKeys[0], 'sessions'),
      secure: isSecure(config),
      masterKeys,
      freshSeconds: config.freshMinutes * 60,
    })
    opened.push(() => signIn.close())
    const mail = new Mail({ config, connectionString, masterKeys, vault })
    opened.push(() => mail.close())
    const objects = await openObjects(config)
    return { config, clock, log, database, changes, vault, signIn, mail, objects, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startOwnPostgres(
  config: Config,
  opened: (() => Promise<void>)[],
  log: (line: string) => void,
): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log })
  opened.push(() => postgres.stop())
  return postgres.connectionString
}

async function openObjects(config: Config): Promise<ObjectStore> {
  if (!config.s3) return FolderStore.open(join(config.dataDir, 'objects'))
  const { bucket, endpoint, region, prefix, lockDays } = config.s3
  return S3Store.open({
    bucket,
    region,
    prefix,
    // Servers that are not Amazon's rarely have a host name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(lockDays === undefined ? {} : { lock: { mode: 'COMPLIANCE', days: lockDays } as const }),
    spoolFolder: join(config.dataDir, 'tmp', 'objects'),
  })
}
