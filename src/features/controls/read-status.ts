import { socCategories } from '../../../verifier/content/framework.ts'
import { type Program, type ProgramStatus, programStatus } from '../../../verifier/rules/program.ts'
import type { ControlStatus } from '../../../verifier/rules/status.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { readFiledDocuments } from '../evidence/documents.ts'
import { soc2 } from '../frameworks/content.ts'
import { readScope } from '../scope/read-scope.ts'
import { insertPoint, listPoints, listStoredControls, type StoredControl } from './store.ts'

/** What supports controls from above: the checks feature implements it, `entry/` hands it in. */
export interface CheckSupport {
  /** The checks as they are and the newest run of each. */
  load(tx: TenantTx): Promise<Pick<Program, 'checks' | 'runs'>>
}

/** The program as it is at `tx.clock.now()`, from the live tables: the same shape that the verifier gathers from the ledger's facts. `stored` are the controls, where the caller has read them. */
export async function readProgram(
  tx: TenantTx,
  support: CheckSupport,
  stored?: readonly StoredControl[],
): Promise<Program> {
  const scope = await readScope(tx)
  const controls = stored ?? (await listStoredControls(tx))
  const known = new Set<string>(socCategories)
  return {
    at: tx.clock.now().toISOString(),
    scope: {
      framework: scope.framework,
      categories: scope.categories.filter((category): category is (typeof socCategories)[number] =>
        known.has(category),
      ),
      period_from: scope.period_from,
      period_to: scope.period_to,
    },
    frameworks: new Map(),
    controls: new Map(
      controls.map(({ id, definition, implemented, not_applicable_reason }) => [
        id,
        { id, definition, implemented, not_applicable_reason },
      ]),
    ),
    exceptions: [],
    documents: await readFiledDocuments(tx),
    ...(await support.load(tx)),
  }
}

/** Every control's and criterion's status now. */
export async function readProgramStatus(tx: TenantTx, support: CheckSupport): Promise<ProgramStatus> {
  return programStatus(await readProgram(tx, support), await soc2())
}

/** Keeps the statuses that follow from a batch of checks, for the trend. In the transaction that publishes the batch. */
export async function keepStatus(tx: TenantTx, batchId: string, support: CheckSupport): Promise<void> {
  await insertPoint(tx, batchId, await readProgramStatus(tx, support))
}

/** How many controls had each status after each batch of checks, oldest first, the newest `limit` batches. */
export async function readTrend(
  tx: TenantTx,
  limit: number,
): Promise<{ time: Date; controls: Record<ControlStatus, number> }[]> {
  const points = await listPoints(tx, limit)
  return points.map(point => ({ time: point.time, controls: point.counts as Record<ControlStatus, number> }))
}
