import type { FastifyReply, FastifyRequest } from 'fastify'
import { anonymousActor, type Deed, type DeedOutcome, during } from '../db/deed.ts'
import { messageOf } from '../errors/errors.ts'
import type { Services } from '../services.ts'
import { type AccessControl, signedIn } from './access.ts'
import type { App } from './app.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A reading that is recorded like a change: raw evidence, documents, packages, exports. */
    sensitive?: boolean
    /** It does nothing by itself: it carries other operations, and each of them is recorded. */
    carries?: boolean
  }
  interface FastifyRequest {
    /** What the request does, when that is to be recorded. */
    deed: Deed | undefined
    /** It was let in and its input is valid: from here on it may have done something. */
    entered: boolean
  }
}

/**
 * Makes every operation that changes something, and every sensitive reading, an entry of the activity log, and every refusal. No route has a part in it: a transaction that
 * the operation opens is recorded within itself (`Database.tenant`); what opened none that wrote is recorded before its answer is given, or it is not given.
 */
export function recordDeeds(api: App, services: Services, access: AccessControl): void {
  api.decorateRequest('deed', undefined)
  api.decorateRequest('entered', false)
  api.addHook('onRequest', async request => {
    request.deed = deedOfRequest(request)
  })
  // After access was decided, which may have found out who asks.
  api.addHook('preHandler', (request, _reply, done) => {
    const { deed } = request
    if (!deed || !isRecorded(request)) return done()
    request.entered = true
    during(deed, () => done())
  })
  api.addHook('onSend', async (request, reply) => {
    await recordAnswer(services, access, request, reply)
  })
  // Once the answer is out: whether an address has an account must not be told by how long it takes.
  api.addHook('onResponse', async request => {
    const { deed } = request
    if (!deed?.tried) return
    try {
      const user = await services.signIn.findUser(deed.tried)
      if (!user) return
      const failed: Deed = { ...deed, actor: `user:${user.id}`, subject: { kind: 'members', id: user.id } }
      for (const id of await access.organisationsOf(user.id))
        if (!deed.recordedIn.has(id)) await services.database.recordDeed(id, services.clock, failed, 'failed')
    } catch (error) {
      request.log.error({ err: messageOf(error) }, 'a failed sign-in could not be recorded')
    }
  })
}

/** What a request would do. */
function deedOfRequest(request: FastifyRequest): Deed {
  const { schema, url = '' } = request.routeOptions
  const { operationId = '' } = (schema ?? {}) as { operationId?: string }
  const params = (request.params ?? {}) as { id?: unknown }
  return {
    operation: operationId || `${request.method} ${url}`,
    actor: request.found?.actor ?? anonymousActor,
    session: request.found?.sessionId ?? null,
    address: request.ip,
    agent: request.headers['user-agent'] ?? null,
    subject: { kind: nounOf(url), id: typeof params.id === 'string' ? params.id : '' },
    asked: true,
    recordedIn: new Set(),
    ...(request.found?.within !== undefined && { within: request.found.within }),
  }
}

/** `/api/v1/controls/:id` → `controls`. */
function nounOf(url: string): string {
  return url.split('/')[3]?.split(':')[0] ?? ''
}

function isRecorded(request: FastifyRequest): boolean {
  if (request.routeOptions.config.carries) return false
  return request.method !== 'GET' && request.method !== 'HEAD' ? true : request.routeOptions.config.sensitive === true
}

async function recordAnswer(
  services: Services,
  access: AccessControl,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { deed, found } = request
  if (!deed) return
  const status = reply.statusCode
  const outcome = status < 400 ? 'done' : status === 403 ? 'refused' : 'failed'
  if (outcome !== 'refused' && !request.entered) return
  const user = userOf(deed)
  if (!found && user === undefined) return recordStranger(services, request, deed, outcome)
  // What concerns the person and not an organisation concerns each of theirs: signing in, a new password.
  const ofPerson = !found || (request.routeOptions.config.access === signedIn && outcome === 'done')
  const own = found?.organisation ? [found.organisation.id] : []
  const orgIds =
    deed.within !== undefined
      ? [deed.within]
      : ofPerson && user !== undefined
        ? await access.organisationsOf(user)
        : own
  // Only once: an answer that cannot be recorded becomes a failure, which is sent in its place.
  request.deed = undefined
  for (const id of orgIds)
    if (outcome !== 'done' || !deed.recordedIn.has(id))
      await services.database.recordDeed(id, services.clock, deed, outcome)
}

/** Nobody is signed in. What failed is not recorded: whoever guessed an organisation's id could fill its log. */
async function recordStranger(
  services: Services,
  request: FastifyRequest,
  deed: Deed,
  outcome: DeedOutcome,
): Promise<void> {
  if (outcome !== 'done' || deed.lookedInto === undefined || deed.recordedIn.size > 0) return
  request.deed = undefined
  await services.database.recordDeed(deed.lookedInto, services.clock, deed, outcome)
}

function userOf({ actor }: Deed): string | undefined {
  return /^user:(.+)$/.exec(actor)?.[1]
}
