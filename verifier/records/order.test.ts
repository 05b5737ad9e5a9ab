import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareUtf8 } from './order.ts'

test('orders any two texts as their UTF-8 bytes are ordered', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
    {
      numRuns: 2_000,
      examples: [
        ['\u{10000}', '\uffff'],
        ['\ue000', '\u{1f600}'],
        ['a', 'ab'],
        ['', ''],
      ],
    },
  )
})
