import { createHash, randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { canonicalJson, type Json, sha256 } from '../../../verifier/records/canonical.ts'
import type { TenantTx } from '../db/database.ts'
import { apart } from '../db/deed.ts'
import { Presence } from '../db/presence.ts'
import { VouchError } from '../errors/errors.ts'
import type { Tick } from '../jobs/job.ts'
import type { StoredObject } from '../objects/object-store.ts'
import type { Services } from '../services.ts'
import { open, signedIn } from './access.ts'
import type { App } from './app.ts'
import {
  type Answer,
  type Attempt,
  type Claim,
  claimKey,
  keepAnswer,
  markWritten,
  presenceSpace,
  releaseKey,
  sweepKeys,
} from './request-key-store.ts'

/*
 * Idempotency keys (draft-ietf-httpapi-idempotency-key-header), for every POST of an organisation, here and nowhere else: docs/push.md says what callers may rely on,
 * docs/decisions/0022 how a process that dies is survived.
 */

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What it is asked is read by the operation itself as it comes, which then says what it was by `answeredBefore`. */
    streamed?: boolean
  }
  interface FastifyRequest {
    /** What came with an idempotency key, until it is answered. */
    keyed: KeyedRequest | undefined
  }
}

/** A request that came with an idempotency key. */
interface KeyedRequest {
  readonly attempt: Attempt
  /** What was answered to it before. */
  readonly earlier: Extract<Claim, { state: 'answered' }> | undefined
  fingerprint: string | undefined
  /** The answer is kept: nothing is left to do. */
  settled: boolean
}

/** RFC 8941 string, with its quotes or without them. */
const keyPattern = /^"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"$|^([\x21\x23-\x5b\x5d-\x7e]{1,255})$/

/** In a transaction of the hooks' own, which is no part of what the request does. */
function beside<T>({ database, clock }: Services, orgId: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return apart(() => database.tenant(orgId, clock, work))
}

/** Makes every POST of an organisation heed `Idempotency-Key`. Before `recordDeeds`: what is answered again was not done again. */
export function heedRequestKeys(api: App, services: Services): void {
  const holder = randomUUID()
  let presence: Promise<Presence> | undefined
  api.decorateRequest('keyed', undefined)
  api.addHook('onClose', async () => (await presence)?.stop())
  api.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request)
    if (key === undefined) return
    presence ??= Presence.start(services.database, 'request presence', presenceSpace, [holder])
    await presence
    const operation = `${request.method} ${request.url}`
    const attempt = { actor: request.actor, key, operation, holder, attempt: randomUUID() }
    const claim = await beside(services, request.orgId, tx => claimKey(services, tx, attempt))
    if (claim.state === 'running' || claim.state === 'lost') throw notNow(reply, claim.state)
    const earlier = claim.state === 'answered' ? claim : undefined
    request.keyed = { attempt, earlier, fingerprint: undefined, settled: earlier !== undefined }
    if (!earlier && request.deed) request.deed.mark = tx => markWritten(tx, attempt)
    if (request.routeOptions.config.streamed) return
    return answeredBefore(request, reply, (request.body as Json | undefined) ?? null)
  })
}

/** Keeps what is answered to requests that came with a key. After `recordDeeds`: an answer that it replaces by a failure is none. */
export function keepAnswers(api: App, services: Services): void {
  api.addHook('onSend', async (request, reply, payload) => {
    const { keyed } = request
    if (!keyed || keyed.settled) return
    keyed.settled = true
    const { attempt, fingerprint } = keyed
    if (reply.statusCode >= 400 || fingerprint === undefined)
      return beside(services, request.orgId, tx => releaseKey(tx, attempt))
    const answer = { status: reply.statusCode, ...contentOf(reply, payload) }
    await beside(services, request.orgId, tx => keepAnswer(services, tx, attempt, fingerprint, answer))
  })
}

/** Each minute: forgets the answers whose time is over. */
export function requestKeyTick(services: Services): Tick {
  return { name: 'request keys', run: () => sweepKeys(services.database, services.clock.now()) }
}

/**
 * Says what a request was, and sends what was answered to it before: undefined when it is to be done now. Throws `unprocessable` when something else came with the same key. Only operations
 * that are `streamed` call it themselves, with everything that makes the request what it is.
 */
export function answeredBefore(request: FastifyRequest, reply: FastifyReply, what: Json): FastifyReply | undefined {
  const { keyed } = request
  if (!keyed) return undefined
  const fingerprint = sha256(canonicalJson(what))
  keyed.fingerprint = fingerprint
  const { earlier } = keyed
  if (!earlier) return undefined
  if (earlier.fingerprint !== fingerprint || earlier.operation !== keyed.attempt.operation)
    throw new VouchError(
      'unprocessable',
      'This idempotency key came with another request before. Use a new key for each thing that you ask for.',
    )
  // Nothing is done, so nothing is recorded as done.
  request.deed = undefined
  const { status, type, body } = earlier.answer
  if (type !== null) reply.type(type)
  return reply.code(status).header('idempotency-replayed', 'true').send(body)
}

/** Stores what is streamed; what was answered before is only read and hashed, and leaves nothing behind. */
export async function keptOrHashed(
  request: FastifyRequest,
  content: AsyncIterable<Uint8Array>,
  keep: (content: AsyncIterable<Uint8Array>) => Promise<Pick<StoredObject, 'id' | 'bytes'>>,
): Promise<Pick<StoredObject, 'id' | 'bytes'>> {
  if (!request.keyed?.earlier) return keep(content)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of content) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { id: hash.digest('hex'), bytes }
}

/** Keeps the answer in the transaction that does what it tells of: whoever dies afterwards has answered. `answeredBefore` was called before. */
export async function answerWith(
  services: Services,
  tx: TenantTx,
  request: FastifyRequest,
  status: number,
  body: Json,
): Promise<void> {
  const { keyed } = request
  if (!keyed || keyed.settled || keyed.fingerprint === undefined) return
  const answer = { status, type: 'application/json; charset=utf-8', body: JSON.stringify(body) }
  await keepAnswer(services, tx, keyed.attempt, keyed.fingerprint, answer)
}

function keyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key']
  const { access } = request.routeOptions.config
  if (request.method !== 'POST' || header === undefined) return undefined
  // Signing in and one's own account belong to no organisation: what comes there is never kept.
  if (access === open || access === signedIn || !request.found?.organisation) return undefined
  const match = keyPattern.exec(String(header))
  const key = match?.[1] ?? match?.[2]
  if (key === undefined)
    throw new VouchError(
      'invalid_input',
      'Idempotency-Key must be one text of 1 to 255 printable ASCII characters, such as a UUID.',
    )
  return key
}

function notNow(reply: FastifyReply, state: 'running' | 'lost'): VouchError {
  if (state === 'running') {
    reply.header('retry-after', '1')
    return new VouchError('conflict', 'The request with this idempotency key is still being worked on. Ask again soon.')
  }
  return new VouchError(
    'conflict',
    'The request with this idempotency key was carried out, but the server stopped before it could answer. Look at what is there; ask with a new key to do it once more.',
  )
}

function contentOf(reply: FastifyReply, payload: unknown): Pick<Answer, 'type' | 'body'> {
  const type = reply.getHeader('content-type')
  return { type: type === undefined ? null : String(type), body: typeof payload === 'string' ? payload : '' }
}
