import { z } from 'zod'
import { VouchError } from '../../platform/errors/errors.ts'
import { baseOf } from '../../platform/http/access.ts'
import type { App } from '../../platform/http/app.ts'
import { cancelMessage, sendAgain } from '../../platform/mail/send-message.ts'
import { testMessage } from '../../platform/mail/templates/test-message.ts'
import type { Services } from '../../platform/services.ts'
import { messageDetail, messagesPage, messagesQuery } from './contract.ts'
import { presentMessages, readMessage } from './read-mail.ts'
import { pageOfMessages } from './store.ts'

const params = z.object({ id: z.uuid() })
const tags = ['mail']
const dayMs = 24 * 3_600_000

/** Messages to people: what became of each, sending again, calling off, a test. */
export function mailRoutes(app: App, services: Services): void {
  const { database, clock, mail } = services
  const read = { access: 'mail.read' }
  const change = { access: 'mail.change' }
  app.get(
    '/mail',
    {
      config: read,
      schema: {
        operationId: 'listMail',
        summary: 'Messages to people, and what became of them',
        tags,
        querystring: messagesQuery,
        response: { 200: messagesPage },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const { rows, next_cursor, total } = await pageOfMessages(tx, request.query)
        return { items: await presentMessages(services, tx, rows), next_cursor, total }
      }),
  )
  app.get(
    '/mail/:id',
    {
      config: { ...read, sensitive: true },
      schema: {
        operationId: 'getMail',
        summary: 'One message; with what it says in the demo and in development, where nothing is mailed',
        tags,
        params,
        response: { 200: messageDetail },
      },
    },
    request => readMessage(services, request.orgId, request.params.id),
  )
  app.post(
    '/mail/test',
    {
      config: change,
      schema: {
        operationId: 'testMail',
        summary: 'Mail a test message to yourself',
        tags,
        response: { 201: params },
      },
    },
    async (request, reply) => {
      const { user, actor } = request.principal
      if (!user) throw new VouchError('forbidden', 'Only a person has an address to mail to.')
      const id = await database.tenant(request.orgId, clock, tx =>
        mail.enqueue(tx, {
          template: 'test',
          to: user.email,
          letter: testMessage({ by: user.name, link: baseOf(request), at: tx.clock.now() }),
          by: actor,
          expiresAt: new Date(tx.clock.now().getTime() + dayMs),
        }),
      )
      return reply.code(201).send({ id })
    },
  )
  const doing = (
    path: string,
    operationId: string,
    summary: string,
    work: (services: Services, orgId: string, id: string) => Promise<void>,
  ) =>
    app.post(
      path,
      { config: change, schema: { operationId, summary, tags, params, response: { 204: z.void() } } },
      async (request, reply) => {
        await work(services, request.orgId, request.params.id)
        return reply.code(204).send()
      },
    )
  doing('/mail/:id/send', 'sendMailAgain', 'Send a message that was not sent once more', sendAgain)
  doing('/mail/:id/cancel', 'cancelMail', 'Call a message off', cancelMessage)
}
