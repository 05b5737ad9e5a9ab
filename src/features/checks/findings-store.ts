import { sql } from 'kysely'
import type { ResultStatus } from '../../../verifier/checks/check.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { contains, type ListRequest, paginate } from '../../platform/http/paging.ts'

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

/** What a batch of `time` opened and resolved, by check: how many findings, and the ids of the first hundred. Open ones are found by their time, which has an index. */
export async function listFindingChanges(tx: TenantTx, batchId: string, time: Date) {
  const { rows } = await sql<{ check_id: string; change: 'opened' | 'resolved'; count: number; findings: string[] }>`
    select check_id, change, count(*) as count, (array_agg(id order by id))[1:100] as findings from (
      select check_id, id, 'opened' as change from checks_finding where org_id = ${tx.orgId}::uuid and opened_at = ${time} and opened_batch = ${batchId}::uuid
      union all select check_id, id, 'resolved' from checks_finding where org_id = ${tx.orgId}::uuid and resolved_batch = ${batchId}::uuid) as changed
    group by check_id, change order by check_id, change`.execute(tx.sql)
  return rows
}
