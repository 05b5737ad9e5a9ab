import { createTransport } from 'nodemailer'
import { messageOf } from '../errors/errors.ts'
import { type Letter, oneLine } from './letter.ts'
import type { Sender, SmtpSettings } from './smtp-url.ts'

/** A message as it leaves. The id makes its Message-ID, which stays the same however often it is tried. */
export interface Outgoing {
  readonly id: string
  readonly to: string
  readonly letter: Letter
}

/** What came of an attempt. `refused` is for good: the server answered 5xx to the recipient or the message. `failed` may be tried again. */
export type Attempt = { readonly kind: 'sent' } | { readonly kind: 'refused' | 'failed'; readonly error: string }

// An attempt ends: a worker has others to do.
const connectMs = 15_000
const silenceMs = 30_000
const longestError = 300

/** The SMTP server of the configuration, by nodemailer: one connection for each message. */
export class Smtp {
  readonly settings: SmtpSettings
  readonly #from: Sender
  readonly #transport: ReturnType<typeof createTransport>

  constructor(settings: SmtpSettings, from: Sender) {
    this.settings = settings
    this.#from = from
    this.#transport = createTransport({
      host: settings.host,
      port: settings.port,
      secure: settings.tls === 'from_start',
      requireTLS: settings.tls === 'starttls',
      ignoreTLS: settings.tls === 'none',
      auth: settings.login && { user: settings.login.user, pass: settings.login.password },
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      dnsTimeout: connectMs,
      socketTimeout: silenceMs,
      // A message is what a template says, never a file or an address to read it from.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  /** Hands a message over. Never throws: what went wrong is part of the answer, without anything secret. */
  async send({ id, to, letter }: Outgoing): Promise<Attempt> {
    const { address, name } = this.#from
    try {
      await this.#transport.sendMail({
        from: { name: oneLine(name, 100), address },
        to: { name: '', address: to },
        // Nobody else, whatever the headers hold.
        envelope: { from: address, to: [to] },
        messageId: messageIdOf(id, address),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        // Neither out-of-office replies nor receipts.
        headers: { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' },
      })
      return { kind: 'sent' }
    } catch (thrown) {
      return { kind: isForGood(thrown) ? 'refused' : 'failed', error: this.#wordsOf(thrown) }
    }
  }

  /** Connects and signs in without sending anything. Answers what is wrong; undefined when nothing is. */
  async verify(): Promise<string | undefined> {
    try {
      await this.#transport.verify()
      return undefined
    } catch (thrown) {
      return this.#wordsOf(thrown)
    }
  }

  /** The server's own words, without the password should it repeat it. */
  #wordsOf(thrown: unknown): string {
    const password = this.settings.login?.password
    const words = password ? messageOf(thrown).replaceAll(password, '…') : messageOf(thrown)
    return oneLine(words, longestError)
  }
}

export function messageIdOf(id: string, sender: string): string {
  return `<${id}@${sender.slice(sender.lastIndexOf('@') + 1)}>`
}

/** A 5xx to the sender, the recipient or the message itself (RFC 5321 section 4.2.1). One to the greeting or the login is about us, and may be put right. */
function isForGood(thrown: unknown): boolean {
  const { code, responseCode } = thrown as { code?: unknown; responseCode?: unknown }
  return typeof responseCode === 'number' && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE')
}
