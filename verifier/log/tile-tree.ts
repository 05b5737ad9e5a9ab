import { sameBytes } from './bytes.ts'
import { LogError } from './log-error.ts'
import { CompactRange, emptyRoot, foldRight, rootOf } from './merkle.ts'
import type { NodeReader } from './prove.ts'
import { TILE_WIDTH, type Tile, tileAt, tileHashCount, tilePath } from './tiles.ts'

/** A tile of hashes, as opposed to a bundle of entries. */
export type HashTile = Tile & { readonly level: number }

/** A hash tile and its bytes: `width` hashes of 32 bytes. */
export interface TileData {
  readonly tile: HashTile
  readonly bytes: Uint8Array
}

/** Fetches a hash tile's bytes. May answer at once or with a promise. */
export type TileSource = (tile: HashTile) => Uint8Array | Promise<Uint8Array>

/** The hashes of a tile. Throws `malformed` unless there are exactly `width` of them. */
export function tileHashes(bytes: Uint8Array, width: number): Uint8Array[] {
  if (bytes.length !== width * 32) {
    throw new LogError('malformed', `A tile of ${width} hashes takes ${width * 32} bytes, not ${bytes.length}.`)
  }
  return Array.from({ length: width }, (_, i) => bytes.slice(i * 32, i * 32 + 32))
}

/** The unfinished tile of one level: its place, its bytes so far, and the tree over its hashes. */
class OpenTile {
  readonly index: number
  readonly range = new CompactRange()
  readonly #bytes = new Uint8Array(TILE_WIDTH * 32)

  constructor(index: number) {
    this.index = index
  }

  push(hash: Uint8Array): void {
    const at = this.range.size * 32
    this.range.append(hash)
    this.#bytes.set(hash, at)
  }

  data(level: number): TileData {
    const width = this.range.size
    return { tile: { level, index: this.index, width }, bytes: this.#bytes.slice(0, width * 32) }
  }
}

/**
 * Builds the tiles of a growing tree (C2SP tlog-tiles, "Merkle Tree"): takes leaf hashes, hands out each tile when it is full, and
 * the partial ones on demand. Holds one unfinished tile for each level, so memory is constant.
 */
export class TileBuilder {
  #size = 0
  readonly #levels: OpenTile[] = []
  readonly #onFull: (full: TileData) => void

  /** `onFull` is called with each tile that becomes full, lower levels first. */
  constructor(onFull: (full: TileData) => void) {
    this.#onFull = onFull
  }

  /** The number of leaves so far. */
  get size(): number {
    return this.#size
  }

  /** The root over all leaves so far: MTH of RFC 6962 section 2.1. */
  root(): Uint8Array {
    // What the open tiles hold, highest level first, are the complete subtrees of the whole tree from left to right.
    return foldRight(this.#levels.toReversed().flatMap(level => level.range.nodes)) ?? emptyRoot
  }

  /** Adds a leaf by its hash. Amortised one interior hash. */
  append(leaf: Uint8Array): void {
    this.#push(0, leaf)
    this.#size++
  }

  /** The tiles that are not full yet, lowest level first: to be published with every checkpoint of this size. */
  partialTiles(): TileData[] {
    return this.#levels.map((open, level) => open.data(level)).filter(data => data.tile.width > 0)
  }

  /**
   * A builder that goes on where a tree of `size` leaves stopped, read from that tree's partial tiles.
   * Throws `bad_proof` when they do not lead to `root`, so that a damaged tile is never built upon.
   */
  static async resume(
    size: number,
    root: Uint8Array,
    source: TileSource,
    onFull: (full: TileData) => void,
  ): Promise<TileBuilder> {
    const builder = new TileBuilder(onFull)
    builder.#size = size
    for (let level = 0; tileHashCount(size, level) > 0; level++) {
      const open = new OpenTile(Math.floor(tileHashCount(size, level) / TILE_WIDTH))
      const tile = tileAt(size, level, open.index)
      if (tile) for (const hash of tileHashes(await source({ ...tile, level }), tile.width)) open.push(hash)
      builder.#levels.push(open)
    }
    if (!sameBytes(builder.root(), root)) {
      throw new LogError('bad_proof', `The stored tiles of a tree of ${size} leaves do not lead to its root.`)
    }
    return builder
  }

  #push(level: number, hash: Uint8Array): void {
    const open = this.#levels[level] ?? new OpenTile(0)
    open.push(hash)
    if (open.range.size < TILE_WIDTH) {
      this.#levels[level] = open
      return
    }
    this.#onFull(open.data(level))
    this.#levels[level] = new OpenTile(open.index + 1)
    this.#push(level + 1, open.range.root())
  }
}

/**
 * Reads the nodes of a tree of `size` leaves from its tiles, for `proveInclusion` and the like. Each tile is fetched once in the
 * reader's life, so make one reader for a batch of proofs and let it go afterwards: a tile takes 8 KiB.
 * Throws `out_of_range` for a node that the tree does not have, `malformed` for a tile of the wrong length.
 */
export function tileNodeReader(size: number, source: TileSource): NodeReader {
  const fetched = new Map<string, Promise<Uint8Array[]>>()
  const fetchTile = (tile: HashTile): Promise<Uint8Array[]> => {
    const path = tilePath(tile)
    const known = fetched.get(path)
    if (known) return known
    const hashes = (async () => tileHashes(await source(tile), tile.width))()
    fetched.set(path, hashes)
    return hashes
  }
  return async (level, index) => {
    // A node 0 to 7 levels above a tile's hashes is computed from 1 to 128 neighbouring hashes of that tile.
    const tileLevel = Math.floor(level / 8)
    const span = 2 ** (level % 8)
    const first = index * span
    const tile = tileAt(size, tileLevel, Math.floor(first / TILE_WIDTH))
    const at = first % TILE_WIDTH
    if (!tile || at + span > tile.width) {
      throw new LogError('out_of_range', `A tree of ${size} leaves has no complete subtree ${index} at level ${level}.`)
    }
    const hashes = await fetchTile({ ...tile, level: tileLevel })
    return rootOf(hashes.slice(at, at + span))
  }
}
