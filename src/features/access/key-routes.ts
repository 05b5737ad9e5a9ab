import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { keyInput, keyMade, keysPage, keysQuery } from './contract.ts'
import { makeKey, presentKeys, readKeys, revokeKey } from './keys.ts'

const byId = z.object({ id: z.uuid() })
const tags = ['keys']
const access = { access: 'keys.make' }

/** Keys for programs: one's own, and with `keys.change` the services' and everybody's. */
export function keyRoutes(app: App, services: Services): void {
  const { database, clock } = services
  app.get(
    '/keys',
    {
      config: access,
      schema: {
        operationId: 'listKeys',
        summary: 'Keys for programs',
        tags,
        querystring: keysQuery,
        response: { 200: keysPage },
      },
    },
    request => database.tenant(request.orgId, clock, tx => readKeys(tx, request.query, request.principal)),
  )
  app.post(
    '/keys',
    {
      config: { ...access, fresh: true },
      schema: {
        operationId: 'makeKey',
        summary: 'Make a key; the answer holds it, once',
        tags,
        body: keyInput,
        response: { 201: keyMade },
      },
    },
    async (request, reply) => {
      const made = await database.tenant(request.orgId, clock, async tx => {
        const { row, key } = await makeKey(tx, request.body, request.principal)
        const name = row.member === null ? null : (request.principal.user?.name ?? null)
        const [presented] = await presentKeys(tx, [{ ...row, member_name: name }])
        if (!presented) throw new Error('a key that was made is not presented')
        return { ...presented, key }
      })
      return reply.code(201).send(made)
    },
  )
  app.delete(
    '/keys/:id',
    {
      config: access,
      schema: {
        operationId: 'revokeKey',
        summary: 'End a key at once',
        tags,
        params: byId,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await database.tenant(request.orgId, clock, tx => revokeKey(tx, request.params.id, request.principal))
      return reply.code(204).send()
    },
  )
}
