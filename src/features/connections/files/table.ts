import { extname } from 'node:path'
import { VouchError } from '../../../platform/errors/errors.ts'
import type { Cell } from './cells.ts'
import type { Encoding, TableFormat } from './settings.ts'

/** One row: where it is in the file, and one cell for each heading. `problem` says why it cannot be used as a row. */
export interface Row {
  /** The line on which it begins (CSV, JSON Lines), its row in the sheet, or its place in the array, counted from 1. */
  readonly line: number
  readonly cells: readonly Cell[]
  readonly problem?: string
}

/** An open file: its headings and a stream of its rows. */
export interface Table {
  readonly headers: readonly string[]
  readonly rows: AsyncIterable<Row>
  /** Of delimited text: what stands between cells. */
  readonly delimiter?: string
  /** Of a workbook: the names of its sheets. */
  readonly sheets?: readonly string[]
  /** Lets go of the file; needed when the rows are not read to the end. */
  close(): Promise<void>
}

/** How a file is to be read; what is left out is found out. */
export interface TableOptions {
  readonly encoding: Encoding
  readonly delimiter?: string | undefined
  readonly sheet?: string | undefined
  readonly headerLine?: number | undefined
  /** The headings wanted, for JSON, where records may hold anything; all of the first records' when left out. */
  readonly wanted?: readonly string[] | undefined
  readonly signal: AbortSignal
}

/** The format that a file's name tells. Throws VouchError `unsupported_media_type` for others. */
export function formatOf(name: string): TableFormat {
  switch (extname(name).toLowerCase()) {
    case '.csv':
    case '.tsv':
    case '.tab':
    case '.txt':
      return 'csv'
    case '.json':
      return 'json'
    case '.jsonl':
    case '.ndjson':
      return 'jsonl'
    case '.xlsx':
    case '.xlsm':
      return 'xlsx'
    default:
      throw new VouchError(
        'unsupported_media_type',
        `it is none of CSV, TSV, JSON, JSONL and XLSX by its name; name its format in the settings.`,
      )
  }
}
