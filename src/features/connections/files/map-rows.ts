import type { Json } from '../../../../verifier/records/canonical.ts'
import type { ColumnType, ResourceDeclaration } from '../../../../verifier/records/resource.ts'
import { VouchError } from '../../../platform/errors/errors.ts'
import { type Cell, CellProblem, readCell } from './cells.ts'
import type { OpenedTable } from './open-table.ts'
import { closedLists, resources } from './resources.ts'
import type { FileSettings } from './settings.ts'

/** What says how the cells of a row become a record. */
export type RowSettings = Pick<FileSettings, 'resource' | 'mapping' | 'values' | 'dateFormat' | 'decimal'>

/** A field of the resource and where its value stands in a row. */
export interface MappedColumn {
  readonly name: string
  readonly header: string
  readonly at: number
  readonly type: ColumnType
  readonly closed: readonly string[] | undefined
  readonly values: ReadonlyMap<string, string>
  readonly options: { dateFormat?: string | undefined; decimal?: '.' | ',' | undefined }
  /** JSON records may lack a property; then it must at least occur somewhere. */
  readonly optional: boolean
}

/** What is wrong with one field; `message` is a clause without a full stop, `brief` the same without anything that the file holds. */
export interface FieldProblem {
  readonly field: string
  readonly header: string
  readonly message: string
  readonly brief: string
}

/** Throws VouchError `invalid_input` for a resource that does not exist. */
export function declarationOf(name: string): ResourceDeclaration {
  const found = resources.find(resource => resource.name === name)
  if (!found) throw new VouchError('invalid_input', `There is no resource ${name}.`)
  return found
}

/** Where each mapped column is, and which are not there or not there once. */
export function findColumns(
  settings: RowSettings,
  declaration: ResourceDeclaration,
  { table: { headers }, format }: Pick<OpenedTable, 'table' | 'format'>,
): { columns: MappedColumn[]; problems: FieldProblem[] } {
  const json = format === 'json' || format === 'jsonl'
  const columns: MappedColumn[] = []
  const problems: FieldProblem[] = []
  for (const [name, header] of Object.entries(settings.mapping)) {
    const at = headers.indexOf(header.trim())
    if (at < 0) {
      const known = headers.map(one => `"${one}"`).join(', ')
      const brief = `there is no column "${header}" (mapped to ${name})`
      problems.push({ field: name, header, message: `${brief}; the headings are ${known}`, brief })
    } else if (!json && headers.indexOf(header.trim(), at + 1) >= 0) {
      const twice = `the heading "${header}" occurs twice; rename one of the columns`
      problems.push({
        field: name,
        header,
        message: twice,
        brief: twice,
      })
    } else {
      columns.push({
        name,
        header,
        at,
        type: declaration.columns[name]?.type ?? 'text',
        closed: closedLists[declaration.name]?.[name],
        values: new Map(
          Object.entries(settings.values?.[name] ?? {}).map(([from, to]) => [from.trim().toLowerCase(), to]),
        ),
        options: { dateFormat: settings.dateFormat, decimal: settings.decimal },
        optional: json,
      })
    }
  }
  return { columns, problems }
}

/** The mapped columns. Throws VouchError `invalid_input` when a heading is missing or occurs twice; `discreet`: without naming the others. */
export function columnsOf(
  settings: RowSettings,
  declaration: ResourceDeclaration,
  opened: Pick<OpenedTable, 'table' | 'format'>,
  discreet = false,
): MappedColumn[] {
  const { columns, problems } = findColumns(settings, declaration, opened)
  const [first] = problems
  if (first) throw new VouchError('invalid_input', `${discreet ? first.brief : first.message}.`)
  return columns
}

/** A row's record. A value that cannot be read is null and reported; `seen` gathers the fields that were there. */
export function recordOf(
  columns: readonly MappedColumn[],
  cells: readonly Cell[],
  seen: Set<string>,
  report: (problem: FieldProblem, cell: Cell) => void,
): Record<string, Json> {
  const record: Record<string, Json> = {}
  for (const column of columns) {
    const cell = cells[column.at]
    if (cell !== undefined) seen.add(column.name)
    try {
      record[column.name] = columnValue(column, cell)
    } catch (thrown) {
      if (!(thrown instanceof CellProblem)) throw thrown
      record[column.name] = null
      report({ field: column.name, header: column.header, message: thrown.message, brief: thrown.brief }, cell)
    }
  }
  return record
}

function columnValue(column: MappedColumn, cell: Cell): Json {
  const translated =
    column.values.size > 0 && cell !== undefined && cell !== null
      ? column.values.get(String(cell).trim().toLowerCase())
      : undefined
  const value = readCell(translated ?? cell, column.type, column.options)
  if (!column.closed || typeof value !== 'string') return value
  const word = value.toLowerCase().replaceAll(/[\s-]+/g, '_')
  if (column.closed.includes(word)) return word
  throw new CellProblem(
    `one of ${column.closed.join(', ')}`,
    `${JSON.stringify(value.slice(0, 60))} (say which of them it means)`,
  )
}

/** The columns that no record had, where records may lack some. */
export function neverSeen(columns: readonly MappedColumn[], seen: ReadonlySet<string>): MappedColumn[] {
  return columns.filter(column => column.optional && !seen.has(column.name))
}

/** A record's key as one text; undefined when a part of it is empty. */
export function keyOf(declaration: ResourceDeclaration, record: Readonly<Record<string, Json>>): string | undefined {
  const parts = declaration.key.map(column => record[column] ?? null)
  return parts.includes(null) ? undefined : JSON.stringify(parts)
}
