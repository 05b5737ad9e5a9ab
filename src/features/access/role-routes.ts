import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { roleChange, roleInput, roleList, roleSchema } from './contract.ts'
import { changeRole, makeRole, readRoles, removeRole } from './roles.ts'

const byId = z.object({ id: z.string().min(1).max(40) })
const tags = ['members']
const change = { access: 'roles.change', fresh: true }

/** The roles that Vouch ships and those that the organisation makes for itself. */
export function roleRoutes(app: App, { database, clock }: Services): void {
  app.get(
    '/roles',
    {
      config: { access: 'members.read' },
      schema: {
        operationId: 'listRoles',
        summary: 'Roles and what they may do',
        tags,
        response: { 200: roleList },
      },
    },
    request => database.tenant(request.orgId, clock, tx => readRoles(tx, request.principal)),
  )
  app.post(
    '/roles',
    {
      config: change,
      schema: {
        operationId: 'makeRole',
        summary: 'Make a role of the organisation’s own, within what one may do oneself',
        tags,
        body: roleInput,
        response: { 201: roleSchema },
      },
    },
    async (request, reply) => {
      const made = await database.tenant(request.orgId, clock, tx => makeRole(tx, request.body, request.principal))
      return reply.code(201).send(made)
    },
  )
  app.patch(
    '/roles/:id',
    {
      config: change,
      schema: {
        operationId: 'changeRole',
        summary: 'Change what a role of the organisation’s own may do, at once',
        tags,
        params: byId,
        body: roleChange,
        response: { 200: roleSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, tx => changeRole(tx, request.params.id, request.body, request.principal)),
  )
  app.delete(
    '/roles/:id',
    {
      config: change,
      schema: {
        operationId: 'removeRole',
        summary: 'Remove a role that nobody has',
        tags,
        params: byId,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await database.tenant(request.orgId, clock, tx => removeRole(tx, request.params.id, request.principal))
      return reply.code(204).send()
    },
  )
}
