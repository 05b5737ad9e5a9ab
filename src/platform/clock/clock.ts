/** Where the time comes from. Code never calls `new Date()` for a fact's time: it asks the clock it was given. */
export interface Clock {
  now(): Date
  /** True for the demo's clock only; a real organisation refuses a simulated one (see the `organisation` table). */
  readonly simulated: boolean
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date(), simulated: false }

/** A clock that stands at `start` until it is moved; for the sample organisation and for tests. */
export class SimulatedClock implements Clock {
  readonly simulated = true
  #now: Date

  constructor(start: Date) {
    this.#now = start
  }

  now(): Date {
    return new Date(this.#now)
  }

  /** Moves forward to `time`. Throws RangeError when that is earlier than now: time does not run backwards. */
  moveTo(time: Date): void {
    if (time < this.#now)
      throw new RangeError(`the clock stands at ${this.#now.toISOString()} and cannot go back to ${time.toISOString()}`)
    this.#now = new Date(time)
  }
}
