import multipart from '@fastify/multipart'
import { z } from 'zod'
import { resourceSchema } from '../../../verifier/records/resource.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { App, Routes } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import {
  documentSchema,
  documentsPage,
  documentsQuery,
  recordsPage,
  recordsQuery,
  snapshotDetailSchema,
  snapshotsPage,
  snapshotsQuery,
} from './contract.ts'
import { fileDocument } from './documents.ts'
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
const documentLimit = 100 * 1024 * 1024

const documentFields = z.object({
  control_id: z.string().min(1).max(100),
  title: z.string().trim().min(1).max(200),
  covers_from: z.iso.date(),
  covers_to: z.iso.date(),
  fresh_for_days: z.coerce.number().int().min(1).max(3660),
})

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

type DocumentRow = Awaited<ReturnType<ReturnType<typeof selectDocuments>['execute']>>[number]

function presentDocument(row: DocumentRow, now: Date): z.infer<typeof documentSchema> {
  return {
    id: row.id,
    control_id: row.control_id,
    title: row.title,
    file_name: row.file_name,
    media_type: row.media_type,
    content: row.content,
    bytes: row.bytes,
    covers_from: row.covers_from,
    covers_to: row.covers_to,
    fresh_for_days: row.fresh_for_days,
    fresh: now.getTime() - row.collected_at.getTime() <= row.fresh_for_days * 86_400_000,
    collected_at: row.collected_at.toISOString(),
    ledger_entry_id: row.ledger_entry_id,
  }
}

/** Snapshots down to the raw record, and filed documents. */
export function evidenceRoutes(uses: SnapshotUses): Routes {
  return (app, services) => register(app, services, uses)
}

function register(app: App, services: Services, uses: SnapshotUses): void {
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
          })),
          manifest: z.json().parse(row.manifest),
          previous: previous
            ? {
                id: previous.id,
                collected_at: previous.collected_at.toISOString(),
                same: previous.content === row.content,
              }
            : null,
          used_by: (await uses.of(tx, row.id)).map(use => ({
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
          items: page.rows.map(row => presentDocument(row, clock.now())),
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
  app.register(async scope => {
    await scope.register(multipart, { limits: { files: 1, fileSize: documentLimit, fields: 10, fieldSize: 2_000 } })
    scope.post(
      '/evidence/documents',
      {
        config: { access: 'evidence.add' },
        schema: {
          operationId: 'addDocument',
          summary: 'File a document as evidence for a control (multipart: the fields, then `file`)',
          tags,
          consumes: ['multipart/form-data'],
          response: { 201: documentSchema },
        },
      },
      async (request, reply) => {
        if (!request.isMultipart())
          throw new VouchError(
            'unsupported_media_type',
            'Send the document as multipart/form-data: the fields, then the file.',
          )
        const file = await request.file()
        if (!file) throw new VouchError('invalid_input', 'Add a file, in the part named "file".')
        const values = Object.fromEntries(
          Object.entries(file.fields).flatMap(([name, part]) => (part && 'value' in part ? [[name, part.value]] : [])),
        )
        const fields = documentFields.safeParse(values)
        if (!fields.success) {
          const problems = fields.error.issues.map(issue => ({ path: issue.path.join('.'), message: issue.message }))
          throw new VouchError(
            'invalid_input',
            `Put these fields before the file: ${problems.map(problem => `${problem.path}: ${problem.message}`).join('; ')}`,
            { fields: problems },
          )
        }
        const { control_id, title, covers_from, covers_to, fresh_for_days } = fields.data
        if (covers_to < covers_from)
          throw new VouchError('invalid_input', 'covers_to must not be before covers_from.', {
            fields: [{ path: 'covers_to', message: 'is before covers_from' }],
          })
        const id = await fileDocument(
          services,
          request.orgId,
          {
            controlId: control_id,
            title,
            fileName: file.filename.slice(0, 200),
            mediaType: file.mimetype.slice(0, 100),
            coversFrom: covers_from,
            coversTo: covers_to,
            freshForDays: fresh_for_days,
            content: untruncated(file.file),
          },
          request.actor,
        )
        const row = await database.tenant(request.orgId, clock, tx =>
          selectDocuments(tx).where('id', '=', id).executeTakeFirstOrThrow(),
        )
        return reply.code(201).send(presentDocument(row, clock.now()))
      },
    )
  })
}

/** Passes an upload on and fails at its end when it was cut at the size limit, so that a part is never kept as the whole. */
async function* untruncated(file: AsyncIterable<Uint8Array> & { truncated: boolean }): AsyncGenerator<Uint8Array> {
  yield* file
  if (file.truncated)
    throw new VouchError('too_large', `A document may have at most ${documentLimit / 1024 / 1024} MiB.`)
}
