import { messageOf } from '../../platform/errors/errors.ts'
import type { Tick } from '../../platform/jobs/job.ts'
import type { Services } from '../../platform/services.ts'
import { integrate } from './integrate.ts'
import { stampNewest } from './stamp-checkpoints.ts'
import { listLogs } from './store.ts'
import { witnessNewest } from './witness-checkpoints.ts'

/**
 * Integrates soon after each commit that added entries, on whichever node hears of it first; the log's lock lets one work at a time.
 * Returns how to stop, which waits for work under way.
 */
export function startIntegrator(services: Services): () => Promise<void> {
  const pending = new Set<string>()
  let working: Promise<void> | undefined
  const drain = async () => {
    for (const orgId of pending) {
      pending.delete(orgId)
      await integrate(services, orgId).catch(error =>
        services.log.error({ err: messageOf(error) }, 'the ledger could not be integrated'),
      )
    }
    working = undefined
  }
  const stopListening = services.changes.onChange(event => {
    if (event.topic !== 'ledger.pending') return
    pending.add(event.orgId)
    working ??= drain()
  })
  return async () => {
    stopListening()
    await working
  }
}

/** Each minute, for every log: integrate what a killed node left behind, and have the newest checkpoint stamped and witnessed. */
export function ledgerTick(services: Services): Tick {
  return {
    name: 'ledger',
    async run() {
      for (const orgId of await listLogs(services.database)) {
        for (const step of [integrate, stampNewest, witnessNewest]) {
          await step(services, orgId).catch(error =>
            services.log.warn({ step: step.name, err: messageOf(error) }, 'will be tried again in a minute'),
          )
        }
      }
    },
  }
}
