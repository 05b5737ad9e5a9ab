import { canonicalJson, type Json, type JsonObject } from '../../../verifier/records/canonical.ts'
import type { ColumnType, ResourceDeclaration } from '../../../verifier/records/resource.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Line } from './sort-lines.ts'

interface FormColumn {
  readonly name: string
  /** The name as canonical JSON has it, with its colon. */
  readonly prefix: string
  readonly type: ColumnType
  readonly isKey: boolean
}

/**
 * Checks records against a declaration and writes them as canonical JSON in one go: the columns' order and names are worked out once, where `canonicalJson`
 * sorts them for each record (2 against 13 microseconds for a commit). Its result is that of `canonicalJson`, byte for byte.
 */
export class RecordForm {
  readonly #declaration: ResourceDeclaration
  /** In the order of canonical JSON: by UTF-16 code units (RFC 8785 section 3.2.3). */
  readonly #columns: readonly FormColumn[]

  constructor(declaration: ResourceDeclaration) {
    this.#declaration = declaration
    this.#columns = Object.entries(declaration.columns)
      .map(([name, { type }]) => ({
        name,
        prefix: `${JSON.stringify(name)}:`,
        type,
        isKey: declaration.key.includes(name),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Throws VouchError `source_failed`, see `SnapshotWriter.add`. */
  lineOf(record: JsonObject): Line {
    const pieces: string[] = []
    let known = 0
    for (const { name, prefix, type, isKey } of this.#columns) {
      const value = record[name]
      if (value === undefined) {
        if (isKey) throw this.#keyless(name)
        if (name in record) known++
        continue
      }
      known++
      if (value === null) {
        if (isKey) throw this.#keyless(name)
      } else if (!typeChecks[type](value)) {
        throw new VouchError(
          'source_failed',
          `${this.#declaration.name}: ${name} should be ${type}, but the source gave ${kindOf(value)}.`,
        )
      }
      pieces.push(prefix + jsonOf(value))
    }
    const key = `[${this.#declaration.key.map(name => jsonOf(record[name] ?? null)).join(',')}]`
    // Fields that are not declared are kept too.
    const isDeclared = known === Object.keys(record).length
    return { key, text: isDeclared ? `{${pieces.join(',')}}` : canonicalJson(record) }
  }

  #keyless(name: string): VouchError {
    const message = `${this.#declaration.name}: a record has no ${name}, which is part of its key.`
    return new VouchError('source_failed', message)
  }
}

/** What a value is, without quoting it: it may be somebody's. */
function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? 'a text that is none' : `a ${typeof value}`
}

/** Printable ASCII that needs no escape: put in quotes in half the time that `JSON.stringify` takes. */
const plainText = /^[ !#-[\]-~]*$/

/** Canonical JSON of a value; the common kinds without detours. */
function jsonOf(value: Json): string {
  if (value === null) return 'null'
  if (typeof value === 'string' && plainText.test(value)) return `"${value}"`
  // RFC 8785 section 3.2.2: strings are written as JSON.stringify does, but lone surrogates are refused.
  if (typeof value === 'string' && value.isWellFormed()) return JSON.stringify(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (Number.isSafeInteger(value)) return String(value)
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(jsonOf).join(',')}]`
  return objectJson(value) ?? canonicalJson(value)
}

/** Canonical JSON of an object that is nothing special; undefined for any other value. */
function objectJson(value: Json): string | undefined {
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return undefined
  const object = value as JsonObject
  const pieces: string[] = []
  // By UTF-16 code units (RFC 8785 section 3.2.3), which is how `sort` compares.
  for (const name of Object.keys(object).sort()) {
    const inner = object[name]
    if (inner === undefined) return undefined
    pieces.push(`${jsonOf(name)}:${jsonOf(inner)}`)
  }
  return `{${pieces.join(',')}}`
}

const timestampPattern = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/
const datePattern = /^\d{4}-\d{2}-\d{2}$/

/** Whether the calendar has the day. `Date.parse` alone takes 30 February for 2 March. */
function isDay(date: string): boolean {
  // Neighbouring records share their day.
  if (date === lastDay) return true
  const time = Date.parse(date)
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(date)) return false
  lastDay = date
  return true
}
let lastDay = ''

const typeChecks: Readonly<Record<ColumnType, (value: Json) => boolean>> = {
  text: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  integer: value => Number.isSafeInteger(value),
  number: value => typeof value === 'number',
  timestamp: value => typeof value === 'string' && timestampPattern.test(value) && isDay(value.slice(0, 10)),
  date: value => typeof value === 'string' && datePattern.test(value) && isDay(value),
  json: () => true,
}
