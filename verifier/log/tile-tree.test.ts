import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CompactRange, emptyRoot, leafHash, nodeHash, verifyConsistency, verifyInclusion } from './merkle.ts'
import { type NodeReader, proveConsistency, proveInclusion, treeRoot } from './prove.ts'
import { naiveConsistency, naiveInclusion, naiveRoot, sampleEntries } from './testing/naive-tree.ts'
import { TileBuilder, type TileData, type TileSource, tileNodeReader } from './tile-tree.ts'
import { tilePath, tilesOf } from './tiles.ts'

/** Builds the tiles of leaves into a map by path, as a server would publish them. */
function build(leaves: readonly Uint8Array[]): { tiles: Map<string, Uint8Array>; builder: TileBuilder } {
  const tiles = new Map<string, Uint8Array>()
  const put = ({ tile, bytes }: TileData) => tiles.set(tilePath(tile), bytes)
  const builder = new TileBuilder(put)
  for (const leaf of leaves) builder.append(leaf)
  for (const partial of builder.partialTiles()) put(partial)
  return { tiles, builder }
}

const sourceOf =
  (tiles: Map<string, Uint8Array>): TileSource =>
  tile => {
    const bytes = tiles.get(tilePath(tile))
    if (!bytes) throw new Error(`no tile ${tilePath(tile)}`)
    return bytes
  }

/** Reads nodes by hashing leaves anew, with no tiles. */
const directReader =
  (leaves: readonly Uint8Array[]): NodeReader =>
  (level, index) => {
    const range = new CompactRange()
    for (const leaf of leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)) range.append(leaf)
    expect(range.size).toBe(2 ** level)
    return range.root()
  }

describe('proofs', () => {
  test('are those of the RFC, from a synchronous reader, for every index and size up to 24', async () => {
    for (let size = 0; size <= 24; size++) {
      const entries = sampleEntries(size)
      const read = directReader(entries.map(leafHash))
      expect(await treeRoot(size, read)).toEqual(naiveRoot(entries))
      for (let index = 0; index < size; index++) {
        expect(await proveInclusion(index, size, read)).toEqual(naiveInclusion(index, entries))
        expect(await proveConsistency(index + 1, size, read)).toEqual(naiveConsistency(index + 1, entries))
      }
    }
  })

  test('from tiles are those of the RFC at random sizes', async () => {
    const entries = sampleEntries(1400)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1400 }), fc.nat(), fc.nat(), async (size, a, b) => {
        const some = entries.slice(0, size)
        const { tiles, builder } = build(some.map(leafHash))
        const read = tileNodeReader(size, sourceOf(tiles))
        expect(builder.root()).toEqual(naiveRoot(some))
        expect(await treeRoot(size, read)).toEqual(builder.root())
        expect(await proveInclusion(a % size, size, read)).toEqual(naiveInclusion(a % size, some))
        const oldSize = 1 + (b % size)
        expect(await proveConsistency(oldSize, size, read)).toEqual(naiveConsistency(oldSize, some))
      }),
      { numRuns: 12 },
    )
  })

  test('from tiles verify in a tree of 70,000 leaves, fetching each tile once', async () => {
    const size = 70_000
    const leaves = sampleEntries(size).map(leafHash)
    const { tiles, builder } = build(leaves)
    const root = builder.root()
    const fetched: string[] = []
    const read = tileNodeReader(size, tile => {
      fetched.push(tilePath(tile))
      return sourceOf(tiles)(tile)
    })
    for (const index of [0, 255, 256, 65_535, 65_536, 69_999]) {
      const proof = await proveInclusion(index, size, read)
      expect(verifyInclusion(leaves[index] ?? emptyRoot, index, size, proof, root)).toBe(true)
    }
    for (const oldSize of [1, 256, 65_536, 65_537, 69_999]) {
      const oldRoot = await treeRoot(oldSize, read)
      expect(verifyConsistency(oldSize, size, oldRoot, root, await proveConsistency(oldSize, size, read))).toBe(true)
    }
    expect(new Set(fetched).size).toBe(fetched.length)
    expect(fetched.length).toBeLessThan(16)
  })

  test('are refused outside the tree', async () => {
    const read = directReader([leafHash(Uint8Array.of(1))])
    await expect(proveInclusion(1, 1, read)).rejects.toThrow('no leaf 1')
    await expect(proveInclusion(-1, 1, read)).rejects.toThrow('no leaf -1')
    await expect(proveConsistency(2, 1, read)).rejects.toThrow('No tree of 2')
    expect(await proveConsistency(0, 1, read)).toEqual([])
    await expect(tileNodeReader(3, () => new Uint8Array(96))(1, 1)).rejects.toThrow('no complete subtree')
    await expect(tileNodeReader(3, () => new Uint8Array(64))(0, 0)).rejects.toThrow('takes 96 bytes')
  })
})

describe('the tile builder', () => {
  test('makes exactly the tiles of the specification, and full tiles hash into the level above', () => {
    for (const size of [0, 1, 255, 256, 257, 511, 512, 65_536, 66_000]) {
      const { tiles } = build(sampleEntries(size).map(leafHash))
      expect([...tiles.keys()].sort()).toEqual([...tilesOf(size)].map(tilePath).sort())
      const lower = tiles.get('tile/0/000')
      if (lower) {
        const range = new CompactRange()
        for (let i = 0; i < 256; i++) range.append(lower.slice(i * 32, i * 32 + 32))
        const upper = tiles.get('tile/1/000') ?? tiles.get(`tile/1/000.p/${Math.floor(size / 256)}`)
        expect(upper?.slice(0, 32)).toEqual(range.root())
      }
    }
  })

  test('goes on from stored tiles as if it had never stopped', async () => {
    const leaves = sampleEntries(66_100).map(leafHash)
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer({ min: 0, max: 1200 }), fc.constantFrom(65_535, 65_536, 65_537)),
        fc.integer({ min: 0, max: 520 }),
        async (first, more) => {
          const { tiles, builder } = build(leaves.slice(0, first))
          const resumed = await TileBuilder.resume(first, builder.root(), sourceOf(tiles), ({ tile, bytes }) =>
            tiles.set(tilePath(tile), bytes),
          )
          for (const leaf of leaves.slice(first, first + more)) resumed.append(leaf)
          for (const { tile, bytes } of resumed.partialTiles()) tiles.set(tilePath(tile), bytes)
          const whole = build(leaves.slice(0, first + more))
          expect(resumed.size).toBe(first + more)
          expect(resumed.root()).toEqual(whole.builder.root())
          for (const [path, bytes] of whole.tiles) expect(tiles.get(path)).toEqual(bytes)
        },
      ),
      { numRuns: 15 },
    )
  })

  test('does not go on from a damaged tile', async () => {
    const { tiles, builder } = build(sampleEntries(300).map(leafHash))
    const bytes = tiles.get('tile/0/001.p/44')
    if (bytes) bytes[40] = (bytes[40] ?? 0) ^ 1
    await expect(TileBuilder.resume(300, builder.root(), sourceOf(tiles), () => {})).rejects.toThrow(
      'do not lead to its root',
    )
  })

  test('keeps up: appends far more than 50,000 leaves a second even on a busy machine', () => {
    const leaf = nodeHash(emptyRoot, emptyRoot)
    const builder = new TileBuilder(() => {})
    const before = process.cpuUsage()
    for (let i = 0; i < 100_000; i++) builder.append(leaf)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(2)
  })
})
