import type { DuckDBConnection } from '@duckdb/node-api'
import { type CellColumn, cellColumn } from './cells.ts'
import { CheckError } from './protocol.ts'
import { ResultsFile } from './results-file.ts'
import { type ResultStatus, resultStatuses } from './statuses.ts'

export interface WrittenResults {
  readonly sha256: string
  readonly bytes: number
  readonly rows: number
  readonly counts: Readonly<Record<ResultStatus, number>>
}

export interface ResultLimits {
  readonly maxRows: number
  readonly maxResultBytes: number
}

/** The table that a check's rows are put into, ordered by subject_id, before they are written. No check can name it. */
export const resultTable = 'temp.main.check_results'

const maxCellBytes = 1_000_000
const pageRows = 8192
const pageBytes = 8_000_000

/**
 * Writes the rows of `resultTable` as canonical JSON Lines (RFC 8785), page by page, in flat memory, and checks each against the contract
 * of `check.ts`. Texts cross from the engine joined, one long string a page: fetched cell by cell a million rows took 12 s, so they take 3.
 * Throws CheckError `contract` naming the subject when a row is not as it must be; no file is then left.
 */
export async function writeResults(
  connection: DuckDBConnection,
  columns: readonly CellColumn[],
  path: string,
  limits: ResultLimits,
): Promise<WrittenResults> {
  const size = await measure(connection, columns, limits)
  const page = await connection.prepare(
    `select ${columns.map(column => column.select).join(', ')} from ${resultTable} where rowid between $1 and $2`,
  )
  const file = new ResultsFile(path, limits.maxResultBytes)
  const checker = new RowChecker()
  const prefixes = columns.map((column, at) => `${at === 0 ? '{' : ','}${JSON.stringify(column.name)}:`)
  const subjectAt = columns.findIndex(column => column.name === 'subject_id')
  const statusAt = columns.findIndex(column => column.name === 'status')
  const reasonAt = columns.findIndex(column => column.name === 'reason')
  try {
    for (let start = 0; start < size.rows; start += size.page) {
      page.bindBigInt(1, BigInt(start))
      page.bindBigInt(2, BigInt(start + size.page - 1))
      const [cells] = (await page.runAndReadAll()).getRows()
      const values = columns.map((column, at) => column.read(cells?.[at] ?? null))
      const rows = Math.min(size.page, size.rows - start)
      if (values.some(column => column.length !== rows))
        throw new CheckError('crash', 'the engine returned an incomplete page')
      for (let row = 0; row < rows; row++) {
        checker.check(values[subjectAt]?.[row] ?? '', values[statusAt]?.[row] ?? '', values[reasonAt]?.[row] ?? '')
        let line = ''
        for (let at = 0; at < columns.length; at++) line += (prefixes[at] ?? '') + (values[at]?.[row] ?? '')
        file.write(`${line}}\n`)
      }
    }
    return { ...file.finish(), rows: size.rows, counts: checker.counts }
  } catch (error) {
    file.abandon()
    throw error
  } finally {
    page.destroySync()
  }
}

/**
 * The columns of `resultTable`, in the order of canonical JSON: by UTF-16 code units of their names.
 * Throws CheckError `contract` when one of the three is missing or a type cannot be kept.
 */
export async function columnsOf(connection: DuckDBConnection): Promise<readonly CellColumn[]> {
  const result = await connection.run(`select * from ${resultTable} limit 0`)
  const names = result.columnNames()
  for (const needed of ['subject_id', 'status', 'reason']) {
    const index = names.indexOf(needed)
    if (index < 0) throw broken(`there is no column "${needed}"`)
    const type = String(result.columnType(index))
    const text = type === 'VARCHAR' || (needed === 'status' && type.startsWith('ENUM'))
    if (!text) throw broken(`column "${needed}" is ${type}; it must be text: write ${needed}::varchar`)
  }
  return names
    .map((name, index) => cellColumn(name, result.columnType(index)))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function measure(
  connection: DuckDBConnection,
  columns: readonly CellColumn[],
  limits: ResultLimits,
): Promise<{ rows: number; page: number }> {
  const lengths = columns.flatMap(column => (column.length === undefined ? [] : [`coalesce(${column.length}, 0)`]))
  const reader = await connection.runAndReadAll(
    `select count(*), max(greatest(${lengths.join(', ')})), sum(${lengths.join(' + ')}) from ${resultTable}`,
  )
  const [rows = 0, longest = 0, total = 0] = (reader.getRows()[0] ?? []).map(value => Number(value ?? 0))
  if (rows > limits.maxRows) throw broken(`there are more than ${limits.maxRows} rows; return one row for each subject`)
  if (longest > maxCellBytes) throw broken(`a value is longer than ${maxCellBytes} bytes; return a part of it`)
  const average = rows === 0 ? 0 : total / rows
  return { rows, page: Math.max(1, Math.min(pageRows, Math.floor(pageBytes / (average + 1)))) }
}

/** Checks the three columns that every row has, each given as JSON text. */
class RowChecker {
  readonly counts: Record<ResultStatus, number> = { pass: 0, fail: 0, unknown: 0, not_applicable: 0 }
  readonly #statuses = new Map(resultStatuses.map(status => [JSON.stringify(status), status]))
  #previous = ''

  check(subject: string, status: string, reason: string): void {
    if (subject === 'null' || subject === '""') throw broken('a row has no subject_id')
    if (subject === this.#previous) throw broken(`subject_id ${short(subject)} is there twice; it must be unique`)
    this.#previous = subject
    const known = this.#statuses.get(status)
    if (known === undefined) {
      throw broken(
        `subject ${short(subject)} has status ${short(status)}; it must be one of ${resultStatuses.join(', ')}`,
      )
    }
    this.counts[known]++
    if (reason === 'null' || (emptyLooking.test(reason) && String(JSON.parse(reason)).trim() === '')) {
      throw broken(`subject ${short(subject)} has no reason; say why in one plain sentence (null || text is null)`)
    }
  }
}

/** A JSON text that may hold nothing but white space, some of it escaped. */
const emptyLooking = /^"(\s|\\|"$)/

function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function broken(message: string): CheckError {
  return new CheckError('contract', `The results are not as a check's must be: ${message}`)
}
