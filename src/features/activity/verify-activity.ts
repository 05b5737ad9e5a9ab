import { canonicalJson, commitmentOf, sha256 } from '../../../verifier/records/canonical.ts'
import { activityRecorded } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { readStoredEntries } from '../ledger/read-ledger.ts'
import { type ActivityRow, countLostActivity, listActivityFrom, listChanges } from './store.ts'

export type ChangeRow = Awaited<ReturnType<typeof listChanges>>[number]

/** What an entry's leaf commits to: SHA-256(salt ‖ canonical JSON of the entry, its changes by their hash). The database's `record_activity` computes the same. */
export function digestOf(row: Omit<ActivityRow, 'changes'>, changes: readonly ChangeRow[]): string {
  const lines = changes.map(({ subject_table, subject, verb, before, after }) =>
    canonicalJson({ table: subject_table, subject, verb, before, after }),
  )
  const { id, time, actor, operation, outcome, subject_kind, subject, address, agent, session } = row
  const entry = {
    entry: id,
    time: time.toISOString(),
    actor,
    operation,
    outcome,
    subject_kind,
    subject,
    address,
    agent,
    session,
    changes: sha256(lines.map(line => `${line}\n`).join('')),
  }
  return commitmentOf(row.salt.toString('hex'), canonicalJson(entry))
}

export interface Proof {
  readonly state: 'holds' | 'waiting' | 'altered'
  /** The place of the leaf in the tree. */
  readonly index: number | null
  readonly digest: string
}

/** Whether entries and their changes are what was recorded: they lead to the digest, the digest is in a fact of the log, and the fact's leaf has its place. By entry. */
export async function verifyActivities(
  tx: TenantTx,
  rows: readonly ActivityRow[],
  changes: ReadonlyMap<string, readonly ChangeRow[]>,
): Promise<Map<number, Proof>> {
  const ids = rows.map(row => row.ledger_entry_id)
  const logged = new Map((await readStoredEntries(tx, ids)).map(entry => [entry.id, entry]))
  return new Map(
    rows.map(row => {
      const digest = digestOf(row, changes.get(row.activity) ?? [])
      const entry = logged.get(row.ledger_entry_id)
      const index = entry?.index ?? null
      const holds = digest === row.digest && entry !== undefined && says(entry, row.id, digest)
      return [row.id, { state: !holds ? 'altered' : index === null ? 'waiting' : 'holds', index, digest }]
    }),
  )
}

type StoredEntry = Awaited<ReturnType<typeof readStoredEntries>>[number]

/** Whether a leaf commits to the fact that there is such an entry with such a digest. */
function says({ kind, leaf, salt, content }: StoredEntry, entry: number, digest: string): boolean {
  if (kind !== 'activity.recorded' || salt === null || content === null) return false
  const { commitment }: { commitment?: unknown } = JSON.parse(leaf)
  const fact = activityRecorded.safeParse(JSON.parse(content))
  return (
    fact.success &&
    fact.data.entry === entry &&
    fact.data.digest === digest &&
    commitment === commitmentOf(salt.toString('hex'), content)
  )
}

const rowsAtOnce = 500

/** Compares all entries of the organisation with their digests, and the log with the entries. Returns what does not hold, one sentence each. */
export async function checkActivity(tx: TenantTx): Promise<string[]> {
  const altered: number[] = []
  for (let first = 1; ; ) {
    const rows = await listActivityFrom(tx, first, rowsAtOnce)
    const changes = Map.groupBy(
      await listChanges(
        tx,
        rows.map(row => row.activity),
      ),
      change => change.activity,
    )
    for (const [id, { state }] of await verifyActivities(tx, rows, changes)) if (state === 'altered') altered.push(id)
    const last = rows.at(-1)
    if (!last || rows.length < rowsAtOnce) break
    first = last.id + 1
  }
  const lost = await countLostActivity(tx)
  return [
    ...altered.map(id => `The activity ${id} is not what was recorded.`),
    ...(lost > 0 ? [`${lost} activities that the log knows of are gone.`] : []),
  ]
}
