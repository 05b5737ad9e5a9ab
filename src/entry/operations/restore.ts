import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type { Config } from '../../platform/config/config.ts'
import { Database } from '../../platform/db/database.ts'
import { prepareDatabase } from '../../platform/db/prepare-database.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import type { ObjectStore } from '../../platform/objects/object-store.ts'
import { masterKeyFrom } from '../../platform/vault/master-key.ts'
import { type ArchiveEntry, type BackupHeader, readArchive, readHeader } from './archive.ts'
import { type ClaimedFolder, claimDataFolder } from './data-folder.ts'
import {
  connect,
  type DatabaseServer,
  existingMasterKeys,
  keySource,
  openDatabaseServer,
  openObjects,
  ownMigrations,
} from './parts.ts'
import { type Proof, prove } from './prove.ts'
import { type Head, malformed } from './records.ts'
import {
  beginFilling,
  dropSchema,
  emptySchema,
  endFilling,
  type Filling,
  fillQueue,
  fillTable,
  migrateTo,
  requireEmptyDatabase,
} from './restore-tables.ts'

export interface RestoreOptions {
  readonly signal?: AbortSignal
  readonly progress?: (message: string, done?: number, total?: number) => void
}

export interface RestoreSummary extends Proof {
  readonly header: BackupHeader
  readonly rows: number
  readonly objects: number
  /** Objects that were damaged or missing when the backup was made. */
  readonly lost: readonly string[]
  /** Where the master key was when the backup was made, and where it is now. */
  readonly keys: { readonly from: 'file' | 'environment'; readonly to: 'file' | 'environment' }
}

/**
 * Restores a backup into an empty data folder and an empty database, as `config` names them, and proves what it restored (`prove`). When it fails it
 * takes away again what it made. Throws VouchError: 'conflict' when something is not empty, 'unprocessable' for a backup of a newer Vouch, 'invalid_input'
 * when VOUCH_MASTER_KEY is another key than the backup's, 'integrity' for a wrong passphrase, a damaged backup or a proof that fails, 'storage_full'.
 */
export async function restore(
  config: Config,
  file: string,
  passphrase: string,
  options: RestoreOptions = {},
): Promise<RestoreSummary> {
  const { header } = await readHeader(file)
  const migrations = requireKnownMigrations(header)
  const entries = readArchive(file, passphrase)
  // Nothing is touched before the passphrase has proved right.
  const manifest = (await entries.next()).value?.head
  if (manifest?.kind !== 'manifest') throw malformed('it has no manifest')
  const keys = (await entries.next()).value?.head
  if (keys?.kind !== 'keys') throw malformed('it has no keys')
  const folder = claimDataFolder(config.dataDir)
  let server: DatabaseServer | undefined
  let client: pg.Client | undefined
  const reached: Reached = { claimed: false, committed: false }
  try {
    installKeys(config, keys)
    server = await openDatabaseServer(config)
    client = await connect(server.connectionString, 'restore')
    await requireEmptyDatabase(client)
    reached.claimed = true
    await prepareDatabase(server.connectionString)
    if (migrations < ownMigrations().length) {
      await emptySchema(client)
      await migrateTo(client, migrations)
    }
    const objects = await openObjects(config)
    const filled = await fill(client, objects, manifest, entries, options)
    reached.committed = true
    await prepareDatabase(server.connectionString)
    options.progress?.('Proving')
    const proof = await proveRestored(config, server.connectionString, objects, filled.lost)
    await client.end()
    await server.stop()
    await folder.release()
    return { header, ...filled, ...proof, keys: { from: keys.source, to: keySource(config) } }
  } catch (thrown) {
    const left = await undo(config, client, reached, server, folder)
    if (left === undefined) throw thrown
    throw new VouchError(
      'integrity',
      `${messageOf(thrown)} And what was restored by then could not be taken away: ${left}`,
      { cause: thrown },
    )
  }
}

/** How many of our migrations the backup's database had. */
function requireKnownMigrations({ migrations, vouch }: BackupHeader): number {
  const own = ownMigrations()
  const unknown = migrations.find((name, at) => own[at] !== name)
  if (unknown === undefined) return migrations.length
  throw new VouchError(
    'unprocessable',
    `This backup was made by Vouch ${vouch}, whose database is newer than this version knows (it has "${unknown}"). Restore it with that version or a later one.`,
  )
}

/** Keys from the environment must be the backup's; otherwise the backup's go into files that only their owner may read. */
function installKeys(config: Config, { keys }: Extract<Head, { kind: 'keys' }>): void {
  const stored = keys.map(text => masterKeyFrom(Buffer.from(text, 'base64')))
  if (keySource(config) === 'environment') {
    const given = new Set(existingMasterKeys(config).map(key => key.id))
    const missing = stored.find(key => !given.has(key.id))
    if (!missing) return
    throw new VouchError(
      'invalid_input',
      `VOUCH_MASTER_KEY is not the master key of this backup (${missing.id}). Set it to that key; or unset it, and the key in the backup is put into ${join(config.dataDir, 'master.key')}.`,
    )
  }
  for (const [at, key] of stored.entries()) {
    const path = join(config.dataDir, at === 0 ? 'master.key' : 'master.key.next')
    writeFileSync(path, `${key.key.toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  }
}

/** Fills database and object store from what follows in the backup; the database's transaction commits when all of it was authentic. */
async function fill(
  client: pg.Client,
  objects: ObjectStore,
  manifest: Extract<Head, { kind: 'manifest' }>,
  entries: AsyncGenerator<ArchiveEntry>,
  { signal, progress = () => {} }: RestoreOptions,
): Promise<{ rows: number; objects: number; lost: readonly string[] }> {
  const filling: Filling = await beginFilling(client, manifest)
  const done = { rows: 0, objects: 0, lost: [] as readonly string[] }
  for await (const entry of entries) {
    signal?.throwIfAborted()
    const { head } = entry
    if (head.kind === 'table') {
      progress('Database', filling.counts.size, manifest.tables.length)
      done.rows += await fillTable(client, filling, head.name, entry)
    } else if (head.kind === 'queue') await fillQueue(client, head.jobs)
    else if (head.kind === 'object') {
      progress('Objects', done.objects)
      if (await putObject(objects, head.id, entry)) done.objects += 1
    } else if (head.kind === 'end') {
      done.lost = head.lost
      if (head.rows !== done.rows || head.objects !== done.objects) throw malformed('its counts are wrong')
    } else throw malformed(`there is a second ${head.kind}`)
  }
  await endFilling(client, filling)
  await client.query('commit')
  return done
}

/** Stores an object and reads it back. Answers whether it is one: what was damaged when the backup was made is not stored. */
async function putObject(objects: ObjectStore, id: string, entry: ArchiveEntry): Promise<boolean> {
  try {
    await objects.put(entry.data, { id })
  } catch (thrown) {
    if (!(thrown instanceof VouchError && thrown.code === 'integrity')) throw thrown
    // When the backup itself is damaged, the entry has no tail.
    if (wasAbandoned(entry)) return false
    throw thrown
  }
  for await (const _ of await objects.get(id));
  return true
}

function wasAbandoned(entry: ArchiveEntry): boolean {
  try {
    return entry.tail().abandoned === true
  } catch {
    return false
  }
}

async function proveRestored(
  config: Config,
  connectionString: string,
  objects: ObjectStore,
  lost: readonly string[],
): Promise<Proof> {
  const database = new Database(connectionString, { poolSize: 2 })
  try {
    return await prove(database, objects, existingMasterKeys(config), new Set(lost))
  } finally {
    await database.close()
  }
}

/** How far a restore came with the database. */
interface Reached {
  /** The database is empty, and ours. */
  claimed: boolean
  /** What the backup holds is in it. */
  committed: boolean
}

/** Takes away what was made. Answers what could not be taken away; undefined when nothing is left. Objects in S3 stay: they may be locked, and harm nobody. */
async function undo(
  config: Config,
  client: pg.Client | undefined,
  reached: Reached,
  server: DatabaseServer | undefined,
  folder: ClaimedFolder,
): Promise<string | undefined> {
  try {
    // A connection that was broken off in the middle of COPY is good for nothing more.
    await client?.end()
    // The embedded database goes with the data folder.
    if (reached.claimed && config.databaseUrl !== undefined) await takeBack(config.databaseUrl, reached.committed)
    await server?.stop()
    folder.clear()
    return undefined
  } catch (thrown) {
    return messageOf(thrown)
  }
}

async function takeBack(connectionString: string, committed: boolean): Promise<void> {
  const client = await connect(connectionString, 'restore')
  try {
    if (committed) await dropSchema(client)
    else await emptySchema(client)
  } finally {
    await client.end()
  }
}
