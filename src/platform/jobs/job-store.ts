import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { JsonObject } from '../../../verifier/records/canonical.ts'
import type { TenantTx } from '../db/database.ts'
import { VouchError } from '../errors/errors.ts'
import { announce } from '../events/events.ts'
import type { JobState } from './job.ts'

/**
 * Puts a job on the queue in the caller's transaction: it exists if and only if the transaction commits.
 * Jobs with the same `queue` run one after the other. Returns the job's id.
 */
export async function enqueueJob(
  tx: TenantTx,
  job: { kind: string; subject?: string; input: JsonObject; queue?: string },
): Promise<string> {
  const id = randomUUID()
  await tx.sql
    .insertInto('job')
    .values({ org_id: tx.orgId, id, kind: job.kind, subject: job.subject ?? '', input: JSON.stringify(job.input) })
    .execute()
  const payload = JSON.stringify({ orgId: tx.orgId, jobId: id })
  const queue = job.queue ? `${tx.orgId}:${job.queue}` : null
  await sql`select enqueue('job', ${payload}::json, ${queue}::text, ${id}::text)`.execute(tx.sql)
  await announce(tx, 'job', id)
  return id
}

/** A job of a kind that nobody has begun, if there is one. */
export async function findWaitingJob(tx: TenantTx, kind: string): Promise<string | undefined> {
  const row = await tx.sql
    .selectFrom('job')
    .select('id')
    .where('kind', '=', kind)
    .where('state', '=', 'queued')
    .executeTakeFirst()
  return row?.id
}

/** One job as stored. Throws VouchError `not_found`. */
export async function getJob(tx: TenantTx, id: string) {
  const row = await tx.sql.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new VouchError('not_found', 'There is no such job.')
  return row
}

/** Asks a job to stop. A queued one is cancelled at once; a running one stops when its code next looks. Throws `conflict` when it has ended. */
export async function requestCancel(tx: TenantTx, id: string): Promise<void> {
  const job = await tx.sql.selectFrom('job').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!job) throw new VouchError('not_found', 'There is no such job.')
  if (job.state === 'queued') await finishJob(tx, id, { state: 'cancelled' })
  else if (job.state === 'running') {
    await tx.sql.updateTable('job').set({ cancel_requested: true }).where('id', '=', id).execute()
    await announce(tx, 'job', id)
  } else throw new VouchError('conflict', `This job has already ${job.state}.`)
}

/** Marks a job as running and returns it; undefined when it has ended meanwhile (cancelled, or done by a worker that died just after). */
export async function startJob(tx: TenantTx, id: string) {
  const job = await tx.sql
    .updateTable('job')
    .set({ state: 'running', started_at: sql<Date>`coalesce(started_at, now())`, message: '', done: null, total: null })
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .returningAll()
    .executeTakeFirst()
  if (job) await announce(tx, 'job', id)
  return job
}

/** Stores progress; true when the job was asked to stop. */
export async function reportProgress(
  tx: TenantTx,
  id: string,
  message: string,
  done?: number,
  total?: number,
): Promise<boolean> {
  const row = await tx.sql
    .updateTable('job')
    .set({ message, done: done ?? null, total: total ?? null })
    .where('id', '=', id)
    .returning('cancel_requested')
    .executeTakeFirst()
  await announce(tx, 'job', id)
  return row?.cancel_requested ?? true
}

/** Records a job's end. One that has ended already stays as it ended. */
export async function finishJob(
  tx: TenantTx,
  id: string,
  end: { state: Exclude<JobState, 'queued' | 'running'>; error?: string; result?: JsonObject },
): Promise<void> {
  await tx.sql
    .updateTable('job')
    .set({
      state: end.state,
      error: end.error ?? null,
      result: end.result ? JSON.stringify(end.result) : null,
      finished_at: new Date(),
    })
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .execute()
  await announce(tx, 'job', id)
}
