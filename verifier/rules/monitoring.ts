import type { LoggedFact } from '../records/facts.ts'
import {
  type Collected,
  type ConnectionHistory,
  type CoverageState,
  type FailedAttempt,
  type GapState,
  isGap,
  type ScheduleChange,
  type Stretch,
  stretches,
} from './coverage.ts'
import { type CoverageDay, daysOf, totalsOf } from './coverage-days.ts'
import { describeGap } from './describe-gap.ts'

/** What somebody wrote about a gap. It stands beside the gap and never takes anything of it away. */
export interface GapExplanation {
  readonly at: string
  readonly by: string
  readonly text: string
}

/** A time in which a source was not watched as its schedule says. */
export interface MonitoringGap {
  readonly state: GapState
  /** When it began, which may be before the period: together with the connection its name. */
  readonly since: string
  /** The part of it that lies in the period. */
  readonly from: string
  readonly to: string
  /** Whether it still went on at the end of the period. */
  readonly open: boolean
  readonly reason: string
  readonly failures: number
  readonly resources: readonly string[]
  /** The enabled checks that read these resources: they had no fresh records to look at. */
  readonly checks: readonly string[]
  readonly explanations: readonly GapExplanation[]
}

/** One connection over a period: its intervals make up the period exactly. */
export interface ConnectionCoverage {
  readonly connection: string
  readonly name: string
  readonly kind: string
  /** At the end of the period; null when it is collected on demand only or its schedule is not in the log. */
  readonly every_hours: number | null
  readonly intervals: readonly { readonly state: CoverageState; readonly from: string; readonly to: string }[]
  readonly gaps: readonly MonitoringGap[]
  /** Milliseconds in each state. */
  readonly totals: Readonly<Record<CoverageState, number>>
}

/** When a check had no fresh records from at least one of the sources that it reads. */
export interface CheckCoverage {
  readonly check: string
  readonly milliseconds: number
  readonly without: readonly { readonly from: string; readonly to: string }[]
}

export interface Monitoring {
  readonly connections: readonly ConnectionCoverage[]
  readonly checks: readonly CheckCoverage[]
}

/** One connection with what happened to it and what was written about its gaps. */
export interface MonitoredConnection extends ConnectionHistory {
  readonly id: string
  readonly kind: string
  readonly changes: readonly (ScheduleChange & { readonly name: string })[]
  readonly explanations: readonly (GapExplanation & { readonly since: string })[]
}

/** A check as it is from `at` on. */
export interface CheckReading {
  readonly at: number
  readonly check: string
  readonly enabled: boolean
  readonly resources: readonly string[]
}

const iso = (time: number): string => new Date(time).toISOString()

/** The coverage of the time from `from` to `to` (ISO 8601) for every connection that was in use in it, by name, and for every check that a gap touched, by id. */
export function monitoringOf(
  connections: readonly MonitoredConnection[],
  checks: readonly CheckReading[],
  from: string,
  to: string,
): Monitoring {
  const covered = connections
    .flatMap(connection => coverageOf(connection, checks, Date.parse(from), Date.parse(to)))
    .sort((a, b) => compare(a.name, b.name) || compare(a.connection, b.connection))
  return { connections: covered, checks: checkCoverage(covered) }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function coverageOf(
  connection: MonitoredConnection,
  checks: readonly CheckReading[],
  from: number,
  to: number,
): ConnectionCoverage[] {
  const all = stretches(connection, to)
  const shown = all.filter(stretch => stretch.to > from)
  if (shown.every(stretch => stretch.state === 'absent')) return []
  const intervals = shown.map(stretch => ({ state: stretch.state, from: Math.max(stretch.from, from), to: stretch.to }))
  const first = intervals[0]
  if (first && first.from > from) {
    if (first.state === 'absent') first.from = from
    else intervals.unshift({ state: 'absent', from, to: first.from })
  }
  const { id, kind, changes } = connection
  const current = changes.findLast(change => change.at <= to)
  return [
    {
      connection: id,
      name: current?.name ?? id,
      kind,
      every_hours: current?.everyHours ?? null,
      intervals: intervals.map(interval => ({ ...interval, from: iso(interval.from), to: iso(interval.to) })),
      gaps: shown.flatMap(stretch => gapOf(connection, checks, stretch, from)),
      totals: totalsOf(intervals),
    },
  ]
}

function gapOf(
  connection: MonitoredConnection,
  checks: readonly CheckReading[],
  stretch: Stretch,
  from: number,
): MonitoringGap[] {
  const { state, failures, open } = stretch
  if (!isGap(state)) return []
  const resources = [...stretch.lost.keys()].sort()
  const since = iso(stretch.from)
  return [
    {
      state,
      since,
      from: iso(Math.max(stretch.from, from)),
      to: iso(stretch.to),
      open,
      reason: describeGap(state, stretch),
      failures: failures.length,
      resources,
      checks: readersOf(resources, checks, stretch.to),
      explanations: connection.explanations
        .filter(explanation => explanation.since === since)
        .map(({ at, by, text }) => ({ at, by, text }))
        .sort((a, b) => compare(a.at, b.at)),
    },
  ]
}

/** The checks that were enabled at `at` and read any of the resources, by id. */
function readersOf(resources: readonly string[], checks: readonly CheckReading[], at: number): string[] {
  const newest = new Map<string, CheckReading>()
  for (const check of checks) if (check.at < at) newest.set(check.check, check)
  return [...newest.values()]
    .filter(check => check.enabled && check.resources.some(resource => resources.includes(resource)))
    .map(check => check.check)
    .sort()
}

function checkCoverage(connections: readonly ConnectionCoverage[]): CheckCoverage[] {
  const gaps = connections.flatMap(connection => connection.gaps)
  const touched = gaps.flatMap(({ checks, from, to }) => checks.map(check => ({ check, from, to })))
  return [...Map.groupBy(touched, item => item.check)]
    .map(([check, items]) => {
      const without = union(items)
      const milliseconds = without.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0)
      return { check, milliseconds, without }
    })
    .sort((a, b) => compare(a.check, b.check))
}

function union(items: readonly { readonly from: string; readonly to: string }[]) {
  const merged: { from: string; to: string }[] = []
  for (const { from, to } of items.toSorted((a, b) => compare(a.from, b.from))) {
    const last = merged.at(-1)
    if (!last || from > last.to) merged.push({ from, to })
    else if (to > last.to) last.to = to
  }
  return merged
}

/** How much of the time for which something was promised was covered, over all connections; undefined when nothing was promised. */
export function coveredShare(connections: readonly Pick<ConnectionCoverage, 'totals'>[]): number | undefined {
  const sum = (states: readonly CoverageState[]) =>
    connections.reduce((total, { totals }) => total + states.reduce((ms, state) => ms + totals[state], 0), 0)
  const promised = sum(['covered', 'waiting', 'late', 'missing', 'failed', 'incomplete'])
  return promised === 0 ? undefined : sum(['covered']) / promised
}

/** The days of one connection's coverage, in UTC. */
export function coverageDays(coverage: Pick<ConnectionCoverage, 'intervals'>): CoverageDay[] {
  return daysOf(
    coverage.intervals.map(({ state, from, to }) => ({ state, from: Date.parse(from), to: Date.parse(to) })),
  )
}

/** By how much a leaf's time may lie before that of a leaf that was logged earlier: two clocks, and transactions that took long. */
const disorderMs = 600_000

/**
 * The connections and checks of a log's facts, in any order. A leaf that lies behind leaves of a later time counts from when it was logged: nobody closes
 * a gap, or ends a schedule, afterwards with a leaf of an old date.
 */
export function monitoredFacts(facts: readonly LoggedFact[]): {
  connections: MonitoredConnection[]
  checks: CheckReading[]
} {
  const builders = new Map<string, Builder>()
  const builderOf = (id: string): Builder => {
    const known = builders.get(id)
    if (known) return known
    const made: Builder = { id, kind: '', changes: [], collections: [], failures: [], explanations: [] }
    builders.set(id, made)
    return made
  }
  const checks: CheckReading[] = []
  let latest = Number.NEGATIVE_INFINITY
  for (const fact of facts.toSorted((a, b) => a.index - b.index)) {
    const at = Math.max(Date.parse(fact.time), latest - disorderMs)
    latest = Math.max(latest, Date.parse(fact.time))
    if (isKind(fact, 'connection.changed')) {
      const { id, name, kind, every_hours, archived } = fact.content
      const builder = builderOf(id)
      builder.kind = kind
      builder.changes.push({ at, name, everyHours: every_hours ?? null, inUse: !archived })
    } else if (isKind(fact, 'collection.completed')) {
      const { connection, snapshots } = fact.content
      builderOf(connection).collections.push({ at, ...readSnapshots(snapshots) })
    } else if (isKind(fact, 'collection.failed')) {
      builderOf(fact.content.connection).failures.push({ at, reason: fact.content.reason })
    } else if (isKind(fact, 'gap.explained')) {
      const { connection, since, by, text } = fact.content
      builderOf(connection).explanations.push({ since, at: fact.time, by, text })
    } else if (isKind(fact, 'check.changed')) {
      const { id, enabled, definition } = fact.content
      const { resources, optional_resources } = definition.metadata
      checks.push({ at, check: id, enabled, resources: [...resources, ...optional_resources] })
    }
  }
  for (const builder of builders.values())
    for (const list of [builder.changes, builder.collections, builder.failures]) list.sort((a, b) => a.at - b.at)
  return { connections: [...builders.values()], checks: checks.sort((a, b) => a.at - b.at) }
}

interface Builder extends MonitoredConnection {
  kind: string
  readonly changes: (ScheduleChange & { readonly name: string })[]
  readonly collections: Collected[]
  readonly failures: FailedAttempt[]
  readonly explanations: (GapExplanation & { since: string })[]
}

/** Which resources a collection gave, and which not whole, of what is known of its snapshots. */
export function readSnapshots(
  snapshots: readonly {
    readonly resource: string
    readonly complete: boolean
    readonly incomplete_reason: string | null
  }[],
): Pick<Collected, 'resources' | 'incomplete'> {
  return {
    resources: snapshots.map(snapshot => snapshot.resource),
    incomplete: snapshots
      .filter(snapshot => !snapshot.complete)
      .map(({ resource, incomplete_reason }) => ({ resource, reason: incomplete_reason ?? '' })),
  }
}

function isKind<Kind extends LoggedFact['kind']>(fact: LoggedFact, kind: Kind): fact is LoggedFact<Kind> {
  return fact.kind === kind
}
