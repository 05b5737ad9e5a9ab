import { EventEmitter } from 'node:events'
import type { WorkerEvents } from 'graphile-worker'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { isAbsent, Presence } from '../db/presence.ts'

/** Shows that this process's workers live: see `Presence`. */
export class WorkerPresence {
  readonly events = new EventEmitter() as WorkerEvents
  readonly #presence: Presence

  private constructor(presence: Presence) {
    this.#presence = presence
    this.events.on('pool:create', ({ workerPool }) => presence.hold(workerPool.id))
    this.events.on('worker:create', ({ worker }) => presence.hold(worker.workerId))
  }

  static async start(database: Database): Promise<WorkerPresence> {
    return new WorkerPresence(await Presence.start(database, 'worker presence', lockSpace))
  }

  async stop(): Promise<void> {
    await this.#presence.stop()
  }
}

// Any number that nothing else uses as the first half of a two-part advisory lock.
const lockSpace = 722_190

/**
 * Gives back the jobs of workers that are no more. Without it graphile-worker waits four hours. The two seconds leave a new worker time to take its lock.
 * Returns the ids of the workers it found dead.
 */
export async function releaseDeadWorkers(database: Database): Promise<string[]> {
  return database.operator(async trx => {
    const { rows } = await sql<{ id: string }>`
      select distinct locked_by as id from graphile_worker._private_jobs where locked_at < now() - interval '2 seconds'
      union select distinct locked_by from graphile_worker._private_job_queues where locked_at < now() - interval '2 seconds'`.execute(
      trx,
    )
    const dead: string[] = []
    for (const { id } of rows) {
      if (await isAbsent(trx, lockSpace, id)) dead.push(id)
    }
    if (dead.length > 0) await sql`select graphile_worker.force_unlock_workers(${dead}::text[])`.execute(trx)
    return dead
  })
}

/**
 * The jobs that the queue will not try again, because their worker died at the last of its attempts, and that still look as if they waited or ran.
 */
export async function findGivenUpJobs(database: Database): Promise<{ org_id: string; id: string }[]> {
  return database.operator(async trx => {
    const { rows } = await sql<{ org_id: string; id: string }>`
      select org_id, id from job
      where state in ('queued', 'running') and not exists (
        select from graphile_worker._private_jobs q
        where q.key = job.id::text and (q.locked_at is not null or q.attempts < q.max_attempts))`.execute(trx)
    return rows
  })
}

/** Makes jobs that were only interrupted available at once, and does not count the interruption as an attempt. */
export async function giveBackJobs(database: Database, jobIds: readonly string[]): Promise<void> {
  if (jobIds.length === 0) return
  await database.operator(trx =>
    sql`
      update graphile_worker._private_jobs set run_at = now(), attempts = greatest(attempts - 1, 0)
      where key = any(${[...jobIds]}::text[]) and locked_at is null`.execute(trx),
  )
}
