import { z } from 'zod'
import { sessionOf, signedIn } from '../../platform/http/access.ts'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import {
  codeInput,
  creationOptions,
  factorsSchema,
  maybeRecoveryCodes,
  passkeyChange,
  passkeyInput,
  passkeyMade,
  recoveryCodes,
  totpOffer,
} from './factor-contract.ts'
import { addPasskey, confirmTotp, readFactors, removePasskey, removeTotp, renamePasskey, siteOf } from './factors.ts'

const nothing = z.void()
const byId = z.object({ id: z.uuid() })
const own = { access: signedIn }
const ownAndFresh = { access: signedIn, fresh: true }
const described = (operationId: string, summary: string) => ({ operationId, summary, tags: ['factors'] })

/** One's own second factors: authenticator app, recovery codes, passkeys. Which ones there are decides who gets in: each change asks for a fresh session. */
export function factorRoutes(app: App, services: Services): void {
  const { factors, passkeys } = services.signIn
  app.get(
    '/account/factors',
    {
      config: own,
      schema: { ...described('getFactors', 'By what you can show who you are'), response: { 200: factorsSchema } },
    },
    request => readFactors(services, sessionOf(request).user.id),
  )
  app.post(
    '/account/totp',
    {
      config: ownAndFresh,
      schema: {
        ...described('beginTotp', 'A key for an authenticator app, which counts once it is confirmed'),
        response: { 200: totpOffer },
      },
    },
    request => factors.offerTotp(sessionOf(request).user),
  )
  app.post(
    '/account/totp/confirmation',
    {
      config: ownAndFresh,
      schema: {
        ...described('confirmTotp', 'Confirm the authenticator app by a code that it shows'),
        body: codeInput,
        response: { 200: maybeRecoveryCodes },
      },
    },
    request => confirmTotp(services, sessionOf(request), request.body.code),
  )
  app.delete(
    '/account/totp',
    {
      config: ownAndFresh,
      schema: {
        ...described('removeTotp', 'Remove the authenticator app; your other sessions end'),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await removeTotp(services, sessionOf(request))
      return reply.code(204).send()
    },
  )
  app.post(
    '/account/recovery-codes',
    {
      config: ownAndFresh,
      schema: {
        ...described('makeRecoveryCodes', 'New recovery codes in place of the old ones; shown once'),
        response: { 200: recoveryCodes },
      },
    },
    async request => ({ recovery_codes: await factors.makeRecoveryCodes(sessionOf(request).user.id) }),
  )
  app.post(
    '/account/passkeys/options',
    {
      config: ownAndFresh,
      schema: {
        ...described('beginPasskey', 'What a browser needs to make a passkey'),
        response: { 200: creationOptions },
      },
    },
    async request => {
      const { user } = sessionOf(request)
      return creationOptions.parse(await passkeys.registrationOptions(user, siteOf(services, request)))
    },
  )
  app.post(
    '/account/passkeys',
    {
      config: ownAndFresh,
      schema: {
        ...described('addPasskey', 'Add the passkey that the browser has made'),
        body: passkeyInput,
        response: { 201: passkeyMade },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await addPasskey(services, sessionOf(request), request.body, siteOf(services, request))),
  )
  app.patch(
    '/account/passkeys/:id',
    {
      config: own,
      schema: {
        ...described('changePasskey', 'Give a passkey another name'),
        params: byId,
        body: passkeyChange,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await renamePasskey(services, sessionOf(request).user.id, request.params.id, request.body.name)
      return reply.code(204).send()
    },
  )
  app.delete(
    '/account/passkeys/:id',
    {
      config: ownAndFresh,
      schema: {
        ...described('removePasskey', 'Remove a passkey; your other sessions end'),
        params: byId,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await removePasskey(services, sessionOf(request), request.params.id)
      return reply.code(204).send()
    },
  )
}
