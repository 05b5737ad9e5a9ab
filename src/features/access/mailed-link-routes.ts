import { z } from 'zod'
import { baseOf, callerOf, open } from '../../platform/http/access.ts'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { linkRequest, passwordReset } from './contract.ts'
import { askForLink, type LinkKind, resetPassword } from './mailed-links.ts'

/** Ways in by mail for whoever is not signed in. */
export function mailedLinkRoutes(app: App, services: Services): void {
  const config = { access: open }
  const nothing = { 204: z.void() }
  const tags = ['session']
  const asking = (path: string, operationId: string, summary: string, kind: LinkKind) =>
    app.post(
      path,
      { config, schema: { operationId, summary, tags, body: linkRequest, response: nothing } },
      async (request, reply) => {
        await askForLink(services, kind, request.body.email, callerOf(request), baseOf(request))
        return reply.code(204).send()
      },
    )
  asking(
    '/session/mailed-link',
    'mailSignInLink',
    'Have a sign-in link mailed to you; the answer is the same for an address that nobody has',
    'sign_in_link',
  )
  asking(
    '/session/mailed-reset',
    'mailPasswordReset',
    'Have a link mailed to you that sets a new password; the answer is the same for an address that nobody has',
    'password_reset',
  )
  app.post(
    '/session/reset',
    {
      config,
      schema: {
        operationId: 'resetPassword',
        summary: 'Set a new password by a mailed link, and sign in; all other sessions end',
        tags,
        body: passwordReset,
        response: nothing,
      },
    },
    async (request, reply) => {
      const { cookies } = await resetPassword(services, request.body, callerOf(request))
      return reply
        .header('set-cookie', [...cookies])
        .code(204)
        .send()
    },
  )
}
