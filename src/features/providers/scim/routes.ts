import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { messageOf, VouchError } from '../../../platform/errors/errors.ts'
import type { App, Surface } from '../../../platform/http/app.ts'
import type { Services } from '../../../platform/services.ts'
import { dropPerson, type Provisioner, putPerson } from '../provision.ts'
import { listGroupPeople, listGroups, listPeople } from '../store.ts'
import { providerOf, provision, provisionControl } from '../tokens.ts'
import { resourceTypes, schemas, serviceProviderConfig } from './discovery.ts'
import { ScimError } from './error.ts'
import { demanded } from './filter.ts'
import { groupShape, presentGroup, readGroup, writableGroup } from './group.ts'
import { dropGroup, putGroup, requireGroup } from './groups.ts'
import { applyPatch, patchSchema, type Resource } from './patch.ts'
import { listed, page, projected, type Query, readQuery, readSearch } from './query.ts'
import { presentUser, readUser, userShape, writableUser } from './user.ts'

export const scimPrefix = '/scim/v2'
const config = { access: provision }
const mediaType = 'application/scim+json'
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** SCIM 2.0 (RFC 7643, 7644): what an identity provider does with its token, and nothing else can. */
export function scimSurface(services: Services): Surface {
  return {
    prefix: scimPrefix,
    access: provisionControl(services),
    routes: (app, own) => {
      app.setErrorHandler(sendScimError)
      app.addContentTypeParser(mediaType, { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'))
      discoveryRoutes(app)
      userRoutes(app, own)
      groupRoutes(app, own)
      app.post('/.search', { config, schema: described('search') }, async (request, reply) => {
        const query = readSearch(request)
        const found = [await findUsers(own, request, query), await findGroups(own, request)]
        return send(reply, page(found.flat(), query))
      })
      // Whatever else is asked for, in SCIM's own words.
      app.all('/*', { config, schema: described('askForNothing') }, () => {
        throw new VouchError('not_found', 'There is nothing at this address.')
      })
    },
  }
}

const described = (operationId: string) => ({ operationId: `scim.${operationId}`, hide: true })

function discoveryRoutes(app: App): void {
  const list = (path: string, operation: string, items: (base: string) => readonly { id?: string }[]) => {
    app.get(path, { config, schema: described(`list${operation}s`) }, (request, reply) =>
      send(reply, listed(items(baseOf(request)) as unknown as Resource[], 1)),
    )
    app.get(`${path}/:id`, { config, schema: described(`get${operation}`) }, (request, reply) => {
      const found = items(baseOf(request)).find(item => item.id === idOf(request))
      if (!found) throw new VouchError('not_found', 'There is no such resource.')
      return send(reply, found)
    })
  }
  for (const url of ['/ServiceProviderConfig', '/Schemas', '/ResourceTypes'])
    app.route({
      method: ['POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      config,
      schema: described('changeDescription'),
      handler: (_request, reply) => {
        const detail = 'This is read only.'
        return send(reply.code(405).header('allow', 'GET'), { schemas: [errorSchema], status: '405', detail })
      },
    })
  app.get('/ServiceProviderConfig', { config, schema: described('getConfig') }, (request, reply) =>
    send(reply, serviceProviderConfig(baseOf(request))),
  )
  list('/Schemas', 'Schema', schemas)
  list('/ResourceTypes', 'ResourceType', resourceTypes)
}

function userRoutes(app: App, services: Services): void {
  const inOrg = services.database.tenant.bind(services.database)
  const show = async (request: FastifyRequest, id: string): Promise<Resource> =>
    inOrg(request.orgId, services.clock, async tx => {
      const provider = providerOf(request.principal)
      const [person] = await listPeople(tx, provider, { id })
      if (!person) throw new VouchError('not_found', 'There is no such user.')
      return presentUser(person, await listGroupPeople(tx, provider, { person: id }), baseOf(request))
    })
  app.get('/Users', { config, schema: described('listUsers') }, async (request, reply) =>
    send(reply, page(await findUsers(services, request, readQuery(request)), readQuery(request))),
  )
  app.post('/Users/.search', { config, schema: described('searchUsers') }, async (request, reply) =>
    send(reply, page(await findUsers(services, request, readSearch(request)), readSearch(request))),
  )
  app.post('/Users', { config, schema: described('createUser') }, async (request, reply) => {
    const person = await putPerson(services, byOf(request), null, readUser(request.body))
    return created(reply, await show(request, person.id))
  })
  app.get('/Users/:id', { config, schema: described('getUser') }, async (request, reply) =>
    send(reply, projected(await show(request, idOf(request)), readQuery(request))),
  )
  app.put('/Users/:id', { config, schema: described('replaceUser') }, async (request, reply) => {
    await putPerson(services, byOf(request), idOf(request), readUser(request.body))
    return send(reply, await show(request, idOf(request)))
  })
  app.patch('/Users/:id', { config, schema: described('patchUser') }, async (request, reply) => {
    const { Operations } = readPatch(request)
    const before = await inOrg(request.orgId, services.clock, async tx => {
      const [person] = await listPeople(tx, providerOf(request.principal), { id: idOf(request) })
      if (!person) throw new VouchError('not_found', 'There is no such user.')
      return writableUser(person)
    })
    await putPerson(services, byOf(request), idOf(request), readUser(applyPatch(before, Operations, userShape)))
    return send(reply, await show(request, idOf(request)))
  })
  app.delete('/Users/:id', { config, schema: described('deleteUser') }, async (request, reply) => {
    await dropPerson(services, byOf(request), idOf(request))
    return reply.code(204).send()
  })
}

function groupRoutes(app: App, services: Services): void {
  const inOrg = services.database.tenant.bind(services.database)
  const show = async (request: FastifyRequest, id: string): Promise<Resource> =>
    inOrg(request.orgId, services.clock, async tx => {
      const by = byOf(request)
      const group = (await listGroups(tx, by.provider)).find(one => one.id === id)
      if (!group) throw new VouchError('not_found', 'There is no such group.')
      return presentGroup(group, await listGroupPeople(tx, by.provider, { group: id }), baseOf(request))
    })
  app.get('/Groups', { config, schema: described('listGroups') }, async (request, reply) =>
    send(reply, page(await findGroups(services, request), readQuery(request))),
  )
  app.post('/Groups/.search', { config, schema: described('searchGroups') }, async (request, reply) =>
    send(reply, page(await findGroups(services, request), readSearch(request))),
  )
  app.post('/Groups', { config, schema: described('createGroup') }, async (request, reply) => {
    const group = await inOrg(request.orgId, services.clock, tx =>
      putGroup(tx, byOf(request), null, readGroup(request.body)),
    )
    return created(reply, await show(request, group.id))
  })
  app.get('/Groups/:id', { config, schema: described('getGroup') }, async (request, reply) =>
    send(reply, projected(await show(request, idOf(request)), readQuery(request))),
  )
  app.put('/Groups/:id', { config, schema: described('replaceGroup') }, async (request, reply) => {
    await inOrg(request.orgId, services.clock, tx =>
      putGroup(tx, byOf(request), idOf(request), readGroup(request.body)),
    )
    return send(reply, await show(request, idOf(request)))
  })
  app.patch('/Groups/:id', { config, schema: described('patchGroup') }, async (request, reply) => {
    const { Operations } = readPatch(request)
    await inOrg(request.orgId, services.clock, async tx => {
      const by = byOf(request)
      const group = await requireGroup(tx, by, idOf(request))
      const members = await listGroupPeople(tx, by.provider, { group: group.id })
      const patched = applyPatch(writableGroup(group, members), Operations, groupShape)
      await putGroup(tx, by, group.id, readGroup(patched))
    })
    return send(reply, await show(request, idOf(request)))
  })
  app.delete('/Groups/:id', { config, schema: described('deleteGroup') }, async (request, reply) => {
    await inOrg(request.orgId, services.clock, tx => dropGroup(tx, byOf(request), idOf(request)))
    return reply.code(204).send()
  })
}

/** The provider's users, as far as an index can narrow them down. */
function findUsers(services: Services, request: FastifyRequest, query: Query): Promise<Resource[]> {
  return services.database.tenant(request.orgId, services.clock, async tx => {
    const provider = providerOf(request.principal)
    const narrowed = query.filter && {
      userName: demanded(query.filter, 'username'),
      externalId: demanded(query.filter, 'externalid'),
    }
    const links = Map.groupBy(await listGroupPeople(tx, provider), link => link.person)
    const people = await listPeople(tx, provider, narrowed ?? {})
    return people.map(person => presentUser(person, links.get(person.id) ?? [], baseOf(request)))
  })
}

/** The provider's groups. */
function findGroups(services: Services, request: FastifyRequest): Promise<Resource[]> {
  return services.database.tenant(request.orgId, services.clock, async tx => {
    const provider = providerOf(request.principal)
    const links = Map.groupBy(await listGroupPeople(tx, provider), link => link.group_id)
    return (await listGroups(tx, provider)).map(group =>
      presentGroup(group, links.get(group.id) ?? [], baseOf(request)),
    )
  })
}

function byOf(request: FastifyRequest): Provisioner {
  return { orgId: request.orgId, provider: providerOf(request.principal), actor: request.actor }
}

function baseOf(request: FastifyRequest): string {
  return `${request.publicUrl ?? `${request.protocol}://${request.host}`}${scimPrefix}`
}

/** Throws `not_found` for what cannot be an id of ours. */
function idOf(request: FastifyRequest): string {
  const { id } = z.object({ id: z.string() }).parse(request.params)
  if (/^\/(Users|Groups)\//.test(request.url.slice(scimPrefix.length)) && !z.uuid().safeParse(id).success)
    throw new VouchError('not_found', 'There is no such resource.')
  return id
}

function readPatch(request: FastifyRequest) {
  const parsed = patchSchema.safeParse(request.body)
  if (!parsed.success)
    throw new ScimError('invalidSyntax', 'A patch has Operations, each with an op of add, replace or remove.')
  return parsed.data
}

function send(reply: FastifyReply, body: object): FastifyReply {
  return reply.header('cache-control', 'no-store').type(mediaType).send(JSON.stringify(body))
}

function created(reply: FastifyReply, resource: Resource): FastifyReply {
  const { location } = z.object({ location: z.string() }).parse(resource.meta)
  return send(reply.code(201).header('location', location), resource)
}

/** RFC 7644, section 3.12. What is not ours is masked, and logged. */
function sendScimError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const known = error instanceof VouchError ? error : undefined
  const given = 'statusCode' in error ? error.statusCode : undefined
  const status = known?.status ?? (given !== undefined && given >= 400 && given < 500 ? given : 500)
  if (status === 500) request.log.error({ err: error.stack ?? messageOf(error) }, 'a SCIM request failed')
  const scimType = scimTypeOf(error, status)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  void reply
    .code(status)
    .type(mediaType)
    .send(
      JSON.stringify({
        schemas: [errorSchema],
        status: String(status),
        ...(scimType && { scimType }),
        detail:
          known || status < 500
            ? error.message
            : 'Something went wrong inside Vouch. It was logged; nothing was changed.',
      }),
    )
}

function scimTypeOf(error: Error, status: number): string | undefined {
  if (error instanceof ScimError) return error.scimType
  if (error instanceof VouchError && error.code === 'conflict')
    return error.fields.some(({ path }) => path === 'userName') ? 'uniqueness' : undefined
  return status === 400 ? 'invalidSyntax' : undefined
}
