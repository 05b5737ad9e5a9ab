import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Config } from '../../platform/config/config.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { FolderStore } from '../../platform/objects/folder-store.ts'
import type { ObjectStore } from '../../platform/objects/object-store.ts'
import { S3Store } from '../../platform/objects/s3-store.ts'
import { startEmbeddedPostgres } from '../../platform/postgres/embedded-postgres.ts'
import { hasPlaces } from '../../platform/postgres/places.ts'
import { loadMasterKeys, type MasterKey } from '../../platform/vault/master-key.ts'

export interface DatabaseServer {
  readonly connectionString: string
  stop(): Promise<void>
}

/**
 * The configured database server: your own, or the embedded one, adopted or started. Unlike `openServices` it migrates nothing, so that a backup before
 * an upgrade, or a look at a broken installation, changes nothing. Throws VouchError with what to do.
 */
export async function openDatabaseServer(config: Config): Promise<DatabaseServer> {
  if (config.databaseUrl !== undefined) return { connectionString: config.databaseUrl, stop: async () => {} }
  return startEmbeddedPostgres({ dataDir: config.dataDir })
}

/** Whether there is a database to open: always when it is your own, after the first start when it is the embedded one. */
export function hasDatabase(config: Config): boolean {
  return config.databaseUrl !== undefined || hasPlaces(config.dataDir)
}

/** One connection of its own. Throws VouchError('not_ready') when the server cannot be reached; the message holds no password. */
export async function connect(connectionString: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: `vouch ${name}`, connectionTimeoutMillis: 15_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (cause) {
    await client.end().catch(() => {})
    throw new VouchError(
      'not_ready',
      `PostgreSQL cannot be reached: ${messageOf(cause)}. Check DATABASE_URL and that the server is running and accepts this user.`,
      { cause },
    )
  }
}

/** The configured object store. */
export async function openObjects(config: Config): Promise<ObjectStore> {
  return config.s3 ? S3Store.open(config.s3) : FolderStore.open(join(config.dataDir, 'objects'))
}

/** Where the master keys come from. */
export function keySource(config: Config): 'file' | 'environment' {
  return config.masterKeys.VOUCH_MASTER_KEY ? 'environment' : 'file'
}

/** The master keys that there are; never makes one. Throws VouchError('not_ready') when there is none. */
export function existingMasterKeys(config: Config): readonly [MasterKey, ...MasterKey[]] {
  const file = join(config.dataDir, 'master.key')
  if (keySource(config) === 'file' && !existsSync(file)) {
    throw new VouchError(
      'not_ready',
      `The master key ${file} is missing, and VOUCH_MASTER_KEY is not set. Bring it back from where you keep it, or restore a backup into a new data folder (./vouch restore).`,
    )
  }
  return loadMasterKeys({ dataDir: config.dataDir, env: config.masterKeys })
}

export const migrationsDir = new URL('../../../migrations/', import.meta.url).pathname

/** Names of the migrations that this version has, in order. */
export function ownMigrations(): string[] {
  const files = readdirSync(migrationsDir).filter(file => file.endsWith('.sql'))
  return files.map(file => file.replace(/\.sql$/, '')).sort()
}
