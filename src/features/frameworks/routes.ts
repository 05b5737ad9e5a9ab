import { z } from 'zod'
import { VouchError } from '../../platform/errors/errors.ts'
import type { App } from '../../platform/http/app.ts'
import { soc2, soc2Id } from './content.ts'
import { frameworkSchema } from './contract.ts'

/** The criteria, in our own words. */
export function frameworksRoutes(app: App): void {
  app.get(
    '/frameworks/:id',
    {
      config: { access: 'frameworks.read' },
      schema: {
        operationId: 'getFramework',
        summary: 'A framework and its criteria',
        tags: ['frameworks'],
        params: z.object({ id: z.string().max(100) }),
        response: { 200: frameworkSchema },
      },
    },
    async request => {
      if (request.params.id !== soc2Id)
        throw new VouchError('not_found', `There is no such framework; there is "${soc2Id}".`)
      const { criteria, ...framework } = await soc2()
      return {
        id: framework.id,
        title: framework.title,
        publisher: framework.publisher,
        copyright: framework.copyright,
        categories: framework.categories.map(({ id, title, description }) => ({ id, title, description })),
        series: framework.series.map(({ id, title, category }) => ({ id, title, category })),
        criteria: criteria.map(({ pointsOfFocus, id, series, category, title, statement }) => ({
          id,
          series,
          category,
          title,
          statement,
          points_of_focus: pointsOfFocus.map(point => ({
            id: point.id,
            title: point.title,
            categories: point.categories ? [...point.categories] : null,
          })),
        })),
      }
    },
  )
}
