import type { z } from 'zod'
import type { Program, ProgramStatus } from '../../../verifier/rules/program.ts'
import { programStatus } from '../../../verifier/rules/program.ts'
import { controlStatuses } from '../../../verifier/rules/status.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { soc2 } from '../frameworks/content.ts'
import type { controlSchema, controlSummarySchema } from './contract.ts'
import { type CheckSupport, readProgram } from './read-status.ts'
import { controlExists, listPointsOf, listStoredControls, type StoredControl } from './store.ts'

const shownPoints = 400

type Summary = z.infer<typeof controlSummarySchema>

/** Every control with its status and why. */
export async function readControls(tx: TenantTx, support: CheckSupport): Promise<Summary[]> {
  const controls = await listStoredControls(tx)
  const program = await readProgram(tx, support, controls)
  const status = programStatus(program, await soc2())
  return controls.map(control => summarise(control, program, status))
}

/** The ids of all controls. */
export async function readControlIds(tx: TenantTx): Promise<ReadonlySet<string>> {
  return new Set((await listStoredControls(tx)).map(control => control.id))
}

/** One control in full. Throws `not_found`. */
export async function readControl(
  tx: TenantTx,
  support: CheckSupport,
  id: string,
): Promise<z.infer<typeof controlSchema>> {
  const controls = await listStoredControls(tx)
  const stored = controls.find(control => control.id === id)
  if (!stored) throw new VouchError('not_found', 'There is no such control.')
  const program = await readProgram(tx, support, controls)
  const summary = summarise(stored, program, programStatus(program, await soc2()))
  const { definition } = stored
  return {
    ...summary,
    how: definition.how,
    evidence: definition.evidence.map(item => ({
      id: item.id,
      kind: item.kind,
      title: item.title,
      freshness_days: item.freshnessDays,
    })),
    test_procedures: [...definition.testProcedures],
    policies: [...definition.policies],
    checks_detail: checksOf(program, id).map(check => {
      const latest = program.runs.get(check.id)
      return {
        id: check.id,
        title: check.definition.metadata.title,
        severity: check.definition.metadata.severity,
        outcome: latest?.run.outcome ?? null,
        outcome_reason: latest?.run.outcome_reason ?? null,
        failed: latest ? latest.run.failed - latest.run.excepted : 0,
        as_of: latest?.asOf ?? null,
      }
    }),
    history: (await listPointsOf(tx, id, shownPoints)).flatMap(point => {
      const known = controlStatuses.find(name => name === point.status)
      return known ? [{ time: point.time.toISOString(), status: known }] : []
    }),
  }
}

function checksOf(program: Program, controlId: string) {
  return [...program.checks.values()]
    .filter(check => check.enabled && check.definition.metadata.controls.includes(controlId))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

function summarise(control: StoredControl, program: Program, status: ProgramStatus): Summary {
  const { definition } = control
  const derived = status.controls.find(item => item.id === control.id)
  return {
    id: control.id,
    code: definition.code,
    title: definition.title,
    description: definition.description,
    domain: definition.domainTitle,
    kind: definition.kind,
    nature: definition.nature,
    frequency: definition.frequency,
    owner_role: definition.ownerRole,
    criteria: [...definition.criteria],
    implemented: control.implemented,
    not_applicable_reason: control.not_applicable_reason,
    owner: control.owner,
    status: derived?.status ?? 'unknown',
    reasons: [...(derived?.reasons ?? [])],
    checks: checksOf(program, control.id).map(check => ({
      id: check.id,
      outcome: program.runs.get(check.id)?.run.outcome ?? null,
    })),
    documents: program.documents.filter(document => document.control === control.id).length,
  }
}

/** Whether there is a control of this id: for what is filed under one. */
export function hasControl(tx: TenantTx, id: string): Promise<boolean> {
  return controlExists(tx, id)
}
