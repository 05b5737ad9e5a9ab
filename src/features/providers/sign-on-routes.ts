import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSecure } from '../../platform/config/public-address.ts'
import { currentDeed } from '../../platform/db/deed.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { callerOf, open } from '../../platform/http/access.ts'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { signOnAnswer, signOnDone, signOnStart, signOnStarted } from './contract.ts'
import { longestResponse, metadataOf, readResponse } from './saml.ts'
import { completeSignOn, findSpeaker, flowSeconds, handOverAssertion, startSignOn } from './sign-on.ts'

const byId = z.object({ id: z.uuid() })
const tags = ['session']
const cookieName = 'vouch-sso'
const cookiePath = '/api/v1/session/sso'

/** Signing in by an identity provider. */
export function signOnRoutes(app: App, services: Services): void {
  app.post(
    '/session/sso',
    {
      config: { access: open },
      schema: {
        operationId: 'startSignOn',
        summary: 'Where an address signs in: by its domain alone, whoever has it',
        tags,
        body: signOnStart,
        response: { 200: signOnStarted },
      },
    },
    async (request, reply) => {
      const { email, to } = request.body
      const started = await startSignOn(services, { email, to, origin: originOf(services, request) }, callerOf(request))
      forgetWhere()
      if (!started) return { url: null }
      reply.header('set-cookie', cookieOf(services, started.token, flowSeconds))
      return { url: started.url }
    },
  )
  app.post(
    '/session/sso/complete',
    {
      config: { access: open },
      schema: {
        operationId: 'completeSignOn',
        summary: 'Come back from the identity provider, to the browser that was sent there',
        tags,
        body: signOnAnswer,
        response: { 200: signOnDone },
      },
    },
    async (request, reply) => {
      const token = readCookie(request.headers.cookie)
      const { cookies, to } = await completeSignOn(services, request.body, token, callerOf(request))
      reply.header('set-cookie', [...cookies, cookieOf(services, '', 0)])
      return { to }
    },
  )
  app.get(
    '/session/sso/:id/metadata',
    {
      config: { access: open },
      schema: {
        operationId: 'getServiceProvider',
        summary: 'Our description for a SAML provider',
        tags,
        params: byId,
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const { provider } = await findSpeaker(services, request.params.id)
      if (provider.settings.kind !== 'saml') throw new VouchError('not_found', 'There is no such identity provider.')
      return reply
        .type('application/samlmetadata+xml')
        .send(metadataOf(provider.settings, originOf(services, request), provider.id))
    },
  )
  void app.register(async scope => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: Math.ceil(longestResponse * 1.5) },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    // Not in the description of the API: the provider's page makes the browser post here. What comes is signed, and begins no session by itself.
    scope.post(
      '/session/sso/:id/acs',
      {
        config: { access: open, crossSite: true },
        schema: { operationId: 'receiveAssertion', hide: true, params: byId },
      },
      async (request, reply) => {
        const { id } = byId.parse(request.params)
        const { SAMLResponse = '' } = z.object({ SAMLResponse: z.string().optional() }).parse(request.body ?? {})
        const { orgId, provider } = await findSpeaker(services, id)
        const { settings } = provider
        if (settings.kind !== 'saml') throw new VouchError('not_found', 'There is no such identity provider.')
        try {
          const by = { orgId, provider: id, settings, origin: originOf(services, request) }
          const asserted = await readResponse(services, by, SAMLResponse)
          const token = await handOverAssertion(services, by, asserted)
          return reply.redirect(`/sign-in/sso#${token}`, 303)
        } catch (error) {
          if (!(error instanceof VouchError)) throw error
          request.log.warn({ err: messageOf(error), provider: id }, 'an assertion was refused')
          // No words of ours travel in an address: anybody could make one that says something else.
          return reply.redirect('/sign-in/sso?refused=true', 303)
        } finally {
          forgetWhere()
        }
      },
    )
  })
}

/** Nobody has shown who they are, and anybody can ask: the log of the organisation is not for them to fill. */
function forgetWhere(): void {
  const deed = currentDeed()
  if (deed) delete deed.lookedInto
}

/** This site as people open it, whatever a proxy forwards; as the browser knows it where nothing says. */
function originOf({ config }: Services, request: FastifyRequest): string {
  return config.url ?? `${request.protocol}://${request.host}`
}

/** For this browser's own pages alone: a page of another site cannot make it sent. */
function cookieOf({ config }: Services, token: string, seconds: number): string {
  const secure = isSecure(config) ? '; Secure' : ''
  return `${cookieName}=${token}; Path=${cookiePath}; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`
}

function readCookie(header: string | undefined): string | undefined {
  return header
    ?.split('; ')
    .find(pair => pair.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1)
}
