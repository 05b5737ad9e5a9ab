import { randomUUID } from 'node:crypto'
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import { z } from 'zod'
import type { Config } from '../config/config.ts'
import type { TenantTx } from '../db/database.ts'
import { authPool } from '../db/prepare-database.ts'
import type { DB } from '../db/schema.gen.ts'
import { VouchError } from '../errors/errors.ts'
import { announce } from '../events/events.ts'
import { open, seal } from '../vault/envelope.ts'
import { deriveSecret, type MasterKey } from '../vault/master-key.ts'
import { tenantVaultStore } from '../vault/sql-store.ts'
import type { Vault } from '../vault/vault.ts'
import type { Letter } from './letter.ts'
import {
  deleteSealed,
  enqueueLinkRequest,
  insertOrganisationMessage,
  insertPersonalMessage,
  readSealed,
} from './mail-store.ts'
import { Smtp } from './smtp.ts'
import { mailable } from './smtp-url.ts'

/**
 * What becomes of messages here. `smtp`: they are mailed. `preview`: the demo and development show them to whoever runs them. `off`: they are kept, unread, until an SMTP
 * server is configured or their links are over.
 */
export type MailMode = 'smtp' | 'preview' | 'off'

export const templates = ['invitation', 'sign_in_link', 'password_reset', 'security_notice', 'test'] as const
export type Template = (typeof templates)[number]

export interface NewMessage {
  readonly template: Template
  readonly to: string
  readonly letter: Letter
  /** As facts name them. */
  readonly by: string
  /** From then on it is of no use: its links are over. */
  readonly expiresAt: Date
  /** The record that it is about: see `callOffAbout`. */
  readonly about?: string
}

/** For so long a message is tried, unless it is of no use before. */
export const giveUpAfterMs = 24 * 3_600_000

const letterSchema = z.object({ subject: z.string(), text: z.string(), html: z.string() })

/** Messages to people, from the change that causes them until a server has taken them. */
export class Mail {
  readonly mode: MailMode
  /** The server that takes them; undefined unless the mode is `smtp`. */
  readonly smtp: Smtp | undefined
  readonly #db: Kysely<DB>
  readonly #vault: Vault
  readonly #keys: readonly Buffer[]

  constructor(options: {
    config: Config
    connectionString: string
    masterKeys: readonly [MasterKey, ...MasterKey[]]
    vault: Vault
  }) {
    const { smtp, from, preview } = options.config.mail
    this.smtp = smtp && new Smtp(smtp, from)
    this.mode = smtp ? 'smtp' : preview ? 'preview' : 'off'
    this.#db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: authPool(options.connectionString, 2) }) })
    this.#vault = options.vault
    this.#keys = options.masterKeys.map(key => Buffer.from(deriveSecret(key, 'mail'), 'base64url'))
  }

  /** Puts a message of the organisation on the queue, in the caller's transaction. Returns its id. Throws `invalid_input` for an address that cannot be mailed to. */
  async enqueue(tx: TenantTx, message: NewMessage): Promise<string> {
    const row = this.#rowOf(message, tx.clock.now())
    await this.#vault.over(tenantVaultStore(tx)).putSecret(tx.orgId, secretName(row.id), JSON.stringify(message.letter))
    await insertOrganisationMessage(tx, row, message.about)
    await announce(tx, 'mail.message', row.id)
    return row.id
  }

  /** Puts a message that concerns a person's sign-in on the queue. Returns its id. Throws `invalid_input` for an address that cannot be mailed to. */
  async enqueuePersonal(trx: Transaction<DB>, message: NewMessage): Promise<string> {
    const row = this.#rowOf(message, new Date())
    await insertPersonalMessage(trx, row, this.seal(row.id, JSON.stringify(message.letter)))
    return row.id
  }

  /** Asks for a link: found out and answered apart from the request, whether or not the address has an account. */
  async requestLink(request: object): Promise<void> {
    const sealed = this.seal('link request', JSON.stringify(request)).toString('base64')
    await this.personal(trx => enqueueLinkRequest(trx, sealed))
  }

  /** A transaction on what belongs to people and no organisation. */
  personal<T>(work: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute(work)
  }

  /** The letter of an organisation's message; undefined once it is deleted. */
  async readLetter(tx: TenantTx, id: string): Promise<Letter | undefined> {
    const text = await this.#vault.over(tenantVaultStore(tx)).getSecretText(tx.orgId, secretName(id))
    return text === undefined ? undefined : letterSchema.parse(JSON.parse(text))
  }

  /** Deletes the letter of an organisation's message. */
  async forgetLetter(tx: TenantTx, id: string): Promise<void> {
    await this.#vault.over(tenantVaultStore(tx)).deleteSecret(tx.orgId, secretName(id))
  }

  async readPersonalLetter(trx: Transaction<DB>, id: string): Promise<Letter | undefined> {
    const sealed = await readSealed(trx, id)
    return sealed && letterSchema.parse(JSON.parse(this.open(id, sealed)))
  }

  async forgetPersonalLetter(trx: Transaction<DB>, id: string): Promise<void> {
    await deleteSealed(trx, id)
  }

  /** Seals what belongs to no organisation, and so has no data key: with a key of the master key's. */
  seal(name: string, text: string): Buffer {
    return seal(this.#keys[0] ?? Buffer.alloc(0), Buffer.from(text), ['vouch mail', name])
  }

  /** Throws VouchError `integrity` for what was sealed before the master key was replaced: letters that live for minutes are asked for again. */
  open(name: string, sealed: Uint8Array): string {
    let last: unknown
    for (const key of this.#keys) {
      try {
        return open(key, sealed, ['vouch mail', name]).toString('utf8')
      } catch (thrown) {
        last = thrown
      }
    }
    throw last
  }

  async close(): Promise<void> {
    await this.#db.destroy()
  }

  #rowOf({ template, to, letter, by, expiresAt }: NewMessage, now: Date) {
    return {
      id: randomUUID(),
      template,
      recipient: requireMailable(to),
      subject: letter.subject,
      state: this.mode === 'smtp' ? ('waiting' as const) : ('preview' as const),
      created_by: by,
      give_up_at: new Date(Math.min(now.getTime() + giveUpAfterMs, expiresAt.getTime())),
      expires_at: expiresAt,
    }
  }
}

/** The address as mail servers take it. Throws `invalid_input` at the field `email`. */
export function requireMailable(address: string): string {
  const found = mailable(address)
  if (found === undefined)
    throw new VouchError(
      'invalid_input',
      'Mail cannot be sent to this address. Give one with plain letters (no accents, no spaces) before the @.',
      { fields: [{ path: 'email', message: 'is not an address that mail can be sent to' }] },
    )
  return found
}

function secretName(id: string): string {
  return `mail:${id}`
}
