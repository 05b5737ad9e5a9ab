import type { GapState, Stretch } from './coverage.ts'

/** What a state is called where people read it. */
export const coverageWords = {
  covered: 'Covered',
  waiting: 'Waiting for the first collection',
  late: 'Late',
  missing: 'Missing',
  failed: 'Failed',
  incomplete: 'Incomplete',
  unscheduled: 'Not scheduled',
  absent: 'Not connected',
} as const

const minuteMs = 60_000

/** `3 d 4 h`, `5 h 12 min`, `7 min`: the two largest units, rounded down. */
export function spanWords(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / minuteMs)
  const [days, hours, rest] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24, minutes % 60]
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`
  if (hours > 0) return rest > 0 ? `${hours} h ${rest} min` : `${hours} h`
  return minutes > 0 ? `${minutes} min` : 'less than a minute'
}

/** `99.4 %`, rounded down: 100 is said only of all of it. */
export function shareWords(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`
}

const moment = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
/** Sources say at length why they did not answer; the whole of it is in the log. */
const longestReason = 400
const short = (text: string): string => (text.length > longestReason ? `${text.slice(0, longestReason)}…` : text)

/** Why there is a gap, in plain sentences. Part of what is compared when a package is verified. */
export function describeGap(state: GapState, stretch: Stretch): string {
  const { from, to, open, failures, last, lost } = stretch
  const known = last ? `The last collection before it was at ${moment(last.at)}.` : 'It had never been collected.'
  if (state === 'incomplete') {
    const parts = [...lost]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([resource, reason]) => (reason ? `${resource} (${short(reason)})` : resource))
    return `Not read whole: ${parts.join(', ')}.`
  }
  if (state === 'failed') {
    const newest = failures.at(-1)
    const said = newest
      ? ` ${failures.length > 1 ? `The last, at ${moment(newest.at)}` : `At ${moment(newest.at)}`}: ${short(newest.reason)}`
      : ''
    const dot = /[.!?…]$/.test(said) ? '' : '.'
    return `${failures.length === 1 ? 'One collection' : `${failures.length} collections`} failed.${said}${dot} ${known}`
  }
  if (state === 'late') {
    const span = spanWords(to - from)
    return open
      ? `The collection is overdue, by ${span} so far. ${known}`
      : `The collection came ${span} late. ${known}`
  }
  return `No collection was attempted. ${known}`
}
