import type { Schemas } from '../../../../web/api/client.ts'
import { itemsOf, recordOf, type SettingValues } from '../settings-schema.ts'

export type Upload = Schemas['Upload']
export type UploadRef = Pick<Upload, 'name' | 'content'>
export type Preview = Schemas['FilePreview']

/** Where the files are: a folder of the server, or what was uploaded. */
export type Place = { readonly folder: string } | { readonly uploads: readonly UploadRef[] }

/** One file as the form holds it; what is empty is found out. */
export interface FileDraft {
  readonly file: string
  readonly resource: string
  readonly mapping: Readonly<Record<string, string>>
  /** Field → word of the file → what it means. */
  readonly values: Words
  readonly options: FileOptions
}
export type Words = Readonly<Record<string, Readonly<Record<string, string>>>>

export const optionNames = ['format', 'delimiter', 'encoding', 'sheet', 'headerLine', 'dateFormat', 'decimal'] as const
export type FileOptions = Readonly<Record<(typeof optionNames)[number], string>>

/** A file that nothing is said about yet. */
export function newDraft(file: string): FileDraft {
  return { file, resource: '', mapping: {}, values: {}, options: optionsOf({}) }
}

/** The files of a form's values; the empty one that a new form begins with is none. */
export function draftsOf(values: SettingValues): FileDraft[] {
  return itemsOf(values.files)
    .filter(item => item.file !== undefined && item.file !== '')
    .map(item => ({
      file: String(item.file),
      resource: String(item.resource ?? ''),
      mapping: recordOf(item.mapping),
      values: wordsOf(String(item.values ?? '')),
      options: optionsOf(item),
    }))
}

/** The files of a connection's settings. */
export function draftsOfSettings(settings: Readonly<Record<string, unknown>>): FileDraft[] {
  const files = Array.isArray(settings.files) ? (settings.files as readonly SettingValues[]) : []
  return files.map(item => ({
    ...newDraft(String(item.file)),
    resource: String(item.resource ?? ''),
    mapping: recordOf(item.mapping),
    values: (item.values ?? {}) as Words,
    options: optionsOf(item),
  }))
}

/** A file as one item of a form's values: the inverse of `draftsOf`. */
export function itemOf({ file, resource, mapping, values, options }: FileDraft): SettingValues {
  const said = Object.entries(values).filter(([, words]) => Object.keys(words).length > 0)
  const { headerLine, ...texts } = options
  return {
    file,
    resource,
    mapping,
    values: said.length === 0 ? '' : JSON.stringify(Object.fromEntries(said)),
    ...texts,
    headerLine: headerLine === '' ? '' : Number(headerLine),
  }
}

/** The settings of a file as a preview wants them: nothing that is empty. */
export function previewFileOf({ file, resource, mapping, values, options }: FileDraft) {
  const { headerLine, ...texts } = options
  const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== ''))
  const mapped = Object.fromEntries(Object.entries(mapping).filter(([, header]) => header !== ''))
  return {
    file,
    ...given,
    ...(headerLine === '' ? {} : { headerLine: Number(headerLine) }),
    ...(resource === '' ? {} : { resource, mapping: mapped, values }),
  } as Schemas['FileToPreviewInput']
}

/** The uploads of a form's values or of a connection's settings. */
export function uploadsOf(values: Readonly<Record<string, unknown>>): UploadRef[] {
  const items = Array.isArray(values.uploads) ? (values.uploads as readonly SettingValues[]) : []
  return items.map(item => ({ name: String(item.name), content: String(item.content) }))
}

/**
 * Settings in which one upload has been replaced. The newer file brings its name along, unless another has it; what the old one held is
 * then said of the newer one.
 */
export function replaceUpload<Settings extends Readonly<Record<string, unknown>>>(
  settings: Settings,
  old: string,
  newer: UploadRef,
): Settings {
  const uploads = uploadsOf(settings)
  const taken = uploads.some(({ name }) => name === newer.name && name !== old)
  const name = taken ? old : newer.name
  const files = Array.isArray(settings.files) ? (settings.files as readonly SettingValues[]) : []
  return {
    ...settings,
    uploads: uploads.map(upload => (upload.name === old ? { name, content: newer.content } : upload)),
    files: files.map(item => (item.file === old ? { ...item, file: name } : item)),
  }
}

/** What a file's preview proposes, taken over into the draft. */
export function withSuggestion(draft: FileDraft, { suggestion }: Pick<Preview, 'suggestion'>): FileDraft {
  if (!suggestion) return draft
  const { resource, mapping, date_format } = suggestion
  const options = { ...draft.options, dateFormat: date_format ?? draft.options.dateFormat }
  return { ...draft, resource, mapping, values: {}, options }
}

function optionsOf(item: SettingValues): FileOptions {
  return Object.fromEntries(optionNames.map(name => [name, String(item[name] ?? '')])) as FileOptions
}

function wordsOf(json: string): Words {
  return json === '' ? {} : (JSON.parse(json) as Words)
}
