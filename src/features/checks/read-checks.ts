import type { z } from 'zod'
import type { CheckRunFact } from '../../../verifier/records/facts.ts'
import { tableOf } from '../../../verifier/records/resource.ts'
import type { Program } from '../../../verifier/rules/program.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { allResources } from '../connections/registry.ts'
import { snapshotSizes } from '../evidence/snapshots.ts'
import { isEdited, isOwn } from './change-check.ts'
import { type checkRunSchema, type checkSchema, type checkSummarySchema, outcomeSchema } from './contract.ts'
import { type CheckFigures, countFindings, listFindingChanges, readFigures } from './findings-store.ts'
import { countOutcomes, latestRun, latestRuns, type RunRow, runFact } from './runs-store.ts'
import { getStoredCheck, listStoredChecks, type StoredCheck } from './store.ts'

type Run = z.infer<typeof checkRunSchema>
type Summary = z.infer<typeof checkSummarySchema>

/** Every check with its newest outcome. */
export async function readChecks(tx: TenantTx): Promise<Summary[]> {
  const [latest, figures] = [await latestRuns(tx), await readFigures(tx)]
  const runs = new Map(latest.map(run => [run.check_id, run]))
  return Promise.all(
    (await listStoredChecks(tx)).map(check => summarise(check, runs.get(check.id), figures.get(check.id))),
  )
}

/** One check in full. Throws `not_found`. */
export async function readCheck(tx: TenantTx, id: string): Promise<z.infer<typeof checkSchema>> {
  const check = await getStoredCheck(tx, id)
  const run = await latestRun(tx, id)
  const { metadata, sql } = check.definition
  const resources = allResources()
  return {
    ...(await summarise(check, run, (await readFigures(tx)).get(id))),
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
    latest_run: run ? ((await presentRuns(tx, [run]))[0] ?? null) : null,
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
  run: RunRow | undefined,
  figures: CheckFigures | undefined,
): Promise<Summary> {
  const { metadata } = check.definition
  return {
    id: check.id,
    title: metadata.title,
    description: metadata.description,
    subject: metadata.subject,
    source: check.id.split('.')[0] ?? '',
    severity: metadata.severity,
    controls: [...metadata.controls],
    enabled: check.enabled,
    edited: !isOwn(check.id) && (await isEdited(check)),
    own: isOwn(check.id),
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
    history: [...(figures?.past ?? [])],
    open_findings: figures ? figures.open - figures.excepted : 0,
  }
}

/** Runs with their inputs, each with the number of its records. */
export async function presentRuns(tx: TenantTx, rows: readonly RunRow[]): Promise<Run[]> {
  const facts = rows.map(row => ({ row, fact: runFact(row) }))
  const sizes = await snapshotSizes(
    tx,
    facts.flatMap(({ fact }) => fact.inputs.map(input => input.snapshot)),
  )
  return facts.map(({ row, fact }) => presentRun(row, fact, sizes))
}

function presentRun(row: RunRow, fact: CheckRunFact, sizes: ReadonlyMap<string, number>): Run {
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

/** How many findings each of `checks` has open, those with an exception in force apart, with its severity. */
export async function readFindingCounts(tx: TenantTx, checks: Program['checks']) {
  return [...(await countFindings(tx))].flatMap(([check_id, { open, excepted }]) => {
    const severity = checks.get(check_id)?.definition.metadata.severity
    return severity ? [{ check_id, severity, open: open - excepted, excepted }] : []
  })
}

/** How many runs some batches have, and how many of them passed and failed, by the batch's id. */
export async function readBatchOutcomes(tx: TenantTx, batchIds: readonly string[]) {
  return countOutcomes(tx, batchIds)
}

/** What the batch of a fact `checks.completed` opened and resolved, by check: how many findings, and the ids of the first hundred. `time` is the fact's. */
export async function readFindingChanges(tx: TenantTx, batchId: string, time: Date) {
  return listFindingChanges(tx, batchId, time)
}
