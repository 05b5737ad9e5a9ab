import { ScimError } from './error.ts'

/** A value of a resource as JSON has it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

const comparisons = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
type Comparison = (typeof comparisons)[number]

/** A filter of RFC 7644, section 3.4.2.2. Paths are lower-case names, without the URN of a schema. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly of: readonly [Filter, Filter] }
  | { readonly op: 'not'; readonly of: Filter }
  | { readonly op: 'any'; readonly path: readonly string[]; readonly where: Filter }
  | { readonly op: 'pr'; readonly path: readonly string[] }
  | { readonly op: Comparison; readonly path: readonly string[]; readonly value: string | number | boolean | null }

const longest = 4_000
const deepest = 30
const token = /\s*(?:([()[\]])|("(?:[^"\\\p{Cc}]|\\.)*")|([^\s()[\]"]+))/uy

/** Reads a filter. Throws ScimError `invalidFilter` for what is none. */
export function parseFilter(text: string): Filter {
  if (text.length > longest) throw wrong('it is too long')
  const tokens = tokensOf(text)
  let at = 0
  const peek = () => tokens[at]
  const next = () => tokens[at++] ?? ''
  const expect = (sign: string) => {
    if (next() !== sign) throw wrong(`a ${sign} is missing`)
  }

  function either(depth: number): Filter {
    let left = both(depth)
    while (peek()?.toLowerCase() === 'or') {
      next()
      left = { op: 'or', of: [left, both(depth)] }
    }
    return left
  }
  function both(depth: number): Filter {
    let left = one(depth)
    while (peek()?.toLowerCase() === 'and') {
      next()
      left = { op: 'and', of: [left, one(depth)] }
    }
    return left
  }
  function one(depth: number): Filter {
    if (depth > deepest) throw wrong('it is nested too deeply')
    const word = next()
    if (word === '(') {
      const inner = either(depth + 1)
      expect(')')
      return inner
    }
    if (word.toLowerCase() === 'not') {
      expect('(')
      const inner = either(depth + 1)
      expect(')')
      return { op: 'not', of: inner }
    }
    const path = pathOf(word)
    if (peek() === '[') {
      next()
      const where = either(depth + 1)
      expect(']')
      return { op: 'any', path, where }
    }
    const op = next().toLowerCase()
    if (op === 'pr') return { op, path }
    const comparison = comparisons.find(name => name === op)
    if (!comparison) throw wrong(`${op || 'nothing'} is no comparison`)
    return { op: comparison, path, value: literal(next()) }
  }

  const filter = either(0)
  if (at < tokens.length) throw wrong(`${peek()} was not expected`)
  return filter
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  token.lastIndex = 0
  const end = text.trimEnd().length
  while (token.lastIndex < end) {
    const from = token.lastIndex
    const match = token.exec(text)
    if (!match) throw wrong(`it cannot be read from character ${from + 1} on`)
    tokens.push(match[0].trim())
  }
  return tokens
}

/** The names of a path, such as `name.familyName`, in lower case; the URN of a schema is left out. Throws ScimError `invalidFilter`. */
export function pathOf(word: string): string[] {
  const bare = word.replace(/^urn:[^\s]*:(?=[A-Za-z$][\w$.-]*$)/i, '')
  if (!/^[A-Za-z$][\w$-]*(\.[A-Za-z$][\w$-]*)?$/.test(bare)) throw wrong(`${word || 'nothing'} is no attribute`)
  return bare.toLowerCase().split('.')
}

function literal(word: string): string | number | boolean | null {
  try {
    const value: unknown = JSON.parse(/^(true|false|null)$/i.test(word) ? word.toLowerCase() : word)
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value))
      return value as string | number | boolean | null
  } catch {
    // Said below.
  }
  throw wrong(`${word || 'nothing'} is no value`)
}

/** Whether a resource, or an element of one of its lists, is what the filter asks for. Texts are compared without regard to case, as the attributes that we have are. */
export function matches(filter: Filter, resource: Json): boolean {
  switch (filter.op) {
    case 'and':
      return filter.of.every(part => matches(part, resource))
    case 'or':
      return filter.of.some(part => matches(part, resource))
    case 'not':
      return !matches(filter.of, resource)
    case 'any':
      return valuesAt(resource, filter.path).some(value => matches(filter.where, value))
    case 'pr':
      return valuesAt(resource, filter.path).some(value => value !== '' && value !== null)
    case 'ne':
      return !valuesAt(resource, filter.path).some(value => compare('eq', value, filter.value))
    default: {
      const { op, value: wanted } = filter
      return valuesAt(resource, filter.path).some(value => compare(op, value, wanted))
    }
  }
}

/** The values at a path; a list stands for its elements, and an element with a `value` also for that. */
function valuesAt(resource: Json, path: readonly string[]): Json[] {
  const found = path.reduce<Json[]>((places, name) => places.flatMap(place => under(place, name)), [resource])
  return found.flatMap(value => (Array.isArray(value) ? value : [value]))
}

function under(place: Json, name: string): Json[] {
  if (Array.isArray(place)) return place.flatMap(element => under(element, name))
  if (typeof place !== 'object' || place === null) return name === 'value' ? [place] : []
  return Object.entries(place).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []))
}

function compare(op: Exclude<Comparison, 'ne'>, given: Json, wanted: string | number | boolean | null): boolean {
  const value = typeof given === 'object' && given !== null && !Array.isArray(given) ? (given.value ?? null) : given
  if (typeof value === 'string' && typeof wanted === 'string') {
    const [left, right] = comparable(value, wanted)
    if (op === 'co') return left.includes(right)
    if (op === 'sw') return left.startsWith(right)
    if (op === 'ew') return left.endsWith(right)
    return ordered(op, left < right ? -1 : left > right ? 1 : 0)
  }
  if (typeof value === 'number' && typeof wanted === 'number' && op !== 'co' && op !== 'sw' && op !== 'ew')
    return ordered(op, value - wanted)
  return op === 'eq' && value === wanted
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i

/** Times by when they are, other texts without regard to case. */
function comparable(left: string, right: string): readonly [string, string] {
  if (moment.test(left) && moment.test(right)) {
    const times = [new Date(left), new Date(right)] as const
    if (times.every(time => !Number.isNaN(time.getTime()))) return [times[0].toISOString(), times[1].toISOString()]
  }
  return [left.toLowerCase(), right.toLowerCase()]
}

function ordered(op: Exclude<Comparison, 'ne' | 'co' | 'sw' | 'ew'> | 'co' | 'sw' | 'ew', difference: number): boolean {
  if (op === 'eq') return difference === 0
  if (op === 'gt') return difference > 0
  if (op === 'ge') return difference >= 0
  if (op === 'lt') return difference < 0
  return op === 'le' && difference <= 0
}

/** What the filter demands of one attribute by `eq`, whatever else it demands: by that an index finds it. */
export function demanded(filter: Filter, name: string): string | undefined {
  if (filter.op === 'and') return demanded(filter.of[0], name) ?? demanded(filter.of[1], name)
  if (filter.op !== 'eq' || filter.path.join('.') !== name || typeof filter.value !== 'string') return undefined
  return filter.value
}

function wrong(why: string): ScimError {
  return new ScimError('invalidFilter', `The filter cannot be read: ${why}.`)
}
