import { EventEmitter } from 'node:events'
import type { WorkerEvents } from 'graphile-worker'
import { sql } from 'kysely'
import type pg from 'pg'
import type { Database } from '../db/database.ts'

/**
 * Shows that this process's workers live: each holds a session-level advisory lock, named by its worker id, on one connection. When the process dies, by
 * whatever cause, PostgreSQL drops the connection and with it the locks. When only the connection breaks, it is made again and the locks are taken again.
 */
export class WorkerPresence {
  readonly events = new EventEmitter() as WorkerEvents
  readonly #database: Database
  readonly #ids = new Set<string>()
  #client: pg.Client | undefined
  #taking: Promise<unknown> = Promise.resolve()
  #stopped = false

  private constructor(database: Database) {
    this.#database = database
    this.events.on('pool:create', ({ workerPool }) => this.#hold(workerPool.id))
    this.events.on('worker:create', ({ worker }) => this.#hold(worker.workerId))
  }

  static async start(database: Database): Promise<WorkerPresence> {
    const presence = new WorkerPresence(database)
    await presence.#connect()
    return presence
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#taking
    await this.#client?.end()
  }

  #hold(id: string): void {
    this.#ids.add(id)
    // One question at a time. While the connection is being made again there is none to ask; it takes every lock then.
    this.#taking = this.#taking.then(() => this.#client?.query(takeLocks, [lockSpace, [id]])).catch(() => {})
  }

  async #connect(): Promise<void> {
    const client = await this.#database.dedicatedClient('worker presence')
    await client.query(takeLocks, [lockSpace, [...this.#ids]])
    client.on('end', () => void this.#reconnect())
    this.#client = client
  }

  async #reconnect(): Promise<void> {
    this.#client = undefined
    for (let wait = 50; !this.#stopped; wait = Math.min(wait * 2, 5_000)) {
      try {
        await this.#connect()
        if (this.#stopped) await this.stop()
        return
      } catch {
        // The database is still away: so is everybody who could call us dead.
      }
      await new Promise(resolve => setTimeout(resolve, wait))
    }
  }
}

const takeLocks = 'select pg_advisory_lock_shared($1, hashtext(id)) from unnest($2::text[]) as id'

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
      const lock = await sql<{
        free: boolean
      }>`select pg_try_advisory_xact_lock(${lockSpace}, hashtext(${id})) as free`.execute(trx)
      if (lock.rows[0]?.free) dead.push(id)
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
