import { EventEmitter } from 'node:events'
import { sql } from 'kysely'
import type pg from 'pg'
import type { Database, TenantTx } from '../db/database.ts'

/** News of a committed change: what kind of thing, and which one. It carries no content: a reader asks for it with its own rights. */
export interface ChangeEvent {
  readonly orgId: string
  /** `connections.run`, `job`, `ledger.checkpoint`… */
  readonly topic: string
  readonly id: string
}

const channel = 'vouch_change'

/** Tells every process of a change, when this transaction commits and not otherwise (PostgreSQL NOTIFY). */
export async function announce(tx: TenantTx, topic: string, id: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${JSON.stringify({ orgId: tx.orgId, topic, id } satisfies ChangeEvent)})`.execute(
    tx.sql,
  )
}

/**
 * Listens for changes made by any process on this database. When the connection breaks it is made again; what happened in between is not
 * replayed, so `onGap` listeners are told to look for themselves.
 */
export class ChangeListener {
  readonly #database: Database
  readonly #emitter = new EventEmitter()
  #client: pg.Client | undefined
  #closed = false

  private constructor(database: Database) {
    this.#database = database
    this.#emitter.setMaxListeners(0)
  }

  static async start(database: Database): Promise<ChangeListener> {
    const listener = new ChangeListener(database)
    await listener.#connect()
    return listener
  }

  /** Calls `listener` for each change; returns how to stop. */
  onChange(listener: (event: ChangeEvent) => void): () => void {
    this.#emitter.on('change', listener)
    return () => this.#emitter.off('change', listener)
  }

  /** Calls `listener` after a broken connection was made again: changes may have been missed. */
  onGap(listener: () => void): () => void {
    this.#emitter.on('gap', listener)
    return () => this.#emitter.off('gap', listener)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#client?.end()
  }

  async #connect(): Promise<void> {
    const client = await this.#database.dedicatedClient('events')
    client.on('notification', message => {
      if (message.payload) this.#emitter.emit('change', JSON.parse(message.payload) as ChangeEvent)
    })
    await client.query(`listen ${channel}`)
    // Only now: a connection that breaks before is the caller's to make again.
    client.on('end', () => void this.#reconnect())
    this.#client = client
    if (this.#closed) await client.end()
  }

  async #reconnect(): Promise<void> {
    for (let wait = 100; !this.#closed; wait = Math.min(wait * 2, 5_000)) {
      await new Promise(resolve => setTimeout(resolve, wait))
      try {
        await this.#connect()
        this.#emitter.emit('gap')
        return
      } catch {
        // Still down: wait longer and try again.
      }
    }
  }
}
