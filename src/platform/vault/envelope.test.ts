import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VouchError } from '../errors/errors.ts'
import { open, seal } from './envelope.ts'

const bytes = fc.uint8Array({ maxLength: 200 })
const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const context = fc.array(fc.string({ unit: 'binary', maxLength: 8 }), { maxLength: 4 })

function codeOf(work: () => unknown): string {
  try {
    work()
    return 'none'
  } catch (thrown) {
    return thrown instanceof VouchError ? thrown.code : String(thrown)
  }
}

describe('seal and open', () => {
  it('are inverse', () => {
    fc.assert(
      fc.property(key, bytes, context, (k, plaintext, c) => {
        const sealed = seal(k, plaintext, c)
        expect(sealed.length).toBe(plaintext.length + 29)
        expect(Buffer.compare(open(k, sealed, c), plaintext)).toBe(0)
      }),
    )
  })

  it('refuse every changed bit, every other length, another key and another context', () => {
    const change = fc.record({ at: fc.nat(), bit: fc.nat({ max: 7 }) })
    fc.assert(
      fc.property(key, bytes, context, change, (k, plaintext, c, { at, bit }) => {
        const sealed = seal(k, plaintext, c)
        const flipped = Buffer.from(sealed)
        flipped[at % sealed.length] = (sealed[at % sealed.length] ?? 0) ^ (1 << bit)
        const otherKey = Buffer.from(k)
        otherKey[at % 32] = (k[at % 32] ?? 0) ^ (1 << bit)
        expect(codeOf(() => open(k, flipped, c))).toBe('integrity')
        expect(codeOf(() => open(k, sealed.subarray(0, at % sealed.length), c))).toBe('integrity')
        expect(codeOf(() => open(k, Buffer.concat([sealed, Buffer.of(at)]), c))).toBe('integrity')
        expect(codeOf(() => open(otherKey, sealed, c))).toBe('integrity')
        expect(codeOf(() => open(k, sealed, [...c, '']))).toBe('integrity')
      }),
    )
  })

  it('tell contexts apart whose parts run together', () => {
    const k = randomBytes(32)
    const sealed = seal(k, Buffer.from('x'), ['ab', 'c'])
    for (const other of [['a', 'bc'], ['abc'], ['ab', 'c', ''], ['c', 'ab']]) {
      expect(codeOf(() => open(k, sealed, other))).toBe('integrity')
    }
  })

  it('never seal the same twice, and say what to do about another format', () => {
    const k = randomBytes(32)
    expect(seal(k, Buffer.from('x'), [])).not.toEqual(seal(k, Buffer.from('x'), []))
    const sealed = seal(k, Buffer.from('x'), [])
    sealed[0] = 9
    expect(() => open(k, sealed, [])).toThrow('format 9')
    expect(() => seal(k.subarray(1), sealed, [])).toThrow(RangeError)
  })
})
