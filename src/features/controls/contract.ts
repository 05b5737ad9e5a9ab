import { z } from 'zod'
import { resultStatuses } from '../../../verifier/checks/check.ts'
import { controlStatuses } from '../../../verifier/rules/status.ts'

export const controlSummarySchema = z
  .object({
    id: z.string(),
    code: z.string(),
    title: z.string(),
    description: z.string(),
    domain: z.string().meta({ description: 'The three letters of the code.' }),
    kind: z.string(),
    nature: z.string(),
    frequency: z.string(),
    owner_role: z.string(),
    criteria: z.array(z.string()),
    implemented: z.boolean(),
    not_applicable_reason: z.string().nullable(),
    owner: z.string().nullable(),
    status: z.enum(controlStatuses),
    reasons: z.array(z.string()),
    checks: z.array(z.object({ id: z.string(), outcome: z.enum(resultStatuses).nullable() })),
    documents: z.int(),
  })
  .meta({ id: 'ControlSummary' })

export const controlSchema = controlSummarySchema
  .extend({
    how: z.string(),
    evidence: z.array(z.object({ id: z.string(), kind: z.string(), title: z.string(), freshness_days: z.int() })),
    test_procedures: z.array(z.string()),
    policies: z.array(z.string()),
    checks_detail: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        severity: z.string(),
        outcome: z.enum(resultStatuses).nullable(),
        outcome_reason: z.string().nullable(),
        failed: z.int(),
        as_of: z.iso.datetime().nullable(),
      }),
    ),
    history: z
      .array(z.object({ time: z.iso.datetime(), status: z.enum(controlStatuses) }))
      .meta({ description: 'The status after each batch of checks, oldest first.' }),
  })
  .meta({ id: 'Control' })

export const controlChange = z
  .object({
    implemented: z.boolean().optional(),
    not_applicable_reason: z.string().min(3).max(1_000).nullable().optional(),
    owner: z.string().min(1).max(200).nullable().optional(),
  })
  .refine(change => Object.keys(change).length > 0, 'Say what is to change.')
