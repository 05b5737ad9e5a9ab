import { messageOf } from '../../platform/errors/errors.ts'
import type { ResolveName } from '../../platform/http/outbound.ts'
import type { Tick } from '../../platform/jobs/job.ts'
import { type SenderServices, sendDue } from './send-deliveries.ts'
import { type Due, deleteDeliveriesBefore, listDue, listTold } from './store.ts'
import { deliveryDays, tellNews } from './tell-news.ts'

export interface SenderOptions {
  readonly leaseMs?: number
  readonly timeoutMs?: number
  readonly resolve?: ResolveName
}

/** Endpoints that one node sends to at a time: of all organisations, and of one, so that one with hanging receivers leaves room for the others. */
const mostEndpoints = 128
const mostOfOne = 8
const atOnce = 4
const longestSleepMs = 60_000
const day = 86_400_000

/**
 * Sends what is due, on every node, until stopped: soon after each commit that put something on the way, and when the time of the next attempt comes. Not by the queue of
 * jobs: an attempt may hang for its whole time, and jobs are few at a time. Returns how to stop, which gives back what is being sent.
 */
export function startSender(services: SenderServices, options: SenderOptions = {}): () => Promise<void> {
  const sender = new Sender(services, options)
  const stopListening = services.changes.onChange(({ topic, orgId }) => {
    if (topic === 'ledger.checkpoint') sender.tell(orgId)
    if (topic.startsWith('webhooks.')) sender.wake()
  })
  const stopGaps = services.changes.onGap(() => sender.wake())
  sender.wake()
  return async () => {
    stopListening()
    stopGaps()
    await sender.stop()
  }
}

class Sender {
  readonly #services: SenderServices
  readonly #options: SenderOptions
  readonly #stopping = new AbortController()
  /** What is being sent to, by organisation and endpoint. */
  readonly #busy = new Map<string, Due>()
  readonly #work = new Set<Promise<void>>()
  readonly #telling = new Set<string>()
  #looking = false
  #again = false
  #timer: NodeJS.Timeout | undefined

  constructor(services: SenderServices, options: SenderOptions) {
    this.#services = services
    this.#options = options
  }

  /** Looks for what is due, once more if it is looking. */
  wake(): void {
    if (this.#stopping.signal.aborted) return
    this.#again = true
    if (!this.#looking) this.#run(this.#lookWhileAsked(), 'webhooks could not be looked for')
  }

  /** Tells an organisation's news, once more if that is under way. */
  tell(orgId: string): void {
    if (this.#stopping.signal.aborted || this.#telling.has(orgId)) return
    this.#telling.add(orgId)
    // From here on a new checkpoint is asked for again.
    const work = Promise.resolve().then(() => {
      this.#telling.delete(orgId)
      return tellNews(this.#services, orgId)
    })
    this.#run(work, 'news could not be told to webhooks')
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    await Promise.all(this.#work)
  }

  #run(work: Promise<void>, complaint: string): void {
    const done = work
      .catch(error => this.#services.log.error({ err: messageOf(error) }, complaint))
      .finally(() => this.#work.delete(done))
    this.#work.add(done)
  }

  async #lookWhileAsked(): Promise<void> {
    this.#looking = true
    try {
      while (this.#again && !this.#stopping.signal.aborted) {
        this.#again = false
        this.#sleepUntil(this.#begin(await listDue(this.#services.database)))
      }
    } finally {
      this.#looking = false
    }
  }

  /** Begins what there is room for, and answers when the next will be due. What has no room is begun when something ends. */
  #begin(due: readonly Due[]): Date | undefined {
    const now = this.#services.clock.now()
    for (const endpoint of due) {
      if (endpoint.at > now) return endpoint.at
      const key = `${endpoint.orgId} ${endpoint.endpointId}`
      const ofOne = [...this.#busy.values()].filter(({ orgId }) => orgId === endpoint.orgId).length
      if (this.#busy.has(key) || ofOne >= mostOfOne || this.#busy.size >= mostEndpoints) continue
      this.#busy.set(key, endpoint)
      const work = this.#send(endpoint).then(
        () => {
          this.#busy.delete(key)
          this.wake()
        },
        (error: unknown) => {
          // Not at once: what failed here (no database, no secret) would fail again. The next look tries it.
          this.#busy.delete(key)
          throw error
        },
      )
      this.#run(work, 'webhooks could not be sent')
    }
    return undefined
  }

  #send(endpoint: Due): Promise<void> {
    const { leaseMs = 60_000, timeoutMs = 15_000, resolve } = this.#options
    const { signal } = this.#stopping
    return sendDue(this.#services, endpoint, { leaseMs, timeoutMs, atOnce, signal, ...(resolve && { resolve }) })
  }

  #sleepUntil(next: Date | undefined): void {
    clearTimeout(this.#timer)
    if (this.#stopping.signal.aborted) return
    const ms = next ? next.getTime() - this.#services.clock.now().getTime() : longestSleepMs
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(ms, 50), longestSleepMs))
    this.#timer.unref()
  }
}

/** Each minute: tells what a killed node left untold, and forgets what is too old. */
export function webhooksTick(services: SenderServices): Tick {
  return {
    name: 'webhooks',
    async run() {
      for (const orgId of await listTold(services.database)) {
        await tellNews(services, orgId).catch(error =>
          services.log.warn({ err: messageOf(error) }, 'news will be told to webhooks in a minute'),
        )
      }
      await deleteDeliveriesBefore(services.database, new Date(services.clock.now().getTime() - deliveryDays * day))
    },
  }
}
