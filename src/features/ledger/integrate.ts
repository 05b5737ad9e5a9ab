import { sameBytes } from '../../../verifier/log/bytes.ts'
import { openCheckpoint, signCheckpoint } from '../../../verifier/log/checkpoint.ts'
import { emptyRoot, leafHash, rootOf } from '../../../verifier/log/merkle.ts'
import { noteVerifier, parseVerifierKey } from '../../../verifier/log/note.ts'
import { TileBuilder, type TileData, tileHashes } from '../../../verifier/log/tile-tree.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { Services } from '../../platform/services.ts'
import { signersFor } from './keys.ts'
import {
  insertCheckpoint,
  insertLeaves,
  insertTile,
  latestCheckpoint,
  listKeys,
  lockLog,
  outgrows,
  readLog,
  readTile,
  takeQueued,
} from './store.ts'

// Leaves in one transaction: enough to make its cost small, few enough to keep it short.
const batchSize = 20_000

/**
 * Gives every waiting entry its place in the tree and signs a checkpoint. One integrator at a time for each log; leaves, tiles and checkpoint become visible together.
 * Returns the newest checkpoint's size and note.
 * Throws `integrity` rather than sign when the stored tree does not lead to the checkpoint signed before, or that one's signature is not ours.
 */
export async function integrate(
  services: Services,
  orgId: string,
): Promise<{ size: number; note: string } | undefined> {
  for (;;) {
    const { taken, checkpoint } = await services.database.tenant(orgId, services.clock, tx =>
      integrateBatch(services, tx),
    )
    if (taken < batchSize) return checkpoint
  }
}

async function integrateBatch(
  services: Services,
  tx: TenantTx,
): Promise<{ taken: number; checkpoint: { size: number; note: string } | undefined }> {
  await lockLog(tx)
  const previous = await latestCheckpoint(tx)
  if (await outgrows(tx, previous?.size ?? 0)) throw damaged()
  const waiting = await takeQueued(tx, batchSize)
  if (waiting.length === 0) return { taken: 0, checkpoint: previous }
  const log = await readLog(tx)
  if (!log) throw new VouchError('integrity', 'There are entries but no log. Restore the newest backup.')

  const full: TileData[] = []
  const tree = await resumeTree(tx, log.origin, previous, full)
  const leaves = waiting.map(entry => ({ id: entry.id, hash: leafHash(Buffer.from(entry.leaf)) }))
  for (const leaf of leaves) tree.append(leaf.hash)

  await insertLeaves(tx, previous?.size ?? 0, leaves)
  for (const { tile, bytes } of full) {
    await insertTile(tx, {
      level: tile.level,
      index: tile.index,
      hashes: bytes,
      root: rootOf(tileHashes(bytes, tile.width)),
    })
  }
  const checkpoint = { origin: log.origin, size: tree.size, root: tree.root() }
  const note = signCheckpoint(
    { ...checkpoint, extensions: [] },
    await signersFor(services, tx, log.origin, tree.size, previous?.size ?? 0),
  )
  await insertCheckpoint(tx, { size: tree.size, root: checkpoint.root, note, createdAt: tx.clock.now() })
  await announce(tx, 'ledger.checkpoint', String(tree.size))
  return { taken: waiting.length, checkpoint: { size: tree.size, note } }
}

/** Goes on from the checkpoint signed before, after opening it and rebuilding its root from what is stored. */
async function resumeTree(
  tx: TenantTx,
  origin: string,
  previous: { size: number; root: Uint8Array; note: string } | undefined,
  full: TileData[],
): Promise<TileBuilder> {
  const collect = (tile: TileData) => void full.push(tile)
  if (!previous) return TileBuilder.resume(0, emptyRoot, () => emptyRoot, collect)
  try {
    const logKeys = (await listKeys(tx)).map(key => noteVerifier(parseVerifierKey(key.vkey)))
    const signed = openCheckpoint(previous.note, { origin, logKeys })
    if (signed.size !== previous.size || !sameBytes(signed.root, previous.root)) throw damaged()
    const source = async (tile: { level: number; index: number; width: number }) => {
      const bytes = await readTile(tx, tile)
      if (!bytes) throw new VouchError('integrity', `The ledger's tile ${tile.level}/${tile.index} is missing.`)
      return bytes
    }
    return await TileBuilder.resume(signed.size, signed.root, source, collect)
  } catch (cause) {
    throw damaged(cause)
  }
}

function damaged(cause?: unknown): VouchError {
  return new VouchError(
    'integrity',
    'The stored ledger does not lead to its own last checkpoint. Nothing was signed. Restore the newest backup and keep this data folder for inquiry.',
    { cause },
  )
}
