import { z } from 'zod'
import { canonicalJson } from '../../../verifier/records/canonical.ts'
import { csvLine, csvStart } from '../../../verifier/records/csv.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { type activityDetailSchema, type activityEntrySchema, outcomes } from './contract.ts'
import { toOcsf } from './ocsf.ts'
import {
  type ActivityFilters,
  type ActivityRow,
  findActivity,
  listActivityAfterLeaf,
  listActivityBefore,
  listChanges,
} from './store.ts'
import { type ChangeRow, verifyActivities } from './verify-activity.ts'

/** Who the users are; the entries hold their ids alone. Implemented above, where people are known. */
export type NamesOf = (tx: TenantTx, userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>

type Entry = z.infer<typeof activityEntrySchema>

/** Rows as the API gives them, with the names of who did it. */
export async function presentActivity(tx: TenantTx, rows: readonly ActivityRow[], namesOf: NamesOf): Promise<Entry[]> {
  const names = await namesOf(tx, [...new Set(rows.flatMap(row => userOf(row.actor) ?? []))])
  return rows.map(row => ({
    id: row.id,
    time: row.time.toISOString(),
    actor: row.actor,
    actor_name: names.get(userOf(row.actor) ?? '') ?? null,
    operation: row.operation,
    outcome: z.enum(outcomes).parse(row.outcome),
    subject_kind: row.subject_kind,
    subject: row.subject,
    address: row.address,
    agent: row.agent,
    session: row.session,
    changes: row.changes ?? 0,
    ledger_entry_id: row.ledger_entry_id,
  }))
}

function userOf(actor: string): string | undefined {
  return /^user:(.+)$/.exec(actor)?.[1]
}

const values = z.record(z.string(), z.json())

function presentChange({ subject_table, subject, verb, before, after }: ChangeRow) {
  return {
    table: subject_table,
    subject,
    verb: z.enum(['insert', 'update', 'delete']).parse(verb),
    before: before === null ? null : values.parse(JSON.parse(before)),
    after: after === null ? null : values.parse(JSON.parse(after)),
  }
}

/** One entry with what it changed, and whether it is still what was recorded. Throws `not_found`. */
export async function readActivity(
  tx: TenantTx,
  id: number,
  namesOf: NamesOf,
): Promise<z.infer<typeof activityDetailSchema>> {
  const row = await findActivity(tx, id)
  if (!row) throw new VouchError('not_found', 'There is no such activity.')
  const [entry] = await presentActivity(tx, [row], namesOf)
  if (!entry) throw new Error('a row that was found is not presented')
  const changes = await listChanges(tx, [row.activity])
  const proof = (await verifyActivities(tx, [row], new Map([[row.activity, changes]]))).get(row.id)
  if (!proof) throw new Error('a row that was found is not judged')
  return { ...entry, changed: changes.map(presentChange), proof }
}

const rowsAtOnce = 500
const csvColumns = [
  'id',
  'time',
  'actor',
  'actor_name',
  'operation',
  'outcome',
  'subject_kind',
  'subject',
  'address',
  'agent',
  'session',
  'ledger_entry_id',
] as const satisfies readonly (keyof Entry)[]

/** The entries that the filters leave, newest first, as lines of a file; read a page at a time, so that any number takes the same memory. */
export async function* exportActivity(
  services: Services,
  orgId: string,
  filters: ActivityFilters & { readonly format: 'csv' | 'jsonl' },
  namesOf: NamesOf,
): AsyncGenerator<string> {
  if (filters.format === 'csv') yield csvStart + csvLine([...csvColumns, 'changes'])
  for (let before: number | null = null; ; ) {
    const from: number | null = before
    const { entries, changes } = await services.database.tenant(orgId, services.clock, async tx => {
      const rows = await listActivityBefore(tx, filters, from, rowsAtOnce)
      const entries = await presentActivity(tx, rows, namesOf)
      return {
        entries: entries.map((entry, at) => ({ entry, activity: rows[at]?.activity })),
        changes: await changesOf(tx, rows),
      }
    })
    for (const { entry, activity } of entries) {
      const changed = (changes.get(activity ?? '') ?? []).map(presentChange)
      yield filters.format === 'csv'
        ? csvLine([...csvColumns.map(name => entry[name]), changed.length === 0 ? '' : canonicalJson(changed)])
        : `${canonicalJson({ ...entry, changed })}\n`
    }
    const last = entries.at(-1)
    if (!last || entries.length < rowsAtOnce) return
    before = last.entry.id
  }
}

async function changesOf(tx: TenantTx, rows: readonly ActivityRow[]): Promise<Map<string, ChangeRow[]>> {
  return Map.groupBy(
    await listChanges(
      tx,
      rows.map(row => row.activity),
    ),
    change => change.activity,
  )
}

/** The entries after a leaf of the log, as OCSF, and the leaf to go on from. */
export async function followActivity(
  tx: TenantTx,
  after: number,
  limit: number,
  namesOf: NamesOf,
): Promise<{ lines: string[]; next: number }> {
  const rows = await listActivityAfterLeaf(tx, after, limit)
  const entries = await presentActivity(tx, rows, namesOf)
  const changes = await changesOf(tx, rows)
  const lines = rows.flatMap((row, at) => {
    const entry = entries[at]
    if (!entry) return []
    const changed = (changes.get(row.activity) ?? []).map(change => ({
      table: change.subject_table,
      subject: change.subject,
      verb: z.enum(['insert', 'update', 'delete']).parse(change.verb),
      before: change.before,
      after: change.after,
    }))
    return [`${canonicalJson(toOcsf({ entry, index: row.index, orgId: tx.orgId, changed }))}\n`]
  })
  return { lines, next: rows.at(-1)?.index ?? after }
}
