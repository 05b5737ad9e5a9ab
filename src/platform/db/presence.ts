import { sql } from 'kysely'
import type pg from 'pg'
import type { Database, Sql } from './database.ts'

/**
 * Shows that a process lives: it holds session-level advisory locks, each named by an id, on one connection. When the process dies, by whatever cause, PostgreSQL drops the
 * connection and with it the locks. When only the connection breaks, it is made again and the locks are taken again.
 */
export class Presence {
  readonly #database: Database
  readonly #name: string
  readonly #space: number
  readonly #ids = new Set<string>()
  #client: pg.Client | undefined
  #taking: Promise<unknown> = Promise.resolve()
  #stopped = false

  private constructor(database: Database, name: string, space: number) {
    this.#database = database
    this.#name = name
    this.#space = space
  }

  /** `name` is the connection's; `space` is any number that nothing else uses as the first half of a two-part advisory lock. */
  static async start(database: Database, name: string, space: number, ids: readonly string[] = []): Promise<Presence> {
    const presence = new Presence(database, name, space)
    for (const id of ids) presence.#ids.add(id)
    await presence.#connect()
    return presence
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#taking
    await this.#client?.end()
  }

  hold(id: string): void {
    this.#ids.add(id)
    // One question at a time. While the connection is being made again there is none to ask; it takes every lock then.
    this.#taking = this.#taking.then(() => this.#client?.query(takeLocks, [this.#space, [id]])).catch(() => {})
  }

  async #connect(): Promise<void> {
    const client = await this.#database.dedicatedClient(this.#name)
    await client.query(takeLocks, [this.#space, [...this.#ids]])
    client.on('end', () => void this.#reconnect())
    this.#client = client
  }

  async #reconnect(): Promise<void> {
    this.#client = undefined
    for (let wait = 50; !this.#stopped; wait = Math.min(wait * 2, 5_000)) {
      try {
        await this.#connect()
        if (this.#stopped) await this.stop()
        return
      } catch {
        // The database is still away: so is everybody who could call us dead.
      }
      await new Promise(resolve => setTimeout(resolve, wait))
    }
  }
}

const takeLocks = 'select pg_advisory_lock_shared($1, hashtext(id)) from unnest($2::text[]) as id'

/** Whether the process that held the lock `id` is no more. */
export async function isAbsent(trx: Sql, space: number, id: string) {
  const lock = await sql<{
    free: boolean
  }>`select pg_try_advisory_xact_lock(${space}, hashtext(${id})) as free`.execute(trx)
  return lock.rows[0]?.free === true
}
