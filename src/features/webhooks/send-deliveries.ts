import { deedOf, during } from '../../platform/db/deed.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { fetchOutside, type ResolveName } from '../../platform/http/outbound.ts'
import type { Services } from '../../platform/services.ts'
import { mostTries, waitAfter } from './back-off.ts'
import { getEndpoint } from './change-endpoint.ts'
import { secretsOf } from './endpoint-secrets.ts'
import { signatureHeaders } from './sign-message.ts'
import {
  type AttemptRow,
  type DeliveryRow,
  type EndpointRow,
  insertAttempt,
  takeDue,
  updateDelivery,
  updateEndpoint,
} from './store.ts'

/** What of the services sending needs. */
export type SenderServices = Pick<Services, 'config' | 'database' | 'vault' | 'clock' | 'changes' | 'log'>

export interface SendOptions {
  /** How long a delivery is a sender's alone: longer than an attempt can take. */
  readonly leaseMs: number
  readonly timeoutMs: number
  /** Deliveries to one endpoint at a time. */
  readonly atOnce: number
  readonly resolve?: ResolveName
  readonly signal: AbortSignal
}

const answerBytes = 1_024
const day = 86_400_000
const longestFailing = 5 * day
const deed = deedOf('webhooks.send', 'system')

/** Sends what is due to an endpoint until nothing is. */
export async function sendDue(
  services: SenderServices,
  endpoint: { orgId: string; endpointId: string },
  options: SendOptions,
): Promise<void> {
  const { orgId, endpointId } = endpoint
  while (!options.signal.aborted) {
    const work = await services.database.tenant(orgId, services.clock, async tx => {
      const until = new Date(tx.clock.now().getTime() + options.leaseMs)
      const taken = await takeDue(tx, endpointId, { until, limit: options.atOnce })
      if (taken.length === 0) return undefined
      const row = await getEndpoint(tx, endpointId)
      return { taken, endpoint: row, secrets: await secretsOf(services, tx, row) }
    })
    if (!work) return
    await Promise.all(
      work.taken.map(async delivery => {
        const attempt = await send(services, work.endpoint, work.secrets, delivery, options)
        await during({ ...deed, recordedIn: new Set() }, () =>
          attempt ? recordAttempt(services, delivery, attempt) : giveBack(services, delivery),
        )
      }),
    )
  }
}

/** One attempt; undefined when the sender was stopped meanwhile. */
async function send(
  services: SenderServices,
  endpoint: EndpointRow,
  secrets: readonly string[],
  delivery: DeliveryRow,
  options: SendOptions,
): Promise<AttemptRow | undefined> {
  const time = services.clock.now()
  const began = performance.now()
  const attempt = { delivery_id: delivery.id, time, status: null, error: null, answer: '' }
  const took = () => Math.round(performance.now() - began)
  try {
    const response = await fetchOutside(
      services.config.allowPrivateHosts,
      {
        url: endpoint.url,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Vouch-Webhooks',
          ...signatureHeaders({ id: delivery.message, time, body: delivery.payload }, secrets),
        },
        body: delivery.payload,
        timeoutMs: options.timeoutMs,
        cutAfter: answerBytes,
        signal: options.signal,
      },
      options.resolve,
    )
    return { ...attempt, took_ms: took(), status: response.status, answer: readable(response.body) }
  } catch (error) {
    if (options.signal.aborted) return undefined
    const said = error instanceof VouchError ? error.message : `It could not be sent: ${messageOf(error)}`
    return { ...attempt, took_ms: took(), error: readable(Buffer.from(said)) }
  }
}

/** Text for a page and a database: what is no UTF-8 replaced, control characters gone. */
function readable(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('utf8')
    .replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, ' ')
    .slice(0, answerBytes)
}

const arrived = ({ status }: AttemptRow) => status !== null && status >= 200 && status < 300

/** Keeps what an attempt led to, for the delivery and for its endpoint. */
async function recordAttempt(services: SenderServices, delivery: DeliveryRow, attempt: AttemptRow): Promise<void> {
  await services.database.tenant(delivery.org_id, services.clock, async tx => {
    const endpoint = await getEndpoint(tx, delivery.endpoint_id).catch(() => undefined)
    // Removed while it was sent: there is nothing left to keep.
    if (!endpoint) return
    const now = tx.clock.now()
    await insertAttempt(tx, attempt)
    const tries = delivery.tries + 1
    const wait = waitAfter(tries, Math.random())
    if (arrived(attempt)) {
      await updateDelivery(tx, delivery.id, { state: 'delivered', tries, ended_at: now, taken_until: null })
      await updateEndpoint(tx, endpoint.id, { failing_since: null, last_delivered_at: now })
    } else if (attempt.status === 410 || wait === undefined || tries >= mostTries) {
      await updateDelivery(tx, delivery.id, { state: 'dead', tries, ended_at: now, taken_until: null })
    } else {
      const next_at = new Date(now.getTime() + wait)
      await updateDelivery(tx, delivery.id, { tries, next_at, taken_until: null })
    }
    if (!arrived(attempt)) {
      const since = endpoint.failing_since ?? now
      const tooLong = now.getTime() - since.getTime() >= longestFailing
      const off = attempt.status === 410 ? 'gone' : tooLong ? 'failing' : undefined
      await updateEndpoint(tx, endpoint.id, {
        failing_since: since,
        ...(off && endpoint.enabled && { enabled: false, off_reason: off }),
      })
    }
    await announce(tx, 'webhooks.delivery', delivery.id)
  })
}

/** What was not sent is free for the next sender at once. */
async function giveBack(services: SenderServices, delivery: DeliveryRow): Promise<void> {
  await services.database.tenant(delivery.org_id, services.clock, tx =>
    updateDelivery(tx, delivery.id, { taken_until: null }),
  )
}
