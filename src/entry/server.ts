import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { accessControl } from '../features/access/control-access.ts'
import { startIntegrator } from '../features/ledger/integrator.ts'
import { scimSurface } from '../features/providers/scim/routes.ts'
import { describeEvents } from '../features/webhooks/describe-events.ts'
import { startSender } from '../features/webhooks/sender.ts'
import { messageOf, VouchError } from '../platform/errors/errors.ts'
import { type App, createApp } from '../platform/http/app.ts'
import { startWorker } from '../platform/jobs/worker.ts'
import type { Services } from '../platform/services.ts'
import { jobs, routes, tasks, ticks } from './features.ts'
import { version } from './version.ts'

const webDir = new URL('../../dist/web', import.meta.url).pathname
const workerConcurrency = 2

export interface RunningServer {
  /** Where to open it. */
  readonly url: string
  close(): Promise<void>
}

/** The application: API and, when they were built, the pages. Not yet listening. */
export async function createServer(services: Services): Promise<App> {
  const app = await createApp({
    services,
    routes,
    access: accessControl(services),
    events: describeEvents(),
    surfaces: [scimSurface(services)],
    version,
  })
  if (existsSync(join(webDir, 'index.html'))) {
    await app.register(fastifyStatic, {
      root: webDir,
      wildcard: false,
      immutable: true,
      maxAge: '1y',
      setHeaders: (reply, path) => {
        if (path.endsWith('.html')) reply.header('cache-control', 'no-cache')
      },
    })
    // Every other address belongs to a page; which one, the browser's router knows.
    app.get('/*', { schema: { hide: true } }, (request, reply) => {
      if (/^\/(api|scim|assets)\//.test(request.url))
        throw new VouchError('not_found', 'There is nothing at this address.')
      return reply.header('cache-control', 'no-cache').sendFile('index.html', { immutable: false, maxAge: 0 })
    })
  }
  return app
}

/** Serves pages and API on loopback, with a worker and the ledger's integrator inside. Throws `not_ready` when the port is taken. */
export async function startServer(services: Services): Promise<RunningServer> {
  const app = await createServer(services)
  try {
    await app.listen({ host: services.config.host, port: services.config.port })
  } catch (cause) {
    throw new VouchError(
      'not_ready',
      `Port ${services.config.port} cannot be listened on: ${messageOf(cause)}. Set VOUCH_PORT to another one.`,
      { cause },
    )
  }
  const worker = await startNode(services)
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : services.config.port
  return {
    url: `http://localhost:${port}`,
    async close() {
      // Event streams never end by themselves.
      app.server.closeAllConnections()
      await app.close()
      await worker.stop()
    },
  }
}

/** What works in the background of a node: jobs, schedules, the integrator, the webhooks' sender. */
export async function startNode(services: Services): Promise<{ stop(): Promise<void> }> {
  const stopIntegrator = startIntegrator(services)
  const stopSender = startSender(services)
  const worker = await startWorker({
    database: services.database,
    changes: services.changes,
    clock: services.clock,
    log: services.log,
    jobs: jobs(services),
    ticks: ticks(services),
    tasks: tasks(services),
    concurrency: workerConcurrency,
  })
  return {
    async stop() {
      await worker.stop()
      await stopIntegrator()
      await stopSender()
    },
  }
}
