import { z } from 'zod'
import { canonicalJson, type Json, sha256 } from '../records/canonical.ts'
import { type ResultStatus, resultStatuses } from './statuses.ts'

export { type ResultStatus, resultStatuses }

export const severities = ['low', 'medium', 'high', 'critical'] as const

/** A typed parameter; a check's SQL reads it as `$name`. Its value is recorded with each run. */
export const parameterSchema = z.strictObject({
  type: z.enum(['text', 'integer', 'number', 'boolean', 'date']),
  description: z.string().min(1),
  default: z.union([z.string(), z.number(), z.boolean()]),
})

const record = z.record(z.string(), z.json())

/** One fixture: records by resource, and what the check must say of them. `records` gain the column `connection` = "fixture". */
export const fixtureSchema = z.strictObject({
  title: z.string().min(1),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** The time of the run, `$as_of` in SQL. */
  as_of: z.iso.datetime().default('2026-06-30T00:00:00Z'),
  records: z.record(z.string(), z.array(record)),
  /** subject_id → status. Exactly these subjects, no more and no fewer. */
  expect: z.record(z.string(), z.enum(resultStatuses)),
})

/**
 * A check's metadata (`content/checks/<connector>/<name>.yaml`), beside its SQL (`<name>.sql`).
 *
 * The SQL is one SELECT over the tables of its resources (`git.commit` is `git_commit`), each with the declared columns and
 * `connection`. It may read its parameters and `$as_of` (TIMESTAMP, UTC: the time of the run) and no clock of its own. It returns
 * `subject_id` (text, unique, not null), `status` (one of the four), `reason` (text: why, in one plain sentence), and any further
 * columns worth showing. It must give one row for each subject, and order does not matter: results are sorted by subject_id.
 */
export const checkMetadataSchema = z.strictObject({
  /** `<connector>.<name>`, e.g. `git.change_reviewed`; files that join several connectors live under `people`. */
  id: z.string().regex(/^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$/),
  title: z.string().min(1),
  description: z.string().min(1),
  /** What one subject is, in the singular: "change", "role", "account". */
  subject: z.string().min(1),
  resources: z.array(z.string()).min(1),
  /** Resources it can do without; when absent their table is empty and the check must say `unknown` where it matters. */
  optional_resources: z.array(z.string()).default([]),
  parameters: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), parameterSchema).default({}),
  /** Control ids (`content/controls`). Stated here and nowhere else. */
  controls: z.array(z.string()).min(1),
  severity: z.enum(severities),
  /** Hours after which a result is stale and decays to `unknown`. */
  fresh_for_hours: z.int().positive().default(192),
  remediation: z.string().min(1),
  fixtures: z.strictObject({
    pass: fixtureSchema,
    fail: fixtureSchema,
    unknown: fixtureSchema,
    not_applicable: fixtureSchema,
    more: z.array(fixtureSchema).default([]),
  }),
})

export type CheckMetadata = z.infer<typeof checkMetadataSchema>
export type CheckFixture = z.infer<typeof fixtureSchema>

/** What is executed and what identifies it: the SQL and the metadata without the fixtures, which are for the test suite. */
export interface CheckDefinition {
  readonly metadata: Omit<CheckMetadata, 'fixtures'>
  readonly sql: string
}

/** A check's version: SHA-256 of the canonical JSON of its definition, hex. Any change of SQL or metadata is a new version. */
export function checkVersion(definition: CheckDefinition): string {
  return sha256(canonicalJson(definition as unknown as Json))
}
