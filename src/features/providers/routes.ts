import { z } from 'zod'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { changeSignInRule, readSignInRule } from '../access/sign-in-rule.ts'
import {
  groupChange,
  providerChange,
  providerGroups,
  providerInput,
  providerList,
  providerPeople,
  providerSchema,
  providerTest,
  signInRule,
  tokenMade,
} from './contract.ts'
import { discover } from './oidc.ts'
import {
  addProvider,
  changeProvider,
  readProvider,
  readProviders,
  removeProvider,
  requireProvider,
} from './providers.ts'
import { readGroups, readPeople } from './read-people.ts'
import { followGroups } from './roles.ts'
import { readCertificate } from './saml.ts'
import { clientOf } from './sign-on.ts'
import { listGroupPeople, lockGroup, updateGroup } from './store.ts'
import { endToken, makeToken } from './tokens.ts'

const byId = z.object({ id: z.uuid() })
const tags = ['providers']
const read = { access: 'providers.read' }
const change = { access: 'providers.change', fresh: true }

/** The identity providers of the organisation, their people and groups, and whether members must come by them. */
export function providerRoutes(app: App, services: Services): void {
  const { database, clock } = services
  app.get(
    '/providers',
    {
      config: read,
      schema: { operationId: 'listProviders', summary: 'Identity providers', tags, response: { 200: providerList } },
    },
    request => database.tenant(request.orgId, clock, async tx => ({ items: await readProviders(services, tx) })),
  )
  app.post(
    '/providers',
    {
      config: change,
      schema: {
        operationId: 'addProvider',
        summary: 'Add an identity provider',
        tags,
        body: providerInput,
        response: { 201: providerSchema },
      },
    },
    async (request, reply) => {
      const made = await database.tenant(request.orgId, clock, async tx =>
        readProvider(services, tx, await addProvider(services, tx, tidied(request.body))),
      )
      return reply.code(201).send(made)
    },
  )
  app.get(
    '/providers/:id',
    {
      config: read,
      schema: {
        operationId: 'getProvider',
        summary: 'An identity provider',
        tags,
        params: byId,
        response: { 200: providerSchema },
      },
    },
    request => database.tenant(request.orgId, clock, tx => readProvider(services, tx, request.params.id)),
  )
  app.patch(
    '/providers/:id',
    {
      config: change,
      schema: {
        operationId: 'changeProvider',
        summary: 'Change an identity provider; turned off, or another one from now on, the sessions that it began end',
        tags,
        params: byId,
        body: providerChange,
        response: { 200: providerSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        await changeProvider(services, tx, request.params.id, tidied(request.body))
        return readProvider(services, tx, request.params.id)
      }),
  )
  app.delete(
    '/providers/:id',
    {
      config: change,
      schema: {
        operationId: 'removeProvider',
        summary: 'Remove an identity provider; the sessions that it began end',
        tags,
        params: byId,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await database.tenant(request.orgId, clock, tx => removeProvider(services, tx, request.params.id))
      return reply.code(204).send()
    },
  )
  app.post(
    '/providers/:id/test',
    {
      config: change,
      schema: {
        operationId: 'testProvider',
        summary: 'Ask the identity provider whether it is what its settings say',
        tags,
        params: byId,
        response: { 200: providerTest },
      },
    },
    request => testProvider(services, request.orgId, request.params.id),
  )
  app.post(
    '/providers/:id/token',
    {
      config: change,
      schema: {
        operationId: 'makeProviderToken',
        summary: 'Make the token by which it provisions people (SCIM), in place of an earlier one; shown once',
        tags,
        params: byId,
        response: { 201: tokenMade },
      },
    },
    async (request, reply) => {
      const token = await database.tenant(request.orgId, clock, tx => makeToken(tx, request.params.id))
      return reply.code(201).send({ token })
    },
  )
  app.delete(
    '/providers/:id/token',
    {
      config: change,
      schema: {
        operationId: 'endProviderToken',
        summary: 'End the token by which it provisions people',
        tags,
        params: byId,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await database.tenant(request.orgId, clock, tx => endToken(tx, request.params.id))
      return reply.code(204).send()
    },
  )
  app.get(
    '/providers/:id/people',
    {
      config: read,
      schema: {
        operationId: 'listProviderPeople',
        summary: 'Whom it sent or provisioned',
        tags,
        params: byId,
        response: { 200: providerPeople },
      },
    },
    request => database.tenant(request.orgId, clock, tx => readPeople(tx, request.params.id)),
  )
  app.get(
    '/providers/:id/groups',
    {
      config: read,
      schema: {
        operationId: 'listProviderGroups',
        summary: 'Its groups, and the roles that they give',
        tags,
        params: byId,
        response: { 200: providerGroups },
      },
    },
    request => database.tenant(request.orgId, clock, tx => readGroups(tx, request.params.id)),
  )
  app.patch(
    '/providers/groups/:id',
    {
      config: change,
      schema: {
        operationId: 'changeProviderGroup',
        summary: 'Say which role a group gives',
        tags,
        params: byId,
        body: groupChange,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await database.tenant(request.orgId, clock, async tx => {
        const group = await lockGroup(tx, request.params.id)
        if (!group) throw new VouchError('not_found', 'There is no such group.')
        const provider = await requireProvider(tx, group.provider)
        const people = await listGroupPeople(tx, provider.id, { group: group.id })
        await followGroups(tx, provider, people, request.actor, async () => {
          await updateGroup(tx, group.id, { role: request.body.role })
        })
        await announce(tx, 'providers.group', group.id)
      })
      return reply.code(204).send()
    },
  )
  app.get(
    '/sign-in-rule',
    {
      config: read,
      schema: {
        operationId: 'getSignInRule',
        summary: 'Whether members must come by an identity provider',
        tags,
        response: { 200: signInRule },
      },
    },
    request => database.tenant(request.orgId, clock, async tx => ({ sso_required: await readSignInRule(tx) })),
  )
  app.put(
    '/sign-in-rule',
    {
      config: change,
      schema: {
        operationId: 'changeSignInRule',
        summary: 'Say whether members, except owners, must come by an identity provider',
        tags,
        body: signInRule,
        response: { 200: signInRule },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const { sso_required } = request.body
        if (sso_required && !(await readProviders(services, tx)).some(({ enabled }) => enabled))
          throw new VouchError(
            'conflict',
            'There is no identity provider that is turned on. Add one, and try it first.',
          )
        await changeSignInRule(tx, sso_required)
        return { sso_required }
      }),
  )
}

/** Certificates in one form. */
function tidied<Input extends z.infer<typeof providerChange>>(input: Input): Input {
  const { settings } = input
  if (settings?.kind !== 'saml') return input
  return { ...input, settings: { ...settings, certificates: settings.certificates.map(readCertificate) } }
}

async function testProvider(services: Services, orgId: string, id: string): Promise<z.infer<typeof providerTest>> {
  const provider = await services.database.tenant(orgId, services.clock, tx => requireProvider(tx, id))
  if (provider.settings.kind === 'saml')
    return { ok: true, message: 'Its certificates can be read. Whether it answers shows when somebody signs in.' }
  try {
    const server = (await discover(await clientOf(services, orgId, provider))).serverMetadata()
    const lacks = (['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const).filter(name => !server[name])
    if (lacks.length > 0) return { ok: false, message: `It does not name its ${lacks.join(', ')}.` }
    return { ok: true, message: 'It describes itself as it should. Try to sign in, in a private window.' }
  } catch (error) {
    return { ok: false, message: messageOf(error) }
  }
}
