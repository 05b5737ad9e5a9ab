import { runOnce } from 'graphile-worker'
import { ownerPool, silentLogger } from '../db/prepare-database.ts'
import type { Tasks } from '../jobs/job.ts'
import type { Services } from '../services.ts'

/** Runs what of these tasks is due on the queue, as a worker does, until nothing is. */
export async function runTasks({ database }: Services, tasks: Tasks): Promise<void> {
  const pool = ownerPool(database.connectionString, 2)
  try {
    await runOnce({ pgPool: pool, taskList: { ...tasks }, logger: silentLogger })
  } finally {
    await pool.end()
  }
}
