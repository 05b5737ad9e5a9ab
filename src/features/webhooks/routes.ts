import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import {
  addEndpoint,
  changeEndpoint,
  getEndpoint,
  judgeAddress,
  removeEndpoint,
  rotateSecret,
} from './change-endpoint.ts'
import {
  deliveriesPage,
  deliveriesQuery,
  deliveryDetail,
  replayInput,
  replayStarted,
  rotation,
  webhookChange,
  webhookInput,
  webhookList,
  webhookMade,
  webhookSchema,
} from './contract.ts'
import { getDelivery, replayDelivery, sendTest } from './deliveries.ts'
import { choosableKinds, meaningOf } from './events.ts'
import { presentDelivery, presentEndpoint } from './present.ts'
import { listAttempts, listEndpoints, pageOfDeliveries } from './store.ts'
import { replaySince } from './tell-news.ts'

const byId = z.object({ id: z.uuid() })
const tags = ['webhooks']
const reading = { access: 'webhooks.read' }
const changing = { access: 'webhooks.change' }

/** Which programs are told what happens, and what they were sent. */
export function webhooksRoutes(app: App, services: Services): void {
  endpointRoutes(app, services)
  deliveryRoutes(app, services)
}

function endpointRoutes(app: App, services: Services): void {
  const { database, clock } = services
  app.get(
    '/webhooks',
    {
      config: reading,
      schema: {
        operationId: 'listWebhooks',
        summary: 'Which programs are told what happens, and what can be told',
        tags,
        response: { 200: webhookList },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => ({
        items: (await listEndpoints(tx)).map(presentEndpoint),
        kinds: choosableKinds.map(kind => ({ kind, means: meaningOf(kind) })),
      })),
  )
  app.get(
    '/webhooks/:id',
    {
      config: reading,
      schema: {
        operationId: 'getWebhook',
        summary: 'One webhook',
        tags,
        params: byId,
        response: { 200: webhookSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => presentEndpoint(await getEndpoint(tx, request.params.id))),
  )
  app.post(
    '/webhooks',
    {
      config: { ...changing, fresh: true },
      schema: {
        operationId: 'addWebhook',
        summary: 'Tell a program what happens; the answer holds its secret, once',
        tags,
        body: webhookInput,
        response: { 201: webhookMade },
      },
    },
    async (request, reply) => {
      await judgeAddress(services, request.body.url)
      const made = await database.tenant(request.orgId, clock, async tx => {
        const { id, secret } = await addEndpoint(services, tx, request.body)
        return { ...presentEndpoint(await getEndpoint(tx, id)), secret }
      })
      return reply.code(201).send(made)
    },
  )
  app.patch(
    '/webhooks/:id',
    {
      config: { ...changing, fresh: true },
      schema: {
        operationId: 'changeWebhook',
        summary: 'Change a webhook, switch it on or off',
        tags,
        params: byId,
        body: webhookChange,
        response: { 200: webhookSchema },
      },
    },
    async request => {
      const { url, description, kinds, enabled } = request.body
      if (url !== undefined) await judgeAddress(services, url)
      return database.tenant(request.orgId, clock, async tx => {
        await changeEndpoint(tx, request.params.id, {
          ...(url !== undefined && { url }),
          ...(description !== undefined && { description }),
          ...(kinds !== undefined && { kinds }),
          ...(enabled !== undefined && { enabled }),
        })
        return presentEndpoint(await getEndpoint(tx, request.params.id))
      })
    },
  )
  app.delete(
    '/webhooks/:id',
    {
      config: { ...changing, fresh: true },
      schema: {
        operationId: 'removeWebhook',
        summary: 'Remove a webhook with its secret and its deliveries',
        tags,
        params: byId,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await database.tenant(request.orgId, clock, tx => removeEndpoint(services, tx, request.params.id))
      return reply.code(204).send()
    },
  )
  app.post(
    '/webhooks/:id/secret',
    {
      config: { ...changing, fresh: true },
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'Give a webhook a new secret; the answer holds it, once',
        tags,
        params: byId,
        body: rotation,
        response: { 200: webhookMade },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const secret = await rotateSecret(services, tx, request.params.id, request.body.overlap_hours)
        return { ...presentEndpoint(await getEndpoint(tx, request.params.id)), secret }
      }),
  )
  app.post(
    '/webhooks/:id/test',
    {
      config: changing,
      schema: {
        operationId: 'testWebhook',
        summary: 'Send a test event',
        tags,
        params: byId,
        response: { 202: webhookSchema },
      },
    },
    async (request, reply) => {
      const endpoint = await database.tenant(request.orgId, clock, async tx => {
        await sendTest(tx, request.params.id, request.actor)
        return presentEndpoint(await getEndpoint(tx, request.params.id))
      })
      return reply.code(202).send(endpoint)
    },
  )
  app.post(
    '/webhooks/:id/replay',
    {
      config: changing,
      schema: {
        operationId: 'replayWebhook',
        summary: 'Send again all that happened since a time, also what happened while it was off',
        tags,
        params: byId,
        body: replayInput,
        response: { 202: replayStarted },
      },
    },
    async (request, reply) => {
      const queued = await database.tenant(request.orgId, clock, tx =>
        replaySince(tx, request.params.id, new Date(request.body.since)),
      )
      return reply.code(202).send({ queued })
    },
  )
}

function deliveryRoutes(app: App, services: Services): void {
  const { database, clock } = services
  app.get(
    '/webhooks/:id/deliveries',
    {
      config: reading,
      schema: {
        operationId: 'listDeliveries',
        summary: 'What a webhook was sent in the last 30 days',
        tags,
        params: byId,
        querystring: deliveriesQuery,
        response: { 200: deliveriesPage },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        await getEndpoint(tx, request.params.id)
        const page = await pageOfDeliveries(tx, request.params.id, request.query)
        return { items: page.rows.map(presentDelivery), next_cursor: page.next_cursor, total: page.total }
      }),
  )
  app.get(
    '/webhooks/deliveries/:id',
    {
      config: reading,
      schema: {
        operationId: 'getDelivery',
        summary: 'One delivery: what is sent, each attempt and its answer',
        tags,
        params: byId,
        response: { 200: deliveryDetail },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const row = await getDelivery(tx, request.params.id)
        const log = (await listAttempts(tx, row.id)).map(({ time, took_ms, status, error, answer }) => ({
          time: time.toISOString(),
          took_ms,
          status,
          error,
          answer,
        }))
        return { ...presentDelivery(row), webhook_id: row.endpoint_id, payload: row.payload, log }
      }),
  )
  app.post(
    '/webhooks/deliveries/:id/replay',
    {
      config: changing,
      schema: {
        operationId: 'replayDelivery',
        summary: 'Send an event again, under its id',
        tags,
        params: byId,
        response: { 202: z.object({ id: z.uuid() }) },
      },
    },
    async (request, reply) => {
      await database.tenant(request.orgId, clock, tx => replayDelivery(tx, request.params.id))
      return reply.code(202).send({ id: request.params.id })
    },
  )
}
