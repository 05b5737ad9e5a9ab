import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareUtf8 } from '../../../verifier/records/order.ts'
import { type Line, sortLines } from './sort-lines.ts'

const lineOf = (key: string, at: number): Line => ({ key, text: String(at) })
const byKey = (lines: readonly Line[]) => lines.toSorted((a, b) => compareUtf8(a.key, b.key))

// Characters next to where order in UTF-8 and in UTF-16 part, and those at the end of ASCII.
const unit = fc.constantFrom(
  'a',
  'b',
  '~',
  '\u007f',
  '\u0080',
  '\u00e9',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\u{10000}',
  '\0',
)

describe('lines', () => {
  it('come in the order of the UTF-8 bytes of their keys, equal ones as they were', () => {
    const keys = fc.array(fc.string({ unit, maxLength: 7 }), { maxLength: 60 })
    fc.assert(
      fc.property(keys, fc.string({ unit, maxLength: 3 }), (tails, shared) => {
        const lines = tails.map((tail, at) => lineOf(shared + tail, at))
        expect(sortLines(lines)).toEqual(byKey(lines))
      }),
      { numRuns: 1_000 },
    )
  })

  it('do so when most keys begin alike, and when there is one or none', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => lineOf(`["person ${(at * 7919) % 5_000}"]`, at))
    expect(sortLines(many)).toEqual(byKey(many))
    expect(sortLines(many.slice(0, 1))).toEqual(many.slice(0, 1))
    expect(sortLines([])).toEqual([])
  })
})
