import type { Json } from '../../../../verifier/records/canonical.ts'
import type { ColumnType } from '../../../../verifier/records/resource.ts'

/** What a file holds in one place: text from CSV, also numbers, booleans, dates and JSON from the other formats. */
export type Cell = Json | Date | undefined

export interface ReadingOptions {
  readonly dateFormat?: string | undefined
  readonly decimal?: '.' | ',' | undefined
}

/** Thrown for a cell that cannot be read as what it is declared to be. The message says what was expected and what was found, `brief` only what was expected. */
export class CellProblem extends Error {
  readonly brief: string

  constructor(expected: string, found: string) {
    super(`${expected} was expected, found ${found}`)
    this.brief = `${expected} was expected`
  }
}

const trueWords = new Set('true t yes y 1 on enabled x ✓ ✔ ja oui si sí wahr vrai'.split(' '))
const falseWords = new Set('false f no n 0 off disabled nein non falsch faux'.split(' '))
const absentWords = new Set(['null', 'n/a', 'na', '#n/a', 'nil', '-', '–', '—', 'unknown', 'never', 'not set'])

/**
 * A cell as a value of the declared type. Empty, or one of the usual words for absence (in columns other than text), is null; a value
 * is never guessed. Throws CellProblem for anything that is not clearly of that type.
 */
export function readCell(cell: Cell, type: ColumnType, options: ReadingOptions = {}): Json {
  if (cell === undefined || cell === null) return null
  if (type === 'json') return readJson(cell)
  if (cell instanceof Date) return readDateObject(cell, type)
  if (typeof cell === 'object') throw new CellProblem('one value', Array.isArray(cell) ? 'a list' : 'an object')
  const text = String(cell).trim()
  if (text === '') return null
  if (type === 'text') return text.toWellFormed()
  if (absentWords.has(text.toLowerCase())) return null
  switch (type) {
    case 'boolean':
      return readBoolean(text)
    case 'integer':
      return readInteger(text, options)
    case 'number':
      return readNumber(text, options)
    case 'date':
      return typeof cell === 'string' ? readDate(text, options) : refuse('a date', text)
    case 'timestamp':
      return typeof cell === 'string' ? readTimestamp(text, options) : refuse('a date and time', text)
  }
}

function refuse(expected: string, found: string): never {
  const shown = found.length > 60 ? `${found.slice(0, 60)}…` : found
  throw new CellProblem(expected, JSON.stringify(shown))
}

function readJson(cell: Json | Date): Json {
  if (cell instanceof Date) return cell.toISOString()
  if (typeof cell !== 'string') return cell
  if (cell.trim() === '') return null
  try {
    return JSON.parse(cell) as Json
  } catch {
    return refuse('JSON', cell)
  }
}

function readDateObject(date: Date, type: ColumnType): Json {
  if (Number.isNaN(date.getTime())) return refuse('a date', 'an impossible date')
  const iso = date.toISOString()
  if (type === 'timestamp') return iso.replace('.000Z', 'Z')
  if (type === 'text') return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.replace('.000Z', 'Z')
  if (type === 'date' && iso.endsWith('T00:00:00.000Z')) return iso.slice(0, 10)
  return refuse(type === 'date' ? 'a date without a time' : `${type}`, iso)
}

function readBoolean(text: string): boolean {
  const word = text.toLowerCase()
  if (trueWords.has(word)) return true
  if (falseWords.has(word)) return false
  return refuse('yes or no', text)
}

function readInteger(text: string, options: ReadingOptions): number {
  const value = readNumber(text, options)
  if (!Number.isSafeInteger(value)) return refuse('a whole number', text)
  return value
}

/** Thousands separators and a decimal comma are read only when the decimal sign is declared: `1,234` has two meanings. */
function readNumber(text: string, options: ReadingOptions): number {
  let plain = text
  if (options.decimal === ',' && /^[+-]?(?:\d{1,3}(?:[. \u00a0\u202f']\d{3})+|\d+)(?:,\d+)?$/.test(text)) {
    plain = text.replaceAll(/[. \u00a0\u202f']/g, '').replace(',', '.')
  } else if (options.decimal === '.' && /^[+-]?\d{1,3}(?:[, \u00a0\u202f']\d{3})+(?:\.\d+)?$/.test(text)) {
    plain = text.replaceAll(/[, \u00a0\u202f']/g, '')
  } else if (options.decimal === ',' || !/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text)) {
    return refuse(
      options.decimal === undefined && text.includes(',') ? 'a number (declare its decimal sign)' : 'a number',
      text,
    )
  }
  const value = Number(plain)
  return Number.isFinite(value) ? value : refuse('a number', text)
}

const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(?:\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?$/i

function readDate(text: string, options: ReadingOptions): string {
  const instant = instantOf(text, options)
  if (!instant) return refuse(expectedDate(options), text)
  if (!instant.iso.endsWith('T00:00:00Z')) return refuse('a date without a time', text)
  return instant.iso.slice(0, 10)
}

function readTimestamp(text: string, options: ReadingOptions): string {
  return instantOf(text, options)?.iso ?? refuse(`${expectedDate(options)}, with or without a time`, text)
}

function expectedDate({ dateFormat }: ReadingOptions): string {
  return dateFormat ? `a date written 2026-01-31 or ${dateFormat}` : 'a date written 2026-01-31 (or declare its format)'
}

/** The moment a text names, in UTC: a date alone is the start of its day, a time without a zone is UTC. */
function instantOf(text: string, { dateFormat }: ReadingOptions): { iso: string } | undefined {
  const iso = isoPattern.exec(text)
  if (iso) {
    const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = iso
    return moment([year, month, day, hour, minute, second].map(Number), fraction, zone)
  }
  if (!dateFormat) return undefined
  const format = compile(dateFormat)
  const found = format.pattern.exec(text)
  if (!found) return undefined
  const part = (name: string, fallback: number) => {
    const value = found.groups?.[name]
    return value === undefined ? fallback : Number(value)
  }
  const values = [
    part('YYYY', Number.NaN),
    part('MM', Number.NaN),
    part('DD', Number.NaN),
    part('HH', 0),
    part('mm', 0),
    part('ss', 0),
  ]
  return moment(values, '', 'Z')
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const digits = (value: number, width = 2) => String(value).padStart(width, '0')

function moment(values: readonly number[], fraction: string, zone: string): { iso: string } | undefined {
  const [year = Number.NaN, month = Number.NaN, day = Number.NaN, hour = 0, minute = 0, second = 0] = values
  if (hour > 23 || minute > 59 || second > 59 || !(year >= 0) || !(day >= 1)) return undefined
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (day > (monthDays[month - 1] ?? 0) + (leap ? 1 : 0)) return undefined
  const kept = fraction.replace(/0+$/, '')
  const end = `${kept.length > 1 ? kept : ''}Z`
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone)
  if (!offset) {
    const time = `${digits(hour)}:${digits(minute)}:${digits(second)}`
    return { iso: `${digits(year, 4)}-${digits(month)}-${digits(day)}T${time}${end}` }
  }
  const minutes = Number(offset[2]) * 60 + Number(offset[3])
  if (minutes > 14 * 60 || Number(offset[3]) > 59) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  date.setTime(date.getTime() - (offset[1] === '-' ? -1 : 1) * minutes * 60_000)
  const iso = date.toISOString()
  // Past the years 0 to 9999 ISO 8601 needs a sign, which no column holds.
  return iso.length === 24 ? { iso: `${iso.slice(0, 19)}${end}` } : undefined
}

/** Whether a format names year, month and day once each, and nothing twice. */
export function isDateFormat(format: string): boolean {
  const tokens =
    format.match(/YYYY|MM|M|DD|D|HH|H|mm|ss/g)?.map(token => (token === 'YYYY' ? token : token.charAt(0))) ?? []
  const letters = format.replaceAll(/YYYY|MM|M|DD|D|HH|H|mm|ss|[-T:/., ]/g, '')
  return (
    letters === '' &&
    new Set(tokens).size === tokens.length &&
    ['YYYY', 'M', 'D'].every(token => tokens.includes(token))
  )
}

const compiled = new Map<string, { pattern: RegExp }>()

function compile(format: string): { pattern: RegExp } {
  const known = compiled.get(format)
  if (known) return known
  const source = format.replaceAll(/YYYY|MM|M|DD|D|HH|H|mm|ss|./g, token => {
    switch (token) {
      case 'YYYY':
        return '(?<YYYY>\\d{4})'
      case 'MM':
      case 'DD':
      case 'HH':
      case 'mm':
      case 'ss':
        return `(?<${token}>\\d{2})`
      case 'M':
      case 'D':
      case 'H':
        return `(?<${token}${token}>\\d{1,2})`
      default:
        return `[${token}]`
    }
  })
  const made = { pattern: new RegExp(`^${source}$`) }
  compiled.set(format, made)
  return made
}
