import { sql } from 'kysely'
import { z } from 'zod'
import { type CheckDefinition, checkVersion, type ResultStatus } from '../../../verifier/checks/check.ts'
import type { ParameterValue } from '../../../verifier/checks/parameters.ts'
import type { CheckRunFact, FactContent } from '../../../verifier/records/facts.ts'
import { checkChanged, checkRun } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { contains, type ListRequest, paginate } from '../../platform/http/paging.ts'

export interface StoredCheck {
  readonly id: string
  readonly version: string
  readonly definition: FactContent<'check.changed'>['definition']
  readonly parameters: Readonly<Record<string, ParameterValue>>
  readonly enabled: boolean
}

const storedCheck = z.object(checkChanged.shape)

function present(row: {
  id: string
  version: string
  definition: unknown
  parameters: unknown
  enabled: boolean
}): StoredCheck {
  return storedCheck.parse({
    id: row.id,
    version: row.version,
    definition: row.definition,
    parameters: row.parameters,
    enabled: row.enabled,
  })
}

/**
 * Definitions by version. A version is the hash of its definition, so nothing in here can go out of date or differ between organisations; reading and
 * validating sixty of them was half the time of a list. Emptied when it is full.
 */
const definitions = new Map<string, StoredCheck['definition']>()
const mostDefinitions = 2_000

/** Every check, by id. */
export async function listStoredChecks(tx: TenantTx): Promise<StoredCheck[]> {
  const rows = await tx.sql
    .selectFrom('checks_check')
    .select(['id', 'version', 'parameters', 'enabled'])
    .orderBy('id')
    .execute()
  const missing = rows.filter(row => !definitions.has(row.version)).map(row => row.id)
  const read =
    missing.length === 0 ? [] : await tx.sql.selectFrom('checks_check').selectAll().where('id', 'in', missing).execute()
  if (definitions.size + read.length > mostDefinitions) definitions.clear()
  const fresh = new Map(read.map(present).map(check => [check.id, check]))
  for (const { version, definition } of fresh.values()) {
    if (checkVersion(definition) === version) definitions.set(version, definition)
  }
  return rows.flatMap(row => {
    const definition = fresh.get(row.id)?.definition ?? definitions.get(row.version)
    // Deleted between the two queries.
    if (!definition) return []
    const { id, version, enabled } = row
    return [{ id, version, definition, parameters: storedCheck.shape.parameters.parse(row.parameters), enabled }]
  })
}

/** Throws `not_found`. */
export async function getStoredCheck(tx: TenantTx, id: string): Promise<StoredCheck> {
  const row = await tx.sql.selectFrom('checks_check').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw noSuchCheck()
  return present(row)
}

/** Throws `not_found`. For pages about a check that show nothing of its definition, which is large. */
export async function requireCheck(tx: TenantTx, id: string): Promise<void> {
  const row = await tx.sql.selectFrom('checks_check').select('id').where('id', '=', id).executeTakeFirst()
  if (!row) throw noSuchCheck()
}

function noSuchCheck(): VouchError {
  return new VouchError('not_found', 'There is no such check.')
}

/** Keeps others from changing a check until the transaction ends: what is read of it then stays so. */
export async function lockCheck(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.selectFrom('checks_check').select('id').where('id', '=', id).forUpdate().execute()
}

export async function writeChecks(
  tx: TenantTx,
  checks: readonly {
    id: string
    version: string
    definition: CheckDefinition
    parameters: Readonly<Record<string, ParameterValue>>
    enabled: boolean
  }[],
): Promise<void> {
  for (const check of checks) {
    const row = {
      version: check.version,
      definition: JSON.stringify(check.definition),
      parameters: JSON.stringify(check.parameters),
      enabled: check.enabled,
    }
    await tx.sql
      .insertInto('checks_check')
      .values({ org_id: tx.orgId, id: check.id, ...row })
      .onConflict(conflict => conflict.columns(['org_id', 'id']).doUpdateSet(row))
      .execute()
  }
}

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

/** Of how many runs the history strip tells. */
const stripLength = 60

export interface PastOutcome {
  /** ISO 8601 in UTC, to the millisecond. */
  readonly as_of: string
  readonly outcome: ResultStatus
}

export interface FindingCounts {
  readonly open: number
  /** Of the open findings, those with an exception in force. */
  readonly excepted: number
  readonly resolved: number
}

export interface CheckFigures extends FindingCounts {
  /** The newest outcomes, oldest first. */
  readonly past: readonly PastOutcome[]
}

/** What lists show of each check that has run, by id. */
export async function readFigures(tx: TenantTx): Promise<Map<string, CheckFigures>> {
  const rows = await tx.sql.selectFrom('checks_summary').select(['check_id', 'past']).execute()
  const counts = await countFindings(tx)
  const none = { open: 0, excepted: 0, resolved: 0 }
  return new Map(
    rows.map(row => [
      row.check_id,
      { past: row.past as unknown as PastOutcome[], ...(counts.get(row.check_id) ?? none) },
    ]),
  )
}

/** How many findings each check has, by id. Only exceptions are counted here, for they end by themselves; `keepFigures` wrote the rest. */
export async function countFindings(tx: TenantTx): Promise<Map<string, FindingCounts>> {
  const rows = await tx.sql
    .selectFrom('checks_summary')
    .select(['check_id', 'open_findings', 'resolved_findings'])
    .execute()
  const excepted = await countExceptedFindings(tx)
  return new Map(
    rows.map(row => [
      row.check_id,
      { open: row.open_findings, excepted: excepted.get(row.check_id) ?? 0, resolved: row.resolved_findings },
    ]),
  )
}

/** Each exception in force looks up its finding: there are few of them, however many findings there are. */
async function countExceptedFindings(tx: TenantTx): Promise<Map<string, number>> {
  const { rows } = await sql<{ check_id: string; excepted: number }>`
    select e.check_id, count(*) as excepted from checks_exception e
    where e.org_id = ${tx.orgId}::uuid and e.revoked_at is null and e.expires_at > ${tx.clock.now().toISOString()}::timestamptz
      and exists (select from checks_finding f where f.org_id = e.org_id and f.check_id = e.check_id and f.subject_id = e.subject_id and f.resolved_at is null)
    group by e.check_id`.execute(tx.sql)
  return new Map(rows.map(row => [row.check_id, row.excepted]))
}

/**
 * Makes what `readFigures` reads of some checks again, from their runs and findings: in the transaction that publishes a batch, after both. Aggregated for each
 * page, the history of sixty checks took 10 ms and the count of a million findings 0.2 s.
 */
export async function keepFigures(tx: TenantTx, checkIds: readonly string[]): Promise<void> {
  const org = sql`${tx.orgId}::uuid`
  await sql`
    insert into checks_summary (org_id, check_id, past, open_findings, resolved_findings)
    select ${org}, named.id, recent.past, coalesce(counted.open, 0), coalesce(counted.resolved, 0)
    from unnest(${checkIds}::text[]) as named (id)
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('as_of', to_char(as_of at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'outcome', outcome) order by as_of), '[]') as past
      from (select as_of, outcome from checks_run r where r.org_id = ${org} and r.check_id = named.id order by r.as_of desc limit ${stripLength}) newest
    ) recent
    left join (
      select f.check_id, count(*) filter (where f.resolved_at is null) as open, count(*) filter (where f.resolved_at is not null) as resolved
      from checks_finding f where f.org_id = ${org} and f.check_id = any(${checkIds}::text[]) group by f.check_id
    ) counted on counted.check_id = named.id
    on conflict (org_id, check_id) do update
      set past = excluded.past, open_findings = excluded.open_findings, resolved_findings = excluded.resolved_findings`.execute(
    tx.sql,
  )
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
 * Derives findings from the newest results of some checks, as of a batch: opens one for each failing subject that has none open, keeps those that still fail, resolves
 * those whose subject passes, does not apply or is gone. What is unknown changes nothing: it neither fails nor is it put right. Nor does a run that could not read all of
 * its inputs (`complete` false) resolve anything: a subject may be missing, or pass, only because something was not read.
 */
export async function deriveFindings(
  tx: TenantTx,
  runs: readonly { readonly check: string; readonly complete: boolean }[],
  batchId: string,
): Promise<void> {
  const now = sql`${tx.clock.now().toISOString()}::timestamptz`
  const org = sql`${tx.orgId}::uuid`
  const checks = sql`any(${runs.map(run => run.check)}::text[])`
  const conclusive = sql`any(${runs.filter(run => run.complete).map(run => run.check)}::text[])`
  const same = sql`r.org_id = ${org} and r.check_id = f.check_id and r.subject_id = f.subject_id`
  await sql`
    update checks_finding f set last_failed_at = ${now}, reason = r.reason from checks_result r
    where f.org_id = ${org} and f.check_id = ${checks} and f.resolved_at is null and ${same} and r.status = 'fail'`.execute(
    tx.sql,
  )
  await sql`
    update checks_finding f set resolved_at = ${now}, resolved_batch = ${batchId}::uuid
    where f.org_id = ${org} and f.check_id = ${conclusive} and f.resolved_at is null
      and not exists (select from checks_result r where ${same} and r.status in ('fail', 'unknown'))`.execute(tx.sql)
  await sql`
    insert into checks_finding (org_id, check_id, subject_id, reason, opened_at, opened_batch, last_failed_at)
    select ${org}, check_id, subject_id, reason, ${now}, ${batchId}::uuid, ${now} from checks_result r
    where r.org_id = ${org} and r.check_id = ${checks} and r.status = 'fail'
      and not exists (select from checks_finding f where f.org_id = ${org} and f.resolved_at is null and ${same})`.execute(
    tx.sql,
  )
}

/** The exception of a subject that was not revoked, though it may have expired. */
export async function findException(tx: TenantTx, checkId: string, subjectId: string) {
  return tx.sql
    .selectFrom('checks_exception')
    .select(['id', 'expires_at'])
    .where('check_id', '=', checkId)
    .where('subject_id', '=', subjectId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
}

export async function getException(tx: TenantTx, id: string) {
  return tx.sql.selectFrom('checks_exception').select('revoked_at').where('id', '=', id).executeTakeFirst()
}

export async function insertException(
  tx: TenantTx,
  exception: {
    id: string
    check_id: string
    subject_id: string
    reason: string
    approver: string
    granted_at: Date
    expires_at: string
  },
): Promise<void> {
  await tx.sql
    .insertInto('checks_exception')
    .values({ org_id: tx.orgId, ...exception })
    .execute()
}

export async function markRevoked(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.updateTable('checks_exception').set({ revoked_at: tx.clock.now() }).where('id', '=', id).execute()
}

export async function listExceptions(tx: TenantTx) {
  return tx.sql.selectFrom('checks_exception').selectAll().orderBy('granted_at').execute()
}

/** Findings with the exception in force for them, if any. */
export function selectFindings(tx: TenantTx) {
  const now = tx.clock.now().toISOString()
  return tx.sql
    .selectFrom('checks_finding as f')
    .leftJoin('checks_exception as e', join =>
      join
        .onRef('e.org_id', '=', 'f.org_id')
        .onRef('e.check_id', '=', 'f.check_id')
        .onRef('e.subject_id', '=', 'f.subject_id')
        .on('e.revoked_at', 'is', null)
        .on('e.expires_at', '>', sql<Date>`${now}::timestamptz`),
    )
    .select([
      'f.id',
      'f.check_id',
      'f.subject_id',
      'f.reason',
      'f.opened_at',
      'f.last_failed_at',
      'f.resolved_at',
      'e.id as exception_id',
      'e.reason as exception_reason',
      'e.approver',
      'e.granted_at',
      'e.expires_at',
    ])
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

interface FindingFilter {
  readonly state?: 'open' | 'excepted' | 'resolved' | undefined
  readonly check_id?: string | undefined
}

/** How many findings there are, of a check, in a state: summed, not counted. */
async function totalFindings(tx: TenantTx, { state, check_id }: FindingFilter): Promise<number> {
  const all = await countFindings(tx)
  const counts = check_id === undefined ? [...all.values()] : [all.get(check_id)].filter(count => count !== undefined)
  return counts.reduce((sum, { open, excepted, resolved }) => {
    if (state === undefined) return sum + open + resolved
    return sum + { open: open - excepted, excepted, resolved }[state]
  }, 0)
}

/** One page of the findings, those of a check, in a state or with words in them. */
export async function pageOfFindings(tx: TenantTx, list: ListRequest & FindingFilter) {
  const { state, check_id, q } = list
  let query = selectFindings(tx)
  if (state === 'resolved') query = query.where('f.resolved_at', 'is not', null)
  else if (state === 'open') query = query.where('f.resolved_at', 'is', null).where('e.id', 'is', null)
  else if (state === 'excepted') query = query.where('f.resolved_at', 'is', null).where('e.id', 'is not', null)
  if (check_id !== undefined) query = query.where('f.check_id', '=', check_id)
  if (q !== undefined) query = query.where(contains(sql`f.subject_id || ' ' || f.reason || ' ' || f.check_id`, q))
  const columns = { opened_at: sql.ref('f.opened_at'), check_id: sql.ref('f.check_id') }
  const total = q === undefined ? await totalFindings(tx, list) : undefined
  return paginate(query, list, columns, sql.ref('f.id'), total)
}

/** The first open finding, by check and subject, of the checks whose id begins so. */
export async function findOpenFinding(tx: TenantTx, checkPrefix: string) {
  return tx.sql
    .selectFrom('checks_finding')
    .select(['check_id', 'subject_id'])
    .where('resolved_at', 'is', null)
    .where('check_id', 'like', `${checkPrefix}%`)
    .orderBy('check_id')
    .orderBy('subject_id')
    .executeTakeFirst()
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
