import { z } from 'zod'
import { checkMetadataSchema, resultStatuses } from '../checks/check.ts'
import { controlSchema } from '../content/control.ts'
import { socCategories } from '../content/framework.ts'
import { resourceSchema } from './resource.ts'

/**
 * What the ledger's leaves commit to, by kind. The product writes these and nothing else; the verifier derives everything from them:
 * the scope, the controls, the checks, the runs, the exceptions and so every status. Times are ISO 8601 in UTC.
 */
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const time = z.iso.datetime()
const parameterValue = z.union([z.string(), z.number(), z.boolean()])

/** Leaf 0 of every log. */
export const organisationCreated = z.strictObject({
  organisation: z.uuid(),
  slug: z.string(),
  name: z.string(),
  /** True: sample data, whose past is simulated. The log's origin begins with `vouch-sample/` then and only then. */
  sample: z.boolean(),
})

export const scopeChanged = z.strictObject({
  framework: z.string(),
  categories: z.array(z.enum(socCategories)).min(1),
  period_from: z.iso.date().nullable(),
  period_to: z.iso.date().nullable(),
})

/** A framework as it was used: SHA-256 of the canonical JSON of its content, which the package holds. */
export const frameworkAdopted = z.strictObject({ id: z.string(), content: hash })

/** A control as it is from now on. The whole definition is the fact. */
export const controlChanged = z.strictObject({
  id: z.string(),
  definition: controlSchema,
  implemented: z.boolean(),
  not_applicable_reason: z.string().nullable(),
})

/** A check as it is from now on. `version` is the SHA-256 of the canonical JSON of `definition`. */
export const checkChanged = z.strictObject({
  id: z.string(),
  version: hash,
  enabled: z.boolean(),
  parameters: z.record(z.string(), parameterValue),
  definition: z.strictObject({ metadata: checkMetadataSchema.omit({ fixtures: true }), sql: z.string() }),
})

export const connectionChanged = z.strictObject({
  id: z.uuid(),
  kind: z.string(),
  name: z.string(),
  /** SHA-256 of the canonical JSON of the settings without secrets. */
  settings: hash,
  /** Hours between scheduled collections; null: on demand only. Missing in logs from before format 2: what was promised then is not known. */
  every_hours: z.int().min(1).nullable().optional(),
  archived: z.boolean(),
})

export const collectionCompleted = z.strictObject({
  run: z.uuid(),
  connection: z.uuid(),
  connection_name: z.string(),
  connection_kind: z.string(),
  started_at: time,
  finished_at: time,
  snapshots: z.array(
    z.strictObject({
      id: z.uuid(),
      resource: z.string(),
      /** The declaration by which its records are read. */
      declaration: resourceSchema,
      /** SHA-256 of the canonical JSON Lines; the package holds them as `objects/<content>.zst`. */
      content: hash,
      records: z.int().min(0),
      bytes: z.int().min(0),
      complete: z.boolean(),
      incomplete_reason: z.string().nullable(),
      source_total: z.int().nullable(),
      /** What was asked of the source. */
      questions: z.array(z.json()),
    }),
  ),
})

export const collectionFailed = z.strictObject({
  run: z.uuid(),
  connection: z.uuid(),
  connection_name: z.string(),
  started_at: time,
  reason: z.string(),
})

/** What somebody says about a gap in monitoring: the one of the connection that began at `since`. The gap stays. */
export const gapExplained = z.strictObject({
  explanation: z.uuid(),
  connection: z.uuid(),
  since: time,
  text: z.string(),
  by: z.string(),
})

/** One execution of one check. */
export const checkRun = z.strictObject({
  check: z.string(),
  version: hash,
  parameters: z.record(z.string(), parameterValue),
  inputs: z.array(
    z.strictObject({
      snapshot: z.uuid(),
      resource: z.string(),
      connection: z.string(),
      content: hash,
      complete: z.boolean(),
    }),
  ),
  outcome: z.enum(resultStatuses),
  outcome_reason: z.string(),
  passed: z.int(),
  failed: z.int(),
  unknown: z.int(),
  not_applicable: z.int(),
  excepted: z.int(),
  /** SHA-256 of the canonical JSON Lines of its results; null when it could not be executed, and then `error` says why. */
  results: hash.nullable(),
  error: z.string().nullable(),
})

export const checksCompleted = z.strictObject({
  batch: z.uuid(),
  as_of: time,
  engine: z.string(),
  /**
   * The declarations of the resources that its checks read and no snapshot was there of: without them nobody else could make the empty
   * tables, and so perform the checks again. By name, each once; the others are in `collection.completed`.
   */
  absent: z.array(resourceSchema),
  runs: z.array(checkRun),
})

export const exceptionGranted = z.strictObject({
  exception: z.uuid(),
  check: z.string(),
  subject: z.string(),
  reason: z.string(),
  approver: z.string(),
  granted_at: time,
  expires_at: time,
})
export const exceptionRevoked = z.strictObject({ exception: z.uuid() })

export const documentFiled = z.strictObject({
  document: z.uuid(),
  control: z.string(),
  title: z.string(),
  file_name: z.string(),
  media_type: z.string(),
  content: hash,
  bytes: z.int(),
  covers_from: z.iso.date(),
  covers_to: z.iso.date(),
  fresh_for_days: z.int(),
  /** Where it came from, an http(s) address; left out when nobody said. */
  source_url: z.string().optional(),
})

/** Who may do what from now on. `role` is null when the person no longer belongs to the organisation. */
export const memberChanged = z.strictObject({ member: z.uuid(), role: z.string().nullable() })

/** A person's values were erased: nothing leads from these aliases, which stay in the records, to anybody any more. */
export const personErased = z.strictObject({ erasure: z.uuid(), aliases: z.array(z.string()), count: z.int().min(1) })

/** What a program may do from now on by a key; nothing when the key has ended. `member` is whom it acts for, null for a service. */
export const keyChanged = z.strictObject({
  key: z.uuid(),
  member: z.uuid().nullable(),
  may: z.array(z.string()),
  expires_at: time.nullable(),
})

/** What the holders of an organisation's own role may do from now on; nothing when it was removed. */
export const roleChanged = z.strictObject({
  role: z.string(),
  title: z.string(),
  reason: z.string(),
  may: z.array(z.string()),
})
/** How members must sign in from now on. */
export const accessRuleChanged = z.strictObject({ rule: z.enum(['second_factor']), required: z.boolean() })

export const keyRotated = z.strictObject({ from: z.string(), to: z.string() })

/** A package was made. It lies after the checkpoint that the package ends with. */
export const packageExported = z.strictObject({
  package: z.uuid(),
  manifest: hash,
  size: z.int(),
  from: time,
  to: time,
})

/**
 * Somebody did something: an entry of the activity log. Who and from where, what was before and after, stays there; `digest` binds the entry, under a salt of its own.
 * Nothing of a report follows from it.
 */
export const activityRecorded = z.strictObject({
  entry: z.int().min(1),
  /** The API's operationId, a kind of job, a command. */
  operation: z.string(),
  outcome: z.enum(['done', 'refused', 'failed']),
  digest: hash,
})

export const factSchemas = {
  'organisation.created': organisationCreated,
  'scope.changed': scopeChanged,
  'framework.adopted': frameworkAdopted,
  'control.changed': controlChanged,
  'check.changed': checkChanged,
  'connection.changed': connectionChanged,
  'collection.completed': collectionCompleted,
  'collection.failed': collectionFailed,
  'gap.explained': gapExplained,
  'checks.completed': checksCompleted,
  'exception.granted': exceptionGranted,
  'exception.revoked': exceptionRevoked,
  'document.filed': documentFiled,
  'member.changed': memberChanged,
  'key.changed': keyChanged,
  'role.changed': roleChanged,
  'person.erased': personErased,
  'access_rule.changed': accessRuleChanged,
  'ledger.key_rotated': keyRotated,
  'package.exported': packageExported,
  'activity.recorded': activityRecorded,
} as const

export type FactKind = keyof typeof factSchemas
export type FactContent<Kind extends FactKind> = z.infer<(typeof factSchemas)[Kind]>
export type CheckRunFact = z.infer<typeof checkRun>

/** A fact as the log has it: where, when, by whom, about what, and its content once opened. */
export interface LoggedFact<Kind extends FactKind = FactKind> {
  readonly index: number
  readonly kind: Kind
  readonly time: string
  readonly actor: string
  readonly subject: string
  readonly content: FactContent<Kind>
}

/** A leaf's own JSON. */
export const leafSchema = z.strictObject({
  kind: z.string(),
  time,
  actor: z.string(),
  subject: z.string(),
  commitment: hash,
})
