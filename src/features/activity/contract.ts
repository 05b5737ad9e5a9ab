import { z } from 'zod'
import { listQuery, pageOf } from '../../platform/http/paging.ts'

export const outcomes = ['done', 'refused', 'failed'] as const

export const activityEntrySchema = z
  .object({
    id: z.int(),
    time: z.iso.datetime(),
    actor: z.string().meta({ description: '`user:<id>`, `operator`, `system` or `anonymous`.' }),
    actor_name: z.string().nullable().meta({ description: 'The name that the user has now.' }),
    operation: z.string().meta({ description: "The API's operationId, a kind of job, or a command." }),
    outcome: z.enum(outcomes),
    subject_kind: z.string(),
    subject: z.string().meta({ description: 'The id of the record; empty when it was about none.' }),
    address: z.string().nullable(),
    agent: z.string().nullable(),
    session: z.string().nullable(),
    changes: z.int().meta({ description: 'How many rows it changed.' }),
    ledger_entry_id: z.int(),
  })
  .meta({ id: 'ActivityEntry' })

export const activityChangeSchema = z
  .object({
    table: z.string(),
    subject: z.string(),
    verb: z.enum(['insert', 'update', 'delete']),
    before: z.record(z.string(), z.json()).nullable(),
    after: z.record(z.string(), z.json()).nullable(),
  })
  .meta({ id: 'ActivityChange' })

export const activityDetailSchema = activityEntrySchema
  .extend({
    changed: z.array(activityChangeSchema),
    proof: z.object({
      state: z.enum(['holds', 'waiting', 'altered']).meta({
        description:
          '`holds`: entry and changes are what their leaf commits to, and the leaf has its place in the tree. `waiting`: it has none yet. `altered`: they are not.',
      }),
      index: z.int().nullable().meta({ description: 'The place of its leaf in the tree.' }),
      digest: z.string(),
    }),
  })
  .meta({ id: 'ActivityDetail' })

const filters = {
  actor: z.string().max(100).optional(),
  operation: z.string().max(100).optional(),
  outcome: z.enum(outcomes).optional(),
  subject: z.string().max(300).optional().meta({ description: 'What it was about, or what it changed.' }),
  subject_kind: z.string().max(100).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional().meta({ description: 'Up to and not including.' }),
}

export const activityQuery = listQuery(['id', 'time'], '-id').extend(filters)
export const activityPage = pageOf(activityEntrySchema)
export const exportQuery = z.object({
  ...filters,
  q: z.string().max(200).optional(),
  format: z.enum(['csv', 'jsonl']).default('csv'),
})

export const streamQuery = z.object({
  after: z.coerce
    .number()
    .int()
    .min(-1)
    .default(-1)
    .meta({ description: "The `x-next-cursor` of the answer before; -1 for the log's beginning." }),
  limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(60)
    .default(0)
    .meta({ description: 'How many seconds to wait for the next entry when there is none.' }),
})
