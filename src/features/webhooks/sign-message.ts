import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'

/** A secret of an endpoint: `whsec_` and 32 random bytes in base64. */
export function makeSecret(): string {
  return prefix + randomBytes(32).toString('base64')
}

export interface Message {
  /** `webhook-id`: has no full stop, which divides what is signed. */
  readonly id: string
  readonly time: Date
  readonly body: string
}

/** The three headers of the Standard Webhooks specification, with a signature by each of `secrets`. */
export function signatureHeaders({ id, time, body }: Message, secrets: readonly string[]): Record<string, string> {
  const timestamp = String(Math.floor(time.getTime() / 1_000))
  const sign = (secret: string) =>
    `v1,${createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64'))
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64')}`
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': secrets.map(sign).join(' ') }
}
