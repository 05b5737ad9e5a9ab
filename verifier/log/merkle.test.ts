import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CompactRange, emptyRoot, leafHash, nodeHash, rootOf, verifyConsistency, verifyInclusion } from './merkle.ts'
import { naiveConsistency, naiveInclusion, naiveRoot, sampleEntries } from './testing/naive-tree.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index]
  if (item === undefined) throw new Error(`nothing at ${index}`)
  return item
}
const flip = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = bytes.slice()
  copy[Math.floor(bit / 8) % copy.length] = (copy[Math.floor(bit / 8) % copy.length] ?? 0) ^ (1 << (bit % 8))
  return copy
}

describe('hashes', () => {
  test('are the published ones for the empty tree and the empty leaf', () => {
    expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(hex(leafHash(new Uint8Array(0)))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  })

  test('of leaves longer than the shared buffer and around its end are right', () => {
    for (const length of [0, 1, 4094, 4095, 4096, 4097, 65_535]) {
      const entry = new Uint8Array(length).fill(7)
      expect(leafHash(entry)).toEqual(naiveRoot([entry]))
    }
  })

  test('refuse what is no hash', () => {
    expect(() => nodeHash(new Uint8Array(31), new Uint8Array(32))).toThrow('32 bytes')
    expect(() => new CompactRange().append(new Uint8Array(33))).toThrow('32 bytes')
  })
})

describe('the compact range', () => {
  test('has the root of the RFC at every size up to 300, and survives being stored at each', () => {
    const entries = sampleEntries(300)
    let range = new CompactRange()
    expect(range.root()).toEqual(emptyRoot)
    for (const [i, entry] of entries.entries()) {
      range.append(leafHash(entry))
      expect(range.size).toBe(i + 1)
      expect(range.root()).toEqual(naiveRoot(entries.slice(0, i + 1)))
      const stored = CompactRange.fromBytes(range.toBytes())
      expect(stored.root()).toEqual(range.root())
      range = stored
    }
    expect(rootOf(entries.map(leafHash))).toEqual(range.root())
  })

  test('is not changed by appending to a copy', () => {
    const range = new CompactRange()
    range.append(leafHash(Uint8Array.of(1)))
    const before = range.root()
    range.clone().append(leafHash(Uint8Array.of(2)))
    expect(range.size).toBe(1)
    expect(range.root()).toEqual(before)
  })

  test('goes on beyond 32 bits: 2^40 - 1 leaves and one more make one subtree', () => {
    const bytes = new Uint8Array(8 + 40 * 32)
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 40n - 1n)
    const range = CompactRange.fromBytes(bytes)
    range.append(new Uint8Array(32))
    expect(range.size).toBe(2 ** 40)
    expect(range.toBytes().length).toBe(8 + 32)
  })

  test('refuses a stored form of a wrong length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 400 }), (size, length) => {
        const ones = size.toString(2).replaceAll('0', '').length
        fc.pre(length !== ones * 32)
        const bytes = new Uint8Array(8 + length)
        new DataView(bytes.buffer).setBigUint64(0, BigInt(size))
        expect(() => CompactRange.fromBytes(bytes)).toThrow('takes')
      }),
    )
    expect(() => CompactRange.fromBytes(new Uint8Array(7))).toThrow('Eight bytes')
    expect(() => CompactRange.fromBytes(new Uint8Array(8).fill(255))).toThrow('2^53')
  })
})

describe('inclusion', () => {
  test('accepts every proof of the RFC up to 40 leaves, and each only at its own index and size', () => {
    for (let size = 1; size <= 40; size++) {
      const entries = sampleEntries(size)
      const root = naiveRoot(entries)
      for (let index = 0; index < size; index++) {
        const proof = naiveInclusion(index, entries)
        const leaf = leafHash(at(entries, index))
        expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true)
        for (let other = 0; other < size; other++) {
          if (other !== index) expect(verifyInclusion(leaf, other, size, proof, root)).toBe(false)
        }
      }
    }
  })

  test('rejects any changed part of a proof', () => {
    const random = fc
      .integer({ min: 2, max: 200 })
      .chain(size => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(255), fc.nat()))
    fc.assert(
      fc.property(random, ([size, index, bit, pick]) => {
        const entries = sampleEntries(size)
        const root = naiveRoot(entries)
        const leaf = leafHash(at(entries, index))
        const proof = naiveInclusion(index, entries)
        const step = pick % proof.length
        expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true)
        expect(verifyInclusion(flip(leaf, bit), index, size, proof, root)).toBe(false)
        expect(verifyInclusion(leaf, index, size, proof, flip(root, bit))).toBe(false)
        expect(verifyInclusion(leaf, index, size, proof.with(step, flip(at(proof, step), bit)), root)).toBe(false)
        expect(verifyInclusion(leaf, index, size, proof.toSpliced(step, 1), root)).toBe(false)
        expect(verifyInclusion(leaf, index, size, [...proof, root], root)).toBe(false)
        expect(verifyInclusion(leaf, index, size, proof.with(step, at(proof, step).slice(1)), root)).toBe(false)
        for (const bad of [size, size + pick, -1, 0.5, Number.NaN]) {
          expect(verifyInclusion(leaf, bad, size, proof, root)).toBe(false)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('has no proof in the empty tree', () => {
    expect(verifyInclusion(emptyRoot, 0, 0, [], emptyRoot)).toBe(false)
  })
})

describe('consistency', () => {
  test('accepts every proof of the RFC up to 40 leaves', () => {
    for (let newSize = 1; newSize <= 40; newSize++) {
      const entries = sampleEntries(newSize)
      const newRoot = naiveRoot(entries)
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const proof = naiveConsistency(oldSize, entries)
        const oldRoot = naiveRoot(entries.slice(0, oldSize))
        expect(verifyConsistency(oldSize, newSize, oldRoot, newRoot, proof)).toBe(true)
      }
    }
  })

  test('holds from the empty tree with no proof, and only with its own root', () => {
    const root = naiveRoot(sampleEntries(5))
    expect(verifyConsistency(0, 5, emptyRoot, root, [])).toBe(true)
    expect(verifyConsistency(0, 5, root, root, [])).toBe(false)
    expect(verifyConsistency(0, 5, emptyRoot, root, [root])).toBe(false)
    expect(verifyConsistency(0, 0, emptyRoot, emptyRoot, [])).toBe(true)
  })

  test('rejects any changed part of a proof, and shrinking', () => {
    const random = fc
      .integer({ min: 2, max: 200 })
      .chain(size => fc.tuple(fc.integer({ min: 1, max: size - 1 }), fc.constant(size), fc.nat(255), fc.nat()))
    fc.assert(
      fc.property(random, ([oldSize, newSize, bit, pick]) => {
        const entries = sampleEntries(newSize)
        const oldRoot = naiveRoot(entries.slice(0, oldSize))
        const newRoot = naiveRoot(entries)
        const proof = naiveConsistency(oldSize, entries)
        const step = pick % proof.length
        expect(verifyConsistency(oldSize, newSize, oldRoot, newRoot, proof)).toBe(true)
        expect(verifyConsistency(oldSize, newSize, flip(oldRoot, bit), newRoot, proof)).toBe(false)
        expect(verifyConsistency(oldSize, newSize, oldRoot, flip(newRoot, bit), proof)).toBe(false)
        expect(
          verifyConsistency(oldSize, newSize, oldRoot, newRoot, proof.with(step, flip(at(proof, step), bit))),
        ).toBe(false)
        expect(verifyConsistency(oldSize, newSize, oldRoot, newRoot, proof.toSpliced(step, 1))).toBe(false)
        expect(verifyConsistency(oldSize, newSize, oldRoot, newRoot, [...proof, newRoot])).toBe(false)
        expect(verifyConsistency(newSize, oldSize, newRoot, oldRoot, proof)).toBe(false)
        expect(verifyConsistency(newSize, newSize, oldRoot, newRoot, [])).toBe(false)
      }),
      { numRuns: 150 },
    )
  })

  test('rejects a history in which one old entry was replaced', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        (oldSize, grown, pick) => {
          const before = sampleEntries(oldSize)
          const after = sampleEntries(oldSize + grown).with(pick % oldSize, new TextEncoder().encode('replaced'))
          const proof = naiveConsistency(oldSize, after)
          expect(verifyConsistency(oldSize, after.length, naiveRoot(before), naiveRoot(after), proof)).toBe(false)
        },
      ),
    )
  })
})
