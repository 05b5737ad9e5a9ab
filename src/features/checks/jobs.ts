import { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import type { JobDefinition } from '../../platform/jobs/job.ts'
import { enqueueJob, findWaitingJob } from '../../platform/jobs/job-store.ts'
import type { Services } from '../../platform/services.ts'
import { runChecks } from './run-checks.ts'
import { findBatchOfJob } from './runs-store.ts'

const input = z.strictObject({ cause: z.enum(['collection', 'demand']) })
const kind = 'checks.run'

/** Puts a run of all checks on the queue, unless one is waiting already. Returns the job's id. */
export async function requestChecks(tx: TenantTx, cause: 'collection' | 'demand'): Promise<string> {
  return (
    (await findWaitingJob(tx, kind)) ?? enqueueJob(tx, { kind, subject: 'checks', input: { cause }, queue: 'checks' })
  )
}

/** Runs every check over the newest snapshots. */
export function checksJob(services: Services): JobDefinition<z.infer<typeof input>> {
  return {
    kind,
    input,
    async run({ orgId, jobId, signal, progress }, { cause }) {
      // A worker that died when the batch was whole, before the queue heard of it: there is nothing left to do.
      const before = await services.database.tenant(orgId, services.clock, tx => findBatchOfJob(tx, jobId))
      if (before) return { batch_id: before.id, runs: before.runs }
      const batch = await runChecks(services, orgId, { jobId, cause, signal, progress })
      return { batch_id: batch?.batchId ?? null, runs: batch?.runs ?? 0 }
    },
  }
}
