import type { CellValue } from './components/data-table.tsx'

/** A column of an exported file. */
export interface ExportColumn<Row> {
  readonly header: string
  readonly value: (row: Row) => CellValue
}

/**
 * Rows as CSV (RFC 4180, CRLF, with a byte-order mark so that spreadsheets read UTF-8). A text that a spreadsheet would take for a formula
 * (it begins with = + - @, a tab or a carriage return) is preceded by an apostrophe, as OWASP advises; numbers stay numbers.
 */
export function toCsv<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(column => cell(column.header)),
    ...rows.map(row => columns.map(column => cell(column.value(row)))),
  ]
  return `\uFEFF${lines.map(line => `${line.join(',')}\r\n`).join('')}`
}

function cell(value: CellValue): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

interface PageOfRows<Row> {
  readonly items: readonly Row[]
  readonly next_cursor: string | null
}

/** All rows of a paged list. Throws when a page fails: half an export would look like a whole one. */
export async function allPages<Row>(load: (cursor: string | undefined) => Promise<PageOfRows<Row>>): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | undefined
  do {
    const page = await load(cursor)
    rows.push(...page.items)
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
  return rows
}

/** Hands a text to the reader as a file. */
export function saveFile(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
