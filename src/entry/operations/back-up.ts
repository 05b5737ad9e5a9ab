import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { VouchError } from '../../platform/errors/errors.ts'
import type { ObjectStore } from '../../platform/objects/object-store.ts'
import type { MasterKey } from '../../platform/vault/master-key.ts'
import { unwrapDataKey } from '../../platform/vault/vault.ts'
import { version } from '../version.ts'
import { writeArchive } from './archive.ts'
import { type CatalogTable, listMigrations, listSequences, listTables, referencedObjects } from './catalog.ts'
import { connect } from './parts.ts'
import type { ArchiveRecord, Head } from './records.ts'

/** What is backed up. */
export interface BackupSource {
  readonly connectionString: string
  readonly objects: ObjectStore
  /** Reads the master keys that there are now, the one to wrap with first. */
  readonly masterKeys: () => readonly MasterKey[]
  readonly keySource: 'file' | 'environment'
}

export interface BackupOptions {
  readonly signal?: AbortSignal
  readonly progress?: (message: string, done?: number, total?: number) => void
  /** scrypt's N; tests make it small. */
  readonly cost?: number
}

export interface BackupSummary {
  readonly rows: number
  readonly objects: number
  /** Ids of objects that the database refers to, or the store lists, and that are damaged or gone: they are not in the backup. */
  readonly lost: readonly string[]
}

/**
 * Writes database, objects and master keys into one file, while others go on working: everything of the database is as it was at one moment, and every
 * object that it refers to was stored before that. Damaged and missing objects do not keep the rest from being saved; they are named in the answer.
 * Throws VouchError: 'not_ready' when there is nothing to back up, 'integrity' when the master keys do not open the vault, and what `writeArchive` throws.
 */
export async function backUp(
  source: BackupSource,
  file: string,
  passphrase: string,
  options: BackupOptions = {},
): Promise<BackupSummary> {
  // Read before the snapshot and after it: of a rotation in between, one of the two has the key that it has taken away.
  const keysBefore = source.masterKeys()
  const client = await connect(source.connectionString, 'backup')
  try {
    const migrations = await listMigrations(client)
    if (!migrations || migrations.length === 0)
      throw new VouchError('not_ready', 'This database holds nothing of Vouch yet, so there is nothing to back up.')
    await beginSnapshot(client)
    const keys = await usedKeys(client, distinct([...keysBefore, ...source.masterKeys()]))
    const summary = { rows: 0, objects: 0, lost: [] as string[] }
    const records = everything(client, source, keys, summary, options)
    const about = { vouch: version, created_at: new Date().toISOString(), migrations }
    await writeArchive(file, about, passphrase, records, options)
    return summary
  } finally {
    await client.end().catch(() => {})
  }
}

/** One unmoving view of the database for as long as it takes, as vouch_owner, whose policies let it see all organisations; written the same everywhere. */
async function beginSnapshot(client: pg.Client): Promise<void> {
  await client.query('begin isolation level repeatable read, read only')
  await client.query('set local role vouch_owner')
  await client.query(`
    select set_config(name, value, true) from (values ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'), ('lock_timeout', '0'),
      ('timezone', 'UTC'), ('datestyle', 'ISO'), ('intervalstyle', 'postgres'), ('extra_float_digits', '1'), ('bytea_output', 'hex'), ('client_encoding', 'UTF8')) as s (name, value)`)
}

/** The master keys that wrap this snapshot's data keys, proved to do so. The vault works with two at most: the present one and, in a rotation, the next. */
async function usedKeys(client: pg.Client, keys: readonly MasterKey[]): Promise<readonly MasterKey[]> {
  const { rows } = await client.query<{ org_id: string; key_id: string; wrapped: Buffer; master_key_id: string }>(
    'select org_id, key_id, wrapped, master_key_id from vault_data_key union all select user_id, key_id, wrapped, master_key_id from auth_data_key',
  )
  const used = new Set<string>()
  for (const row of rows) {
    const master = keys.find(key => key.id === row.master_key_id)
    if (!master) {
      throw new VouchError(
        'integrity',
        `The vault is locked with the master key ${row.master_key_id}, and the one given is ${keys.map(key => key.id).join(', ')}. Nothing was backed up. Bring back that key (VOUCH_MASTER_KEY, or master.key in the data folder); if a rotation is under way, try again when it has ended.`,
      )
    }
    unwrapDataKey(master, {
      orgId: row.org_id,
      keyId: row.key_id,
      wrapped: row.wrapped,
      masterKeyId: row.master_key_id,
    })
    used.add(master.id)
  }
  const kept = used.size === 0 ? keys.slice(0, 1) : keys.filter(key => used.has(key.id))
  if (kept.length > 2)
    throw new VouchError('conflict', 'The master key is being rotated. Make the backup when that has ended.')
  return kept
}

const distinct = (keys: readonly MasterKey[]): MasterKey[] => [...new Map(keys.map(key => [key.id, key])).values()]

async function* everything(
  client: pg.Client,
  source: BackupSource,
  keys: readonly MasterKey[],
  summary: { rows: number; objects: number; lost: string[] },
  { progress = () => {} }: BackupOptions,
): AsyncGenerator<ArchiveRecord> {
  const tables = await listTables(client)
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version")
  yield* entry({
    kind: 'manifest',
    postgres: rows[0]?.version ?? '',
    tables: tables.map(({ name, columns }) => ({ name, columns: [...columns] })),
    sequences: await listSequences(client, tables),
  })
  yield* entry({ kind: 'keys', source: source.keySource, keys: keys.map(({ key }) => key.toString('base64')) })
  for (const [at, table] of tables.entries()) {
    progress('Database', at, tables.length)
    summary.rows += yield* copyTable(client, table)
  }
  yield* entry({ kind: 'queue', jobs: await queuedJobs(client) })
  for await (const { id } of source.objects.list()) {
    progress('Objects', summary.objects)
    yield* copyObject(source.objects, id, summary)
  }
  for await (const id of referencedObjects(client)) {
    if (!(await source.objects.has(id))) summary.lost.push(id)
  }
  yield* entry({ kind: 'end', rows: summary.rows, objects: summary.objects, lost: summary.lost })
}

function* entry(value: Head): Generator<ArchiveRecord> {
  yield { type: 'head', value }
  yield { type: 'tail', value: {} }
}

async function* copyTable(client: pg.Client, table: CatalogTable): AsyncGenerator<ArchiveRecord, number> {
  yield { type: 'head', value: { kind: 'table', name: table.name } }
  const columns = table.columns.map(column => client.escapeIdentifier(column)).join(', ')
  const stream = client.query(copyTo(`copy (select ${columns} from ${client.escapeIdentifier(table.name)}) to stdout`))
  for await (const value of stream) yield { type: 'data', value }
  yield { type: 'tail', value: { rows: stream.rowCount } }
  return stream.rowCount
}

/** What has not failed for good. Jobs at work count as waiting: a killed worker's are taken up again too. */
async function queuedJobs(client: pg.Client): Promise<Extract<Head, { kind: 'queue' }>['jobs']> {
  const { rows } = await client.query(`
    select j.payload, q.queue_name as queue, j.key, j.max_attempts::int, j.priority::int
    from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      left join graphile_worker._private_job_queues q on q.id = j.job_queue_id
    where t.identifier = 'job' and j.attempts < j.max_attempts order by j.id`)
  return rows
}

async function* copyObject(
  objects: ObjectStore,
  id: string,
  summary: { objects: number; lost: string[] },
): AsyncGenerator<ArchiveRecord> {
  const content = await objects.get(id).catch((thrown: unknown) => {
    if (thrown instanceof VouchError && thrown.code === 'not_found') return undefined
    throw thrown
  })
  // Erased since it was listed.
  if (!content) return
  yield { type: 'head', value: { kind: 'object', id } }
  let abandoned = false
  try {
    for await (const value of content) yield { type: 'data', value }
  } catch (thrown) {
    if (!(thrown instanceof VouchError && thrown.code === 'integrity')) throw thrown
    abandoned = true
  }
  if (abandoned) summary.lost.push(id)
  else summary.objects += 1
  yield { type: 'tail', value: { abandoned } }
}
