import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Cell } from './cells.ts'
import { bytesOf } from './folder.ts'
import { openTable, type TableRequest } from './open-table.ts'
import type { Encoding, TableFormat } from './settings.ts'
import { type ColumnGuess, guessColumn, type Suggestion, suggestMapping } from './suggest.ts'

export interface PreviewColumn extends ColumnGuess {
  readonly header: string
}

/** What a file holds, as far as its beginning tells; for the form in which a person maps its columns. */
export interface FilePreview {
  readonly format: TableFormat
  readonly encoding: Encoding
  readonly delimiter: string | null
  readonly sheets: readonly string[]
  readonly columns: readonly PreviewColumn[]
  /** The first rows as text, one cell for each column; null where a cell is empty. */
  readonly rows: readonly (readonly (string | null)[])[]
  /** Rows in the whole file, by the length of its first lines; null when that cannot be told. */
  readonly rowEstimate: number | null
  readonly suggestion: Suggestion | null
  /** What is wrong with the first rows, with their lines. */
  readonly problems: readonly string[]
}

const rowsShown = 20
const rowsJudged = 200
const sampleBytes = 1024 * 1024

/**
 * Reads the beginning of a file. `request` says what a person already chose (format, encoding, delimiter, sheet, line of the
 * headings). The caller decides which paths may be previewed. Throws VouchError with what is wrong with the file.
 */
export async function previewFile(
  path: string,
  request: TableRequest = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<FilePreview> {
  const { table, format, inspection } = await openTable(path, basename(path), request, signal, sampleBytes)
  const rows: (readonly Cell[])[] = []
  const problems: string[] = []
  try {
    for await (const row of table.rows) {
      if (row.problem === undefined) rows.push(row.cells)
      else problems.push(`line ${row.line}: ${row.problem}`)
      if (rows.length + problems.length >= rowsJudged) break
    }
  } finally {
    await table.close()
  }
  return {
    format,
    encoding: inspection.encoding,
    delimiter: table.delimiter ?? null,
    sheets: table.sheets ?? [],
    columns: table.headers.map((header, at) => ({ header, ...guessColumn(rows.map(cells => cells[at])) })),
    rows: rows.slice(0, rowsShown).map(cells => table.headers.map((_, at) => shown(cells[at]))),
    rowEstimate: rows.length + problems.length < rowsJudged ? rows.length : await estimate(path, format, signal),
    suggestion: suggestMapping(table.headers) ?? null,
    problems,
  }
}

function shown(cell: Cell): string | null {
  if (cell === null || cell === undefined || cell === '') return null
  if (cell instanceof Date) return cell.toISOString()
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}

async function estimate(path: string, format: TableFormat, signal: AbortSignal): Promise<number | null> {
  if (format !== 'csv' && format !== 'jsonl') return null
  let bytes = 0
  let lines = 0
  for await (const chunk of bytesOf(path, signal, sampleBytes)) {
    bytes += chunk.length
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1
  }
  const { size } = await stat(path)
  return lines === 0 ? null : Math.round((size / bytes) * lines) - (format === 'csv' ? 1 : 0)
}
