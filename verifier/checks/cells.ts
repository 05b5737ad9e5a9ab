import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api'
import { canonicalJson, type Json } from '../records/canonical.ts'
import { CheckError } from './protocol.ts'

/** How one column of the results crosses from the engine: an aggregate over a page of rows, and its reading back as JSON texts. */
export interface CellColumn {
  readonly name: string
  readonly select: string
  /** SQL for the length of a value in bytes, where values can be long. */
  readonly length?: string
  /** One canonical JSON text a row. Throws CheckError `contract` for what JSON cannot hold. */
  read(page: DuckDBValue): readonly string[]
}

/**
 * The transport of a column: timestamps become ISO 8601 in UTC, dates `2026-01-31`, integers beyond 2^53 and decimals text, lists
 * and structs nested JSON. Throws CheckError `contract` for types that JSON cannot hold (blobs, bit strings, maps, unions).
 */
export function cellColumn(name: string, type: DuckDBType): CellColumn {
  const quoted = `"${name.replaceAll('"', '""')}"`
  const joined = (value: string) => `string_agg(coalesce(to_json(${value})::varchar, 'null'), chr(10))`
  const length = `strlen(${quoted}::varchar)`
  if (type.alias === 'JSON') {
    const parse = (text: string) => guarded(name, () => canonicalJson(JSON.parse(String(JSON.parse(text))) as Json))
    const read = (page: DuckDBValue) => lines(page).map(text => (text === 'null' ? text : parse(text)))
    return { name, select: joined(`${quoted}::varchar`), length, read }
  }
  if (textual.has(type.typeId)) {
    return { name, select: joined(`${quoted}::varchar`), length, read: page => lines(page).map(canonicalText) }
  }
  if (direct.has(type.typeId)) {
    return { name, select: joined(quoted), read: page => lines(page).map(canonicalInteger) }
  }
  if (type.typeId === DuckDBTypeId.TIMESTAMP || type.typeId === DuckDBTypeId.TIMESTAMP_TZ) {
    const select = joined(`strftime(${quoted}::timestamp, '%Y-%m-%dT%H:%M:%S.%fZ')`)
    return { name, select, read: page => lines(page).map(text => canonicalTime(text, name)) }
  }
  const convert = jsonOf(type, name)
  const nested = type instanceof DuckDBListType || type instanceof DuckDBArrayType || type instanceof DuckDBStructType
  const text = (value: DuckDBValue) => {
    const json = convert(value)
    // RFC 8785 section 3.2.2: numbers, texts and literals are written as JSON.stringify does; only objects need ordering.
    return nested ? guarded(name, () => canonicalJson(json)) : JSON.stringify(json)
  }
  const read = (page: DuckDBValue) => (page instanceof DuckDBListValue ? page.items.map(text) : [])
  return { name, select: `list(${quoted})`, ...(nested ? { length: `strlen(${quoted}::varchar)` } : {}), read }
}

/** The engine writes text as RFC 8785 wants it except for control characters, which it gives in capital hex digits. */
function canonicalText(text: string): string {
  return text.includes('\\u') ? JSON.stringify(JSON.parse(text)) : text
}

/** Integers that a JSON number cannot hold exactly are text. */
function canonicalInteger(text: string): string {
  return text.length < 16 || Number.isSafeInteger(Number(text)) ? text : `"${text}"`
}

/** From six digits of a second's fraction to as many as are needed, none when there are none. */
function canonicalTime(text: string, column: string): string {
  if (text === 'null') return text
  if (!/^"\d{4}-.{14}\.\d{6}Z"$/.test(text)) throw refuse(column, `the time ${text} is outside the years 0 to 9999`)
  return text.endsWith('.000000Z"') ? `${text.slice(0, -9)}Z"` : `${text.slice(0, -2).replace(/0+$/, '')}Z"`
}

function lines(page: DuckDBValue): readonly string[] {
  return typeof page === 'string' ? page.split('\n') : []
}

const textual: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.ENUM,
  DuckDBTypeId.UUID,
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIME,
  DuckDBTypeId.INTERVAL,
  DuckDBTypeId.DECIMAL,
])
const direct: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.SQLNULL,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
])

function jsonOf(type: DuckDBType, column: string): (value: unknown) => Json {
  if (type.alias === 'JSON') return value => (value === null ? null : (JSON.parse(String(value)) as Json))
  const id = type.typeId
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) {
    const item = jsonOf(type.valueType, column)
    return value =>
      value instanceof DuckDBListValue || value instanceof DuckDBArrayValue ? value.items.map(item) : null
  }
  if (type instanceof DuckDBStructType) {
    const fields = type.entryTypes.map((entry, at) => ({ name: type.entryNames[at] ?? '', of: jsonOf(entry, column) }))
    return value => {
      if (!(value instanceof DuckDBStructValue)) return null
      return Object.fromEntries(fields.map(field => [field.name, field.of(value.entries[field.name] ?? null)]))
    }
  }
  if (id === DuckDBTypeId.TIMESTAMP || id === DuckDBTypeId.TIMESTAMP_TZ) return value => timestampText(value, column)
  if (id === DuckDBTypeId.FLOAT || id === DuckDBTypeId.DOUBLE) return value => finite(value, column)
  if (textual.has(id)) return value => (value === null ? null : String(value))
  if (direct.has(id)) return simple
  throw refuse(column, `${String(type)} cannot be kept as JSON; cast it to text`)
}

function simple(value: unknown): Json {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value.toString()
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function finite(value: unknown, column: string): number | null {
  if (typeof value !== 'number') return null
  if (!Number.isFinite(value))
    throw refuse(column, `${value} is not a JSON number; guard the division or the logarithm`)
  return value
}

/** Microseconds since 1970 as ISO 8601, without a fraction when there is none and without trailing zeros when there is. */
function timestampText(value: unknown, column: string): string | null {
  if (!(value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)) return null
  const seconds = value.micros / 1_000_000n - (value.micros % 1_000_000n < 0n ? 1n : 0n)
  const fraction = Number(value.micros - seconds * 1_000_000n)
  const date = new Date(Number(seconds) * 1000)
  const year = date.getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) throw refuse(column, 'a time outside the years 0 to 9999')
  const whole = date.toISOString().slice(0, 19)
  return fraction === 0 ? `${whole}Z` : `${whole}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}Z`
}

function guarded(column: string, make: () => string): string {
  try {
    return make()
  } catch (error) {
    if (error instanceof CheckError) throw error
    throw refuse(column, error instanceof Error ? error.message : String(error))
  }
}

function refuse(column: string, message: string): CheckError {
  return new CheckError('contract', `The results are not as a check's must be: column "${column}": ${message}`)
}
