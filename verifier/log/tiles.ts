import { LogError } from './log-error.ts'

/** Hashes in a full tile: 2^8, the one tile height of C2SP tlog-tiles ("Merkle Tree"). */
export const TILE_WIDTH = 256

/** A tile of the tree (`level` 0 to 63) or a bundle of entries (`level` "entries"), with how many of its 256 places are filled. */
export interface Tile {
  readonly level: number | 'entries'
  readonly index: number
  /** 1 to 256; less than 256 is a partial tile. */
  readonly width: number
}

/**
 * The path of a tile below the log's prefix, C2SP tlog-tiles ("Merkle Tree"): `tile/<L>/<N>[.p/<W>]`, N in groups of three digits,
 * all but the last with an `x`. Throws `out_of_range` for a level, index or width that no tile has.
 */
export function tilePath(tile: Tile): string {
  const { level, index, width } = tile
  if (level !== 'entries' && !(Number.isInteger(level) && level >= 0 && level <= 63)) {
    throw new LogError('out_of_range', `A tile level is 0 to 63 or "entries", not ${level}.`)
  }
  if (!Number.isSafeInteger(index) || index < 0) throw new LogError('out_of_range', `${index} is not a tile index.`)
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH) {
    throw new LogError('out_of_range', `A tile holds 1 to 256 hashes, not ${width}.`)
  }
  let path = String(index % 1000).padStart(3, '0')
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`
  }
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

/** The tile that a path names. Only the one canonical spelling is accepted; anything else throws `malformed`. */
export function parseTilePath(path: string): Tile {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path)
  if (match) {
    const [, level = '', digits = '', width] = match
    const tile: Tile = {
      level: level === 'entries' ? level : Number(level),
      index: Number(digits.replaceAll(/[x/]/g, '')),
      width: width === undefined ? TILE_WIDTH : Number(width),
    }
    // Leading zeroes, needless groups, a level above 63, a width of 0 or of 256 and more all fail to come back the same.
    if (isTile(tile) && tilePath(tile) === path) return tile
  }
  throw new LogError('malformed', `"${path.slice(0, 100)}" is not the path of a tile.`)
}

function isTile(tile: Tile): boolean {
  const levelFits = tile.level === 'entries' || tile.level <= 63
  return levelFits && Number.isSafeInteger(tile.index) && tile.width >= 1 && tile.width <= TILE_WIDTH
}

/**
 * How many hashes a tree of `size` leaves has at tile level `level`: floor(size / 256^level). Of these, the last
 * `count mod 256` are in the partial tile (C2SP tlog-tiles, "Partial Tiles"). Entries count as level 0.
 */
export function tileHashCount(size: number, level: number | 'entries'): number {
  return Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level))
}

/** The tile at a place, as wide as a tree of `size` leaves has it; undefined when the tree has no such tile. */
export function tileAt(size: number, level: number | 'entries', index: number): Tile | undefined {
  const width = Math.min(TILE_WIDTH, tileHashCount(size, level) - index * TILE_WIDTH)
  return width > 0 ? { level, index, width } : undefined
}

/**
 * All tiles of a tree of `size` leaves, level by level, each level from left to right, its partial tile last. With `since`, only
 * those that a tree of `since` leaves did not have yet in that width: what must be written when the log grows.
 */
export function* tilesOf(size: number, since = 0): Generator<Tile & { readonly level: number }> {
  for (let level = 0; tileHashCount(size, level) > 0; level++) {
    for (const tile of levelTiles(tileHashCount(size, level), tileHashCount(since, level))) yield { level, ...tile }
  }
}

/** All entry bundles of a tree of `size` leaves, from left to right; with `since`, only the new or widened ones. */
export function* entryBundlesOf(size: number, since = 0): Generator<Tile & { readonly level: 'entries' }> {
  for (const tile of levelTiles(size, since)) yield { level: 'entries', ...tile }
}

function* levelTiles(count: number, before: number): Generator<{ index: number; width: number }> {
  if (count === before) return
  for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < count; index++) {
    yield { index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) }
  }
}
