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
      .describe('Path inside the folder; * stands for any part of a name, as in people-*.csv.'),
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

export const filesSettings = z.strictObject({
  folder: z
    .string()
    .min(1)
    .meta({ title: 'Folder' })
    .describe('Folder on this machine that holds the files. Nothing outside it is read.'),
  files: z.array(fileSettings).min(1).meta({ title: 'Files' }).describe('The files and what they hold.'),
})

export type FileSettings = z.infer<typeof fileSettings>
export type FilesSettings = z.infer<typeof filesSettings>
export type TableFormat = NonNullable<FileSettings['format']>
