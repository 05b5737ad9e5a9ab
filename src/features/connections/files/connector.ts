import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json, JsonObject } from '../../../../verifier/records/canonical.ts'
import type { ColumnType, ResourceDeclaration } from '../../../../verifier/records/resource.ts'
import { messageOf, VouchError } from '../../../platform/errors/errors.ts'
import type { CollectedRecord, CollectionRun, Connector } from '../connector.ts'
import { type Cell, CellProblem, readCell } from './cells.ts'
import { findFiles, openFolder } from './folder.ts'
import { KeyIndex } from './key-index.ts'
import { type OpenedTable, openTable } from './open-table.ts'
import { Problems } from './problems.ts'
import { closedLists, resources } from './resources.ts'
import { type FileSettings, type FilesSettings, filesSettings } from './settings.ts'

/**
 * Reads tables that other systems export. A row that cannot be used and a value that is not of its declared type make the resource
 * incomplete, each named with file and line: nothing is guessed and nothing is left out silently.
 */
export const filesConnector: Connector<FilesSettings> = {
  kind: 'files',
  title: 'Files',
  description:
    'Reads CSV, TSV, JSON, JSON Lines and XLSX files: exports of HR, identity provider, training, devices, vendors and more.',
  privileges: 'Reading the files of one folder. Only the columns that are mapped are taken over.',
  settings: filesSettings,
  secrets: [],
  resources,

  resourcesOf(settings) {
    return [...new Set(settings.files.map(file => file.resource))]
  },

  async test(settings, signal) {
    try {
      const folder = await openFolder(settings.folder)
      const found: string[] = []
      for (const file of settings.files) {
        const names = await findFiles(folder, file.file)
        if (names.length === 0) return { ok: false, message: `No file matches "${file.file}" in ${folder}.` }
        for (const name of names) {
          const wanted = Object.values(file.mapping)
          const opened = await openTable(join(folder, name), name, { ...file, wanted }, signal)
          try {
            columnsOf(file, declarationOf(file), opened)
          } finally {
            await opened.table.close()
          }
        }
        found.push(...names)
      }
      return {
        ok: true,
        message: `Found ${found.length === 1 ? found[0] : `${found.length} files`}, with every mapped column.`,
      }
    } catch (thrown) {
      return { ok: false, message: messageOf(thrown) }
    }
  },

  async *collect(settings, run) {
    const folder = await openFolder(settings.folder)
    for (const declaration of resources) {
      const files = settings.files.filter(file => file.resource === declaration.name)
      if (files.length > 0) yield* collectResource(folder, declaration, files, run)
    }
  },
}

function declarationOf(file: FileSettings): ResourceDeclaration {
  const found = resources.find(resource => resource.name === file.resource)
  if (!found) throw new VouchError('invalid_input', `There is no resource ${file.resource}.`)
  return found
}

async function* collectResource(
  folder: string,
  declaration: ResourceDeclaration,
  files: readonly FileSettings[],
  run: CollectionRun,
): AsyncGenerator<CollectedRecord> {
  const problems = new Problems()
  const keys = new KeyIndex()
  const names: string[] = []
  for (const file of files) {
    try {
      const matching = await findFiles(folder, file.file)
      if (matching.length === 0) problems.add(`No file matches "${file.file}" in the folder.`)
      for (const name of matching) {
        names.push(name)
        yield* collectFile({ folder, name, number: names.length - 1, names, file, declaration, keys, problems, run })
      }
    } catch (thrown) {
      // One file that cannot be read does not stop the others; its resource is incomplete.
      if (run.signal.aborted || !(thrown instanceof VouchError)) throw thrown
      problems.add(`${names.at(-1) ?? file.file}: ${thrown.message}`)
    }
  }
  const summary = problems.summary()
  if (summary !== undefined) run.incomplete(declaration.name, summary)
}

interface FileRun {
  readonly folder: string
  readonly name: string
  readonly number: number
  readonly names: readonly string[]
  readonly file: FileSettings
  readonly declaration: ResourceDeclaration
  readonly keys: KeyIndex
  readonly problems: Problems
  readonly run: CollectionRun
}

const progressEvery = 5000

async function* collectFile(reading: FileRun): AsyncGenerator<CollectedRecord> {
  const { name, file, declaration, problems, run } = reading
  const path = join(reading.folder, name)
  const before = await stat(path)
  const opened = await openTable(path, name, { ...file, wanted: Object.values(file.mapping) }, run.signal)
  run.asked({
    resource: declaration.name,
    request: `read ${name}`,
    parameters: {
      sha256: opened.inspection.sha256,
      bytes: opened.inspection.size,
      encoding: opened.inspection.encoding,
      ...settingsOf(file),
    },
  })
  try {
    yield* readRows(reading, opened)
  } finally {
    await opened.table.close()
  }
  const after = await stat(path)
  if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
    problems.add(`${name} was changed while it was read; collect again.`)
  }
}

async function* readRows(reading: FileRun, opened: OpenedTable): AsyncGenerator<CollectedRecord> {
  const { name, file, declaration, problems, run } = reading
  const columns = columnsOf(file, declaration, opened)
  const seen = new Set<string>()
  let rows = 0
  for await (const row of opened.table.rows) {
    run.signal.throwIfAborted()
    rows += 1
    if (rows % progressEvery === 0) run.progress(`Reading ${name}`, rows)
    if (row.problem !== undefined) {
      problems.add(`${name} line ${row.line}: ${row.problem}.`)
      continue
    }
    const record = recordOf(columns, row.cells, seen, problem => problems.add(`${name} line ${row.line}${problem}`))
    const wrong = keyProblem(reading, record, row.line)
    if (wrong === undefined) yield { resource: declaration.name, record }
    else problems.add(`${name} line ${row.line}: ${wrong}.`)
  }
  for (const column of columns) {
    if (rows > 0 && column.optional && !seen.has(column.name)) {
      problems.add(`${name}: no record has "${column.header}" (mapped to ${column.name}).`)
    }
  }
}

function keyProblem(reading: FileRun, record: Record<string, Json>, line: number): string | undefined {
  const { declaration, names, number } = reading
  const named = declaration.key.join(' and ')
  const parts = declaration.key.map(column => record[column] ?? null)
  if (parts.includes(null)) return `${named} may not be empty: it tells the rows apart`
  const earlier = reading.keys.add(JSON.stringify(parts), { file: number, line })
  if (!earlier) return undefined
  const where = earlier.file === number ? '' : `${names[earlier.file] ?? 'another file'} `
  return `the same ${named} as in ${where}line ${earlier.line}`
}

function settingsOf(file: FileSettings): JsonObject {
  const { mapping, values, delimiter, sheet, headerLine, dateFormat, decimal } = file
  return Object.fromEntries(
    Object.entries({ mapping, values, delimiter, sheet, headerLine, dateFormat, decimal }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as JsonObject
}

interface MappedColumn {
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

/** Where each mapped column is. Throws VouchError `invalid_input` when a heading is missing or occurs twice. */
function columnsOf(file: FileSettings, declaration: ResourceDeclaration, opened: OpenedTable): MappedColumn[] {
  const { headers } = opened.table
  const json = opened.format === 'json' || opened.format === 'jsonl'
  return Object.entries(file.mapping).map(([name, header]) => {
    const at = headers.indexOf(header.trim())
    if (at < 0) {
      const known = headers.map(one => `"${one}"`).join(', ')
      throw new VouchError(
        'invalid_input',
        `there is no column "${header}" (mapped to ${name}); the headings are ${known}.`,
      )
    }
    if (!json && headers.indexOf(header.trim(), at + 1) >= 0) {
      throw new VouchError('invalid_input', `the heading "${header}" occurs twice; rename one of the columns.`)
    }
    return {
      name,
      header,
      at,
      type: declaration.columns[name]?.type ?? 'text',
      closed: closedLists[declaration.name]?.[name],
      values: new Map(Object.entries(file.values?.[name] ?? {}).map(([from, to]) => [from.trim().toLowerCase(), to])),
      options: { dateFormat: file.dateFormat, decimal: file.decimal },
      optional: json,
    }
  })
}

function recordOf(
  columns: readonly MappedColumn[],
  cells: readonly Cell[],
  seen: Set<string>,
  report: (problem: string) => void,
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
      report(`, column "${column.header}": ${thrown.message}.`)
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
    `one of ${column.closed.join(', ')} was expected, found ${JSON.stringify(value.slice(0, 60))} (say in "values" which it means)`,
  )
}
