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
import { servePages } from './pages.ts'
import { requireSafeToReach } from './safe-to-reach.ts'
import { serveSecurityTxt } from './security-txt.ts'
import { version } from './version.ts'

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
  serveSecurityTxt(app, services)
  await servePages(app)
  return app
}

/**
 * Serves pages and API, with a worker and the ledger's integrator inside: on loopback, or as the configuration says where that is safe. Throws `not_ready` when it is not, or
 * when the port is taken.
 */
export async function startServer(services: Services): Promise<RunningServer> {
  await requireSafeToReach(services)
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
    url: services.config.url ?? `http://localhost:${port}`,
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
