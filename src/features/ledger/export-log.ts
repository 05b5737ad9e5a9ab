import { sameBytes, toHex } from '../../../verifier/log/bytes.ts'
import { openCheckpoint } from '../../../verifier/log/checkpoint.ts'
import { leafHash } from '../../../verifier/log/merkle.ts'
import { noteVerifier, parseVerifierKey } from '../../../verifier/log/note.ts'
import { TileBuilder, type TileData } from '../../../verifier/log/tile-tree.ts'
import { commitmentOf } from '../../../verifier/records/canonical.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import {
  latestCheckpoint,
  listCheckpoints,
  listCosignatures,
  listKeys,
  listTimestamps,
  readLeaves,
  readLog,
  readOpenings,
} from './store.ts'

/** A log as it goes into a package, up to its newest checkpoint. */
export interface ExportedLog {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** Verifier keys, newest first. */
  readonly keys: readonly string[]
  /** All checkpoints, newest first, byte for byte. */
  readonly checkpoints: readonly { readonly size: number; readonly note: string }[]
  readonly timestamps: readonly { readonly size: number; readonly token: Uint8Array }[]
  readonly cosignatures: readonly { readonly size: number; readonly line: string }[]
}

/** An entry with what it commits to; `opening` is null where that was erased. */
export interface ExportedEntry {
  readonly index: number
  readonly leaf: string
  readonly opening: { readonly salt: string; readonly content: string } | null
}

const rowsAtOnce = 1_000
const everyCheckpoint = 10_000_000

/**
 * The log's checkpoints, keys, stamps and cosignatures, in one snapshot of the database. Throws `not_found` when nothing was logged yet, `integrity`
 * when a checkpoint is not signed by the log.
 */
export async function readLogForExport(tx: TenantTx): Promise<ExportedLog> {
  const log = await readLog(tx)
  const latest = await latestCheckpoint(tx)
  if (!log || !latest) throw new VouchError('not_found', 'Nothing was logged yet, so there is nothing to export.')
  const keys = (await listKeys(tx)).filter(key => key.from_size <= latest.size).map(key => key.vkey)
  const checkpoints = (await listCheckpoints(tx, everyCheckpoint)).filter(row => row.size <= latest.size)
  const logKeys = keys.map(key => noteVerifier(parseVerifierKey(key)))
  for (const { size, root, note } of checkpoints) {
    try {
      const opened = openCheckpoint(note, { origin: log.origin, logKeys })
      if (opened.size !== size || !sameBytes(opened.root, root)) throw new Error('it is of another tree')
    } catch (cause) {
      throw damaged(`the checkpoint of ${size} leaves does not hold: ${messageOf(cause)}`, cause)
    }
  }
  return {
    origin: log.origin,
    size: latest.size,
    root: latest.root,
    keys,
    checkpoints: checkpoints.map(({ size, note }) => ({ size, note })),
    timestamps: (await listTimestamps(tx))
      .filter(row => row.size <= latest.size)
      .map(({ size, token }) => ({ size, token })),
    cosignatures: (await listCosignatures(tx))
      .filter(row => row.size <= latest.size)
      .map(({ size, line }) => ({ size, line })),
  }
}

/** The first `size` leaves' bytes, in order. */
export async function* streamLeaves(tx: TenantTx, size: number): AsyncGenerator<string[]> {
  for (let first = 0; first < size; first += rowsAtOnce) {
    yield (await readLeaves(tx, first, Math.min(rowsAtOnce, size - first))).map(row => row.leaf)
  }
}

/**
 * The log's entries with their openings, each opening checked against its leaf on the way, and at the end the tree against the root that was signed: what
 * comes out whole is what was logged. `onTiles` gets all hash tiles then. Throws `integrity`, and nothing may be made of what came before.
 */
export async function* streamEntries(
  tx: TenantTx,
  log: ExportedLog,
  onTiles: (tiles: readonly TileData[]) => void,
): AsyncGenerator<ExportedEntry> {
  const tiles: TileData[] = []
  const tree = new TileBuilder(full => tiles.push(full))
  for (let first = 0; first < log.size; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, log.size - first)
    const leaves = await readLeaves(tx, first, count)
    const openings = await readOpenings(tx, first, count)
    if (leaves.length !== count || openings.length !== count) throw damaged(`leaves are missing after ${first}`)
    for (const [at, { index, leaf }] of leaves.entries()) {
      tree.append(leafHash(Buffer.from(leaf)))
      yield { index, leaf, opening: checkedOpening(leaf, index, openings[at]) }
    }
  }
  if (!sameBytes(tree.root(), log.root)) throw damaged('its leaves do not lead to the root that was signed')
  onTiles([...tiles, ...tree.partialTiles()])
}

function checkedOpening(
  leaf: string,
  index: number,
  row: Awaited<ReturnType<typeof readOpenings>>[number] | undefined,
): ExportedEntry['opening'] {
  if (!row || row.salt === null || row.content === null) return null
  const salt = toHex(row.salt)
  const { commitment }: { commitment?: unknown } = JSON.parse(leaf)
  if (row.index !== index || commitment !== commitmentOf(salt, row.content))
    throw damaged(`what leaf ${index} says was changed`)
  return { salt, content: row.content }
}

function damaged(how: string, cause?: unknown): VouchError {
  return new VouchError(
    'integrity',
    `The ledger does not hold: ${how}. Nothing was exported. Restore the newest backup and keep this data folder for inquiry.`,
    { cause },
  )
}
