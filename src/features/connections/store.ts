import { sql } from 'kysely'
import type { JsonObject } from '../../../verifier/records/canonical.ts'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { type ListRequest, paginate } from '../../platform/http/paging.ts'

export interface StoredConnection {
  readonly id: string
  readonly kind: string
  readonly name: string
  /** Without secrets. */
  readonly settings: JsonObject
  readonly every_hours: number | null
  readonly next_run_at: Date | null
  readonly created_at: Date
}

const columns = ['id', 'kind', 'name', 'settings', 'every_hours', 'next_run_at', 'created_at'] as const

function present(row: Omit<StoredConnection, 'settings'> & { settings: unknown }): StoredConnection {
  return { ...row, settings: row.settings as JsonObject }
}

/** The connections that are in use, by name. */
export async function listStoredConnections(tx: TenantTx): Promise<StoredConnection[]> {
  const rows = await tx.sql
    .selectFrom('connections_connection')
    .select(columns)
    .where('archived_at', 'is', null)
    .orderBy('name')
    .execute()
  return rows.map(present)
}

/** Throws `not_found` when it does not exist or was removed. */
export async function getStoredConnection(tx: TenantTx, id: string): Promise<StoredConnection> {
  const row = await tx.sql
    .selectFrom('connections_connection')
    .select(columns)
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw new VouchError('not_found', 'There is no such connection.')
  return present(row)
}

/** Keeps others from changing a connection until the transaction ends: what is read of it then stays so. */
export async function lockConnection(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.selectFrom('connections_connection').select('id').where('id', '=', id).forUpdate().execute()
}

export async function insertConnection(
  tx: TenantTx,
  connection: {
    id: string
    kind: string
    name: string
    settings: JsonObject
    everyHours: number | null
    nextRunAt: Date | null
  },
): Promise<void> {
  await tx.sql
    .insertInto('connections_connection')
    .values({
      org_id: tx.orgId,
      id: connection.id,
      kind: connection.kind,
      name: connection.name,
      settings: JSON.stringify(connection.settings),
      every_hours: connection.everyHours,
      next_run_at: connection.nextRunAt,
    })
    .execute()
}

export async function updateConnection(
  tx: TenantTx,
  id: string,
  change: {
    name?: string
    settings?: JsonObject
    every_hours?: number | null
    next_run_at?: Date | null
    archived_at?: Date
  },
): Promise<void> {
  const { settings, ...rest } = change
  await tx.sql
    .updateTable('connections_connection')
    .set({ ...rest, ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }) })
    .where('id', '=', id)
    .execute()
}

/** Names of connections in use that are like `name`, in any case. */
export async function nameTaken(tx: TenantTx, name: string, exceptId?: string): Promise<boolean> {
  const rows = await listStoredConnections(tx)
  return rows.some(row => row.id !== exceptId && row.name.toLowerCase() === name.toLowerCase())
}

/**
 * Starts a run. A job that is taken up again after its worker died goes on with the run it had; `published` says that this one was whole already, with so many records.
 * A run of the job that ended otherwise (its worker was stopped) stays as it ended, and another one begins.
 */
export async function startRun(
  tx: TenantTx,
  run: { id: string; connectionId: string; jobId: string | null; cause: 'schedule' | 'demand' | 'sample' },
): Promise<{ id: string; published: { records: number } | undefined }> {
  if (run.jobId !== null) {
    const existing = await tx.sql
      .selectFrom('connections_run')
      .select(['id', 'state', 'records'])
      .where('job_id', '=', run.jobId)
      .where('state', 'in', ['running', 'succeeded'])
      .executeTakeFirst()
    if (existing) {
      const { id, state, records } = existing
      return { id, published: state === 'succeeded' ? { records } : undefined }
    }
  }
  await tx.sql
    .insertInto('connections_run')
    .values({
      org_id: tx.orgId,
      id: run.id,
      connection_id: run.connectionId,
      job_id: run.jobId,
      cause: run.cause,
      state: 'running',
      started_at: tx.clock.now(),
    })
    .execute()
  return { id: run.id, published: undefined }
}

/** A run that is over as soon as it is known: of records that were pushed. */
export async function insertEndedRun(
  tx: TenantTx,
  run: {
    id: string
    connectionId: string
    startedAt: Date
    pushedBy: string
    state: 'succeeded' | 'failed'
    records: number
    error?: string
  },
): Promise<void> {
  await tx.sql
    .insertInto('connections_run')
    .values({
      org_id: tx.orgId,
      id: run.id,
      connection_id: run.connectionId,
      cause: 'push',
      pushed_by: run.pushedBy,
      state: run.state,
      started_at: run.startedAt,
      finished_at: tx.clock.now(),
      records: run.records,
      error: run.error ?? null,
    })
    .execute()
}

/** One run, as a list. */
export async function readRun(tx: TenantTx, id: string): Promise<RunRow[]> {
  return tx.sql.selectFrom('connections_run').selectAll().where('id', '=', id).execute()
}

/** Connections of every organisation whose time to be collected has come. */
export async function findDueConnections(
  database: Database,
  now: Date,
): Promise<{ org_id: string; id: string; every_hours: number | null }[]> {
  return database.operator(trx =>
    trx
      .selectFrom('connections_connection')
      .select(['org_id', 'id', 'every_hours'])
      .where('archived_at', 'is', null)
      .where('next_run_at', '<=', now)
      .execute(),
  )
}

/** Runs of every organisation that look as if they went on, although their job has ended: its process died and nobody will go on with them. */
export async function findAbandonedRuns(database: Database) {
  return database.operator(trx =>
    trx
      .selectFrom('connections_run as run')
      .innerJoin('job', join => join.onRef('job.org_id', '=', 'run.org_id').onRef('job.id', '=', 'run.job_id'))
      .innerJoin('connections_connection as connection', join =>
        join.onRef('connection.org_id', '=', 'run.org_id').onRef('connection.id', '=', 'run.connection_id'),
      )
      .select(['run.org_id', 'run.id', 'run.started_at', 'connection.id as connection_id', 'connection.name'])
      .where('run.state', '=', 'running')
      .where('job.state', 'not in', ['queued', 'running'])
      .execute(),
  )
}

export async function endRun(
  tx: TenantTx,
  id: string,
  end: { state: 'succeeded' | 'failed' | 'cancelled'; records?: number; error?: string },
): Promise<void> {
  await tx.sql
    .updateTable('connections_run')
    .set({ state: end.state, records: end.records ?? 0, error: end.error ?? null, finished_at: tx.clock.now() })
    .where('id', '=', id)
    .execute()
}

export function selectRuns(tx: TenantTx, connectionId: string) {
  return tx.sql.selectFrom('connections_run').selectAll().where('connection_id', '=', connectionId)
}

export type RunRow = Awaited<ReturnType<ReturnType<typeof selectRuns>['execute']>>[number]

/** The newest run of each connection. */
export async function latestRuns(tx: TenantTx): Promise<RunRow[]> {
  return tx.sql
    .selectFrom('connections_run')
    .distinctOn('connection_id')
    .selectAll()
    .orderBy('connection_id')
    .orderBy('started_at', 'desc')
    .execute()
}

/** When each connection last succeeded. */
export async function lastSuccesses(tx: TenantTx): Promise<Map<string, Date>> {
  const rows = await tx.sql
    .selectFrom('connections_run')
    .select(({ fn }) => ['connection_id', fn.max('finished_at').as('at')])
    .where('state', '=', 'succeeded')
    .groupBy('connection_id')
    .execute()
  return new Map(rows.flatMap(row => (row.at ? [[row.connection_id, row.at] as const] : [])))
}

/** Every run that ended, of one connection or of all, in the order in which they ended. */
export async function listEndedRuns(tx: TenantTx, connectionId: string | undefined) {
  let query = tx.sql
    .selectFrom('connections_run')
    .select(['id', 'connection_id', 'state', 'finished_at', 'error'])
    .where('finished_at', 'is not', null)
    .$narrowType<{ finished_at: Date }>()
    .orderBy('finished_at')
    .orderBy('id')
  if (connectionId !== undefined) query = query.where('connection_id', '=', connectionId)
  return query.execute()
}

/** Jobs of connections that have not ended. */
export async function activeJobs(tx: TenantTx) {
  return tx.sql
    .selectFrom('job')
    .select(['id', 'subject', 'state'])
    .where('kind', '=', 'connections.collect')
    .where('state', 'in', ['queued', 'running'])
    .execute()
}

/** One page of a connection's runs. */
export function pageOfRuns(tx: TenantTx, connectionId: string, list: ListRequest) {
  return paginate(selectRuns(tx, connectionId), list, { started_at: sql.ref('started_at') }, sql.ref('id'))
}

/** Writes down that the organisation uploaded this content, and which object keeps it. False when it had been uploaded before: then nothing changes. */
export async function insertUpload(
  tx: TenantTx,
  upload: { content: string; bytes: number; object: string },
): Promise<boolean> {
  const row = await tx.sql
    .insertInto('connections_upload')
    .values({ org_id: tx.orgId, ...upload, uploaded_at: tx.clock.now() })
    .onConflict(conflict => conflict.doNothing())
    .returning('content')
    .executeTakeFirst()
  return row !== undefined
}

/** Which of these contents the organisation uploaded, with their sizes and when they first came. */
export async function findUploads(tx: TenantTx, contents: readonly string[]) {
  if (contents.length === 0) return []
  return tx.sql
    .selectFrom('connections_upload')
    .select(['content', 'bytes', 'object', 'uploaded_at'])
    .where('content', 'in', [...contents])
    .execute()
}

/** Everything that the organisation uploaded. */
export async function listUploads(tx: TenantTx) {
  return tx.sql.selectFrom('connections_upload').select(['content', 'bytes', 'object']).orderBy('content').execute()
}

/** How many files the organisation has uploaded that are still kept. */
export async function countStoredUploads(tx: TenantTx): Promise<number> {
  const row = await tx.sql
    .selectFrom('connections_upload')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Names another object for an upload. */
export async function updateUpload(tx: TenantTx, content: string, object: string): Promise<void> {
  await tx.sql.updateTable('connections_upload').set({ object }).where('content', '=', content).execute()
}

export async function deleteUploads(tx: TenantTx, contents: readonly string[]): Promise<void> {
  if (contents.length === 0) return
  await tx.sql
    .deleteFrom('connections_upload')
    .where('content', 'in', [...contents])
    .execute()
}

/** Whether any organisation's upload is kept in this object: objects are shared by content. */
export async function isUploadObject(database: Database, object: string): Promise<boolean> {
  const row = await database.operator(trx =>
    trx.selectFrom('connections_upload').select('object').where('object', '=', object).limit(1).executeTakeFirst(),
  )
  return row !== undefined
}
