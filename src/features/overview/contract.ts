import { z } from 'zod'
import { controlStatuses } from '../../../verifier/rules/status.ts'

const status = z.enum(controlStatuses)
const statusCounts = z.record(status, z.int())

export const overviewSchema = z
  .object({
    organisation: z.object({ name: z.string(), is_sample: z.boolean() }),
    as_of: z.iso.datetime(),
    controls: statusCounts.meta({ description: 'How many controls have each status.' }),
    criteria: z
      .array(
        z.object({
          id: z.string(),
          series: z.string(),
          category: z.string(),
          title: z.string(),
          status,
          reasons: z.array(z.string()),
        }),
      )
      .meta({ description: 'The heat map.' }),
    trend: z
      .array(z.object({ time: z.iso.datetime(), controls: statusCounts }))
      .meta({ description: 'After each batch of checks, oldest first.' }),
    changes: z
      .array(
        z.object({
          time: z.iso.datetime(),
          kind: z.string(),
          subject: z.string(),
          sentence: z.string(),
          href: z.string().nullable(),
        }),
      )
      .meta({ description: 'What changed lately, newest first.' }),
    next: z
      .array(z.object({ title: z.string(), detail: z.string(), href: z.string(), weight: z.int() }))
      .meta({ description: 'What to do next, the most worthwhile first.' }),
    findings: z.object({ open: z.int(), critical: z.int(), high: z.int(), excepted: z.int() }),
    ledger: z.object({ size: z.int(), waiting: z.int(), last_checkpoint_at: z.iso.datetime().nullable() }),
    monitoring: z
      .object({ days: z.int(), share: z.number().nullable(), gaps: z.int(), open: z.int(), unexplained: z.int() })
      .meta({ description: 'Of the last days: the share of the scheduled time that was covered, and the gaps.' }),
    sources: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        kind: z.string(),
        state: z.string(),
        last_success_at: z.iso.datetime().nullable(),
      }),
    ),
  })
  .meta({ id: 'Overview' })
