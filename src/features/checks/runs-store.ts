import { sql } from 'kysely'
import type { ResultStatus } from '../../../verifier/checks/check.ts'
import type { CheckRunFact } from '../../../verifier/records/facts.ts'
import { checkRun } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { contains, type ListRequest, paginate } from '../../platform/http/paging.ts'

export interface NewBatch {
  readonly id: string
  readonly jobId: string | null
  readonly cause: string
  readonly asOf: string
  readonly startedAt: Date
  readonly engine: string
}

export async function insertBatch(
  tx: TenantTx,
  batch: NewBatch,
  runs: readonly (CheckRunFact & { durationMs: number })[],
  ledgerEntryId: number,
): Promise<void> {
  await tx.sql
    .insertInto('checks_batch')
    .values({
      org_id: tx.orgId,
      id: batch.id,
      job_id: batch.jobId,
      cause: batch.cause,
      as_of: batch.asOf,
      started_at: batch.startedAt,
      finished_at: tx.clock.now(),
      engine: batch.engine,
      ledger_entry_id: ledgerEntryId,
    })
    .execute()
  if (runs.length === 0) return
  await tx.sql
    .insertInto('checks_run')
    .values(
      runs.map(run => ({
        org_id: tx.orgId,
        batch_id: batch.id,
        check_id: run.check,
        version: run.version,
        parameters: JSON.stringify(run.parameters),
        inputs: JSON.stringify(run.inputs),
        as_of: batch.asOf,
        outcome: run.outcome,
        outcome_reason: run.outcome_reason,
        passed: run.passed,
        failed: run.failed,
        unknown: run.unknown,
        not_applicable: run.not_applicable,
        excepted: run.excepted,
        results: run.results,
        error: run.error,
        duration_ms: run.durationMs,
      })),
    )
    .execute()
}

/** The batch that a job ran, and of how many checks; undefined while it has run none. */
export async function findBatchOfJob(tx: TenantTx, jobId: string): Promise<{ id: string; runs: number } | undefined> {
  const row = await tx.sql
    .selectFrom('checks_batch as batch')
    .select([
      'batch.id',
      sql<number>`(select count(*) from checks_run where checks_run.org_id = batch.org_id and batch_id = batch.id)`.as(
        'runs',
      ),
    ])
    .where('batch.job_id', '=', jobId)
    .executeTakeFirst()
  return row && { id: row.id, runs: Number(row.runs) }
}

/** The runs of checks with their batch's place in the ledger. */
export function selectRuns(tx: TenantTx) {
  return tx.sql
    .selectFrom('checks_run')
    .innerJoin('checks_batch', join =>
      join.onRef('checks_batch.org_id', '=', 'checks_run.org_id').onRef('checks_batch.id', '=', 'checks_run.batch_id'),
    )
    .selectAll('checks_run')
    .select('checks_batch.ledger_entry_id')
}

export type RunRow = Awaited<ReturnType<ReturnType<typeof selectRuns>['execute']>>[number]

/** The newest run of each check. By one look into the index for each: sorting a year's runs took a tenth of a second. */
export async function latestRuns(tx: TenantTx): Promise<RunRow[]> {
  return selectRuns(tx)
    .where(
      sql<boolean>`(checks_run.check_id, checks_run.batch_id) in (
        select newest.check_id, newest.batch_id from checks_check c cross join lateral (
          select r.check_id, r.batch_id from checks_run r where r.org_id = c.org_id and r.check_id = c.id order by r.as_of desc limit 1
        ) newest where c.org_id = ${tx.orgId}::uuid)`,
    )
    .orderBy('checks_run.check_id')
    .execute()
}

/** The newest run of one check. */
export async function latestRun(tx: TenantTx, checkId: string): Promise<RunRow | undefined> {
  return selectRuns(tx)
    .where('checks_run.check_id', '=', checkId)
    .orderBy('checks_run.as_of', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** How many runs some batches have, and how many of them passed and failed, by the batch's id. */
export async function countOutcomes(tx: TenantTx, batchIds: readonly string[]) {
  const { rows } = await sql<{ batch_id: string; runs: number; pass: number; fail: number }>`
    select batch_id, count(*) as runs, count(*) filter (where outcome = 'pass') as pass, count(*) filter (where outcome = 'fail') as fail
    from checks_run where org_id = ${tx.orgId}::uuid and batch_id = any(${batchIds}::uuid[]) group by batch_id`.execute(
    tx.sql,
  )
  return new Map(rows.map(row => [row.batch_id, row]))
}

/** Which results object `checks_result` shows for each check: that of its newest run that could be executed. */
export async function latestResults(tx: TenantTx) {
  return selectRuns(tx)
    .clearSelect()
    .distinctOn('checks_run.check_id')
    .select(['checks_run.check_id', 'checks_run.results'])
    .where('checks_run.results', 'is not', null)
    .orderBy('checks_run.check_id')
    .orderBy('checks_run.as_of', 'desc')
    .orderBy('checks_batch.ledger_entry_id', 'desc')
    .execute()
}

/** A stored run as the fact has it. */
export function runFact(row: RunRow): CheckRunFact {
  return checkRun.parse({
    check: row.check_id,
    version: row.version,
    parameters: row.parameters,
    inputs: row.inputs,
    outcome: row.outcome,
    outcome_reason: row.outcome_reason,
    passed: row.passed,
    failed: row.failed,
    unknown: row.unknown,
    not_applicable: row.not_applicable,
    excepted: row.excepted,
    results: row.results,
    error: row.error,
  })
}

export interface ResultLine {
  readonly subject_id: string
  readonly status: ResultStatus
  readonly reason: string
  /** The other columns, as JSON text. */
  readonly columns: string
}

/** Puts a check's newest results in place of the ones before, from a stream, a few thousand rows at a time. */
export async function replaceResults(
  tx: TenantTx,
  checkId: string,
  results: AsyncIterable<ResultLine> | Iterable<ResultLine>,
): Promise<void> {
  await tx.sql.deleteFrom('checks_result').where('check_id', '=', checkId).execute()
  let rows: ResultLine[] = []
  const flush = async () => {
    if (rows.length === 0) return
    await sql`
      insert into checks_result (org_id, check_id, subject_id, status, reason, columns)
      select ${tx.orgId}::uuid, ${checkId}, subject, status, reason, columns::jsonb
      from unnest(${rows.map(row => row.subject_id)}::text[], ${rows.map(row => row.status)}::text[], ${rows.map(row => row.reason)}::text[], ${rows.map(row => row.columns)}::text[])
        as t (subject, status, reason, columns)`.execute(tx.sql)
    rows = []
  }
  for await (const row of results) {
    rows.push(row)
    if (rows.length >= 5_000) await flush()
  }
  await flush()
}

/**
 * How many results a check shows, of one status or of all: what its newest executed run counted, because counting a million rows for each page took a
 * second. Undefined when it never ran.
 */
export async function countResults(tx: TenantTx, checkId: string, status?: ResultStatus): Promise<number | undefined> {
  const run = await tx.sql
    .selectFrom('checks_run')
    .select(['passed', 'failed', 'unknown', 'not_applicable'])
    .where('check_id', '=', checkId)
    .where('results', 'is not', null)
    .orderBy('as_of', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!run) return undefined
  const counts = { pass: run.passed, fail: run.failed, unknown: run.unknown, not_applicable: run.not_applicable }
  return status === undefined ? run.passed + run.failed + run.unknown + run.not_applicable : counts[status]
}

/** One page of a check's newest results, those of a status or with words in them. */
export async function pageOfResults(
  tx: TenantTx,
  checkId: string,
  list: ListRequest & { readonly status?: ResultStatus | undefined },
) {
  const { status, q } = list
  let query = tx.sql
    .selectFrom('checks_result')
    .select(['subject_id', 'status', 'reason', 'columns'])
    .where('check_id', '=', checkId)
  if (status !== undefined) query = query.where('status', '=', status)
  if (q !== undefined) query = query.where(contains(sql`subject_id || ' ' || reason`, q))
  const total = q === undefined ? await countResults(tx, checkId, status) : undefined
  const subject = sql.ref('subject_id')
  return paginate(query, list, { subject_id: subject, status: sql.ref('status') }, subject, total)
}

/** One page of a check's runs. */
export function pageOfRuns(tx: TenantTx, checkId: string, list: ListRequest) {
  const query = selectRuns(tx).where('checks_run.check_id', '=', checkId)
  return paginate(query, list, { as_of: sql.ref('checks_run.as_of') }, sql.ref('checks_run.batch_id'))
}

/** The runs of checks that read a snapshot, newest first. */
export async function listUses(tx: TenantTx, snapshotId: string) {
  const needle = JSON.stringify([{ snapshot: snapshotId }])
  return tx.sql
    .selectFrom('checks_run')
    .innerJoin('checks_check', join =>
      join.onRef('checks_check.org_id', '=', 'checks_run.org_id').onRef('checks_check.id', '=', 'checks_run.check_id'),
    )
    .select([
      'checks_run.check_id',
      'checks_run.as_of',
      'checks_run.outcome',
      sql<string>`checks_check.definition -> 'metadata' ->> 'title'`.as('title'),
    ])
    .where(sql<boolean>`checks_run.inputs @> ${needle}::jsonb`)
    .orderBy('checks_run.as_of', 'desc')
    .limit(50)
    .execute()
}
