import { z } from 'zod'
import { comparable, type Framework } from './framework.ts'
import { findRepeats, lineSchema, slugSchema } from './text.ts'

/** What a control does to a risk: keeps it from happening, notices that it has, or puts it right. */
export const controlKinds = ['preventive', 'detective', 'corrective'] as const

/** Who carries the control out: a system, people, or people with a system's help. */
export const controlNatures = ['automated', 'manual', 'hybrid'] as const

/**
 * How often the control operates. An auditor's sample size for a test of controls follows from it, so it states how often the control
 * runs, not how often Vouch looks.
 */
export const controlFrequencies = [
  'continuous',
  'daily',
  'weekly',
  'monthly',
  'quarterly',
  'annual',
  'per_event',
] as const

/** What can support a control: a check's results, a policy's approved version, a document or a completed task. */
export const evidenceKinds = ['check', 'policy', 'document', 'task'] as const

/** The kinds of system a control acts upon. None named: the organisation as a whole. */
export const systemKinds = [
  'code_repository',
  'database',
  'server',
  'endpoint',
  'network',
  'cloud',
  'identity_provider',
  'hr_system',
  'application',
  'office',
] as const

/** The policies that controls rest on. A control names only these, so that no mapping points to a policy nobody has planned. */
export const policyIds = [
  'acceptable-use',
  'access-control',
  'asset-management',
  'business-continuity',
  'change-management',
  'code-of-conduct',
  'cryptography',
  'data-management',
  'governance',
  'human-resources',
  'incident-response',
  'information-security',
  'logging-and-monitoring',
  'network-security',
  'physical-security',
  'privacy',
  'risk-management',
  'secure-configuration',
  'secure-development',
  'vendor-management',
  'vulnerability-management',
] as const

/** Ten years: longer than any evidence stays telling, shorter than a slip of the keyboard. */
const longestFreshnessDays = 3650

const evidenceRequirementSchema = z.strictObject({
  /** Stable within the control: evidence is attached to `control id / evidence id`. */
  id: slugSchema,
  kind: oneOf(evidenceKinds),
  title: lineSchema,
  /** Days after which this evidence no longer supports the control and its status decays to unknown. */
  freshnessDays: z
    .int('write a whole number of days')
    .min(1, 'evidence stays fresh for at least a day')
    .max(longestFreshnessDays, `evidence stays fresh for at most ${longestFreshnessDays} days`),
})

const controlFields = {
  id: slugSchema,
  /** The short number people cite, e.g. CHG-02: the domain's prefix and two digits. */
  code: z.string().regex(/^[A-Z]{3}-[0-9]{2}$/, 'use three capital letters, a hyphen and two digits, e.g. CHG-02'),
  title: lineSchema,
  /** What is true when the control works, in one to three plain sentences: the sentence a report prints. */
  description: lineSchema,
  /** How to put it in place. */
  how: lineSchema,
  kind: oneOf(controlKinds),
  nature: oneOf(controlNatures),
  frequency: oneOf(controlFrequencies),
  /** The role, not the person, that answers for the control. */
  ownerRole: lineSchema,
  evidence: z.array(evidenceRequirementSchema).min(1, 'name at least one piece of evidence').readonly(),
  /** What an auditor would inspect, observe, ask or perform again. */
  testProcedures: z.array(lineSchema).min(1, 'name at least one test procedure').readonly(),
  /** Ids of criteria of SOC 2 that the control supports. */
  criteria: z.array(z.string()).min(1, 'name at least one criterion').readonly(),
  policies: z.array(oneOf(policyIds)).readonly().default([]),
  systems: z.array(oneOf(systemKinds)).readonly().default([]),
}

const controlBodySchema = z.strictObject(controlFields).superRefine((control, context) => {
  const isChecked = control.evidence.some(item => item.kind === 'check')
  if (control.nature === 'automated' && !isChecked)
    context.addIssue({
      code: 'custom',
      path: ['evidence'],
      message:
        'an automated control is shown by a check: add evidence of kind check, or call its nature hybrid or manual',
    })
  const lists = {
    evidence: control.evidence.map(item => item.id),
    criteria: control.criteria,
    policies: control.policies,
    systems: control.systems,
  }
  for (const [field, values] of Object.entries(lists))
    for (const { index, key } of findRepeats(values, value => value))
      context.addIssue({ code: 'custom', path: [field, index], message: `${key} is listed twice: remove one` })
})

/** A file of one domain's controls. Every code in it begins with the domain's prefix. */
export const controlFileSchema = z
  .strictObject({
    domain: slugSchema,
    title: lineSchema,
    prefix: z.string().regex(/^[A-Z]{3}$/, 'use three capital letters, e.g. CHG'),
    controls: z.array(controlBodySchema).min(1, 'list at least one control').readonly(),
  })
  .superRefine((file, context) => {
    file.controls.forEach((control, index) => {
      if (!control.code.startsWith(`${file.prefix}-`))
        context.addIssue({
          code: 'custom',
          path: ['controls', index, 'code'],
          message: `begin the code with this file's prefix, e.g. ${file.prefix}-01`,
        })
    })
  })

/** A control, as the loader assembles it and as a package carries it. */
export const controlSchema = z.strictObject({ ...controlFields, domain: slugSchema, domainTitle: lineSchema })

export type EvidenceRequirement = Readonly<z.infer<typeof evidenceRequirementSchema>>
export type Control = Readonly<z.infer<typeof controlSchema>>
export type ControlKind = (typeof controlKinds)[number]
export type ControlNature = (typeof controlNatures)[number]
export type ControlFrequency = (typeof controlFrequencies)[number]
export type EvidenceKind = (typeof evidenceKinds)[number]
export type SystemKind = (typeof systemKinds)[number]
export type PolicyId = (typeof policyIds)[number]

/** A control that names a criterion which the framework does not have. */
export interface UnknownCriterion {
  readonly controlId: string
  readonly criterionId: string
  /** Position in the control's `criteria`. */
  readonly index: number
}

/** The criteria that controls name and the framework lacks, in the order of the controls. Empty when every mapping holds. */
export function unknownCriteria(framework: Framework, controls: readonly Control[]): UnknownCriterion[] {
  const known = new Set(framework.criteria.map(criterion => criterion.id))
  return controls.flatMap(control =>
    control.criteria.flatMap((criterionId, index) =>
      known.has(criterionId) ? [] : [{ controlId: control.id, criterionId, index }],
    ),
  )
}

/** The ids of the framework's criteria that no control names, in the framework's order: the gaps to fill. */
export function uncoveredCriteria(framework: Framework, controls: readonly Control[]): string[] {
  const covered = new Set(controls.flatMap(control => control.criteria))
  return framework.criteria.map(criterion => criterion.id).filter(id => !covered.has(id))
}

/** The key under which two controls' titles count as the same. */
export function titleKey(control: Pick<Control, 'title'>): string {
  return comparable(control.title)
}

function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `use one of: ${values.join(', ')}` })
}
