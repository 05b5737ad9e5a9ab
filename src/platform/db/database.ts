import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import type { Clock } from '../clock/clock.ts'
import { VouchError } from '../errors/errors.ts'
import { anonymousActor, currentDeed, type Deed, type DeedOutcome, deedText } from './deed.ts'
import type { DB } from './schema.gen.ts'

// bigint columns are counts, sizes and log indices, all far below 2^53: numbers, not strings.
const bigintType = 20
pg.types.setTypeParser(bigintType, text => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond 2^53`)
  return value
})
// A date is a day, not a midnight somewhere.
const dateType = 1082
pg.types.setTypeParser(dateType, text => text)

export type Sql = Kysely<DB> | Transaction<DB>

/** A transaction of one organisation: row-level security lets it see and write nothing else. */
export interface TenantTx {
  readonly orgId: string
  /** Stands still for the length of the transaction: what is changed together happens at one time. */
  readonly clock: Clock
  readonly sql: Transaction<DB>
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The program's connections to PostgreSQL. */
export class Database {
  readonly connectionString: string
  readonly #pool: pg.Pool
  readonly #kysely: Kysely<DB>

  /** `connectionString` is of a user that may `set role` to vouch_owner and vouch_app (see `prepareDatabase`). */
  constructor(connectionString: string, options: { poolSize?: number } = {}) {
    this.connectionString = connectionString
    this.#pool = new pg.Pool({ connectionString, max: options.poolSize ?? 12, application_name: 'vouch' })
    // An idle connection that breaks (the database restarts) is replaced on next use; without a listener it would end the process.
    this.#pool.on('error', () => {})
    this.#kysely = new Kysely<DB>({ dialect: new PostgresDialect({ pool: this.#pool }) })
  }

  /**
   * Runs `work` in one transaction as vouch_app within the organisation `orgId`, at the time of `clock`. Commits when it resolves, rolls back when it throws.
   * What it changes is recorded as activity in the same transaction: as the deed that is being done, else as the system's (see `deed.ts`).
   * Throws VouchError `not_found` when `orgId` is not a UUID.
   */
  async tenant<T>(orgId: string, clock: Clock, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    const deed = currentDeed()
    const [result, recorded] = await this.#tenant(orgId, clock, deed, async tx => {
      const done = await work(tx)
      await deed?.mark?.(tx)
      if (!deed?.asked) return [done, false] as const
      // Whoever is not signed in has changed something, or nothing was done yet that is worth an entry.
      const onlyChanges = deed.recordedIn.has(orgId) || deed.actor === anonymousActor
      return [done, await recordWritten(tx, onlyChanges)] as const
    })
    if (recorded) deed?.recordedIn.add(orgId)
    else if (deed) deed.lookedInto = orgId
    return result
  }

  /** Records a deed that changed nothing, or was refused or failed. Throws VouchError `not_found` when `orgId` is not a UUID. */
  async recordDeed(orgId: string, clock: Clock, deed: Deed, outcome: DeedOutcome): Promise<void> {
    await this.#tenant(orgId, clock, deed, tx => sql`select record_deed(${outcome}, false)`.execute(tx.sql))
    deed.recordedIn.add(orgId)
  }

  async #tenant<T>(
    orgId: string,
    clock: Clock,
    deed: Deed | undefined,
    work: (tx: TenantTx) => Promise<T>,
  ): Promise<T> {
    if (!uuidPattern.test(orgId)) throw new VouchError('not_found', 'There is no such organisation.')
    return this.#kysely.transaction().execute(async trx => {
      const tenantClock = standing(clock)
      const now = clock.simulated ? tenantClock.now().toISOString() : ''
      await sql`select set_config('role', 'vouch_app', true), set_config('app.org_id', ${orgId}, true), set_config('app.now', ${now}, true),
        set_config('app.deed', ${deed ? deedText(deed) : ''}, true)`.execute(trx)
      return work({ orgId, clock: tenantClock, sql: trx })
    })
  }

  /**
   * Like `tenant`, but read-only and with one unmoving view of the data (repeatable read), for exports and lists that must agree with each other.
   */
  async tenantSnapshot<T>(orgId: string, clock: Clock, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    if (!uuidPattern.test(orgId)) throw new VouchError('not_found', 'There is no such organisation.')
    return this.#kysely
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async trx => {
        await sql`select set_config('role', 'vouch_app', true), set_config('app.org_id', ${orgId}, true)`.execute(trx)
        return work({ orgId, clock: standing(clock), sql: trx })
      })
  }

  /** Runs `work` as vouch_owner, across organisations: for schedules, sweeps, backup. Never for a request. */
  async operator<T>(work: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
    return this.#kysely.transaction().execute(async trx => {
      await sql`select set_config('role', 'vouch_owner', true)`.execute(trx)
      return work(trx)
    })
  }

  /** A connection of its own, for LISTEN, COPY and session locks. The caller ends it. */
  async dedicatedClient(name: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.connectionString, application_name: `vouch ${name}` })
    client.on('error', () => {})
    await client.connect()
    return client
  }

  async close(): Promise<void> {
    await this.#kysely.destroy()
  }
}

/**
 * Records what the transaction of a request did, if it wrote anything at all, or with `onlyChanges` if it changed what is recorded. Answers whether there is an entry now.
 * Before the commit, so that a deed that cannot be recorded is not done.
 */
async function recordWritten(tx: TenantTx, onlyChanges: boolean): Promise<boolean> {
  const { rows } = await sql<{ entry: number | null }>`
    select case when pg_current_xact_id_if_assigned() is not null then record_deed('done', ${onlyChanges}) end as entry`.execute(
    tx.sql,
  )
  return rows[0]?.entry != null
}

function standing(clock: Clock): Clock {
  const time = clock.now().getTime()
  return { simulated: clock.simulated, now: () => new Date(time) }
}
