import { z } from 'zod'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { addConnection, changeConnection, removeConnection, requestCollection } from './change-connection.ts'
import { settingsWithSecrets } from './connection-secrets.ts'
import {
  connectionChange,
  connectionInput,
  connectionList,
  connectionSchema,
  connectionTest,
  connectionTestResult,
  connectorSchema,
  runsPage,
  runsQuery,
  startedJob,
} from './contract.ts'
import { filesRoutes } from './files/routes.ts'
import { presentRuns, readConnection, readConnections } from './read-connections.ts'
import { type AnyConnector, connectorOf, listConnectors, splitSecrets } from './registry.ts'
import { getStoredConnection, pageOfRuns } from './store.ts'
import { uploadsOf } from './uploads.ts'

const params = z.object({ id: z.uuid() })
const testTimeoutMs = 20_000

/** Sources: what can be connected, what is, and what they gave. */
export function connectionsRoutes(app: App, services: Services): void {
  const { database, clock } = services
  const tags = ['connections']
  const read = { access: 'connections.read' }
  const change = { access: 'connections.change' }
  app.get(
    '/connectors',
    {
      config: read,
      schema: {
        operationId: 'listConnectors',
        summary: 'Kinds of sources',
        tags,
        response: { 200: z.object({ items: z.array(connectorSchema) }) },
      },
    },
    async () => ({ items: listConnectors().map(presentConnector) }),
  )
  app.get(
    '/connections',
    {
      config: read,
      schema: { operationId: 'listConnections', summary: 'Connected sources', tags, response: { 200: connectionList } },
    },
    request => database.tenant(request.orgId, clock, async tx => ({ items: await readConnections(tx) })),
  )
  app.post(
    '/connections',
    {
      config: { ...change, fresh: true },
      schema: {
        operationId: 'addConnection',
        summary: 'Connect a source',
        tags,
        body: connectionInput,
        response: { 201: connectionSchema },
      },
    },
    async (request, reply) => {
      const created = await database.tenant(request.orgId, clock, async tx =>
        readConnection(tx, await addConnection(services, tx, request.body, request.actor)),
      )
      return reply.code(201).send(created)
    },
  )
  app.post(
    '/connections/test',
    {
      config: change,
      schema: {
        operationId: 'testConnection',
        summary: 'Try settings before they are kept',
        tags,
        body: connectionTest,
        response: { 200: connectionTestResult },
      },
    },
    async request => {
      const { kind, settings, connection_id } = request.body
      const connector = connectorOf(kind)
      const complete = connection_id
        ? await database.tenant(request.orgId, clock, tx =>
            withStoredSecrets(services, tx, connector, connection_id, settings),
          )
        : settings
      try {
        return await connector.test(complete, AbortSignal.timeout(testTimeoutMs), uploadsOf(services, request.orgId))
      } catch (error) {
        if (error instanceof VouchError && error.code === 'invalid_input') throw error
        return { ok: false, message: messageOf(error) }
      }
    },
  )
  filesRoutes(app, services)
  app.get(
    '/connections/:id',
    {
      config: read,
      schema: {
        operationId: 'getConnection',
        summary: 'One source',
        tags,
        params,
        response: { 200: connectionSchema },
      },
    },
    request => database.tenant(request.orgId, clock, tx => readConnection(tx, request.params.id)),
  )
  app.patch(
    '/connections/:id',
    {
      config: { ...change, fresh: true },
      schema: {
        operationId: 'changeConnection',
        summary: 'Change a source',
        tags,
        params,
        body: connectionChange,
        response: { 200: connectionSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        await changeConnection(services, tx, request.params.id, request.body, request.actor)
        return readConnection(tx, request.params.id)
      }),
  )
  app.delete(
    '/connections/:id',
    {
      config: { ...change, fresh: true },
      schema: {
        operationId: 'removeConnection',
        summary: 'Take a source out of use; its evidence stays',
        tags,
        params,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await database.tenant(request.orgId, clock, tx =>
        removeConnection(services, tx, request.params.id, request.actor),
      )
      return reply.code(204).send()
    },
  )
  app.post(
    '/connections/:id/runs',
    {
      config: { access: 'connections.collect' },
      schema: { operationId: 'runConnection', summary: 'Collect now', tags, params, response: { 202: startedJob } },
    },
    async (request, reply) => {
      const job_id = await database.tenant(request.orgId, clock, tx =>
        requestCollection(tx, request.params.id, 'demand'),
      )
      return reply.code(202).send({ job_id })
    },
  )
  app.get(
    '/connections/:id/runs',
    {
      config: read,
      schema: {
        operationId: 'listRuns',
        summary: "A source's runs",
        tags,
        params,
        querystring: runsQuery,
        response: { 200: runsPage },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        await getStoredConnection(tx, request.params.id)
        const page = await pageOfRuns(tx, request.params.id, request.query)
        return { items: await presentRuns(tx, page.rows), next_cursor: page.next_cursor, total: page.total }
      }),
  )
}

async function withStoredSecrets(
  services: Services,
  tx: Parameters<typeof getStoredConnection>[0],
  connector: AnyConnector,
  id: string,
  settings: z.infer<typeof connectionTest>['settings'],
) {
  const stored = await getStoredConnection(tx, id)
  const { open, secrets } = splitSecrets(connector, settings)
  return { ...(await settingsWithSecrets(services, tx, { ...stored, settings: open })), ...Object.fromEntries(secrets) }
}

function presentConnector(connector: AnyConnector): z.infer<typeof connectorSchema> {
  return {
    kind: connector.kind,
    title: connector.title,
    description: connector.description,
    privileges: connector.privileges,
    settings: z
      .record(z.string(), z.json())
      .parse(z.toJSONSchema(connector.settings, { io: 'input', unrepresentable: 'any' })),
    secrets: [...connector.secrets],
    pushed: connector.pushed === true,
    resources: connector.resources.map(({ name, title, description, key, columns }) => ({
      name,
      title,
      description,
      key: [...key],
      columns: Object.entries(columns).map(([column, { type, description }]) => ({ name: column, type, description })),
    })),
  }
}
