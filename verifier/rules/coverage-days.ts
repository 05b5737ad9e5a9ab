import { type CoverageState, coverageStates } from './coverage.ts'

/** One day in UTC: what was worst in it, and for how many milliseconds it was what. */
export interface CoverageDay {
  readonly day: string
  readonly state: CoverageState
  readonly totals: Readonly<Record<CoverageState, number>>
}

interface Interval {
  readonly state: CoverageState
  readonly from: number
  readonly to: number
}

const dayMs = 86_400_000
// A day is as well as its worst moment; a connection that was added in the middle of a day has that day.
const worstFirst: readonly CoverageState[] = [
  'failed',
  'missing',
  'incomplete',
  'late',
  'waiting',
  'unscheduled',
  'covered',
  'absent',
]

/** How long each state lasted in all, in milliseconds. */
export function totalsOf(intervals: readonly Interval[]): Record<CoverageState, number> {
  const totals = Object.fromEntries(coverageStates.map(state => [state, 0])) as Record<CoverageState, number>
  for (const { state, from, to } of intervals) totals[state] += to - from
  return totals
}

/** The days, in UTC, that intervals without holes between them touch. */
export function daysOf(intervals: readonly Interval[]): CoverageDay[] {
  const byDay = new Map<number, Interval[]>()
  for (const { state, from, to } of intervals) {
    for (let at = from; at < to; ) {
      const day = Math.floor(at / dayMs)
      const until = Math.min(to, (day + 1) * dayMs)
      const parts = byDay.get(day) ?? []
      parts.push({ state, from: at, to: until })
      byDay.set(day, parts)
      at = until
    }
  }
  return [...byDay].map(([day, parts]) => {
    const totals = totalsOf(parts)
    const state = worstFirst.find(candidate => totals[candidate] > 0) ?? 'absent'
    return { day: new Date(day * dayMs).toISOString().slice(0, 10), state, totals }
  })
}
