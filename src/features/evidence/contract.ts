import { z } from 'zod'
import { columnTypes } from '../../../verifier/records/resource.ts'
import { listQuery, pageOf } from '../../platform/http/paging.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const snapshotSchema = z
  .object({
    id: z.uuid(),
    connection_id: z.uuid(),
    connection_name: z.string(),
    connection_kind: z.string(),
    run_id: z.uuid(),
    resource: z.string().meta({ description: 'Such as `git.commit`.' }),
    content: sha256.meta({ description: 'SHA-256 of the canonical JSON Lines.' }),
    records: z.int(),
    bytes: z.int(),
    complete: z.boolean(),
    incomplete_reason: z.string().nullable(),
    source_total: z.int().nullable().meta({ description: "The source's own count, when it gives one." }),
    collected_at: z.iso.datetime(),
    ledger_entry_id: z.int(),
    ledger_index: z.int().nullable(),
  })
  .meta({ id: 'Snapshot' })

export const columnSchema = z.object({
  name: z.string(),
  type: z.enum(columnTypes),
  description: z.string(),
  personal: z.string().nullable(),
  aliased: z.boolean().meta({ description: 'Stored as aliases of its values.' }),
})

export const snapshotDetailSchema = snapshotSchema
  .extend({
    title: z.string(),
    description: z.string(),
    key: z.array(z.string()),
    columns: z.array(columnSchema),
    manifest: z
      .json()
      .meta({ description: 'What was asked of the source, with which parameters, and what it answered.' }),
    previous: z
      .object({ id: z.uuid(), collected_at: z.iso.datetime(), same: z.boolean() })
      .nullable()
      .meta({ description: 'The snapshot before it of the same resource and connection.' }),
    used_by: z.array(
      z.object({ check_id: z.string(), title: z.string(), as_of: z.iso.datetime(), outcome: z.string() }),
    ),
  })
  .meta({ id: 'SnapshotDetail' })

export const snapshotsQuery = listQuery(['collected_at', 'records', 'resource'], '-collected_at').extend({
  resource: z.string().max(100).optional(),
  connection_id: z.uuid().optional(),
})
export const snapshotsPage = pageOf(snapshotSchema)

export const recordSchema = z
  .object({
    line: z.int().meta({ description: 'Its line in the snapshot, from 1.' }),
    sha256,
    record: z.record(z.string(), z.json()),
  })
  .meta({ id: 'RawRecord' })

export const recordsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).default(0),
  q: z.string().max(200).optional().meta({ description: 'Records whose JSON contains these words, in any case.' }),
})
export const recordsPage = z.object({ items: z.array(recordSchema), total: z.int() })

export const documentSchema = z
  .object({
    id: z.uuid(),
    control_id: z.string(),
    title: z.string(),
    file_name: z.string(),
    media_type: z.string(),
    content: sha256,
    bytes: z.int(),
    covers_from: z.iso.date(),
    covers_to: z.iso.date(),
    fresh_for_days: z.int(),
    fresh: z.boolean(),
    source_url: z.string().nullable().meta({ description: 'Where it came from, when whoever filed it said so.' }),
    filed_by: z.object({ actor: z.string(), name: z.string().nullable() }),
    collected_at: z.iso.datetime(),
    ledger_entry_id: z.int(),
  })
  .meta({ id: 'Document' })
/** The fields of the form that files a document; the file follows them. */
export const documentFields = z.object({
  control_id: z.string().min(1).max(100),
  title: z.string().trim().min(1).max(200),
  covers_from: z.iso.date(),
  covers_to: z.iso.date(),
  fresh_for_days: z.coerce.number().int().min(1).max(3660),
  source_url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(2_000)
    .optional(),
})
export const documentsQuery = listQuery(['collected_at', 'title'], '-collected_at').extend({
  control_id: z.string().max(100).optional(),
})
export const documentsPage = pageOf(documentSchema)
