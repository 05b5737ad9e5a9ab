/** What a cell of a table may hold. */
export type CsvValue = string | number | boolean | null

/** So that spreadsheets read the file as UTF-8. */
export const csvStart = '\uFEFF'

/**
 * One line of CSV (RFC 4180, ended by CRLF). A text that a spreadsheet would take for a formula (it begins with = + - @, their full-width forms, a tab or a line break) is
 * preceded by an apostrophe, as OWASP advises; numbers stay numbers.
 */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(cell).join(',')}\r\n`
}

const formulaStart = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

function cell(value: CsvValue): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = formulaStart.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
