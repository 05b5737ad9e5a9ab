import { stat } from 'node:fs/promises'
import { VouchError } from '../../../platform/errors/errors.ts'
import type { Cell } from './cells.ts'
import { type CheckLimits, checkRows, type RowCheck } from './check-rows.ts'
import { bytesOf } from './folder.ts'
import { declarationOf, type RowSettings } from './map-rows.ts'
import { openTable, type TableRequest } from './open-table.ts'
import { wordsOf } from './resources.ts'
import type { Encoding, FileSettings, TableFormat } from './settings.ts'
import type { FileSource } from './source.ts'
import { type ColumnGuess, guessColumn, guessDateFormat, mapTo, type Suggestion, suggestMapping } from './suggest.ts'
import type { Table } from './table.ts'

/** What a person has said about a file so far: the settings of the file, of which only its name need be there. */
export type PreviewRequest = Pick<FileSettings, 'file'> & Partial<Omit<FileSettings, 'file'>>

export interface PreviewColumn extends ColumnGuess {
  readonly header: string
}

/** What a file holds, as far as its beginning tells, and what is wrong with its mapping; for the form in which a person maps its columns. */
export interface FilePreview {
  /** The file that is shown: the first that the pattern names, and how many it names. */
  readonly name: string
  readonly matches: number
  readonly bytes: number
  readonly format: TableFormat
  readonly encoding: Encoding
  readonly delimiter: string | null
  readonly sheets: readonly string[]
  readonly columns: readonly PreviewColumn[]
  /** The first rows as text, one cell for each column; null where a cell is empty. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly (string | null)[] }[]
  /** Why no more rows could be read; null when nothing stands in the way. */
  readonly problem: string | null
  /** Rows in the whole file, by the length of its first lines; null when that cannot be told. */
  readonly rowEstimate: number | null
  /** For the resource that was named, or else for the one that fits best. */
  readonly suggestion: Suggestion | null
  /** For the fields of that resource that hold one of a few words: which. */
  readonly words: Readonly<Record<string, readonly string[]>>
  /** What is wrong with the rows as they are mapped; null while no resource is named. */
  readonly check: RowCheck | null
}

const rowsShown = 20
const rowsJudged = 200
const longestCell = 200
const mostColumns = 500
/** Longest beginning that is read to find out the encoding; a collection reads all of it. */
const inspectedBytes = 16 * 1024 * 1024
const sampleBytes = 1024 * 1024
const limits: CheckLimits = { rows: 50_000, problems: 100, words: 50, shown: rowsShown }

/**
 * Reads the beginning of a file, and checks its rows as a collection would for as long as `deadline` allows. `signal` ends it at once.
 * Throws VouchError `not_found` when no file has that name, `unprocessable` when it cannot be opened in time, or with what is wrong with it.
 */
export async function previewFile(
  source: FileSource,
  request: PreviewRequest,
  signal: AbortSignal,
  deadline: AbortSignal = signal,
): Promise<FilePreview> {
  const both = AbortSignal.any([signal, deadline])
  const names = await source.find(request.file)
  const [name] = names
  if (name === undefined) throw new VouchError('not_found', `There is no file "${request.file}" here.`)
  try {
    const path = await source.pathOf(name)
    const { size } = await stat(path)
    const reading = { path, name, size, sample: size > inspectedBytes ? inspectedBytes : undefined }
    const shape = await readShape(reading, request, both)
    const suggestion = suggest(request, shape)
    return {
      name,
      matches: names.length,
      bytes: size,
      ...shape,
      suggestion,
      words: suggestion ? wordsOf(declarationOf(suggestion.resource)) : {},
      check: isMapped(request)
        ? await checkRows({ ...reading, settings: request, signal, deadline: both, limits })
        : null,
    }
  } catch (thrown) {
    signal.throwIfAborted()
    if (!deadline.aborted) throw thrown
    throw new VouchError('unprocessable', `${name} could not be opened in the time that a preview may take.`, {
      cause: thrown,
    })
  }
}

interface Reading {
  readonly path: string
  readonly name: string
  readonly size: number
  readonly sample: number | undefined
}

/** Without a mapping there is nothing to check; what is missing of it is a problem that the check names. */
function isMapped(request: PreviewRequest): request is PreviewRequest & RowSettings {
  return request.resource !== undefined && request.mapping !== undefined
}

async function readShape({ path, name, size, sample }: Reading, request: TableRequest, signal: AbortSignal) {
  const { table, format, inspection } = await openTable(path, name, request, signal, sample)
  const rows: { line: number; cells: readonly Cell[] }[] = []
  let problem: string | null = null
  try {
    if (table.headers.length > mostColumns)
      throw new VouchError('unprocessable', `it has ${table.headers.length} columns; at most ${mostColumns} are shown.`)
    problem = await takeRows(table, rows)
  } finally {
    await table.close()
  }
  const columns = table.headers.map((header, at) => ({ header, ...guessColumn(rows.map(row => row.cells[at])) }))
  return {
    format,
    encoding: inspection.encoding,
    delimiter: table.delimiter ?? null,
    sheets: table.sheets ?? [],
    columns,
    rows: rows
      .slice(0, rowsShown)
      .map(({ line, cells }) => ({ line, cells: columns.map((_, at) => shown(cells[at])) })),
    problem,
    rowEstimate:
      problem !== null ? null : rows.length < rowsJudged ? rows.length : await estimate(path, size, format, signal),
  }
}

/** Reads the first rows into `rows`; returns what the file itself put in the way, if it did. */
async function takeRows(table: Table, rows: { line: number; cells: readonly Cell[] }[]): Promise<string | null> {
  try {
    for await (const { line, cells } of table.rows) {
      rows.push({ line, cells })
      if (rows.length >= rowsJudged) break
    }
    return null
  } catch (thrown) {
    if (!(thrown instanceof VouchError)) throw thrown
    return thrown.message
  }
}

function suggest(request: PreviewRequest, { columns }: Pick<FilePreview, 'columns'>): Suggestion | null {
  const headers = columns.map(column => column.header)
  const found =
    request.resource === undefined
      ? suggestMapping(headers)
      : { resource: request.resource, mapping: mapTo(declarationOf(request.resource), headers) }
  if (!found) return null
  return { ...found, dateFormat: guessDateFormat(declarationOf(found.resource), found.mapping, columns) }
}

function shown(cell: Cell): string | null {
  if (cell === null || cell === undefined || cell === '') return null
  const text = cell instanceof Date ? isoOf(cell) : typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
  return (text.length > longestCell ? `${text.slice(0, longestCell)}…` : text).toWellFormed()
}

function isoOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an impossible date' : date.toISOString()
}

async function estimate(path: string, size: number, format: TableFormat, signal: AbortSignal): Promise<number | null> {
  if (format !== 'csv' && format !== 'jsonl') return null
  let bytes = 0
  let lines = 0
  for await (const chunk of bytesOf(path, signal, sampleBytes)) {
    bytes += chunk.length
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1
  }
  return lines === 0 ? null : Math.round((size / bytes) * lines) - (format === 'csv' ? 1 : 0)
}
