import { z } from 'zod'
import type { App, Routes } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { changeControl } from './change-control.ts'
import { controlChange, controlSchema, controlSummarySchema } from './contract.ts'
import { readControl, readControls } from './read-controls.ts'
import type { CheckSupport } from './read-status.ts'

const params = z.object({ id: z.string().max(100) })

/** Controls and their derived statuses. */
export function controlsRoutes(support: CheckSupport): Routes {
  return (app: App, services: Services) => {
    const { database, clock } = services
    const tags = ['controls']
    app.get(
      '/controls',
      {
        config: { access: 'controls.read' },
        schema: {
          operationId: 'listControls',
          summary: 'Every control and its status',
          tags,
          response: { 200: z.object({ items: z.array(controlSummarySchema) }) },
        },
      },
      request => database.tenant(request.orgId, clock, async tx => ({ items: await readControls(tx, support) })),
    )
    app.get(
      '/controls/:id',
      {
        config: { access: 'controls.read' },
        schema: { operationId: 'getControl', summary: 'One control', tags, params, response: { 200: controlSchema } },
      },
      request => database.tenant(request.orgId, clock, tx => readControl(tx, support, request.params.id)),
    )
    app.patch(
      '/controls/:id',
      {
        config: { access: 'controls.change' },
        schema: {
          operationId: 'changeControl',
          summary: 'Say whether a control operates, applies, and who owns it',
          tags,
          params,
          body: controlChange,
          response: { 200: controlSchema },
        },
      },
      request =>
        database.tenant(request.orgId, clock, async tx => {
          await changeControl(tx, request.params.id, request.body, request.actor)
          return readControl(tx, support, request.params.id)
        }),
    )
  }
}
