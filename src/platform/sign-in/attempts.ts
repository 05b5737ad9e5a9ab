import { createHash } from 'node:crypto'
import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { networkOf } from '../config/public-address.ts'
import { VouchError } from '../errors/errors.ts'

const quarter = 15 * 60
/** Attempts that may fail before a pause of a quarter of an hour: for one account, from wherever; from one address, whatever the account. */
export const attemptLimits = { account: 8, address: 40 } as const
/** Questions from one address that try no secret, such as where a domain signs in: a whole office behind one address begins its morning with them. */
export const questionLimit = 300
/** The same for asking that a link be mailed: each is a message in somebody's mailbox. */
export const linkLimits = { account: 4, address: 20 } as const

/**
 * Counts attempts to sign in, in the database, so that all servers count together and a restart forgets nothing. An attempt is counted before it is made: a
 * thousand at the same moment are a thousand.
 */
export class Attempts {
  readonly #account: RateLimiterPostgres
  readonly #address: RateLimiterPostgres
  readonly #question: RateLimiterPostgres

  /** `purpose` counts apart from other purposes. */
  constructor(pool: pg.Pool, limits: { account: number; address: number } = attemptLimits, purpose = '') {
    const make = (name: string, points: number) =>
      new RateLimiterPostgres({
        storeClient: pool,
        storeType: 'pool',
        tableName: 'auth_attempt',
        tableCreated: true,
        keyPrefix: purpose + name,
        points,
        duration: quarter,
        blockDuration: quarter,
      })
    this.#account = make('account', limits.account)
    this.#address = make('address', limits.address)
    this.#question = make('question', questionLimit)
  }

  /**
   * Counts an attempt at `account` (an e-mail address, whether or not anybody has it) from the network address `address`.
   * Throws `rate_limited`, in the same words for any account, when there were too many.
   */
  async begin(account: string, address: string): Promise<void> {
    await this.#consume(this.#address, networkOf(address))
    await this.#consume(this.#account, keyOf(account))
  }

  /** Counts a question. Throws `rate_limited` when there were too many from the address. */
  async ask(address: string): Promise<void> {
    await this.#consume(this.#question, address)
  }

  /** The attempt succeeded: the account's failures are forgotten. Those of the address stay, or one known account would clear the way to the others. */
  async succeeded(account: string, address: string): Promise<void> {
    await this.#account.delete(keyOf(account))
    await this.#address.reward(networkOf(address))
  }

  async #consume(limiter: RateLimiterPostgres, key: string): Promise<void> {
    try {
      await limiter.consume(key)
    } catch (rejected) {
      if (!(rejected instanceof RateLimiterRes)) throw rejected
      const minutes = Math.max(1, Math.ceil(rejected.msBeforeNext / 60_000))
      throw new VouchError(
        'rate_limited',
        `Too many attempts. Try again in ${minutes} minutes, or ask whoever runs Vouch for a sign-in link.`,
        { retryAfter: Math.ceil(rejected.msBeforeNext / 1_000) },
      )
    }
  }
}

/** Addresses of people are not kept for those who never come in. */
function keyOf(account: string): string {
  return createHash('sha256').update(account.toLowerCase()).digest('base64url')
}
