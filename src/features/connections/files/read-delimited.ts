import { Readable } from 'node:stream'
import { CsvError, type Options, parse } from 'csv-parse'
import { VouchError } from '../../../platform/errors/errors.ts'
import { textOf } from './encoding.ts'
import { bytesOf } from './folder.ts'
import type { Row, Table, TableOptions } from './table.ts'

const candidates = [',', ';', '\t', '|'] as const

/** Longest row, in characters: a quote that is never closed must not swallow the rest of a large file. */
const longestRow = 1_000_000

/**
 * Opens a CSV or TSV file (RFC 4180, with any one-character delimiter). Rows with another number of cells than the headings carry a
 * problem; empty lines are passed over. Throws VouchError `unprocessable`, naming the line, for broken quoting.
 */
export async function openDelimited(path: string, options: TableOptions): Promise<Table> {
  const delimiter = options.delimiter ?? (await detectDelimiter(path, options))
  const records = readRecords(path, delimiter, options)
  for (;;) {
    const next = await records.next()
    if (next.done) throw new VouchError('unprocessable', 'it is empty: not even headings were found.')
    if (isBlank(next.value.cells) || next.value.line < (options.headerLine ?? 1)) continue
    const headers = next.value.cells.map(cell => cell.trim())
    return { headers, delimiter, rows: rowsOf(records, headers.length), close: () => close(records) }
  }
}

async function close(records: AsyncGenerator<unknown>): Promise<void> {
  await records.return(undefined)
}

interface TextRecord {
  readonly line: number
  readonly cells: readonly string[]
}

async function* rowsOf(records: AsyncGenerator<TextRecord>, width: number): AsyncGenerator<Row> {
  for await (const { line, cells } of records) {
    if (cells.length === width) {
      yield { line, cells }
    } else if (!isBlank(cells)) {
      yield { line, cells, problem: `has ${cells.length} cells where the headings have ${width}` }
    }
  }
}

function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0]?.trim() === ''
}

async function* readRecords(path: string, delimiter: string, options: TableOptions): AsyncGenerator<TextRecord> {
  const settings: Options = {
    delimiter,
    info: true,
    relax_column_count: true,
    max_record_size: longestRow,
    record_delimiter: ['\r\n', '\n', '\r'],
  }
  const text = Readable.from(textOf(bytesOf(path, options.signal), options.encoding))
  const parser = parse(settings)
  text.once('error', error => parser.destroy(error))
  text.pipe(parser)
  let line = 1
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      yield { line, cells: record }
      line = info.lines + 1
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown
    throw new VouchError('unprocessable', wordsFor(thrown, line), { cause: thrown })
  } finally {
    text.destroy()
    parser.destroy()
  }
}

function wordsFor(error: CsvError, line: number): string {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return `the quote opened in the row at line ${line} is never closed.`
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return `the row at line ${line} is longer than ${longestRow} characters: is a quote not closed?`
  }
  return `the row at line ${line} is not valid CSV (${error.code}): a quote inside a quoted cell is written twice.`
}

/**
 * The delimiter: of comma, semicolon, tab and bar the one that, outside quotes, splits the most of the first lines into the same
 * number of cells as the first of them, and into the most cells; a comma when there is nothing to split.
 */
export async function detectDelimiter(path: string, options: TableOptions): Promise<string> {
  let sample = ''
  const bytes = bytesOf(path, options.signal, 64 * 1024)
  try {
    for await (const text of textOf(bytes, options.encoding)) sample += text
  } catch (thrown) {
    // The sample may end inside a character; only what came before it counts.
    if (!(thrown instanceof VouchError)) throw thrown
  }
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 }
  for (const delimiter of candidates) {
    const counts = countsByLine(sample, delimiter).slice(0, 50)
    const first = counts[(options.headerLine ?? 1) - 1] ?? 0
    const same = counts.filter(count => count === first).length
    const score = first === 0 ? 0 : (same / counts.length) * 100 + first
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/** How many times the delimiter occurs outside quotes in each line that is not empty. */
function countsByLine(text: string, delimiter: string): number[] {
  const counts: number[] = []
  let quoted = false
  let count = 0
  let length = 0
  for (const character of text) {
    if (character === '"') quoted = !quoted
    if (!quoted && character === delimiter) count += 1
    if (!quoted && character === '\n') {
      if (length > 0) counts.push(count)
      count = 0
      length = 0
    } else if (character !== '\r') length += 1
  }
  if (counts.length === 0) counts.push(count)
  return counts
}
