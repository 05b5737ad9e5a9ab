import swagger from '@fastify/swagger'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import type { OpenAPIV3_1 } from 'openapi-types'
import { VouchError } from '../errors/errors.ts'
import { mcpRoutes } from '../mcp/routes.ts'
import type { Services } from '../services.ts'
import { type AccessControl, open, permit, signedIn } from './access.ts'
import { eventStreamRoutes } from './event-stream.ts'
import { guardSite } from './guard-site.ts'
import { tidyDocument } from './openapi-document.ts'
import { answerPolicy, setPageHeaders } from './page-headers.ts'
import { problemSchema, sendProblem } from './problem.ts'
import { recordDeeds } from './record-deeds.ts'
import { heedRequestKeys, keepAnswers } from './request-keys.ts'
import { RequestLimits } from './request-limits.ts'
import { refuseAddress, refuseUnread } from './unread-requests.ts'

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** A feature's routes: registered under `/api/v1`. */
export type Routes = (app: App, services: Services) => void

/** Another way in beside the API, with callers of its own: what it takes and answers is its own, who is let in is decided where the API's callers are. */
export interface Surface {
  readonly prefix: string
  readonly access: AccessControl
  /** Each route names its access. */
  readonly routes: Routes
}

export interface AppOptions {
  readonly services: Services
  readonly routes: readonly Routes[]
  readonly access: AccessControl
  /** The `webhooks` of the OpenAPI document: what is sent to other programs. */
  readonly events?: Readonly<Record<string, unknown>>
  readonly surfaces?: readonly Surface[]
  readonly version: string
}

export const apiPrefix = '/api/v1'

/** The HTTP server, not yet listening. Throws when a route under the API has no operation id, no access or no response schema. */
export async function createApp(options: AppOptions): Promise<App> {
  const { services } = options
  const app: App = fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    bodyLimit: 1024 * 1024,
    // A client's address is the connection's; of what a trusted proxy says, the last address that is not a proxy's.
    trustProxy: services.config.trustedProxies.length > 0 ? [...services.config.trustedProxies] : false,
    // One line a request, written below, without addresses, queries or headers.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseUnread,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(sendProblem)
  // A page of another site may send text without being asked first; nothing here takes any.
  app.removeContentTypeParser('text/plain')
  decorateRequests(app)
  app.decorateRequest('publicUrl', services.config.url)
  guardSite(app, services.config)
  await setPageHeaders(app, services.config)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Vouch',
        version: options.version,
        description: 'Every page of Vouch is made from these operations.',
      },
      servers: [{ url: '/' }],
      ...(options.events && { webhooks: options.events as OpenAPIV3_1.Document['webhooks'] }),
    },
    transform: withRequestKeys,
    transformObject: jsonSchemaTransformObject,
  })
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    )
  })
  app.addHook('onSend', async (request, reply) => {
    if (!request.url.startsWith(apiPrefix)) return
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    // Whatever a browser is brought to open as a page, it runs nothing and has no origin: an uploaded file above all.
    reply.header('content-security-policy', answerPolicy)
  })
  await app.register(
    async scope => {
      const api = scope.withTypeProvider<ZodTypeProvider>()
      api.addHook('onRoute', route => {
        if (route.method === 'HEAD') return
        const schema = route.schema as
          | {
              operationId?: string
              response?: Record<string, unknown>
              hide?: boolean
              consumes?: readonly string[]
              'x-permission'?: string
              'x-consumes'?: readonly string[]
            }
          | undefined
        if (!route.config?.access) throw new Error(`${route.method} ${route.url} names no access`)
        if (schema?.hide) return
        if (!schema?.operationId || !schema.response)
          throw new Error(`${route.method} ${route.url} has no operationId or response schema`)
        schema.response = { ...schema.response, default: problemSchema }
        schema['x-permission'] = route.config.access
        // An upload is read part by part and has no body schema, of which the description would say it.
        if (schema.consumes) schema['x-consumes'] = schema.consumes
      })
      guard(api, services, options.access, { repeatable: true })
      eventStreamRoutes(api, services, options.access)
      for (const routes of options.routes) routes(api, services)
      mcpRoutes(api, options.version)
      api.get('/openapi.json', { config: { access: 'api.read' }, schema: { hide: true } }, async (_request, reply) =>
        reply.type('application/json').send(JSON.stringify(tidyDocument(JSON.parse(JSON.stringify(app.swagger()))))),
      )
    },
    { prefix: apiPrefix },
  )
  for (const { prefix, access, routes } of options.surfaces ?? []) {
    await app.register(
      async scope => {
        const surface = scope.withTypeProvider<ZodTypeProvider>()
        surface.addHook('onRoute', route => {
          if (!route.config?.access) throw new Error(`${route.method} ${route.url} names no access`)
        })
        guard(surface, services, access, { repeatable: false })
        routes(surface, services)
      },
      { prefix },
    )
  }
  app.get('/healthz', { schema: { hide: true } }, async (_request, reply) => reply.send('ok'))
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    await services.database.operator(async trx => trx.selectFrom('organisation').select('id').limit(1).execute())
    return reply.send('ready')
  })
  app.setNotFoundHandler(() => {
    throw new VouchError('not_found', 'There is nothing at this address.')
  })
  return app
}

const requestKeyHeader = {
  type: 'object',
  properties: {
    'Idempotency-Key': {
      type: 'string',
      maxLength: 257,
      description: 'The same key and the same request within 24 hours get the same answer, and nothing is done twice.',
    },
  },
}

/** What is described of a route, with the header that every POST of an organisation heeds. */
const withRequestKeys: typeof jsonSchemaTransform = input => {
  const transformed = jsonSchemaTransform(input)
  const { method, config } = input.route
  if (method !== 'POST' || !config?.access || config.access === open || config.access === signedIn) return transformed
  return { ...transformed, schema: { ...transformed.schema, headers: requestKeyHeader } }
}

/** Finds out who asks, has what they do recorded, and lets them in or refuses: before anything else of a request is read. `repeatable`: with idempotency keys. */
function guard(scope: App, services: Services, access: AccessControl, { repeatable }: { repeatable: boolean }): void {
  const limits = new RequestLimits(services.config.requestsPerMinute)
  scope.addHook('onRequest', async (request, reply) => {
    await limits.ofAddress(request.ip)
    request.found = await access.authenticate(request, reply)
    if (request.found) await limits.ofCaller(request.found.actor)
    request.permitAgain = async () => permit(request.routeOptions.config, await access.authenticate(request, reply))
  })
  if (repeatable) heedRequestKeys(scope, services)
  recordDeeds(scope, services, access)
  if (repeatable) keepAnswers(scope, services)
  scope.addHook('onRequest', async request => permit(request.routeOptions.config, request.found))
}

function decorateRequests(app: App): void {
  app.decorateRequest('found', undefined)
  app.decorateRequest('permitAgain', async () => {})
  app.decorateRequest('principal', {
    getter() {
      if (!this.found) throw new VouchError('unauthenticated', 'Sign in first.')
      return this.found
    },
  })
  app.decorateRequest('orgId', {
    getter() {
      const { organisation } = this.principal
      if (!organisation) throw new VouchError('forbidden', 'You belong to no organisation yet.')
      return organisation.id
    },
  })
  app.decorateRequest('actor', {
    getter() {
      return this.principal.actor
    },
  })
}
