import { z } from 'zod'
import { callerOf, open, sessionOf, signedIn } from '../../platform/http/access.ts'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { codeInput, passkeySignIn, proofInput, requestOptions, signInRulesSchema } from './factor-contract.ts'
import { showAgain, signInByPasskey, siteOf } from './factors.ts'
import { withCookie } from './session-routes.ts'
import { changeSignInRules, readSignInRules } from './sign-in-rules.ts'

const nothing = z.void()
const described = (operationId: string, summary: string) => ({ operationId, summary, tags: ['session'] })

/** Showing who one is by more than a password: to sign in, and again for what is sensitive; and what an organisation requires of it. */
export function proofRoutes(app: App, services: Services): void {
  const { signIn, database, clock } = services
  app.post(
    '/session/second-factor',
    {
      config: { access: open },
      schema: {
        ...described('giveSecondFactor', 'Complete a sign-in by a code of the authenticator app, or a recovery code'),
        body: codeInput,
        response: { 204: nothing },
      },
    },
    async (request, reply) =>
      withCookie(reply, await signIn.complete(request.body.code, callerOf(request)))
        .code(204)
        .send(),
  )
  app.get(
    '/session/passkey/options',
    {
      config: { access: open },
      schema: {
        ...described('askForPasskey', 'What a browser needs to let somebody choose a passkey'),
        response: { 200: requestOptions },
      },
    },
    async request => requestOptions.parse(await signIn.passkeys.authenticationOptions(siteOf(services, request))),
  )
  app.post(
    '/session/passkey',
    {
      config: { access: open },
      schema: {
        ...described('signInByPasskey', 'Sign in with a passkey'),
        body: passkeySignIn,
        response: { 204: nothing },
      },
    },
    async (request, reply) =>
      withCookie(
        reply,
        await signInByPasskey(services, request.body.passkey, siteOf(services, request), callerOf(request)),
      )
        .code(204)
        .send(),
  )
  app.post(
    '/session/proof',
    {
      config: { access: signedIn },
      schema: {
        ...described(
          'showAgain',
          'Show again who you are, by password, code or passkey: for what answers sign_in_again',
        ),
        body: proofInput,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const from = { site: siteOf(services, request), address: request.ip }
      await showAgain(services, sessionOf(request), request.body, from)
      return reply.code(204).send()
    },
  )
  app.get(
    '/sign-in-rules',
    {
      config: { access: 'members.read' },
      schema: {
        ...described('getSignInRules', 'How members must sign in'),
        response: { 200: signInRulesSchema },
      },
    },
    request => database.tenant(request.orgId, clock, readSignInRules),
  )
  app.put(
    '/sign-in-rules',
    {
      config: { access: 'rules.change', fresh: true },
      schema: {
        ...described('changeSignInRules', 'Decide how members must sign in'),
        body: signInRulesSchema,
        response: { 200: signInRulesSchema },
      },
    },
    async request => {
      const { user, actor } = sessionOf(request)
      const secondFactor = await signIn.factors.has(user.id)
      return database.tenant(request.orgId, clock, tx => changeSignInRules(tx, request.body, { actor, secondFactor }))
    },
  )
}
