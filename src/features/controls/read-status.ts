import { socCategories } from '../../../verifier/content/framework.ts'
import { type Program, type ProgramStatus, programStatus } from '../../../verifier/rules/program.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { readFiledDocuments } from '../evidence/documents.ts'
import { soc2 } from '../frameworks/content.ts'
import { readScope } from '../scope/store.ts'
import { listStoredControls } from './store.ts'

/** What supports controls from above: the checks feature implements it, `entry/` hands it in. */
export interface CheckSupport {
  /** The checks as they are and the newest run of each. */
  load(tx: TenantTx): Promise<Pick<Program, 'checks' | 'runs'>>
}

/** The program as it is at `tx.clock.now()`, from the live tables: the same shape that the verifier gathers from the ledger's facts. */
export async function readProgram(tx: TenantTx, support: CheckSupport): Promise<Program> {
  const scope = await readScope(tx)
  const controls = await listStoredControls(tx)
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
