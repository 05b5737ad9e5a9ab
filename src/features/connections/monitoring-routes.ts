import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { coverageSchema, explanationInput, gapSchema, monitoringQuery, monitoringSchema } from './contract.ts'
import { explainGap } from './explain-gap.ts'
import { readCoverage, readMonitoring } from './read-monitoring.ts'

/** When sources were watched, when not, and what was said about it. */
export function monitoringRoutes(app: App, services: Services): void {
  const { database, clock } = services
  const tags = ['connections']
  const params = z.object({ id: z.uuid() })
  const read = { access: 'connections.read' }
  app.get(
    '/monitoring',
    {
      config: read,
      schema: {
        operationId: 'getMonitoring',
        summary: 'When each source was watched and when not',
        tags,
        querystring: monitoringQuery,
        response: { 200: monitoringSchema },
      },
    },
    request => database.tenantSnapshot(request.orgId, clock, tx => readMonitoring(tx, request.query.days)),
  )
  app.get(
    '/connections/:id/monitoring',
    {
      config: read,
      schema: {
        operationId: 'getCoverage',
        summary: 'When a source was watched and when not',
        tags,
        params,
        querystring: monitoringQuery,
        response: { 200: coverageSchema },
      },
    },
    request =>
      database.tenantSnapshot(request.orgId, clock, tx => readCoverage(tx, request.params.id, request.query.days)),
  )
  app.post(
    '/connections/:id/explanations',
    {
      config: { access: 'connections.explain' },
      schema: {
        operationId: 'explainGap',
        summary: 'Say why there is a gap; it stays a gap',
        tags,
        params,
        body: explanationInput,
        response: { 201: gapSchema },
      },
    },
    async (request, reply) => {
      const gap = await database.tenant(request.orgId, clock, tx =>
        explainGap(tx, request.params.id, request.body, request.actor),
      )
      return reply.code(201).send(gap)
    },
  )
}
