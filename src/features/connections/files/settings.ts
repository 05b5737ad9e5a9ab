import { z } from 'zod'
import { isDateFormat } from './cells.ts'
import { resources } from './resources.ts'

const columnsOf = new Map(resources.map(resource => [resource.name, resource]))

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

/** How one file is read and what its columns mean. */
export const fileSettings = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .max(500)
      .meta({ title: 'File' })
      .describe('Path inside the folder, or name of an upload; * stands for any part of a name, as in people-*.csv.'),
    resource: z
      .enum(resources.map(resource => resource.name) as [string, ...string[]])
      .meta({ title: 'Holds' })
      .describe('What one row of the file is.'),
    mapping: z
      .record(z.string(), z.string().min(1))
      .meta({ title: 'Columns' })
      .describe(
        'For each field, the heading of the column that holds it (in JSON: the property, with dots for nested ones).',
      ),
    values: z
      .record(z.string(), z.record(z.string(), z.string()))
      .optional()
      .meta({ title: 'Values' })
      .describe('For a field, what other words in the file mean: {"status": {"Left": "terminated"}}.'),
    format: z
      .enum(['csv', 'json', 'jsonl', 'xlsx'])
      .optional()
      .meta({ title: 'Format' })
      .describe('Found out from the name when empty.'),
    delimiter: z.string().length(1).optional().meta({ title: 'Delimiter' }).describe('Found out when empty.'),
    encoding: z.enum(encodings).optional().meta({ title: 'Encoding' }).describe('Found out when empty.'),
    sheet: z.string().optional().meta({ title: 'Sheet' }).describe('The first sheet when empty.'),
    headerLine: z
      .int()
      .positive()
      .max(1000)
      .optional()
      .meta({ title: 'Line of the headings' })
      .describe('The first line that is not empty, when not given.'),
    dateFormat: z
      .string()
      .max(40)
      .refine(isDateFormat, 'made of YYYY, MM or M, DD or D, and optionally HH, mm, ss, with separators')
      .optional()
      .meta({ title: 'Date format' })
      .describe('For dates that are not written 2026-01-31, such as DD.MM.YYYY or MM/DD/YYYY HH:mm.'),
    decimal: z
      .enum(['.', ','])
      .optional()
      .meta({ title: 'Decimal sign' })
      .describe('Needed for numbers with thousands separators or a decimal comma.'),
  })
  .superRefine((file, context) => {
    const resource = columnsOf.get(file.resource)
    if (!resource) return
    for (const column of Object.keys(file.mapping)) {
      if (!resource.columns[column]) {
        context.addIssue({
          code: 'custom',
          path: ['mapping', column],
          message: `${resource.name} has no field "${column}"; it has ${Object.keys(resource.columns).join(', ')}`,
        })
      }
    }
    for (const column of resource.key) {
      if (!file.mapping[column]) {
        context.addIssue({
          code: 'custom',
          path: ['mapping', column],
          message: `say which column holds ${column}: it tells the rows apart`,
        })
      }
    }
  })

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal digits')

/** The name of a file that is uploaded: one part of a path, so that it can be shown and saved anywhere. */
export const uploadName = z
  .string()
  .min(1)
  .max(200)
  .refine(name => !/[/\\\p{Cc}]/u.test(name), 'a name without slashes and control characters')

/** Where files are: in a folder, or uploaded. */
const place = {
  folder: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'Folder' })
    .describe('Folder on this machine that holds the files. Nothing outside it is read.'),
  uploads: z
    .array(z.strictObject({ name: uploadName, content: sha256 }))
    .min(1)
    .max(100)
    .optional()
    .meta({ title: 'Uploads' })
    .describe('Files that were uploaded, by name and the SHA-256 of their content, instead of a folder.'),
}

export interface Place {
  readonly folder?: string | undefined
  readonly uploads?: readonly { readonly name: string; readonly content: string }[] | undefined
}

/** Adds an issue unless there is exactly one place, in which no two files have the same name. */
function requirePlace({ folder, uploads }: Place, context: z.RefinementCtx): void {
  const say = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
  if (folder === undefined && uploads === undefined) say(['folder'], 'name a folder, or upload files')
  if (folder !== undefined && uploads !== undefined) say(['folder'], 'either a folder or uploads, not both')
  const names = uploads?.map(upload => upload.name) ?? []
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice !== undefined) say(['uploads'], `two files are named "${twice}"`)
}

export const filesPlace = z.strictObject(place).superRefine(requirePlace)

export const filesSettings = z
  .strictObject({
    ...place,
    files: z.array(fileSettings).min(1).meta({ title: 'Files' }).describe('The files and what they hold.'),
  })
  .superRefine(requirePlace)

export type FileSettings = z.infer<typeof fileSettings>
export type FilesSettings = z.infer<typeof filesSettings>
export type TableFormat = NonNullable<FileSettings['format']>
