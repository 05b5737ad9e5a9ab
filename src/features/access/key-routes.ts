import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { keyInput, keyList, keyMade, type keySchema } from './contract.ts'
import { makeKey, readKeys, revokeKey } from './keys.ts'

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
      schema: { operationId: 'listKeys', summary: 'Keys for programs', tags, response: { 200: keyList } },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => ({
        items: (await readKeys(tx, request.principal)).map(row => presentKey(row, tx.clock.now())),
      })),
  )
  app.post(
    '/keys',
    {
      config: access,
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
        return { ...presentKey({ ...row, member_name: name }, tx.clock.now()), key }
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

type KeyRow = Awaited<ReturnType<typeof readKeys>>[number]

function presentKey(row: KeyRow, now: Date): z.infer<typeof keySchema> {
  return {
    id: row.id,
    name: row.name,
    member: row.member === null ? null : { id: row.member, name: row.member_name ?? '' },
    may: row.may,
    hint: row.hint,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    expired: row.expires_at <= now,
  }
}
