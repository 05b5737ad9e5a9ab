import { z } from 'zod'
import { columnTypes } from '../../../../verifier/records/resource.ts'
import { encodings, fileSettings, filesPlace, uploadName } from './settings.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const format = z.enum(['csv', 'json', 'jsonl', 'xlsx'])

export const uploadSchema = z
  .object({
    name: uploadName,
    content: sha256.meta({ description: 'SHA-256 of the bytes as they came; settings refer to the file by it.' }),
    bytes: z.int(),
    format,
  })
  .meta({ id: 'Upload' })

export const folderQuery = z.object({ folder: z.string().min(1).max(4096) })
export const folderListing = z
  .object({
    folder: z.string().meta({ description: 'With symbolic links resolved.' }),
    files: z.array(z.object({ name: z.string(), bytes: z.int(), modified_at: z.iso.datetime() })),
    others: z.int().meta({ description: 'Files that are no tables by their names, or that may not be read.' }),
    more: z.boolean().meta({ description: 'There is more than is listed; a path or a pattern reaches it.' }),
  })
  .meta({ id: 'FolderListing' })

const { shape } = fileSettings

export const previewInput = z.strictObject({
  place: filesPlace,
  file: z
    .strictObject({
      file: shape.file,
      resource: shape.resource.optional(),
      mapping: shape.mapping.optional(),
      values: shape.values,
      format: shape.format,
      delimiter: shape.delimiter,
      encoding: shape.encoding,
      sheet: shape.sheet,
      headerLine: shape.headerLine,
      dateFormat: shape.dateFormat,
      decimal: shape.decimal,
    })
    .meta({
      id: 'FileToPreview',
      description: 'The settings of the file as far as they are known: at least its name.',
    }),
})

const problem = z.object({
  line: z.int().nullable().meta({ description: 'Null when it concerns the whole file.' }),
  field: z.string().nullable(),
  header: z.string().nullable(),
  message: z.string(),
})

export const previewSchema = z
  .object({
    name: z.string().meta({ description: 'The file that is shown: the first that the pattern names.' }),
    matches: z.int(),
    bytes: z.int(),
    format,
    encoding: z.enum(encodings),
    delimiter: z.string().nullable(),
    sheets: z.array(z.string()),
    columns: z.array(z.object({ header: z.string(), type: z.enum(columnTypes), date_formats: z.array(z.string()) })),
    rows: z.array(z.object({ line: z.int(), cells: z.array(z.string().nullable()) })),
    problem: z.string().nullable().meta({ description: 'Why no more rows could be read.' }),
    row_estimate: z.int().nullable(),
    suggestion: z
      .object({
        resource: z.string(),
        mapping: z.record(z.string(), z.string()),
        date_format: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'For the resource that was named, or else for the one that fits best.' }),
    words: z
      .record(z.string(), z.array(z.string()))
      .meta({ description: 'For fields that hold one of a few words: which.' }),
    check: z
      .object({
        rows: z.int(),
        whole: z.boolean().meta({ description: 'All rows were checked.' }),
        count: z.int().meta({ description: 'How many problems there are; the first are listed.' }),
        problems: z.array(problem),
        unknown_words: z.array(z.object({ field: z.string(), word: z.string(), rows: z.int() })),
      })
      .nullable()
      .meta({ description: 'What is wrong with the rows as they are mapped; null while they are not.' }),
  })
  .meta({ id: 'FilePreview' })
