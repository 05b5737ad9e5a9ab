import { sql } from 'kysely'
import { sameBytes, toHex } from '../../../verifier/log/bytes.ts'
import { openCheckpoint } from '../../../verifier/log/checkpoint.ts'
import { leafHash } from '../../../verifier/log/merkle.ts'
import { type NoteVerifier, noteVerifier, parseVerifierKey } from '../../../verifier/log/note.ts'
import { TileBuilder, type TileData } from '../../../verifier/log/tile-tree.ts'
import { commitmentOf } from '../../../verifier/records/canonical.ts'
import { checkActivity } from '../../features/activity/verify-activity.ts'
import {
  countQueued,
  latestCheckpoint,
  listCheckpoints,
  listKeys,
  readLeaves,
  readLog,
  readOpenings,
  readTile,
} from '../../features/ledger/store.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import { messageOf } from '../../platform/errors/errors.ts'

export interface LedgerCheck {
  readonly origin: string
  /** Leaves under the newest checkpoint. */
  readonly size: number
  readonly checkpoints: number
  /** Entries that have no place in the tree yet. */
  readonly waiting: number
  /** What does not hold, one sentence each; empty when all is well. */
  readonly problems: readonly string[]
}

const rowsAtOnce = 1_000
const everyCheckpoint = 10_000_000

/**
 * Rebuilds an organisation's log from its leaves, in one unmoving view, and compares it with everything that is stored of it: each checkpoint's signature
 * and root, each tile, each leaf's hash, what each leaf says with its row and with what it commits to. Memory: the checkpoints and one tile a level.
 */
export async function checkLedger(database: Database, orgId: string): Promise<LedgerCheck> {
  return database.tenantSnapshot(orgId, systemClock, async tx => {
    const log = await readLog(tx)
    const latest = await latestCheckpoint(tx)
    if (!log) return { origin: '', size: 0, checkpoints: 0, waiting: 0, problems: ['The organisation has no ledger.'] }
    const size = latest?.size ?? 0
    const problems: string[] = []
    const { roots, checkpoints } = await openCheckpoints(tx, log.origin, problems)
    await rebuild(tx, size, roots, problems)
    await compareRows(tx, size, problems)
    problems.push(...(await checkActivity(tx)))
    return { origin: log.origin, size, checkpoints, waiting: await countQueued(tx), problems }
  })
}

/** Whether the newest checkpoint is the log's own, and the stored tiles lead to it: what the integrator asks before it signs on. Quick at any size. */
export async function checkNewest(tx: TenantTx): Promise<{ size: number; problem: string | undefined }> {
  const log = await readLog(tx)
  const latest = await latestCheckpoint(tx)
  if (!log) return { size: 0, problem: 'the organisation has no ledger' }
  if (!latest) return { size: 0, problem: undefined }
  try {
    const signed = openCheckpoint(latest.note, { origin: log.origin, logKeys: await logKeys(tx) })
    const source = async (tile: { level: number; index: number; width: number }) => {
      const bytes = await readTile(tx, tile)
      if (!bytes) throw new Error(`the tile ${tile.level}/${tile.index} is missing`)
      return bytes
    }
    await TileBuilder.resume(signed.size, signed.root, source, () => {})
    return { size: latest.size, problem: undefined }
  } catch (thrown) {
    return { size: latest.size, problem: messageOf(thrown) }
  }
}

async function logKeys(tx: TenantTx): Promise<NoteVerifier[]> {
  return (await listKeys(tx)).map(key => noteVerifier(parseVerifierKey(key.vkey)))
}

async function openCheckpoints(tx: TenantTx, origin: string, problems: string[]) {
  const keys = await logKeys(tx)
  const roots = new Map<number, Uint8Array>()
  const rows = await listCheckpoints(tx, everyCheckpoint)
  for (const { size, root, note } of rows) {
    try {
      const opened = openCheckpoint(note, { origin, logKeys: keys })
      if (opened.size !== size || !sameBytes(opened.root, root)) throw new Error('it is of another tree')
      roots.set(size, opened.root)
    } catch (thrown) {
      problems.push(`The checkpoint of ${size} leaves does not hold: ${messageOf(thrown)}`)
    }
  }
  return { roots, checkpoints: rows.length }
}

async function rebuild(
  tx: TenantTx,
  size: number,
  roots: ReadonlyMap<number, Uint8Array>,
  problems: string[],
): Promise<void> {
  const full: TileData[] = []
  const tree = new TileBuilder(tile => full.push(tile))
  for (let first = 0; first < size; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, size - first)
    const leaves = await readLeaves(tx, first, count)
    const openings = await readOpenings(tx, first, count)
    if (leaves.length !== count) {
      problems.push(`Leaves are missing between ${first} and ${first + count}.`)
      return
    }
    for (const [at, { index, leaf }] of leaves.entries()) {
      tree.append(leafHash(Buffer.from(leaf)))
      const opening = openings[at]
      if (opening?.salt && opening.content !== null && !commits(leaf, opening.salt, opening.content)) {
        problems.push(`What is kept beside leaf ${index} is not what the leaf commits to.`)
      }
      const root = roots.get(tree.size)
      if (root && !sameBytes(root, tree.root()))
        problems.push(`The leaves do not lead to the checkpoint of ${tree.size} leaves.`)
    }
    await compareTiles(tx, full.splice(0), problems)
  }
  await compareTiles(tx, tree.partialTiles(), problems)
}

function commits(leaf: string, salt: Uint8Array, content: string): boolean {
  const { commitment }: { commitment?: unknown } = JSON.parse(leaf)
  return commitment === commitmentOf(toHex(salt), content)
}

async function compareTiles(tx: TenantTx, tiles: readonly TileData[], problems: string[]): Promise<void> {
  for (const { tile, bytes } of tiles) {
    const stored = await readTile(tx, tile)
    if (!stored || !sameBytes(stored, bytes))
      problems.push(`The stored tile ${tile.level}/${tile.index} is not that of the leaves.`)
  }
}

/** Leaves' hashes, and the columns that lists are made from, against the leaves' own bytes. */
async function compareRows(tx: TenantTx, size: number, problems: string[]): Promise<void> {
  const { rows } = await sql<{ hashes: number; beyond: number; columns: number; lost: number }>`
    select
      (select count(*) from ledger_leaf l join ledger_entry e on e.org_id = l.org_id and e.id = l.entry_id
        where l.hash <> sha256('\\x00'::bytea || convert_to(e.leaf, 'UTF8'))) as hashes,
      (select count(*) from ledger_leaf where index >= ${size}) as beyond,
      (select count(*) from ledger_entry where (leaf::jsonb ->> 'kind', leaf::jsonb ->> 'actor', leaf::jsonb ->> 'subject', (leaf::jsonb ->> 'time')::timestamptz)
        is distinct from (kind, actor, subject, time)) as columns,
      (select count(*) from ledger_entry e where not exists (select from ledger_leaf l where l.org_id = e.org_id and l.entry_id = e.id)
        and not exists (select from ledger_queue q where q.org_id = e.org_id and q.entry_id = e.id)) as lost`.execute(
    tx.sql,
  )
  const [found] = rows
  if (!found) return
  if (found.hashes > 0) problems.push(`${found.hashes} stored leaf hashes are not those of their leaves.`)
  if (found.beyond > 0) problems.push(`${found.beyond} leaves lie beyond the newest checkpoint.`)
  if (found.columns > 0) problems.push(`${found.columns} entries are listed as something else than their leaves say.`)
  if (found.lost > 0) problems.push(`${found.lost} entries are neither in the tree nor waiting for it.`)
}
