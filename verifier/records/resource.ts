import { z } from 'zod'

/**
 * A resource is one kind of raw record from a source, such as `git.commit` or `hr.employee`. Its declaration names the record's
 * top-level fields and their types, so that every machine reads the stored JSON Lines alike: nothing is inferred.
 *
 * A field that the source could not give is null or missing. It is never `false`, zero or an empty string.
 */
export const columnTypes = ['text', 'boolean', 'integer', 'number', 'timestamp', 'date', 'json'] as const
export type ColumnType = (typeof columnTypes)[number]

export const columnSchema = z.strictObject({
  /** `timestamp` is ISO 8601 in UTC (`2026-01-31T12:00:00Z`, fractions allowed); `date` is `2026-01-31`; `integer` is 64 bits. */
  type: z.enum(columnTypes),
  description: z.string().min(1),
  /** Personal data, by kind; such a column can be stored as aliases. */
  personal: z.enum(['name', 'email', 'phone', 'address', 'government_id', 'username']).optional(),
  /** Stored as aliases: in a snapshot's declaration only, as it was. */
  aliased: z.literal(true).optional(),
})

export const resourceSchema = z.strictObject({
  /** `source.noun`, lower case; its table in checks is the same with an underscore: `git_commit`. */
  name: z.string().regex(/^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$/),
  title: z.string().min(1),
  description: z.string().min(1),
  /** The columns that together identify a record within one snapshot; none of them may be null. */
  key: z.array(z.string()).min(1),
  columns: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), columnSchema),
})

export type ResourceDeclaration = z.infer<typeof resourceSchema>

/** The table that a check reads a resource from: `git.commit` is `git_commit`. */
export function tableOf(resource: string): string {
  return resource.replace('.', '_')
}

/**
 * Checks a declaration's inner rules and returns it, typed. Throws Error naming the resource when a key column is not declared or the
 * column name `connection` is taken: every table a check reads has that extra column, the name of the connection the record came from.
 */
export function declareResource(declaration: ResourceDeclaration): ResourceDeclaration {
  const parsed = resourceSchema.parse(declaration)
  for (const column of parsed.key) {
    if (!parsed.columns[column]) throw new Error(`${parsed.name}: key column "${column}" is not declared`)
  }
  if (parsed.columns.connection)
    throw new Error(`${parsed.name}: a column cannot be called "connection"; it is added to every table`)
  return parsed
}
