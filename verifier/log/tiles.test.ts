import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeEntryBundle, encodeEntryBundle } from './entry-bundle.ts'
import { entryBundlesOf, parseTilePath, type Tile, tileAt, tilePath, tilesOf } from './tiles.ts'

const anyTile: fc.Arbitrary<Tile> = fc.record({
  level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
  index: fc.oneof(fc.nat(2000), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  width: fc.integer({ min: 1, max: 256 }),
})

describe('tile paths', () => {
  test('are those of the specification', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 'entries', index: 1_234_067, width: 7 })).toBe('tile/entries/x001/x234/067.p/7')
    expect(tilePath({ level: 63, index: 0, width: 255 })).toBe('tile/63/000.p/255')
    expect(tilePath({ level: 1, index: 1000, width: 256 })).toBe('tile/1/x001/000')
  })

  test('come back as the same tile', () => {
    fc.assert(
      fc.property(anyTile, tile => {
        expect(parseTilePath(tilePath(tile))).toEqual(tile)
      }),
    )
  })

  test.each([
    '',
    'tile/0/0',
    'tile/0/0000',
    'tile/0/x000/000',
    'tile/0/000/000',
    'tile/0/x001/x000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/../000',
    'tile/0/000\n',
    'tile/data/000',
    'tile/Entries/000',
    'tile/0/x009/x999/x999/x999/x999/999',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
  ])('refuses %j', path => {
    expect(() => parseTilePath(path)).toThrow('not the path of a tile')
  })

  test('whatever is accepted is canonical', () => {
    const piece = fc.constantFrom('tile', '/', '0', '1', '00', '000', 'x', '001', '.p/', 'entries', '256', '63', '9')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        const path = pieces.join('')
        let tile: Tile | undefined
        try {
          tile = parseTilePath(path)
        } catch {
          tile = undefined
        }
        if (tile) expect(tilePath(tile)).toBe(path)
      }),
      { numRuns: 2000 },
    )
  })

  test('are not made of impossible tiles', () => {
    expect(() => tilePath({ level: 64, index: 0, width: 1 })).toThrow('level')
    expect(() => tilePath({ level: 0, index: -1, width: 1 })).toThrow('index')
    expect(() => tilePath({ level: 0, index: 2 ** 53, width: 1 })).toThrow('index')
    expect(() => tilePath({ level: 0, index: 0, width: 0 })).toThrow('1 to 256')
    expect(() => tilePath({ level: 0, index: 0, width: 257 })).toThrow('1 to 256')
  })
})

describe('the tiles of a tree', () => {
  test('of 70,000 leaves are the ones that the specification counts', () => {
    const tiles = [...tilesOf(70_000)]
    const count = (level: number, full: boolean) => tiles.filter(t => t.level === level && (t.width === 256) === full)
    expect(count(0, true).length).toBe(273)
    expect(count(0, false)).toEqual([{ level: 0, index: 273, width: 112 }])
    expect(count(1, true).length).toBe(1)
    expect(count(1, false)).toEqual([{ level: 1, index: 1, width: 17 }])
    expect(count(2, false)).toEqual([{ level: 2, index: 0, width: 1 }])
    expect(tiles.length).toBe(277)
  })

  test('of 256 leaves are a full one and a partial one above', () => {
    expect([...tilesOf(256)].map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1'])
    expect([...tilesOf(0)]).toEqual([])
  })

  test('that are new after growing are those that were not there before', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(3000), (before, more) => {
        for (const list of [tilesOf, entryBundlesOf]) {
          const old = new Set([...list(before)].map(tilePath))
          const all = [...list(before + more)].map(tilePath)
          expect([...list(before + more, before)].map(tilePath)).toEqual(all.filter(path => !old.has(path)))
        }
      }),
    )
  })

  test('are found by place', () => {
    expect(tileAt(70_000, 0, 272)).toEqual({ level: 0, index: 272, width: 256 })
    expect(tileAt(70_000, 0, 273)).toEqual({ level: 0, index: 273, width: 112 })
    expect(tileAt(70_000, 0, 274)).toBeUndefined()
    expect(tileAt(70_000, 'entries', 273)?.width).toBe(112)
    expect(tileAt(70_000, 3, 0)).toBeUndefined()
  })
})

describe('entry bundles', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 256 })

  test('come back as the same entries', () => {
    fc.assert(
      fc.property(entries, list => {
        expect(decodeEntryBundle(encodeEntryBundle(list), list.length)).toEqual(list)
      }),
    )
  })

  test('are refused when cut short, too long or of another width', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (list, pick) => {
        const bundle = encodeEntryBundle(list)
        expect(() => decodeEntryBundle(bundle.slice(0, pick % bundle.length), list.length)).toThrow()
        expect(() => decodeEntryBundle(Buffer.concat([bundle, Buffer.from([0])]), list.length)).toThrow('ends inside')
        expect(() => decodeEntryBundle(bundle, list.length + 1)).toThrow('were expected')
      }),
    )
  })

  test('refuse an entry longer than its length field can say, and more than 256', () => {
    expect(decodeEntryBundle(encodeEntryBundle([new Uint8Array(65_535)]), 1)[0]?.length).toBe(65_535)
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow('65,535')
    expect(() => encodeEntryBundle([])).toThrow('1 to 256')
    expect(() => encodeEntryBundle(Array(257).fill(new Uint8Array(1)))).toThrow('1 to 256')
  })
})
