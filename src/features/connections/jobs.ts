import { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { messageOf } from '../../platform/errors/errors.ts'
import type { JobDefinition, Tick } from '../../platform/jobs/job.ts'
import type { Services } from '../../platform/services.ts'
import { requestCollection } from './change-connection.ts'
import { collect, endUnpublished } from './collect.ts'
import { findAbandonedRuns, findDueConnections, updateConnection } from './store.ts'

const input = z.strictObject({ connection_id: z.uuid(), cause: z.enum(['schedule', 'demand']) })

/** Collects one connection. `onPublished` runs in the publishing transaction: higher features hear of new snapshots there. */
export function collectJob(
  services: Services,
  onPublished: (tx: TenantTx) => Promise<void>,
): JobDefinition<z.infer<typeof input>> {
  return {
    kind: 'connections.collect',
    input,
    async run({ orgId, jobId, signal, progress }, { connection_id, cause }) {
      const { runId, records } = await collect(services, orgId, {
        connectionId: connection_id,
        jobId,
        cause,
        signal,
        progress,
        onPublished,
      })
      return { run_id: runId, records }
    },
  }
}

/** Each minute: puts the connections whose time has come on the queue, and closes the runs that died for good. */
export function scheduleTick(services: Services): Tick {
  const { database, clock } = services
  return {
    name: 'collection schedule',
    async run() {
      for (const { org_id, id, name, connection_id, started_at } of await findAbandonedRuns(database)) {
        await endUnpublished(services, org_id, {
          connection: { id: connection_id, name },
          runId: id,
          startedAt: started_at.toISOString(),
          state: 'failed',
          reason: 'The process that collected died. Nothing of this run was kept; start it again.',
        })
      }
      for (const { org_id, id, every_hours } of await findDueConnections(database, clock.now())) {
        try {
          await database.tenant(org_id, clock, async tx => {
            const next = every_hours === null ? null : new Date(tx.clock.now().getTime() + every_hours * 3_600_000)
            await updateConnection(tx, id, { next_run_at: next })
            await requestCollection(tx, id, 'schedule')
          })
        } catch (error) {
          services.log.warn({ connection: id, err: messageOf(error) }, 'a scheduled collection was put off')
        }
      }
    },
  }
}
