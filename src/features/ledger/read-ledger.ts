import { z } from 'zod'
import { toBase64, toHex } from '../../../verifier/log/bytes.ts'
import { openCheckpoint } from '../../../verifier/log/checkpoint.ts'
import { encodeEntryBundle } from '../../../verifier/log/entry-bundle.ts'
import { noteVerifier, parseVerifierKey } from '../../../verifier/log/note.ts'
import { proveConsistency, proveInclusion } from '../../../verifier/log/prove.ts'
import { tileNodeReader } from '../../../verifier/log/tile-tree.ts'
import { parseTilePath, tileAt } from '../../../verifier/log/tiles.ts'
import type { FactKind, LoggedFact } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { checkpointSchema, entryDetailSchema } from './contract.ts'
import {
  countQueued,
  findEntries,
  type LeafRange,
  latestCheckpoint,
  listKeys,
  listNewestEntries,
  listOpenedEntries,
  readLeaves,
  readLeavesOf,
  readLog,
  readTile,
} from './store.ts'

/** Where the log stands: how many leaves are signed for since when, how many entries wait. */
export async function readLogState(
  tx: TenantTx,
): Promise<{ size: number; waiting: number; signedAt: Date | undefined }> {
  const checkpoint = await latestCheckpoint(tx)
  return { size: checkpoint?.size ?? 0, waiting: await countQueued(tx), signedAt: checkpoint?.created_at }
}

/** Entries by their ids, as they are stored, without proofs: for comparing many. */
export async function readStoredEntries(tx: TenantTx, ids: readonly number[]) {
  return findEntries(tx, ids)
}

/** The newest facts that were not erased, newest first, without those of the kinds `except`; those of the kind `brief` without their content (null). */
export async function readNewestFacts(
  tx: TenantTx,
  limit: number,
  kinds: { except: readonly FactKind[]; brief: FactKind },
) {
  return listNewestEntries(tx, limit, kinds)
}

/** Every fact of some kinds, in the order of the log, without those that were erased: for kinds of which there are few. `index` is the entry's id. */
export async function readFactsOf(tx: TenantTx, kinds: readonly FactKind[]): Promise<LoggedFact[]> {
  const rows = await listOpenedEntries(tx, kinds)
  return rows.map(({ id, kind, time, actor, subject, content }) => ({
    index: id,
    kind: kind as FactKind,
    time: time.toISOString(),
    actor,
    subject,
    content: JSON.parse(content),
  }))
}

/** A fact with its place in the log; `content` is null where it was erased. */
export interface PlacedFact {
  readonly index: number
  readonly entry: number
  readonly kind: FactKind
  readonly time: Date
  readonly actor: string
  readonly subject: string
  readonly content: unknown
}

/**
 * Facts of some kinds in the order of the log. Only those that have their place: none comes before them any more, so whoever goes on after the last misses none.
 */
export async function readPlacedFacts(
  tx: TenantTx,
  kinds: readonly FactKind[],
  range: LeafRange,
): Promise<PlacedFact[]> {
  return (await readLeavesOf(tx, kinds, range)).map(({ id, kind, content, ...leaf }) => ({
    ...leaf,
    entry: id,
    kind: kind as FactKind,
    content: content === null ? null : JSON.parse(content),
  }))
}

/** The verifier key that signs now. Throws `not_found` when the organisation has no log. */
export async function readSigningKey(tx: TenantTx): Promise<string> {
  const [newest] = await listKeys(tx)
  if (!newest) throw new VouchError('not_found', 'This organisation has no ledger.')
  return newest.vkey
}

/** Reads nodes of the stored tree of `size` leaves, for proofs. */
export function storedTree(tx: TenantTx, size: number) {
  return tileNodeReader(size, async tile => {
    const bytes = await readTile(tx, tile)
    if (!bytes)
      throw new VouchError(
        'integrity',
        `The ledger's tile ${tile.level}/${tile.index} is missing. Restore the newest backup.`,
      )
    return bytes
  })
}

async function requireSize(tx: TenantTx, size: number): Promise<void> {
  const latest = await latestCheckpoint(tx)
  if (size > (latest?.size ?? 0))
    throw new VouchError('invalid_input', `The log has ${latest?.size ?? 0} leaves; ask for a size up to that.`)
}

/** The inclusion proof of leaf `index` in the tree of `size` leaves (RFC 6962 section 2.1.1), base64. Throws `invalid_input` out of range. */
export async function inclusionProof(tx: TenantTx, index: number, size: number): Promise<string[]> {
  await requireSize(tx, size)
  if (index >= size)
    throw new VouchError('invalid_input', `A tree of ${size} leaves has no leaf ${index}; leaves are numbered from 0.`)
  return (await proveInclusion(index, size, storedTree(tx, size))).map(toBase64)
}

/** The consistency proof between two sizes (RFC 6962 section 2.1.2), base64. Throws `invalid_input` out of range. */
export async function consistencyProof(tx: TenantTx, from: number, to: number): Promise<string[]> {
  await requireSize(tx, to)
  if (from > to) throw new VouchError('invalid_input', 'The first size must not be larger than the second.')
  return (await proveConsistency(from, to, storedTree(tx, to))).map(toBase64)
}

/** A tile or entry bundle by its path (`tile/0/000`, `tile/entries/000.p/5`), as C2SP tlog-tiles serves it. Throws `not_found`. */
export async function serveTile(tx: TenantTx, path: string): Promise<Uint8Array> {
  const missing = new VouchError('not_found', 'The log has no such tile.')
  let tile: ReturnType<typeof parseTilePath>
  try {
    tile = parseTilePath(path)
  } catch {
    throw missing
  }
  const size = (await latestCheckpoint(tx))?.size ?? 0
  const widest = tileAt(size, tile.level, tile.index)
  if (!widest || widest.width < tile.width) throw missing
  if (tile.level === 'entries') {
    const leaves = await readLeaves(tx, tile.index * 256, tile.width)
    return encodeEntryBundle(leaves.map(leaf => Buffer.from(leaf.leaf)))
  }
  const bytes = await readTile(tx, { level: tile.level, index: tile.index, width: tile.width })
  if (!bytes) throw missing
  return bytes
}

/** One entry with what it commits to and the proof that it is in the log. Throws `not_found`. */
export async function readEntry(tx: TenantTx, id: number): Promise<z.infer<typeof entryDetailSchema>> {
  const [row] = await findEntries(tx, [id])
  if (!row) throw new VouchError('not_found', 'The ledger has no such entry.')
  return {
    ...presentEntry(row),
    content: row.content === null ? null : z.json().parse(JSON.parse(row.content)),
    canonical_content: row.content,
    salt: row.salt === null ? null : toHex(row.salt),
    proof: row.index === null ? null : await entryProof(tx, row.index),
  }
}

async function entryProof(tx: TenantTx, index: number) {
  const [latest, log, keys] = [await latestCheckpoint(tx), await readLog(tx), await listKeys(tx)]
  if (!latest || !log) return null
  const key = keys.find(candidate => signedBy(latest.note, log.origin, candidate.vkey))
  if (!key) throw new VouchError('integrity', 'The last checkpoint is signed by no key of this log.')
  return {
    size: latest.size,
    hashes: await inclusionProof(tx, index, latest.size),
    checkpoint: latest.note,
    vkey: key.vkey,
  }
}

function signedBy(note: string, origin: string, vkey: string): boolean {
  try {
    openCheckpoint(note, { origin, logKeys: [noteVerifier(parseVerifierKey(vkey))] })
    return true
  } catch {
    return false
  }
}

export function presentEntry(row: {
  id: number
  index: number | null
  kind: string
  time: Date
  actor: string
  subject: string
  leaf: string
}) {
  return {
    id: row.id,
    index: row.index,
    kind: row.kind,
    time: row.time.toISOString(),
    actor: row.actor,
    subject: row.subject,
    leaf: row.leaf,
  }
}

export function presentCheckpoint(
  row: { size: number; root: Buffer; note: string; created_at: Date },
  timestamps: readonly { size: number; authority: string; time: Date }[],
  cosignatures: readonly { size: number; witness: string }[],
): z.infer<typeof checkpointSchema> {
  return {
    size: row.size,
    root: toHex(row.root),
    note: row.note,
    created_at: row.created_at.toISOString(),
    timestamps: timestamps
      .filter(stamp => stamp.size === row.size)
      .map(stamp => ({ authority: stamp.authority, time: stamp.time.toISOString() })),
    witnesses: cosignatures.filter(line => line.size === row.size).map(line => line.witness),
  }
}
