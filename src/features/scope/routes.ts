import { z } from 'zod'
import { socCategories } from '../../../verifier/content/framework.ts'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { changeScope } from './change-scope.ts'
import { organisationSchema, scopeChange, scopeSchema } from './contract.ts'
import { readOrganisation, readScope } from './read-scope.ts'

/** Who this is about, and what is in scope. */
export function scopeRoutes(app: App, services: Services): void {
  const { database, clock } = services
  const tags = ['scope']
  app.get(
    '/organisation',
    {
      config: { access: 'organisation.read' },
      schema: {
        operationId: 'getOrganisation',
        summary: 'The organisation',
        tags,
        response: { 200: organisationSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const row = await readOrganisation(tx)
        return {
          id: row.id,
          slug: row.slug,
          name: row.name,
          is_sample: row.is_sample,
          created_at: row.created_at.toISOString(),
        }
      }),
  )
  app.get(
    '/scope',
    {
      config: { access: 'scope.read' },
      schema: {
        operationId: 'getScope',
        summary: 'Categories and period in scope',
        tags,
        response: { 200: scopeSchema },
      },
    },
    request => database.tenant(request.orgId, clock, async tx => presentScope(await readScope(tx))),
  )
  app.put(
    '/scope',
    {
      config: { access: 'scope.change' },
      schema: {
        operationId: 'changeScope',
        summary: 'Change the scope',
        tags,
        body: scopeChange,
        response: { 200: scopeSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const { framework } = await readScope(tx)
        await changeScope(tx, { framework, ...request.body }, request.actor)
        return presentScope(await readScope(tx))
      }),
  )
}

function presentScope(row: Awaited<ReturnType<typeof readScope>>): z.infer<typeof scopeSchema> {
  return {
    framework: row.framework,
    categories: row.categories.map(category => z.enum(socCategories).parse(category)),
    period_from: row.period_from,
    period_to: row.period_to,
  }
}
