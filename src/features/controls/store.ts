import { sql } from 'kysely'
import { type Control, controlSchema } from '../../../verifier/content/control.ts'
import type { ProgramStatus } from '../../../verifier/rules/program.ts'
import { controlStatuses } from '../../../verifier/rules/status.ts'
import type { TenantTx } from '../../platform/db/database.ts'

export interface StoredControl {
  readonly id: string
  readonly definition: Control
  readonly implemented: boolean
  readonly not_applicable_reason: string | null
  readonly owner: string | null
}

/** Controls by the text that the database holds of them, so that each is validated once. Emptied when it is full. */
const controls = new Map<string, Control>()
const mostControls = 2_000

function controlOf(text: string): Control {
  const known = controls.get(text)
  if (known) return known
  const control = controlSchema.parse(JSON.parse(text))
  if (controls.size >= mostControls) controls.clear()
  controls.set(text, control)
  return control
}

/** Every control, by code. */
export async function listStoredControls(tx: TenantTx): Promise<StoredControl[]> {
  const rows = await tx.sql
    .selectFrom('controls_control')
    .select(['id', 'implemented', 'not_applicable_reason', 'owner', sql<string>`definition::text`.as('definition')])
    .execute()
  return rows
    .map(row => ({ ...row, definition: controlOf(row.definition) }))
    .sort((a, b) => (a.definition.code < b.definition.code ? -1 : 1))
}

export async function insertControls(tx: TenantTx, controls: readonly Control[]): Promise<void> {
  await tx.sql
    .insertInto('controls_control')
    .values(controls.map(control => ({ org_id: tx.orgId, id: control.id, definition: JSON.stringify(control) })))
    .execute()
}

/** Keeps others from changing a control until the transaction ends: what is read of it then stays so. */
export async function lockControl(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.selectFrom('controls_control').select('id').where('id', '=', id).forUpdate().execute()
}

export async function updateControl(
  tx: TenantTx,
  id: string,
  change: { implemented?: boolean; not_applicable_reason?: string | null; owner?: string | null },
): Promise<void> {
  await tx.sql.updateTable('controls_control').set(change).where('id', '=', id).execute()
}

/** Keeps the statuses that followed from a batch, for the trend, and how many controls have each. */
export async function insertPoint(tx: TenantTx, batchId: string, status: ProgramStatus): Promise<void> {
  const byId = (list: readonly { id: string; status: string }[]) =>
    JSON.stringify(Object.fromEntries(list.map(item => [item.id, item.status])))
  const counts = Object.fromEntries(
    controlStatuses.map(name => [name, status.controls.filter(control => control.status === name).length]),
  )
  await tx.sql
    .insertInto('controls_point')
    .values({
      org_id: tx.orgId,
      time: status.at,
      batch_id: batchId,
      controls: byId(status.controls),
      criteria: byId(status.criteria),
      counts: JSON.stringify(counts),
    })
    .execute()
}

/** How many controls had each status at the points of the trend, oldest first, at most the newest `limit`. */
export async function listPoints(tx: TenantTx, limit: number) {
  const rows = await tx.sql
    .selectFrom('controls_point')
    .select(['time', 'counts'])
    .orderBy('time', 'desc')
    .limit(limit)
    .execute()
  return rows.reverse()
}

/** One control's status at the points of the trend, oldest first, at most the newest `limit`. */
export async function listPointsOf(tx: TenantTx, controlId: string, limit: number) {
  const rows = await tx.sql
    .selectFrom('controls_point')
    .select(['time', sql<string | null>`controls ->> ${controlId}`.as('status')])
    .orderBy('time', 'desc')
    .limit(limit)
    .execute()
  return rows.reverse()
}

export async function controlExists(tx: TenantTx, id: string): Promise<boolean> {
  const row = await tx.sql.selectFrom('controls_control').select('id').where('id', '=', id).executeTakeFirst()
  return row !== undefined
}
