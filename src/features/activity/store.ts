import { sql } from 'kysely'
import type { TenantTx } from '../../platform/db/database.ts'
import { contains, type ListRequest, paginate } from '../../platform/http/paging.ts'

export interface ActivityFilters {
  readonly actor?: string | undefined
  readonly operation?: string | undefined
  readonly outcome?: string | undefined
  readonly subject?: string | undefined
  readonly subject_kind?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly q?: string | undefined
}

function selectActivity(tx: TenantTx) {
  return tx.sql
    .selectFrom('activity_entry as entry')
    .selectAll('entry')
    .select(({ selectFrom }) =>
      selectFrom('activity_change as change')
        .whereRef('change.org_id', '=', 'entry.org_id')
        .whereRef('change.activity', '=', 'entry.activity')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .as('changes'),
    )
}

/** A record's own history is what was about it, and what changed it while it was about something else. */
function selectFiltered(tx: TenantTx, by: ActivityFilters) {
  let query = selectActivity(tx)
  const { actor, operation, outcome, subject, subject_kind, from, to, q } = by
  if (actor !== undefined) query = query.where('entry.actor', '=', actor)
  if (operation !== undefined) query = query.where('entry.operation', '=', operation)
  if (outcome !== undefined) query = query.where('entry.outcome', '=', outcome)
  if (subject_kind !== undefined) query = query.where('entry.subject_kind', '=', subject_kind)
  if (from !== undefined) query = query.where('entry.time', '>=', new Date(from))
  if (to !== undefined) query = query.where('entry.time', '<', new Date(to))
  if (subject !== undefined)
    query = query.where(where =>
      where.or([
        where('entry.subject', '=', subject),
        where('entry.activity', 'in', eb =>
          eb.selectFrom('activity_change').select('activity').where('subject', '=', subject),
        ),
      ]),
    )
  if (q !== undefined) {
    const words = sql`concat_ws(' ', entry.operation, entry.subject, entry.address, entry.agent)`
    query = query.where(where =>
      where.or([
        contains(words, q),
        where('entry.activity', 'in', eb =>
          eb
            .selectFrom('activity_change')
            .select('activity')
            .where(contains(sql`concat_ws(' ', subject, before, after)`, q)),
        ),
      ]),
    )
  }
  return query
}

export type ActivityRow = Awaited<ReturnType<ReturnType<typeof selectActivity>['execute']>>[number]

export async function pageOfActivity(tx: TenantTx, list: ListRequest & ActivityFilters) {
  return paginate(
    selectFiltered(tx, list),
    list,
    { id: sql.ref('entry.id'), time: sql.ref('entry.time') },
    sql.ref('entry.id'),
  )
}

/** Entries older than `before`, newest first: for exports of any length. */
export async function listActivityBefore(tx: TenantTx, by: ActivityFilters, before: number | null, limit: number) {
  let query = selectFiltered(tx, by).orderBy('entry.id', 'desc').limit(limit)
  if (before !== null) query = query.where('entry.id', '<', before)
  return query.execute()
}

/** Entries from `first` on, oldest first. */
export async function listActivityFrom(tx: TenantTx, first: number, limit: number) {
  return selectActivity(tx).where('entry.id', '>=', first).orderBy('entry.id').limit(limit).execute()
}

/**
 * Entries whose leaves lie after the leaf `after`, in the order of the log. By the leaf's place and not by the entry's id: ids are given out before the commit, so that a
 * lower one may appear later, and whoever follows would never see it. A leaf that has a place is never preceded by a new one.
 */
export async function listActivityAfterLeaf(tx: TenantTx, after: number, limit: number) {
  return selectActivity(tx)
    .innerJoin('ledger_leaf as leaf', join =>
      join.onRef('leaf.org_id', '=', 'entry.org_id').onRef('leaf.entry_id', '=', 'entry.ledger_entry_id'),
    )
    .select('leaf.index')
    .where('leaf.index', '>', after)
    .orderBy('leaf.index')
    .limit(limit)
    .execute()
}

export async function findActivity(tx: TenantTx, id: number): Promise<ActivityRow | undefined> {
  return selectActivity(tx).where('entry.id', '=', id).executeTakeFirst()
}

/** What was changed by some activities, in the order in which it was. */
export async function listChanges(tx: TenantTx, activities: readonly string[]) {
  if (activities.length === 0) return []
  return tx.sql.selectFrom('activity_change').selectAll().where('activity', 'in', activities).orderBy('id').execute()
}

/** How many leaves say that there was an activity of which no entry is left. */
export async function countLostActivity(tx: TenantTx): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ledger_entry l where l.kind = 'activity.recorded'
      and not exists (select from activity_entry e where e.org_id = l.org_id and e.ledger_entry_id = l.id)`.execute(
    tx.sql,
  )
  return rows[0]?.n ?? 0
}
