import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { networkOf } from '../config/public-address.ts'
import { VouchError } from '../errors/errors.ts'

// People behind one address.
const perAddress = 5

/**
 * How many requests a minute: of an account or a key, and of a network address, whoever asks. Counted in this process: a write for each request would cost more than most
 * requests, and of several servers each has its own strength. Attempts to sign in are counted together, in the database: `Attempts`.
 */
export class RequestLimits {
  readonly #caller: RateLimiterMemory | undefined
  readonly #address: RateLimiterMemory | undefined

  /** `perMinute` of an account or key; 0 for no limit. */
  constructor(perMinute: number) {
    if (perMinute === 0) return
    this.#caller = new RateLimiterMemory({ points: perMinute, duration: 60 })
    this.#address = new RateLimiterMemory({ points: perMinute * perAddress, duration: 60 })
  }

  /** Counts a request from a network address. Throws `rate_limited` when there were too many. */
  async ofAddress(address: string): Promise<void> {
    await count(this.#address, networkOf(address))
  }

  /** Counts a request of an account or a key. Throws `rate_limited` when there were too many. */
  async ofCaller(actor: string): Promise<void> {
    await count(this.#caller, actor)
  }
}

async function count(limiter: RateLimiterMemory | undefined, key: string): Promise<void> {
  try {
    await limiter?.consume(key)
  } catch (rejected) {
    if (!(rejected instanceof RateLimiterRes)) throw rejected
    const retryAfter = Math.max(1, Math.ceil(rejected.msBeforeNext / 1_000))
    throw new VouchError('rate_limited', `Too many requests. Try again in ${retryAfter} seconds.`, { retryAfter })
  }
}
