import { z } from 'zod'
import { coverageStates, gapStates } from '../../../verifier/rules/coverage.ts'
import { listQuery, pageOf } from '../../platform/http/paging.ts'
import { jobStates } from '../../platform/jobs/job.ts'

/** A kind of source that can be added, and the form for it. */
export const connectorSchema = z
  .object({
    kind: z.string(),
    title: z.string(),
    description: z.string(),
    privileges: z.string(),
    settings: z
      .record(z.string(), z.json())
      .meta({ description: 'JSON Schema of the settings; makes the guided form.' }),
    secrets: z.array(z.string()),
    pushed: z.boolean().meta({ description: 'Its records are sent to Vouch, which does not collect them.' }),
    resources: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        description: z.string(),
        key: z.array(z.string()),
        columns: z.array(z.object({ name: z.string(), type: z.string(), description: z.string() })),
      }),
    ),
  })
  .meta({ id: 'Connector' })

export const runSchema = z
  .object({
    id: z.uuid(),
    connection_id: z.uuid(),
    job_id: z.uuid().nullable(),
    cause: z.enum(['schedule', 'demand', 'sample', 'push']),
    pushed_by: z
      .object({ actor: z.string(), name: z.string().nullable() })
      .nullable()
      .meta({ description: 'Who sent the records, when they were pushed.' }),
    state: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
    started_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
    records: z.int(),
    error: z.string().nullable(),
    snapshots: z.array(
      z.object({
        id: z.uuid(),
        resource: z.string(),
        records: z.int(),
        complete: z.boolean(),
        incomplete_reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'CollectionRun' })

export const connectionSchema = z
  .object({
    id: z.uuid(),
    kind: z.string(),
    name: z.string(),
    settings: z.record(z.string(), z.json()).meta({ description: 'Without secrets.' }),
    secrets_set: z.array(z.string()),
    every_hours: z.int().nullable(),
    next_run_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    last_run: runSchema.nullable(),
    active_job: z.object({ id: z.uuid(), state: z.enum(jobStates) }).nullable(),
  })
  .meta({ id: 'Connection' })

export const connectionInput = z.object({
  kind: z.string().min(1).max(50),
  name: z.string().trim().min(1).max(100),
  settings: z
    .record(z.string(), z.json())
    .meta({ description: 'By the connector’s schema; secrets included here are moved to the vault.' }),
  every_hours: z.int().min(1).max(720).nullable().default(24),
})
export const connectionChange = z.object({
  name: z.string().trim().min(1).max(100).optional(),
  settings: z
    .record(z.string(), z.json())
    .optional()
    .meta({ description: 'A secret that is left out stays as it is.' }),
  every_hours: z.int().min(1).max(720).nullable().optional(),
})
export const connectionTest = z.object({
  kind: z.string(),
  settings: z.record(z.string(), z.json()),
  connection_id: z.uuid().optional(),
})
export const connectionTestResult = z.object({ ok: z.boolean(), message: z.string() })
export const connectionList = z.object({ items: z.array(connectionSchema) })
export const runsQuery = listQuery(['started_at'], '-started_at')
export const runsPage = pageOf(runSchema)
export const pushQuery = z.object({
  resource: z.string().max(100).meta({ description: 'What the records are, such as `hr.employee`.' }),
  total: z.coerce.number().int().min(0).optional().meta({ description: 'How many records the source counts itself.' }),
  complete: z
    .enum(['true', 'false'])
    .default('true')
    .meta({ description: 'Whether these are all records of the source. If not, checks over them are unknown.' }),
  reason: z.string().trim().min(1).max(500).optional().meta({ description: 'Why they are not all records.' }),
  source_clock: z.iso.datetime().optional().meta({ description: "The source's own clock when it was read." }),
})
export const startedJob = z.object({ job_id: z.uuid() })

export const gapSchema = z
  .object({
    state: z.enum(gapStates),
    since: z.iso.datetime().meta({ description: 'When it began: with its connection, the name of the gap.' }),
    from: z.iso.datetime().meta({ description: 'Where it begins within what was asked for.' }),
    to: z.iso.datetime(),
    open: z.boolean().meta({ description: 'Whether it still goes on at the end.' }),
    reason: z.string(),
    failures: z.int(),
    resources: z.array(z.string()).meta({ description: 'What was not to be had whole.' }),
    checks: z.array(z.string()).meta({ description: 'The checks that had no fresh records because of it.' }),
    explanations: z.array(z.object({ at: z.iso.datetime(), by: z.string(), text: z.string() })),
  })
  .meta({ id: 'MonitoringGap' })

export const coverageSchema = z
  .object({
    connection_id: z.uuid(),
    name: z.string(),
    kind: z.string(),
    in_use: z.boolean(),
    every_hours: z.int().nullable(),
    share: z.number().min(0).max(1).nullable().meta({ description: 'Of the scheduled time; null when none was.' }),
    milliseconds: z.record(z.enum(coverageStates), z.int()).meta({ description: 'In each state.' }),
    days: z
      .array(z.object({ day: z.iso.date(), state: z.enum(coverageStates), gap_milliseconds: z.int() }))
      .meta({ description: 'In UTC; each is as well as its worst moment.' }),
    gaps: z.array(gapSchema),
  })
  .meta({ id: 'Coverage' })

export const monitoringSchema = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    share: z.number().min(0).max(1).nullable(),
    connections: z.array(coverageSchema),
  })
  .meta({ id: 'Monitoring' })

export const monitoringQuery = z.object({
  days: z.coerce.number().int().min(1).max(1_100).default(90).meta({ description: 'How many days back, in UTC.' }),
})
export const explanationInput = z.object({
  since: z.iso.datetime().meta({ description: 'When the gap began.' }),
  text: z.string().trim().min(3).max(2_000),
  by: z.string().trim().min(1).max(200).meta({ description: 'Who says so.' }),
})
