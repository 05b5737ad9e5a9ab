/**
 * When a source was watched and when it was not (DESIGN promise 3): a pure function of what the log says of one connection. Its schedule promises that
 * no record is older than its interval; every moment of a period either keeps that promise, breaks it, or is one for which nothing was promised.
 * Times are milliseconds since 1970 in UTC; intervals hold their beginning and not their end.
 */
export const coverageStates = [
  'covered',
  'waiting',
  'late',
  'missing',
  'failed',
  'incomplete',
  'unscheduled',
  'absent',
] as const
/**
 * - `covered`: everything that the source gives was read whole, no longer ago than its schedule says.
 * - `waiting`: it was just added, resumed or scheduled more often; the first collection is not overdue yet.
 * - `late`: overdue by less than one more interval. `missing`: by more, and nobody tried. `failed`: collections were tried and failed.
 * - `incomplete`: collected in time, but some resources were not read whole.
 * - `unscheduled`: collected on demand only, or its schedule is not in the log: nothing was promised.
 * - `absent`: not connected yet, or no longer.
 */
export type CoverageState = (typeof coverageStates)[number]

export const gapStates = ['late', 'missing', 'failed', 'incomplete'] as const
export type GapState = (typeof gapStates)[number]

export function isGap(state: CoverageState): state is GapState {
  return gapStates.some(gap => gap === state)
}

/** A connection as it is from `at` on. `everyHours` is null when it is collected on demand only or its schedule is not known. */
export interface ScheduleChange {
  readonly at: number
  readonly everyHours: number | null
  readonly inUse: boolean
}
/** A collection that was published: which resources it gave, and which of them not whole. */
export interface Collected {
  readonly at: number
  readonly resources: readonly string[]
  readonly incomplete: readonly { readonly resource: string; readonly reason: string }[]
}
export interface FailedAttempt {
  readonly at: number
  readonly reason: string
}

/** What happened to one connection. Each list is in the order in which it happened. */
export interface ConnectionHistory {
  readonly changes: readonly ScheduleChange[]
  readonly collections: readonly Collected[]
  readonly failures: readonly FailedAttempt[]
}

/** A stretch of one state, as long as it lasted: it may begin before the period that it is asked for. */
export interface Stretch {
  readonly state: CoverageState
  readonly from: number
  readonly to: number
  /** Whether it still went on at the end. */
  readonly open: boolean
  /** Of a gap: the resources that were not to be had whole, each with what its connector said of it; empty when it said nothing. */
  readonly lost: ReadonlyMap<string, string>
  /** Of a gap: the attempts that failed since the last collection. */
  readonly failures: readonly FailedAttempt[]
  /** The last collection before it. */
  readonly last: Collected | undefined
}

const hour = 3_600_000

/** By how much a collection may be later than its interval without being late: a quarter of an hour for the queue and the reading, and a twentieth of the interval. */
export function allowanceMs(everyHours: number): number {
  return hour / 4 + (everyHours * hour) / 20
}

function windowMs(everyHours: number): number {
  return everyHours * hour + allowanceMs(everyHours)
}

type Raw = Exclude<CoverageState, 'late' | 'missing' | 'failed'> | 'overdue'

interface Piece {
  readonly state: Raw
  readonly from: number
  to: number
  readonly everyHours: number | null
  readonly lost: Map<string, string>
  readonly last: Collected | undefined
}

/** Where a connection stands between two things that happen to it. */
class Standing {
  inUse = false
  everyHours: number | null = null
  last: Collected | undefined
  /** Until when a first collection after a change is waited for. */
  graceUntil = Number.NEGATIVE_INFINITY
  readonly #whole = new Map<string, number>()

  #freshUntil(at: number | undefined): number {
    return at === undefined || this.everyHours === null ? Number.NEGATIVE_INFINITY : at + windowMs(this.everyHours)
  }

  notWhole(t: number): string[] {
    return (this.last?.resources ?? []).filter(resource => this.#freshUntil(this.#whole.get(resource)) <= t)
  }

  state(t: number): Raw {
    if (!this.inUse) return 'absent'
    if (this.everyHours === null) return 'unscheduled'
    if (this.#freshUntil(this.last?.at) <= t) return t < this.graceUntil ? 'waiting' : 'overdue'
    return this.notWhole(t).length > 0 ? 'incomplete' : 'covered'
  }

  /** The next moment after `t` at which the state may change although nothing happens. */
  nextTurn(t: number): number {
    const turns = [
      this.graceUntil,
      this.#freshUntil(this.last?.at),
      ...(this.last?.resources ?? []).map(resource => this.#freshUntil(this.#whole.get(resource))),
    ]
    return Math.min(...turns.filter(turn => turn > t), Number.POSITIVE_INFINITY)
  }

  change({ at, everyHours, inUse }: ScheduleChange): void {
    const before = this.state(at)
    const same = this.inUse === inUse && this.everyHours === everyHours
    this.inUse = inUse
    this.everyHours = everyHours
    if (same || !inUse || everyHours === null) return
    const grace = at + allowanceMs(everyHours)
    // Who is overdue gains nothing by changing the schedule, and who is waiting no longer wait.
    if (before === 'waiting') this.graceUntil = Math.min(this.graceUntil, grace)
    else if (before !== 'overdue') this.graceUntil = grace
  }

  collect(collected: Collected): void {
    const broken = new Set(collected.incomplete.map(item => item.resource))
    for (const resource of collected.resources) if (!broken.has(resource)) this.#whole.set(resource, collected.at)
    this.last = collected
  }
}

/** The stretches that make up the time from the connection's first change to `end`, without holes; what happened later is not looked at. */
export function stretches(history: ConnectionHistory, end: number): Stretch[] {
  const events = [
    ...history.changes.map(change => ({ at: change.at, rank: 0, apply: (now: Standing) => now.change(change) })),
    ...history.collections.map(item => ({ at: item.at, rank: 1, apply: (now: Standing) => now.collect(item) })),
  ]
    .filter(event => event.at < end)
    .sort((a, b) => a.at - b.at || a.rank - b.rank)
  const standing = new Standing()
  const pieces: Piece[] = []
  for (const [index, event] of events.entries()) {
    event.apply(standing)
    const until = events[index + 1]?.at ?? end
    for (let from = event.at; from < until; ) {
      const to = Math.min(until, standing.nextTurn(from))
      addPiece(pieces, standing, from, to)
      from = to
    }
  }
  const attempts = history.failures.filter(failure => failure.at < end)
  return pieces.map((piece, index) => judge(piece, pieces[index + 1], attempts))
}

function addPiece(pieces: Piece[], standing: Standing, from: number, to: number): void {
  const { everyHours, last } = standing
  const state = standing.state(from)
  let piece = pieces.at(-1)
  if (piece?.state === state) piece.to = to
  else {
    piece = { state, from, to, everyHours, last, lost: new Map() }
    pieces.push(piece)
  }
  if (state !== 'overdue' && state !== 'incomplete') return
  const reasons = new Map(last?.incomplete.map(item => [item.resource, item.reason]))
  for (const resource of state === 'overdue' ? (last?.resources ?? []) : standing.notWhole(from))
    if (!piece.lost.has(resource)) piece.lost.set(resource, reasons.get(resource) ?? '')
}

function judge(piece: Piece, next: Piece | undefined, attempts: readonly FailedAttempt[]): Stretch {
  const { from, to, last, lost } = piece
  const failures =
    piece.state === 'overdue'
      ? attempts.filter(failure => failure.at < to && failure.at > (last?.at ?? Number.NEGATIVE_INFINITY))
      : []
  const state = piece.state === 'overdue' ? overdueState(piece, next, failures.length) : piece.state
  return { state, from, to, open: next === undefined, lost, failures, last }
}

function overdueState(piece: Piece, next: Piece | undefined, failures: number): GapState {
  if (failures > 0) return 'failed'
  const collected = next === undefined || (next.last !== undefined && next.last !== piece.last)
  return collected && piece.to - piece.from <= (piece.everyHours ?? 0) * hour ? 'late' : 'missing'
}
