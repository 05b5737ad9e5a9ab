import { z } from 'zod'
import { resultStatuses, severities } from '../../../verifier/checks/check.ts'
import { listQuery, pageOf } from '../../platform/http/paging.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const parameterValue = z.union([z.string(), z.number(), z.boolean()])
export const outcomeSchema = z.enum(resultStatuses)
const counts = { passed: z.int(), failed: z.int(), unknown: z.int(), not_applicable: z.int() }

/** One execution of one check: what went in, what came out. */
export const checkRunSchema = z
  .object({
    batch_id: z.uuid(),
    check_id: z.string(),
    version: sha256,
    as_of: z.iso.datetime(),
    outcome: outcomeSchema,
    outcome_reason: z.string(),
    ...counts,
    parameters: z.record(z.string(), parameterValue),
    inputs: z.array(
      z.object({
        resource: z.string(),
        connection: z.string(),
        snapshot_id: z.uuid(),
        content: sha256,
        records: z.int(),
        complete: z.boolean(),
      }),
    ),
    results: sha256.nullable(),
    error: z.string().nullable(),
    duration_ms: z.number(),
    ledger_entry_id: z.int(),
  })
  .meta({ id: 'CheckRun' })

export const checkSummarySchema = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    subject: z.string(),
    source: z.string().meta({ description: 'The part of the id before the point: git, postgres, host, people.' }),
    severity: z.enum(severities),
    controls: z.array(z.string()),
    enabled: z.boolean(),
    edited: z.boolean().meta({ description: 'Differs from the check that came with this version of Vouch.' }),
    own: z.boolean().meta({ description: 'Written by the organisation: no version of Vouch ships it.' }),
    version: sha256,
    latest: z
      .object({ as_of: z.iso.datetime(), outcome: outcomeSchema, outcome_reason: z.string(), ...counts })
      .nullable(),
    history: z
      .array(z.object({ as_of: z.iso.datetime(), outcome: outcomeSchema }))
      .meta({ description: 'Up to 60 runs, oldest first: the history strip.' }),
    open_findings: z.int(),
  })
  .meta({ id: 'CheckSummary' })

const tableSchema = z.object({
  table: z.string(),
  resource: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), description: z.string() })),
})

export const checkSchema = checkSummarySchema
  .extend({
    sql: z.string(),
    resources: z.array(z.string()),
    optional_resources: z.array(z.string()),
    parameters: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        description: z.string(),
        default: parameterValue,
        value: parameterValue,
      }),
    ),
    remediation: z.string(),
    fresh_for_hours: z.int(),
    latest_run: checkRunSchema.nullable(),
    tables: z.array(tableSchema),
  })
  .meta({ id: 'Check' })

const sql = z.string().trim().min(1, 'Write the query.').max(50_000)
const sentence = (what: string) => z.string().trim().min(1, `Say ${what}.`).max(2_000)
const names = (what: string) =>
  z
    .array(z.string().max(200))
    .min(1, `Choose ${what}.`)
    .max(20)
    .refine(list => new Set(list).size === list.length, 'Each only once.')
const resources = names('what it looks at')

/** What an organisation says of a check of its own; what each means is in `checkMetadataSchema`. */
export const checkDetails = z.object({
  title: z.string().trim().min(1, 'Name it.').max(200),
  description: sentence('what it looks for'),
  subject: z.string().trim().min(1, 'Say what one subject is.').max(60),
  controls: names('a control that it supports'),
  severity: z.enum(severities),
  fresh_for_hours: z.int().min(1).max(8_760),
  remediation: sentence('what to do when it fails'),
})
export const newCheck = checkDetails.extend({ resources, sql })

/** A resource that checks can look at, as the table that they read. */
export const checkTables = z.object({
  items: z.array(
    tableSchema.extend({
      title: z.string(),
      records: z.int().nullable().meta({ description: 'In the newest snapshots; null when none was collected yet.' }),
    }),
  ),
})

export const checkChange = z
  .object({
    enabled: z.boolean().optional(),
    sql: sql.optional(),
    parameters: z.record(z.string(), parameterValue).optional(),
    details: checkDetails.partial().optional().meta({ description: 'Only of a check of one’s own.' }),
  })
  .refine(change => Object.keys(change).length > 0, 'Say what is to change.')

export const resultSchema = z
  .object({
    subject_id: z.string(),
    status: outcomeSchema,
    reason: z.string(),
    columns: z.record(z.string(), z.json()),
    excepted: z.boolean(),
  })
  .meta({ id: 'CheckResult' })
export const resultsQuery = listQuery(['subject_id', 'status'], 'subject_id').extend({
  status: outcomeSchema.optional(),
})
export const resultsPage = pageOf(resultSchema)

export const previewRequest = z.object({ sql, parameters: z.record(z.string(), parameterValue).optional() })
export const newPreviewRequest = z.object({ resources, sql })
export const previewSchema = z
  .object({
    ok: z.boolean(),
    error: z.string().nullable(),
    ...counts,
    rows: z
      .array(
        z.object({
          subject_id: z.string(),
          status: outcomeSchema,
          reason: z.string(),
          columns: z.record(z.string(), z.json()),
        }),
      )
      .meta({ description: 'The first 200.' }),
    duration_ms: z.number(),
  })
  .meta({ id: 'CheckPreview' })

export const findingSchema = z
  .object({
    id: z.uuid(),
    check_id: z.string(),
    check_title: z.string(),
    severity: z.enum(severities),
    subject_id: z.string(),
    reason: z.string(),
    state: z.enum(['open', 'excepted', 'resolved']),
    opened_at: z.iso.datetime(),
    last_failed_at: z.iso.datetime(),
    resolved_at: z.iso.datetime().nullable(),
    exception: z
      .object({
        id: z.uuid(),
        reason: z.string(),
        approver: z.string(),
        granted_at: z.iso.datetime(),
        expires_at: z.iso.datetime(),
      })
      .nullable(),
  })
  .meta({ id: 'Finding' })
export const findingsQuery = listQuery(['opened_at', 'check_id'], '-opened_at').extend({
  state: z.enum(['open', 'excepted', 'resolved']).optional(),
  check_id: z.string().max(200).optional(),
})
export const findingsPage = pageOf(findingSchema)

export const exceptionInput = z.object({
  check_id: z.string().max(200),
  subject_id: z.string().max(1_000),
  reason: z.string().trim().min(3).max(2_000),
  approver: z.string().trim().min(1).max(200),
  expires_at: z.iso.datetime(),
})
export const exceptionSchema = exceptionInput
  .extend({ id: z.uuid(), granted_at: z.iso.datetime(), revoked_at: z.iso.datetime().nullable() })
  .meta({ id: 'Exception' })
export const checkList = z.object({ items: z.array(checkSummarySchema) })
export const startedJob = z.object({ job_id: z.uuid() })
