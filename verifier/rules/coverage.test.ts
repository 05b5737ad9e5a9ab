import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowanceMs, type Collected, type ConnectionHistory, isGap, type Stretch, stretches } from './coverage.ts'
import { daysOf, totalsOf } from './coverage-days.ts'
import { describeGap, spanWords } from './describe-gap.ts'

const hour = 3_600_000
const begin = Date.UTC(2026, 0, 1)
const at = (hours: number) => begin + hours * hour
const grace = allowanceMs(24) / hour

const daily = { at: begin, everyHours: 24, inUse: true }
const collected = (hours: number, ...broken: string[]): Collected => ({
  at: at(hours),
  resources: ['a', 'b'],
  incomplete: broken.map(resource => ({ resource, reason: `no right to ${resource}` })),
})
const failed = (hours: number, reason = 'no answer') => ({ at: at(hours), reason })

/** The stretches as `state from-to` in hours. */
function told(history: Partial<ConnectionHistory>, end: number): string[] {
  return all(history, end).map(({ state, from, to }) => `${state} ${(from - begin) / hour}-${(to - begin) / hour}`)
}
function all(history: Partial<ConnectionHistory>, end: number): Stretch[] {
  return stretches({ changes: [daily], collections: [], failures: [], ...history }, at(end))
}

describe('a source on a daily schedule', () => {
  it('is covered while its records are no older than a day and the allowance', () => {
    expect(grace).toBe(1.45)
    expect(told({ collections: [0.2, 24, 49, 73].map(hours => collected(hours)) }, 90)).toEqual([
      'waiting 0-0.2',
      'covered 0.2-90',
    ])
  })

  it('waits for its first collection, and not for longer than the allowance', () => {
    expect(told({}, 1)).toEqual(['waiting 0-1'])
    expect(told({}, 9)).toEqual(['waiting 0-1.45', 'late 1.45-9'])
    expect(told({}, 40)).toEqual(['waiting 0-1.45', 'missing 1.45-40'])
    expect(told({ collections: [collected(40)] }, 50)).toEqual(['waiting 0-1.45', 'missing 1.45-40', 'covered 40-50'])
  })

  it('whose last collection is not due yet has no gap, and a late one as soon as it is', () => {
    const collections = [collected(0)]
    expect(told({ collections }, 25.45)).toEqual(['covered 0-25.45'])
    expect(told({ collections }, 30)).toEqual(['covered 0-25.45', 'late 25.45-30'])
    expect(told({ collections }, 60)).toEqual(['covered 0-25.45', 'missing 25.45-60'])
  })

  it('was late when it came within another interval, missing when it took longer, failed when it was tried', () => {
    const came = (hours: number) => [collected(0), collected(hours)]
    expect(told({ collections: came(40) }, 41)).toEqual(['covered 0-25.45', 'late 25.45-40', 'covered 40-41'])
    expect(told({ collections: came(80) }, 81)[1]).toBe('missing 25.45-80')
    expect(told({ collections: came(40), failures: [failed(24)] }, 41)[1]).toBe('failed 25.45-40')
    expect(told({ collections: came(24), failures: [failed(20)] }, 41)).toEqual(['covered 0-41'])
  })

  it('that did not give everything whole is incomplete for as long as a part is older than its schedule says', () => {
    const collections = [collected(0), collected(24, 'b'), collected(48, 'b'), collected(72)]
    expect(told({ collections }, 73)).toEqual(['covered 0-25.45', 'incomplete 25.45-72', 'covered 72-73'])
    expect([...(all({ collections }, 73)[1]?.lost ?? [])]).toEqual([['b', 'no right to b']])
    expect(told({ collections: [collected(0, 'a', 'b')] }, 1)).toEqual(['incomplete 0-1'])
  })

  it('that gave nothing any more after it was incomplete has two gaps, of which the second is of everything', () => {
    const collections = [collected(0), collected(24, 'b')]
    const [, first, second] = all({ collections }, 60)
    expect([first?.state, second?.state]).toEqual(['incomplete', 'late'])
    expect([...(first?.lost.keys() ?? [])]).toEqual(['b'])
    expect([...(second?.lost.keys() ?? [])]).toEqual(['a', 'b'])
  })
})

describe('a change of the schedule', () => {
  const change = (hours: number, everyHours: number | null, inUse = true) => ({ at: at(hours), everyHours, inUse })
  const collections = [collected(0)]

  it('to more often gives the allowance before it is overdue, to less often covers at once', () => {
    expect(told({ changes: [change(0, 168), change(50, 24)], collections }, 60)).toEqual([
      'covered 0-50',
      'waiting 50-51.45',
      'late 51.45-60',
    ])
    expect(told({ changes: [daily, change(50, 168)], collections }, 60)).toEqual([
      'covered 0-25.45',
      'missing 25.45-50',
      'covered 50-60',
    ])
  })

  it('gives no new allowance to who is overdue, and does not lengthen a wait', () => {
    expect(told({ changes: [daily, change(30, 23), change(31, 24)], collections }, 40)).toEqual([
      'covered 0-25.45',
      'late 25.45-40',
    ])
    const restless = Array.from({ length: 20 }, (_, n) => change(n / 2, n % 2 === 0 ? 24 : 25))
    expect(told({ changes: restless }, 10)).toEqual(['waiting 0-1.45', 'late 1.45-10'])
  })

  it('to on demand promises nothing, and a removal ends it; both end a gap but leave it in the past', () => {
    expect(
      told({ changes: [daily, change(30, null), change(50, 24), change(51, 24, false)], collections }, 60),
    ).toEqual(['covered 0-25.45', 'missing 25.45-30', 'unscheduled 30-50', 'waiting 50-51', 'absent 51-60'])
  })

  it('that only gives another name changes nothing', () => {
    expect(told({ changes: [daily, change(10, 24), change(30, 24)], collections }, 40)).toEqual(
      told({ collections }, 40),
    )
  })
})

describe('any history', () => {
  const hours = fc.integer({ min: 0, max: 400 }).map(quarter => quarter / 4)
  const changes = fc.array(
    fc.record({
      at: hours.map(at),
      everyHours: fc.constantFrom(null, 1, 6, 24, 48),
      inUse: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const complete = hours.map(value => collected(value))
  const partial = fc.tuple(hours, fc.subarray(['a', 'b'])).map(([value, broken]) => collected(value, ...broken))
  const collections = fc.array(fc.oneof(complete, partial), { maxLength: 12 })
  const failures = fc.array(
    hours.map(value => failed(value)),
    { maxLength: 6 },
  )
  const byTime = <T extends { at: number }>(items: readonly T[]) => items.toSorted((a, b) => a.at - b.at)
  const histories = fc.record({
    changes: changes.map(byTime),
    collections: collections.map(byTime),
    failures: failures.map(byTime),
  })
  const end = fc.integer({ min: 1, max: 480 }).map(quarter => quarter / 4)
  const gapMs = (found: readonly Stretch[]) =>
    found.reduce((sum, { state, from, to }) => sum + (isGap(state) ? to - from : 0), 0)

  it('is made of stretches without holes, none empty, no two alike beside each other, from its beginning to the end', () => {
    fc.assert(
      fc.property(histories, end, (history, until) => {
        const found = all(history, until)
        const first = Math.min(...[...history.changes, ...history.collections].map(item => item.at))
        if (first >= at(until)) {
          expect(found).toEqual([])
          return
        }
        expect(found[0]?.from).toBe(first)
        expect(found.at(-1)?.to).toBe(at(until))
        for (const [index, stretch] of found.entries()) {
          expect(stretch.from).toBeLessThan(stretch.to)
          const next = found[index + 1]
          if (next) expect(next.from).toBe(stretch.to)
          if (next && !isGap(next.state)) expect(next.state).not.toBe(stretch.state)
        }
        const days = daysOf(found)
        expect(days.reduce((sum, { totals }) => sum + Object.values(totals).reduce((a, b) => a + b, 0), 0)).toBe(
          Object.values(totalsOf(found)).reduce((a, b) => a + b, 0),
        )
      }),
    )
  })

  it('has no more gaps with one more whole collection', () => {
    fc.assert(
      fc.property(histories, complete, end, (history, more, until) => {
        const richer = { ...history, collections: byTime([...history.collections, more]) }
        expect(gapMs(all(richer, until))).toBeLessThanOrEqual(gapMs(all(history, until)))
      }),
      { numRuns: 1_000 },
    )
  })

  it('has the same gaps, though others by name, with one more attempt that failed', () => {
    fc.assert(
      fc.property(histories, hours, end, (history, hour, until) => {
        const more = { ...history, failures: byTime([...history.failures, failed(hour)]) }
        expect(all(more, until).map(({ from, to }) => [from, to])).toEqual(
          all(history, until).map(({ from, to }) => [from, to]),
        )
      }),
    )
  })

  it('is told of a time as it was, whatever happened later: only what went on then may end otherwise', () => {
    fc.assert(
      fc.property(histories, end, end, (history, one, other) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)]
        const before = all(history, early)
        const after = all(history, late)
        expect(after.slice(0, Math.max(0, before.length - 1))).toEqual(before.slice(0, -1))
        expect(after[before.length - 1]?.from).toBe(before.at(-1)?.from)
      }),
    )
  })

  it('of what covers nothing that was promised says so: no moment is covered that lies further than its window from a collection', () => {
    fc.assert(
      fc.property(histories, end, (history, until) => {
        for (const { state, from, to } of all(history, until)) {
          if (state !== 'covered') continue
          const longest = 48 * hour + allowanceMs(48)
          const near = history.collections.filter(item => item.at < to && item.at > from - longest)
          expect(near.length).toBeGreaterThan(0)
        }
      }),
    )
  })
})

describe('words', () => {
  it('say why, what was before it, and how long', () => {
    const one = (history: Partial<ConnectionHistory>, end: number) => {
      const gap = all(history, end).find(stretch => isGap(stretch.state))
      return gap && isGap(gap.state) ? describeGap(gap.state, gap) : undefined
    }
    const collections = [collected(0)]
    const before = 'The last collection before it was at 2026-01-01 00:00 UTC.'
    expect(one({ collections, failures: [failed(24), failed(25, 'the disk is full.')] }, 30)).toBe(
      `2 collections failed. The last, at 2026-01-02 01:00 UTC: the disk is full. ${before}`,
    )
    expect(one({ collections, failures: [failed(24, '')] }, 30)).toBe(
      `One collection failed. At 2026-01-02 00:00 UTC: . ${before}`,
    )
    expect(one({ collections }, 30)).toBe(`The collection is overdue, by 4 h 33 min so far. ${before}`)
    expect(one({ collections: [collected(0), collected(30)] }, 31)).toBe(
      `The collection came 4 h 33 min late. ${before}`,
    )
    expect(one({}, 99)).toBe('No collection was attempted. It had never been collected.')
    expect(one({ collections: [collected(0, 'b', 'a')] }, 1)).toBe(
      'Not read whole: a (no right to a), b (no right to b).',
    )
    const [long] = [one({ collections, failures: [failed(25, 'x'.repeat(5_000))] }, 30)]
    expect(long?.length).toBeLessThan(600)
  })

  it('tell spans by their two largest units', () => {
    expect([30_000, 61_000, 2 * hour, 25.5 * hour, 48 * hour, 49 * hour].map(spanWords)).toEqual([
      'less than a minute',
      '1 min',
      '2 h',
      '1 d 1 h',
      '2 d',
      '2 d 1 h',
    ])
  })
})
