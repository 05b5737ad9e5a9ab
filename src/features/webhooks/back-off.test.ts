import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostTries, waitAfter } from './back-off.ts'

describe('the waits between attempts', () => {
  it('grow, spread by chance, and end after some three days', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), random => {
        const waits = Array.from({ length: mostTries - 1 }, (_, n) => waitAfter(n + 1, random) ?? 0)
        expect(waits).toEqual(waits.toSorted((a, b) => a - b))
        const days = waits.reduce((sum, wait) => sum + wait, 0) / 86_400_000
        expect(days).toBeGreaterThan(3)
        expect(days).toBeLessThan(4)
        expect(waitAfter(mostTries, random)).toBeUndefined()
      }),
    )
    expect(waitAfter(3, 0)).not.toBe(waitAfter(3, 0.5))
  })
})
