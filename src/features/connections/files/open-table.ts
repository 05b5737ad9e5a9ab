import { type Inspection, inspectBytes } from './encoding.ts'
import { bytesOf } from './folder.ts'
import { openDelimited } from './read-delimited.ts'
import { openJsonArray, openJsonLines } from './read-json.ts'
import { openXlsx } from './read-xlsx.ts'
import type { Encoding, TableFormat } from './settings.ts'
import { formatOf, type Table, type TableOptions } from './table.ts'

/** What a person may have said about a file. */
export interface TableRequest {
  readonly format?: TableFormat | undefined
  readonly encoding?: Encoding | undefined
  readonly delimiter?: string | undefined
  readonly sheet?: string | undefined
  readonly headerLine?: number | undefined
  readonly wanted?: readonly string[] | undefined
}

export interface OpenedTable {
  readonly table: Table
  readonly format: TableFormat
  readonly inspection: Inspection
}

/**
 * Opens a file of any supported format. `sample` reads only that many bytes to find out the encoding (and then hashes only those).
 * Throws VouchError with what is wrong with the file; the message does not name it.
 */
export async function openTable(
  path: string,
  name: string,
  request: TableRequest,
  signal: AbortSignal,
  sample?: number,
): Promise<OpenedTable> {
  const format = request.format ?? formatOf(name)
  const found = await inspectBytes(bytesOf(path, signal, sample), sample !== undefined)
  const encoding = request.encoding ?? found.encoding
  const inspection = { ...found, encoding }
  const options: TableOptions = {
    encoding,
    delimiter: request.delimiter ?? (/\.(?:tsv|tab)$/i.test(name) ? '\t' : undefined),
    sheet: request.sheet,
    headerLine: request.headerLine,
    wanted: request.wanted,
    signal,
  }
  return { table: await open(path, format, options), format, inspection }
}

function open(path: string, format: TableFormat, options: TableOptions): Promise<Table> {
  switch (format) {
    case 'csv':
      return openDelimited(path, options)
    case 'json':
      return openJsonArray(path, options)
    case 'jsonl':
      return openJsonLines(path, options)
    case 'xlsx':
      return openXlsx(path, options)
  }
}
