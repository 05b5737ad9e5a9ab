import { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import type { JobDefinition } from '../../platform/jobs/job.ts'
import { enqueueJob } from '../../platform/jobs/job-store.ts'
import type { Services } from '../../platform/services.ts'
import { makePackage } from './make-package.ts'
import { findPackageOfJob } from './store.ts'

const input = z.strictObject({ actor: z.string(), from: z.iso.date().optional(), to: z.iso.date().optional() })
type Range = { from?: string; to?: string }
type Input = Range & { actor: string }
const kind = 'packages.export'

/** Puts the making of a package on the queue, in the name of `actor`; one at a time for each organisation. Returns the job's id. */
export async function requestPackage(tx: TenantTx, range: Range, actor: string): Promise<string> {
  const given = {
    actor,
    ...(range.from !== undefined && { from: range.from }),
    ...(range.to !== undefined && { to: range.to }),
  }
  return enqueueJob(tx, { kind, subject: 'packages', input: given, queue: 'packages' })
}

/** Makes a package. */
export function exportJob(services: Services): JobDefinition<Input> {
  return {
    kind,
    input: input as z.ZodType<Input>,
    async run({ orgId, jobId, signal, progress }, { actor, ...range }) {
      // A worker that died when the package was whole, before the queue heard of it: there is nothing left to do.
      const before = await services.database.tenant(orgId, services.clock, tx => findPackageOfJob(tx, jobId))
      const options = { actor, jobId, signal, onProgress: progress }
      const made = before ?? (await makePackage(services, orgId, range, options))
      return { package_id: made.id, bytes: made.bytes }
    },
  }
}
