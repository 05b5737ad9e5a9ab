import type { FastifyReply, FastifyRequest } from 'fastify'
import { messageOf } from '../errors/errors.ts'
import type { Services } from '../services.ts'
import { type AccessControl, accessTopics, ruleTopic } from './access.ts'
import type { App } from './app.ts'

const keepAliveMs = 20_000
const permission = 'events.read'

/**
 * `GET /events`: server-sent events of committed changes in the caller's organisation. Each is `event: change` with `{"topic","id"}`; `event: gap` means that
 * changes may have been missed and the page should ask again for what it shows. The stream ends when the session does, or when its owner may no longer read it.
 */
export function eventStreamRoutes(app: App, services: Services, access: AccessControl): void {
  app.get('/events', { config: { access: permission }, schema: { hide: true } }, (request, reply) =>
    stream(services, access, request, reply),
  )
}

function stream(services: Services, access: AccessControl, request: FastifyRequest, reply: FastifyReply): void {
  const { principal, orgId } = request
  reply.hijack()
  const headers = reply.getHeaders() as Record<string, string>
  reply.raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  reply.raw.write(': open\n\n')
  const recheck = () => {
    access.stillMay(principal, permission).then(
      still => still || reply.raw.end(),
      error => {
        // Whoever cannot be asked about is not let in.
        request.log.warn({ err: messageOf(error) }, 'a stream was ended because its reader could not be looked up')
        reply.raw.end()
      },
    )
  }
  const stopChanges = services.changes.onChange(event => {
    if (event.id === principal.user?.id && accessTopics.includes(event.topic)) recheck()
    if (event.orgId !== orgId) return
    if (event.topic === ruleTopic) recheck()
    reply.raw.write(`event: change\ndata: ${JSON.stringify({ topic: event.topic, id: event.id })}\n\n`)
  })
  const stopGaps = services.changes.onGap(() => {
    recheck()
    reply.raw.write('event: gap\ndata: {}\n\n')
  })
  const keepAlive = setInterval(() => {
    recheck()
    reply.raw.write(': still here\n\n')
  }, keepAliveMs)
  const end = () => {
    clearInterval(keepAlive)
    stopChanges()
    stopGaps()
  }
  // Once, whether the reader leaves or we end it.
  reply.raw.once('close', end)
  // The reader may have left while they were being looked up.
  if (reply.raw.destroyed) end()
  reply.raw.on('error', () => {})
}
