import { EventEmitter } from 'node:events'
import type { WorkerEvents } from 'graphile-worker'
import { sql } from 'kysely'
import type pg from 'pg'
import type { Database } from '../db/database.ts'

/**
 * Shows that this process's workers live: each holds a session-level advisory lock, named by its worker id, on one connection. When the process dies, by
 * whatever cause, PostgreSQL drops the connection and with it the locks.
 */
export class WorkerPresence {
  readonly events = new EventEmitter() as WorkerEvents
  readonly #client: pg.Client
  #locks: Promise<unknown> = Promise.resolve()

  private constructor(client: pg.Client) {
    this.#client = client
    const hold = (id: string) => {
      this.#locks = this.#locks.then(() =>
        this.#client.query('select pg_advisory_lock_shared($1, hashtext($2))', [lockSpace, id]).catch(() => {}),
      )
    }
    this.events.on('pool:create', ({ workerPool }) => hold(workerPool.id))
    this.events.on('worker:create', ({ worker }) => hold(worker.workerId))
  }

  static async start(database: Database): Promise<WorkerPresence> {
    return new WorkerPresence(await database.dedicatedClient('worker presence'))
  }

  async stop(): Promise<void> {
    await this.#client.end()
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
      const lock = await sql<{
        free: boolean
      }>`select pg_try_advisory_xact_lock(${lockSpace}, hashtext(${id})) as free`.execute(trx)
      if (lock.rows[0]?.free) dead.push(id)
    }
    if (dead.length > 0) await sql`select graphile_worker.force_unlock_workers(${dead}::text[])`.execute(trx)
    return dead
  })
}
