import { sameBytes, textOf, toHex } from '../log/bytes.ts'
import { decodeEntryBundle } from '../log/entry-bundle.ts'
import { LogError } from '../log/log-error.ts'
import { leafHash } from '../log/merkle.ts'
import { TileBuilder, type TileData } from '../log/tile-tree.ts'
import { entryBundlesOf, tilePath } from '../log/tiles.ts'
import type { OpenPackage } from './read-package.ts'
import type { Findings } from './report.ts'

/** The log as its entries make it. */
export interface Tree {
  /** The leaves' bytes, as text, by index. */
  readonly leaves: readonly string[]
  /** The root over the first n leaves, hex, for each n that was asked for. */
  readonly roots: ReadonlyMap<number, string>
}

/** A bundle holds 256 entries of at most 65,535 bytes with their lengths. */
const maxBundleBytes = 256 * 65_537

/**
 * Builds the tree again from the entry bundles and compares every hash tile with what it must be (C2SP tlog-tiles). Returns the leaves and
 * the roots at `sizes`; undefined when entries are missing or unreadable, so that no tree of `size` leaves can be built. Adds to
 * `expected` the paths of bundles and tiles.
 */
export async function verifyTree(
  files: OpenPackage,
  size: number,
  sizes: ReadonlySet<number>,
  expected: Set<string>,
  findings: Findings,
): Promise<Tree | undefined> {
  const leaves: string[] = []
  const roots = new Map<number, string>()
  const tiles: TileData[] = []
  const builder = new TileBuilder(full => tiles.push(full))
  for (const bundle of entryBundlesOf(size)) {
    const path = `ledger/${tilePath(bundle)}`
    expected.add(path)
    const bytes = await files.read(path, maxBundleBytes)
    if (!bytes) {
      const message = `The checkpoint has ${size} leaves, but ${path} with the leaves from ${leaves.length} on is missing: the ledger was cut short.`
      findings.differ({ code: 'file.missing', where: path, message })
      return undefined
    }
    try {
      for (const entry of decodeEntryBundle(bytes, bundle.width)) {
        leaves.push(textOf(entry))
        builder.append(leafHash(entry))
        if (sizes.has(builder.size)) roots.set(builder.size, toHex(builder.root()))
      }
    } catch (error) {
      if (!(error instanceof LogError)) throw error
      const message = `${path} cannot be read as a bundle of leaves: ${error.message}`
      findings.differ({ code: 'leaf.form', where: path, message })
      return undefined
    }
  }
  for (const { tile, bytes } of [...tiles, ...builder.partialTiles()]) {
    const path = `ledger/${tilePath(tile)}`
    expected.add(path)
    findings.counts.tiles++
    const found = await files.read(path, 8192)
    if (!found)
      findings.differ({ code: 'file.missing', where: path, message: `The tile ${path} of the tree is missing.` })
    else if (!sameBytes(found, bytes)) {
      const message = `The hash tile ${path} is not that of the leaves in the package.`
      findings.differ({ code: 'tree.tile', where: path, message })
    }
  }
  findings.counts.leaves = leaves.length
  return { leaves, roots }
}
