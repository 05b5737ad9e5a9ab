import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../services.ts'
import type { App } from './app.ts'

const keepAliveMs = 20_000

/**
 * `GET /events`: server-sent events of committed changes in the caller's organisation. Each is `event: change` with `{"topic","id"}`; `event: gap` means that
 * changes may have been missed and the page should ask again for what it shows.
 */
export function eventStreamRoutes(app: App, services: Services): void {
  app.get('/events', { config: { access: 'events.read' }, schema: { hide: true } }, (request, reply) =>
    stream(services, request, reply),
  )
}

function stream(services: Services, request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  const headers = reply.getHeaders() as Record<string, string>
  reply.raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  reply.raw.write(': open\n\n')
  const stopChanges = services.changes.onChange(event => {
    if (event.orgId !== request.orgId) return
    reply.raw.write(`event: change\ndata: ${JSON.stringify({ topic: event.topic, id: event.id })}\n\n`)
  })
  const stopGaps = services.changes.onGap(() => reply.raw.write('event: gap\ndata: {}\n\n'))
  const keepAlive = setInterval(() => reply.raw.write(': still here\n\n'), keepAliveMs)
  const end = () => {
    clearInterval(keepAlive)
    stopChanges()
    stopGaps()
  }
  request.raw.on('close', end)
  reply.raw.on('error', end)
}
