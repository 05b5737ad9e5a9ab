import { Readable } from 'node:stream'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { TenantTx } from '../../../platform/db/database.ts'
import { VouchError } from '../../../platform/errors/errors.ts'
import type { App, Routes } from '../../../platform/http/app.ts'
import { answeredBefore, answerWith, keptOrHashed } from '../../../platform/http/request-keys.ts'
import type { Services } from '../../../platform/services.ts'
import { pushQuery, runSchema } from '../contract.ts'
import { presentRuns } from '../read-connections.ts'
import { readRun } from '../store.ts'
import { pushRecords } from './push-records.ts'

const mediaType = 'application/x-ndjson'

/** Records from outside. `onPublished` runs in the publishing transaction: higher features hear of new snapshots there. */
export function pushRoutes(onPublished: (tx: TenantTx) => Promise<void>): Routes {
  return (app, services) => register(app, services, onPublished)
}

function register(app: App, services: Services, onPublished: (tx: TenantTx) => Promise<void>): void {
  app.register(async scope => {
    // Read by the operation as it comes, so that memory does not grow with it.
    scope.addContentTypeParser([mediaType, 'application/jsonl'], (_request, payload, done) => done(null, payload))
    scope.addContentTypeParser('*', (_request, _payload, done) => done(wrongType()))
    scope.withTypeProvider<ZodTypeProvider>().post(
      '/connections/:id/snapshots',
      {
        config: { access: 'connections.push', streamed: true },
        schema: {
          operationId: 'pushRecords',
          summary: 'Push records to a connection as JSON Lines: one run with one snapshot, all of it or none',
          tags: ['connections'],
          params: z.object({ id: z.uuid() }),
          querystring: pushQuery,
          consumes: [mediaType],
          response: { 201: runSchema },
        },
      },
      async (request, reply) => {
        const body: unknown = request.body
        if (!(body instanceof Readable) || (request.headers['content-encoding'] ?? 'identity') !== 'identity')
          throw wrongType()
        const { resource, complete, reason, total, source_clock } = request.query
        if (complete === 'false' && reason === undefined)
          throw new VouchError('invalid_input', 'Say in `reason` why these are not all records.', {
            fields: [{ path: 'reason', message: 'is needed with complete=false' }],
          })
        if (request.keyed?.earlier) {
          const { id } = await keptOrHashed(request, body, async () => ({ id: '', bytes: 0 }))
          const before = answeredBefore(request, reply, id)
          if (before) return before
        }
        const push = {
          connectionId: request.params.id,
          resource,
          actor: request.actor,
          body,
          incompleteReason: complete === 'false' ? (reason ?? null) : null,
          total: total ?? null,
          sourceClock: source_clock ?? null,
        }
        const run = await pushRecords(services, request.orgId, push, {
          onRead: ({ sha256 }) => void answeredBefore(request, reply, sha256),
          onPublished: async (tx, runId) => {
            await onPublished(tx)
            const [published] = await presentRuns(tx, await readRun(tx, runId))
            if (!published) throw new Error('a run that was just published is not there')
            await answerWith(services, tx, request, 201, published)
            return published
          },
        })
        return reply.code(201).send(run)
      },
    )
  })
}

function wrongType(): VouchError {
  return new VouchError(
    'unsupported_media_type',
    `Send JSON Lines, uncompressed, with the header content-type: ${mediaType}.`,
  )
}
