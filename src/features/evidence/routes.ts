import { z } from 'zod'
import { resourceSchema } from '../../../verifier/records/resource.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { App, Routes } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { addDocumentRoute } from './add-document.ts'
import {
  documentsPage,
  documentsQuery,
  recordsPage,
  recordsQuery,
  snapshotDetailSchema,
  snapshotsPage,
  snapshotsQuery,
} from './contract.ts'
import type { HasControl } from './documents.ts'
import { type NamesOfActors, presentDocuments } from './present-document.ts'
import { readRecords } from './read-records.ts'
import type { SnapshotUses } from './snapshots.ts'
import {
  pageOfDocuments,
  pageOfSnapshots,
  previousSnapshot,
  readSnapshot,
  selectDocuments,
  type selectSnapshots,
} from './store.ts'

const params = z.object({ id: z.uuid() })
type SnapshotRow = Awaited<ReturnType<ReturnType<typeof selectSnapshots>['execute']>>[number]

function presentSnapshot(row: SnapshotRow) {
  return { ...pick(row), collected_at: row.collected_at.toISOString() }
}

function pick(row: SnapshotRow) {
  const { id, connection_id, connection_name, connection_kind, run_id, resource, content, records, bytes, complete } =
    row
  const { incomplete_reason, source_total, ledger_entry_id, ledger_index } = row
  return {
    id,
    connection_id,
    connection_name,
    connection_kind,
    run_id,
    resource,
    content,
    records,
    bytes,
    complete,
    incomplete_reason,
    source_total,
    ledger_entry_id,
    ledger_index,
  }
}

/** Snapshots down to the raw record, and filed documents. */
export function evidenceRoutes(from: FromAbove): Routes {
  return (app, services) => register(app, services, from)
}

/** What evidence is told from above, by the features that know: `entry/` hands it in. */
export interface FromAbove {
  readonly uses: SnapshotUses
  readonly hasControl: HasControl
  readonly namesOf: NamesOfActors
}

function register(app: App, services: Services, from: FromAbove): void {
  const { database, clock, objects } = services
  const tags = ['evidence']
  const read = { access: 'evidence.read' }
  const sensitive = { ...read, sensitive: true }
  const contentOf = async (orgId: string, id: string) => {
    const row = await database.tenant(orgId, clock, tx => readSnapshot(tx, id))
    if (!row) throw new VouchError('not_found', 'There is no such snapshot.')
    return row
  }
  app.get(
    '/evidence/snapshots',
    {
      config: read,
      schema: {
        operationId: 'listSnapshots',
        summary: 'Snapshots of the sources',
        tags,
        querystring: snapshotsQuery,
        response: { 200: snapshotsPage },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const page = await pageOfSnapshots(tx, request.query)
        return { items: page.rows.map(presentSnapshot), next_cursor: page.next_cursor, total: page.total }
      }),
  )
  app.get(
    '/evidence/snapshots/:id',
    {
      config: read,
      schema: {
        operationId: 'getSnapshot',
        summary: 'One snapshot: where it came from and what used it',
        tags,
        params,
        response: { 200: snapshotDetailSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const row = await readSnapshot(tx, request.params.id)
        if (!row) throw new VouchError('not_found', 'There is no such snapshot.')
        const declaration = resourceSchema.parse(row.declaration)
        const previous = await previousSnapshot(tx, row)
        return {
          ...presentSnapshot(row),
          title: declaration.title,
          description: declaration.description,
          key: declaration.key,
          columns: Object.entries(declaration.columns).map(([name, column]) => ({
            name,
            type: column.type,
            description: column.description,
            personal: column.personal ?? null,
            aliased: column.aliased ?? false,
          })),
          manifest: z.json().parse(row.manifest),
          previous: previous
            ? {
                id: previous.id,
                collected_at: previous.collected_at.toISOString(),
                same: previous.content === row.content,
              }
            : null,
          used_by: (await from.uses.of(tx, row.id)).map(use => ({
            check_id: use.check_id,
            title: use.title,
            as_of: use.as_of.toISOString(),
            outcome: use.outcome,
          })),
        }
      }),
  )
  app.get(
    '/evidence/snapshots/:id/records',
    {
      config: sensitive,
      schema: {
        operationId: 'listRecords',
        summary: 'Raw records of a snapshot',
        tags,
        params,
        querystring: recordsQuery,
        response: { 200: recordsPage },
      },
    },
    async request => {
      const row = await contentOf(request.orgId, request.params.id)
      const { items, total } = await readRecords(objects, row.content, request.query)
      return {
        items: items.map(item => ({ ...item, record: z.record(z.string(), z.json()).parse(item.record) })),
        total,
      }
    },
  )
  app.get(
    '/evidence/snapshots/:id/content',
    {
      config: sensitive,
      schema: {
        operationId: 'downloadSnapshot',
        summary: 'A snapshot as canonical JSON Lines',
        tags,
        params,
        produces: ['application/x-ndjson'],
        response: { 200: z.any() },
      },
    },
    async (request, reply) => {
      const row = await contentOf(request.orgId, request.params.id)
      const name = `${row.resource}-${row.collected_at.toISOString().slice(0, 10)}.jsonl`
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(await objects.get(row.content))
    },
  )
  app.get(
    '/evidence/documents',
    {
      config: read,
      schema: {
        operationId: 'listDocuments',
        summary: 'Documents filed as evidence',
        tags,
        querystring: documentsQuery,
        response: { 200: documentsPage },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const page = await pageOfDocuments(tx, request.query)
        return {
          items: await presentDocuments(tx, page.rows, from.namesOf),
          next_cursor: page.next_cursor,
          total: page.total,
        }
      }),
  )
  app.get(
    '/evidence/documents/:id/content',
    {
      config: sensitive,
      schema: {
        operationId: 'downloadDocument',
        summary: 'A filed document',
        tags,
        params,
        produces: ['application/octet-stream'],
        response: { 200: z.any() },
      },
    },
    async (request, reply) => {
      const row = await database.tenant(request.orgId, clock, tx =>
        selectDocuments(tx).where('id', '=', request.params.id).executeTakeFirst(),
      )
      if (!row) throw new VouchError('not_found', 'There is no such document.')
      // Always a download of opaque bytes: what a person uploaded is never shown as a page of ours.
      const name = encodeURIComponent(row.file_name)
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
        .send(await objects.get(row.content))
    },
  )
  addDocumentRoute(app, services, from.hasControl, from.namesOf)
}
