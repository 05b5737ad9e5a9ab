import { z } from 'zod'
import { VouchError } from '../../platform/errors/errors.ts'
import type { App } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import {
  consistencyQuery,
  entriesPage,
  entriesQuery,
  entryDetailSchema,
  inclusionQuery,
  ledgerSchema,
  proofSchema,
} from './contract.ts'
import {
  consistencyProof,
  inclusionProof,
  presentCheckpoint,
  presentEntry,
  readEntry,
  serveTile,
} from './read-ledger.ts'
import { stampIsLate } from './stamp-checkpoints.ts'
import {
  countQueued,
  latestCheckpoint,
  listCheckpoints,
  listCosignatures,
  listKeys,
  listTimestamps,
  pageOfEntries,
  readLog,
} from './store.ts'

const shownCheckpoints = 50

/** The ledger over HTTP: what it holds, as C2SP tlog-tiles for any client, and proofs. */
export function ledgerRoutes(app: App, services: Services): void {
  const { database, clock, config } = services
  const tags = ['ledger']
  app.get(
    '/ledger',
    {
      config: { access: 'ledger.read' },
      schema: {
        operationId: 'getLedger',
        summary: 'The log, its keys and newest checkpoints',
        tags,
        response: { 200: ledgerSchema },
      },
    },
    request =>
      database.tenantSnapshot(request.orgId, clock, async tx => {
        const [log, keys, checkpoints] = [
          await readLog(tx),
          await listKeys(tx),
          await listCheckpoints(tx, shownCheckpoints),
        ]
        const [timestamps, cosignatures] = [await listTimestamps(tx), await listCosignatures(tx)]
        const shown = checkpoints.map(row => presentCheckpoint(row, timestamps, cosignatures))
        return {
          origin: log?.origin ?? '',
          keys: keys.map(key => ({
            vkey: key.vkey,
            from_size: key.from_size,
            created_at: key.created_at.toISOString(),
          })),
          waiting: await countQueued(tx),
          latest: shown[0] ?? null,
          checkpoints: shown,
          stamping: { authority: config.tsaUrl ?? null, late: config.tsaUrl !== undefined && (await stampIsLate(tx)) },
          witness: { name: config.witness?.key.split('+')[0] ?? null },
        }
      }),
  )
  app.get(
    '/ledger/checkpoint',
    {
      config: { access: 'ledger.read' },
      schema: {
        operationId: 'getCheckpoint',
        summary: 'The newest checkpoint (C2SP tlog-checkpoint)',
        tags,
        produces: ['text/plain'],
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const checkpoint = await database.tenant(request.orgId, clock, latestCheckpoint)
      if (!checkpoint) throw new VouchError('not_found', 'Nothing was logged yet.')
      return reply.type('text/plain; charset=utf-8').send(checkpoint.note)
    },
  )
  app.get(
    '/ledger/tile/*',
    {
      config: { access: 'ledger.read' },
      schema: {
        operationId: 'getTile',
        summary: 'A tile or entry bundle (C2SP tlog-tiles)',
        tags,
        params: z.object({ '*': z.string().max(200) }),
        produces: ['application/octet-stream'],
        response: { 200: z.any() },
      },
    },
    async (request, reply) => {
      const path = `tile/${request.params['*']}`
      const bytes = await database.tenant(request.orgId, clock, tx => serveTile(tx, path))
      // A tile of a given width never changes.
      return reply
        .type('application/octet-stream')
        .header('cache-control', 'private, max-age=31536000, immutable')
        .send(Buffer.from(bytes))
    },
  )
  app.get(
    '/ledger/proof/inclusion',
    {
      config: { access: 'ledger.read' },
      schema: {
        operationId: 'getInclusionProof',
        summary: 'That a leaf is in the tree',
        tags,
        querystring: inclusionQuery,
        response: { 200: proofSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => ({
        hashes: await inclusionProof(tx, request.query.index, request.query.size),
      })),
  )
  app.get(
    '/ledger/proof/consistency',
    {
      config: { access: 'ledger.read' },
      schema: {
        operationId: 'getConsistencyProof',
        summary: 'That a tree only grew',
        tags,
        querystring: consistencyQuery,
        response: { 200: proofSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => ({
        hashes: await consistencyProof(tx, request.query.from, request.query.to),
      })),
  )
  app.get(
    '/ledger/entries',
    {
      config: { access: 'ledger.read' },
      schema: {
        operationId: 'listEntries',
        summary: 'Entries of the log',
        tags,
        querystring: entriesQuery,
        response: { 200: entriesPage },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const page = await pageOfEntries(tx, request.query)
        return { items: page.rows.map(presentEntry), next_cursor: page.next_cursor, total: page.total }
      }),
  )
  app.get(
    '/ledger/entries/:id',
    {
      config: { access: 'ledger.read' },
      schema: {
        operationId: 'getEntry',
        summary: 'One entry, what it commits to, and its proof',
        tags,
        params: z.object({ id: z.coerce.number().int().min(1) }),
        response: { 200: entryDetailSchema },
      },
    },
    request => database.tenant(request.orgId, clock, tx => readEntry(tx, request.params.id)),
  )
}
