import type { TenantTx } from '../../platform/db/database.ts'
import type { CheckSupport } from '../controls/read-status.ts'
import type { SnapshotUses } from '../evidence/snapshots.ts'
import { latestRuns, listUses, runFact } from './runs-store.ts'
import { listStoredChecks } from './store.ts'

/** What checks say for controls: each as it is, and its newest run. */
export const checkSupport: CheckSupport = {
  async load(tx: TenantTx) {
    const [checks, runs] = [await listStoredChecks(tx), await latestRuns(tx)]
    return {
      checks: new Map(
        checks.map(({ id, version, enabled, parameters, definition }) => [
          id,
          { id, version, enabled, parameters: { ...parameters }, definition },
        ]),
      ),
      runs: new Map(runs.map(row => [row.check_id, { asOf: row.as_of.toISOString(), run: runFact(row) }])),
    }
  },
}

/** What checks say of the snapshots that they read. */
export const snapshotUses: SnapshotUses = { of: listUses }
