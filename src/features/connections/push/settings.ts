import { z } from 'zod'
import { columnTypes, declareResource, type ResourceDeclaration } from '../../../../verifier/records/resource.ts'
import { resources } from '../files/resources.ts'

/** What `resource` says for records of the organisation's own kind. */
export const custom = 'custom'

const column = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and underscores, beginning with a letter')
    .refine(name => name !== 'connection', 'cannot be "connection", which every table has already'),
  type: z.enum(columnTypes).default('text'),
  description: z.string().trim().min(1).max(300).optional(),
})

/** One connection takes one kind of record, so that its schedule is a promise about every record that it has (docs/decisions/0022). */
export const pushSettings = z
  .strictObject({
    resource: z
      .enum([...resources.map(({ name }) => name), custom])
      .meta({ title: 'Kind of records', description: 'What each line of a push is; `custom` for a kind of your own.' }),
    name: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and underscores, beginning with a letter')
      .optional()
      .meta({ title: 'Name', description: 'Such as `backup_job`: the resource is then `custom.backup_job`.' }),
    title: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .optional()
      .meta({ title: 'Title', description: 'What one record is called, such as “Backup job”.' }),
    key: z
      .array(z.string())
      .min(1)
      .optional()
      .meta({ title: 'Key', description: 'The columns that tell the records apart, one a line.' }),
    columns: z
      .array(column)
      .min(1)
      .max(200)
      .optional()
      .meta({ title: 'Columns', description: 'What checks can read. Other fields of a record are kept with it.' }),
  })
  .superRefine((settings, context) => {
    const own = ['name', 'key', 'columns'] as const
    for (const field of own) {
      if (settings.resource === custom && settings[field] === undefined)
        context.addIssue({ code: 'custom', path: [field], message: 'is needed for a kind of your own' })
      if (settings.resource !== custom && settings[field] !== undefined)
        context.addIssue({ code: 'custom', path: [field], message: 'is for a kind of your own only' })
    }
    const names = settings.columns?.map(({ name }) => name) ?? []
    const twice = names.find((name, at) => names.indexOf(name) !== at)
    if (twice !== undefined)
      context.addIssue({ code: 'custom', path: ['columns'], message: `"${twice}" is there twice` })
    const unknown = settings.key?.find(name => !names.includes(name))
    if (settings.columns && unknown !== undefined)
      context.addIssue({ code: 'custom', path: ['key'], message: `"${unknown}" is none of the columns` })
  })

export type PushSettings = z.infer<typeof pushSettings>

/** The one resource that a connection takes. */
export function declarationOf({ resource, name, title, key, columns }: PushSettings): ResourceDeclaration {
  const known = resources.find(candidate => candidate.name === resource)
  if (known) return known
  return declareResource({
    name: `custom.${name ?? ''}`,
    title: title ?? (name ?? '').replaceAll('_', ' '),
    description: 'A kind of record that this organisation declared itself, pushed by its own programs.',
    key: [...(key ?? [])],
    columns: Object.fromEntries(
      (columns ?? []).map(({ name, type, description }) => [name, { type, description: description ?? name }]),
    ),
  })
}
