import { stat } from 'node:fs/promises'
import type { Json, JsonObject } from '../../../../verifier/records/canonical.ts'
import type { ResourceDeclaration } from '../../../../verifier/records/resource.ts'
import { messageOf, VouchError } from '../../../platform/errors/errors.ts'
import type { CollectedRecord, CollectionRun, Connector } from '../connector.ts'
import { KeyIndex } from './key-index.ts'
import { columnsOf, declarationOf, keyOf, neverSeen, recordOf } from './map-rows.ts'
import { type OpenedTable, openTable } from './open-table.ts'
import { Problems } from './problems.ts'
import { resources } from './resources.ts'
import { type FileSettings, type FilesSettings, filesSettings } from './settings.ts'
import { type FileSource, openSource, withSource } from './source.ts'

/**
 * Reads tables that other systems export. A row that cannot be used and a value that is not of its declared type make the resource
 * incomplete, each named with file and line: nothing is guessed and nothing is left out silently.
 */
export const filesConnector: Connector<FilesSettings> = {
  kind: 'files',
  title: 'Files',
  description:
    'Reads CSV, TSV, JSON, JSON Lines and XLSX files: exports of HR, identity provider, training, devices, vendors and more.',
  privileges:
    'Reading the files of one folder, or the files that are uploaded here, which are kept as they came. Only the columns that are mapped are taken over into snapshots.',
  settings: filesSettings,
  secrets: [],
  resources,

  resourcesOf(settings) {
    return [...new Set(settings.files.map(file => file.resource))]
  },

  uploadsOf(settings) {
    return (settings.uploads ?? []).map(upload => upload.content)
  },

  async test(settings, signal, uploads) {
    try {
      return await withSource(settings, uploads, signal, async source => {
        const found: string[] = []
        for (const file of settings.files) {
          const names = await source.find(file.file)
          if (names.length === 0) return { ok: false, message: noMatch(file, settings) }
          for (const name of names) await requireColumns(source, name, file, signal)
          found.push(...names)
        }
        return {
          ok: true,
          message: `Found ${found.length === 1 ? found[0] : `${found.length} files`}, with every mapped column.`,
        }
      })
    } catch (thrown) {
      return { ok: false, message: messageOf(thrown) }
    }
  },

  async *collect(settings, run) {
    const source = await openSource(settings, run.uploads, run.workDir, run.signal)
    for (const declaration of resources) {
      const files = settings.files.filter(file => file.resource === declaration.name)
      if (files.length > 0) yield* collectResource({ source, settings, declaration, files, run })
    }
  },
}

function noMatch({ file }: FileSettings, { folder }: FilesSettings): string {
  return folder === undefined ? `No uploaded file is named "${file}".` : `No file matches "${file}" in the folder.`
}

async function requireColumns(
  source: FileSource,
  name: string,
  file: FileSettings,
  signal: AbortSignal,
): Promise<void> {
  const wanted = Object.values(file.mapping)
  try {
    const opened = await openTable(await source.pathOf(name), name, { ...file, wanted }, signal)
    try {
      columnsOf(file, declarationOf(file.resource), opened)
    } finally {
      await opened.table.close()
    }
  } catch (thrown) {
    if (!(thrown instanceof VouchError)) throw thrown
    throw new VouchError(thrown.code, `${name}: ${thrown.message}`, { cause: thrown })
  }
}

interface ResourceRun {
  readonly source: FileSource
  readonly settings: FilesSettings
  readonly declaration: ResourceDeclaration
  readonly files: readonly FileSettings[]
  readonly run: CollectionRun
}

async function* collectResource(reading: ResourceRun): AsyncGenerator<CollectedRecord> {
  const { source, settings, declaration, files, run } = reading
  const problems = new Problems()
  const keys = new KeyIndex()
  const names: string[] = []
  for (const file of files) {
    try {
      const matching = await source.find(file.file)
      if (matching.length === 0) problems.add(noMatch(file, settings))
      for (const name of matching) {
        names.push(name)
        yield* collectFile({ source, name, number: names.length - 1, names, file, declaration, keys, problems, run })
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
  readonly source: FileSource
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
  const path = await reading.source.pathOf(name)
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
  const columns = columnsOf(file, declaration, opened, run.discreet)
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
    const record = recordOf(columns, row.cells, seen, ({ header, message, brief }) =>
      problems.add(`${name} line ${row.line}, column "${header}": ${run.discreet ? brief : message}.`),
    )
    const wrong = keyProblem(reading, record, row.line)
    if (wrong === undefined) yield { resource: declaration.name, record }
    else problems.add(`${name} line ${row.line}: ${wrong}.`)
  }
  for (const column of rows > 0 ? neverSeen(columns, seen) : []) {
    problems.add(`${name}: no record has "${column.header}" (mapped to ${column.name}).`)
  }
}

function keyProblem(reading: FileRun, record: Record<string, Json>, line: number): string | undefined {
  const { declaration, names, number } = reading
  const named = declaration.key.join(' and ')
  const key = keyOf(declaration, record)
  if (key === undefined) return `${named} may not be empty: it tells the rows apart`
  const earlier = reading.keys.add(key, { file: number, line })
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
