import type { z } from 'zod'
import { tableOf } from '../../../verifier/records/resource.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { allResources } from '../connections/registry.ts'
import { snapshotSizes } from '../evidence/snapshots.ts'
import { isEdited } from './change-check.ts'
import { type checkRunSchema, type checkSchema, type checkSummarySchema, outcomeSchema } from './contract.ts'
import {
  countFindings,
  getStoredCheck,
  latestRuns,
  listStoredChecks,
  type RunRow,
  recentOutcomes,
  runFact,
  type StoredCheck,
} from './store.ts'

const stripLength = 60

type Summary = z.infer<typeof checkSummarySchema>

/** Every check with its newest outcome. */
export async function readChecks(tx: TenantTx): Promise<Summary[]> {
  const [latest, outcomes, findings] = [
    await latestRuns(tx),
    await recentOutcomes(tx, stripLength),
    await countFindings(tx),
  ]
  return Promise.all((await listStoredChecks(tx)).map(check => summarise(check, latest, outcomes, findings)))
}

/** One check in full. Throws `not_found`. */
export async function readCheck(tx: TenantTx, id: string): Promise<z.infer<typeof checkSchema>> {
  const check = await getStoredCheck(tx, id)
  const latest = await latestRuns(tx)
  const run = latest.find(row => row.check_id === id)
  const { metadata, sql } = check.definition
  const resources = allResources()
  return {
    ...(await summarise(check, latest, await recentOutcomes(tx, stripLength), await countFindings(tx))),
    sql,
    resources: [...metadata.resources],
    optional_resources: [...metadata.optional_resources],
    parameters: Object.entries(metadata.parameters).map(([name, parameter]) => ({
      name,
      type: parameter.type,
      description: parameter.description,
      default: parameter.default,
      value: check.parameters[name] ?? parameter.default,
    })),
    remediation: metadata.remediation,
    fresh_for_hours: metadata.fresh_for_hours,
    latest_run: run ? await presentRun(tx, run) : null,
    tables: [...metadata.resources, ...metadata.optional_resources].map(resource => ({
      table: tableOf(resource),
      resource,
      columns: Object.entries(resources.get(resource)?.columns ?? {}).map(([name, column]) => ({
        name,
        type: column.type,
        description: column.description,
      })),
    })),
  }
}

async function summarise(
  check: StoredCheck,
  latest: readonly RunRow[],
  outcomes: Awaited<ReturnType<typeof recentOutcomes>>,
  findings: Awaited<ReturnType<typeof countFindings>>,
): Promise<Summary> {
  const { metadata } = check.definition
  const run = latest.find(row => row.check_id === check.id)
  return {
    id: check.id,
    title: metadata.title,
    description: metadata.description,
    subject: metadata.subject,
    source: check.id.split('.')[0] ?? '',
    severity: metadata.severity,
    controls: [...metadata.controls],
    enabled: check.enabled,
    edited: await isEdited(check),
    version: check.version,
    latest: run
      ? {
          as_of: run.as_of.toISOString(),
          outcome: outcomeSchema.parse(run.outcome),
          outcome_reason: run.outcome_reason,
          passed: run.passed,
          failed: run.failed,
          unknown: run.unknown,
          not_applicable: run.not_applicable,
        }
      : null,
    history: outcomes.get(check.id) ?? [],
    open_findings: findings.find(count => count.check_id === check.id)?.open ?? 0,
  }
}

/** A run with its inputs, each with the number of its records. */
export async function presentRun(tx: TenantTx, row: RunRow): Promise<z.infer<typeof checkRunSchema>> {
  const fact = runFact(row)
  const sizes = await snapshotSizes(
    tx,
    fact.inputs.map(input => input.snapshot),
  )
  return {
    batch_id: row.batch_id,
    check_id: row.check_id,
    version: row.version,
    as_of: row.as_of.toISOString(),
    outcome: fact.outcome,
    outcome_reason: fact.outcome_reason,
    passed: fact.passed,
    failed: fact.failed,
    unknown: fact.unknown,
    not_applicable: fact.not_applicable,
    parameters: fact.parameters,
    inputs: fact.inputs.map(input => ({
      resource: input.resource,
      connection: input.connection,
      snapshot_id: input.snapshot,
      content: input.content,
      records: sizes.get(input.snapshot) ?? 0,
      complete: input.complete,
    })),
    results: fact.results,
    error: fact.error,
    duration_ms: row.duration_ms,
    ledger_entry_id: row.ledger_entry_id,
  }
}

/** How many findings each check has open, and excepted, by its severity. */
export async function readFindingCounts(tx: TenantTx) {
  return countFindings(tx)
}
