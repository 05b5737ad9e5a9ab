import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { sha256 } from '../records/canonical.ts'
import type { ColumnType } from '../records/resource.ts'
import { CheckError, engineName, type JobTable, type SnapshotFile } from './protocol.ts'

const sqlTypes: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
  number: 'DOUBLE',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  json: 'JSON',
}

/** Loaded bytes from which a typed copy pays: about 50,000 records. */
const worthCopying = 16 * 1024 * 1024

/** A record may be as long as this; the reader reserves twice as much. */
const maximumObjectSize = 64 * 1024 * 1024

/**
 * Makes the table of a resource and fills it with the records of the files, in their order, each with its `connection`.
 * Only the columns in `words` are read (all, when undefined): a check cannot see a column that it does not name.
 * Throws CheckError `input` naming the file when it cannot be read as declared.
 */
export async function loadTable(
  connection: DuckDBConnection,
  table: JobTable,
  files: readonly SnapshotFile[],
  words: ReadonlySet<string> | undefined,
  cacheDir: string | undefined,
): Promise<void> {
  const named = table.columns.filter(([name]) => words === undefined || words.has(name))
  const columns = named.length > 0 ? named : table.columns.slice(0, 1)
  const definitions = columns.map(([name, type]) => `${quoteName(name)} ${sqlTypes[type]}`)
  await connection.run(`create table ${quoteName(table.table)} (${[...definitions, 'connection VARCHAR'].join(', ')})`)
  for (const file of files) {
    try {
      const copy = await typedCopy(connection, table, file, cacheDir)
      const source = copy === undefined ? recordsOf(columns, file) : copyOf(columns, copy)
      await connection.run(
        `insert into ${quoteName(table.table)} select *, ${quoteText(file.connection)} from (${source})`,
      )
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (/out of memory|allocat/i.test(message)) throw new CheckError('memory', `${table.resource}: ${message}`)
      throw new CheckError(
        'input',
        `${table.resource}: ${file.path} cannot be read as declared: ${firstLines(message)}`,
      )
    }
  }
}

function recordsOf(columns: JobTable['columns'], file: SnapshotFile): string {
  // Read with its zone and then cast: reading ISO 8601 text as TIMESTAMP would drop an offset such as +02:00 without a word.
  const read = columns.map(
    ([name, type]) => `${quoteText(name)}: '${type === 'timestamp' ? 'TIMESTAMPTZ' : sqlTypes[type]}'`,
  )
  const select = columns.map(([name, type]) =>
    type === 'timestamp' ? `${quoteName(name)}::TIMESTAMP as ${quoteName(name)}` : quoteName(name),
  )
  return `select ${select.join(', ')} from read_json(${quotePath(file.path)}, columns = {${read.join(', ')}},
    format = 'newline_delimited', compression = '${compressionOf(file.path)}', maximum_object_size = ${maximumObjectSize})`
}

function copyOf(columns: JobTable['columns'], path: string): string {
  const select = columns.map(([name, type]) => `${quoteName(name)}::${sqlTypes[type]} as ${quoteName(name)}`)
  return `select ${select.join(', ')} from read_parquet(${quotePath(path)})`
}

/** The path of a large snapshot's typed copy, made when there is none; undefined where copies are not kept or not worth it. */
async function typedCopy(
  connection: DuckDBConnection,
  table: JobTable,
  file: SnapshotFile,
  cacheDir: string | undefined,
): Promise<string | undefined> {
  if (cacheDir === undefined || file.id === undefined || loadedSizeOf([file]) < worthCopying) return undefined
  const shape = sha256(JSON.stringify([engineName, table.columns])).slice(0, 16)
  const path = join(cacheDir, `${file.id}-${shape}.parquet`)
  if (existsSync(path)) return path
  const temporary = `${path}.${process.pid}`
  await connection.run(`copy (${recordsOf(table.columns, file)}) to ${quoteText(temporary)} (format parquet)`)
  renameSync(temporary, path)
  return path
}

/** Memory that the files will take once loaded, in bytes: a guess from above, used to keep groups small. */
export function loadedSizeOf(files: readonly SnapshotFile[]): number {
  let total = 0
  for (const file of files) {
    const size = statSync(file.path, { throwIfNoEntry: false })?.size ?? 0
    total += size * (size > 0 && compressionOf(file.path) === 'zstd' ? 8 : 1)
  }
  return total
}

function compressionOf(path: string): 'zstd' | 'uncompressed' {
  const start = Buffer.alloc(4)
  const file = openSync(path, 'r')
  try {
    // RFC 8878 section 3.1.1: the magic number of a Zstandard frame.
    return readSync(file, start, 0, 4, 0) === 4 && start.readUInt32LE() === 0xfd2fb528 ? 'zstd' : 'uncompressed'
  } finally {
    closeSync(file)
  }
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A path is a pattern to the engine's readers: its own special characters are put in brackets. */
function quotePath(path: string): string {
  return quoteText(path.replace(/[*?[]/g, '[$&]'))
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function firstLines(message: string): string {
  return message.split('\nTry setting')[0]?.split('\n\nLINE')[0] ?? message
}
