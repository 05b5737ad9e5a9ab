import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { overviewSchema } from './contract.ts'
import { readOverview } from './read-overview.ts'

/** The first page. */
export function overviewRoutes(app: App, services: Services): void {
  const { database, clock } = services
  app.get(
    '/overview',
    {
      config: { access: 'overview.read' },
      schema: {
        operationId: 'getOverview',
        summary: 'Where the program stands',
        tags: ['overview'],
        response: { 200: overviewSchema },
      },
    },
    request => database.tenant(request.orgId, clock, readOverview),
  )
}
