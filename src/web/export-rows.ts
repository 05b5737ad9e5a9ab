import { csvLine, csvStart } from '../../verifier/records/csv.ts'
import type { CellValue } from './components/data-table.tsx'

/** A column of an exported file. */
export interface ExportColumn<Row> {
  readonly header: string
  readonly value: (row: Row) => CellValue
}

/** Rows as CSV that spreadsheets read and take no formula from; see `csvLine`. */
export function toCsv<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(column => column.header), ...rows.map(row => columns.map(column => column.value(row)))]
  return csvStart + lines.map(csvLine).join('')
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
