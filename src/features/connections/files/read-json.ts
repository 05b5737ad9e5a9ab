import type { Json } from '../../../../verifier/records/canonical.ts'
import { VouchError } from '../../../platform/errors/errors.ts'
import type { Cell } from './cells.ts'
import { textOf } from './encoding.ts'
import { bytesOf } from './folder.ts'
import type { Row, Table, TableOptions } from './table.ts'

/** Longest record in characters, so that one endless line cannot fill the memory. */
const longestRecord = 1_000_000
const headersFrom = 100

type Fields = { readonly [key: string]: Json }

/** Opens a file of one JSON object a line. Headings are dotted paths (`profile.email`). A line that is no object carries a problem. */
export function openJsonLines(path: string, options: TableOptions): Promise<Table> {
  return tableOf(parsedLines(path, options), options)
}

/**
 * Opens a file that holds one JSON array of objects, or an object with exactly one such array (`{"employees": […]}`). The elements
 * are cut out of the text as it streams by: memory holds one element, not the file.
 */
export function openJsonArray(path: string, options: TableOptions): Promise<Table> {
  return tableOf(parsedElements(path, options), options)
}

interface Parsed {
  readonly line: number
  readonly value: Json | undefined
  readonly problem?: string
}

async function tableOf(records: AsyncGenerator<Parsed>, options: TableOptions): Promise<Table> {
  const first: Parsed[] = []
  while (first.length < headersFrom) {
    const next = await records.next()
    if (next.done) break
    first.push(next.value)
  }
  const headers = options.wanted ?? [...new Set(first.flatMap(({ value }) => (isObject(value) ? pathsOf(value) : [])))]
  return {
    headers,
    rows: rowsOf(first, records, headers),
    close: async () => {
      await records.return(undefined)
    },
  }
}

async function* rowsOf(
  first: readonly Parsed[],
  rest: AsyncGenerator<Parsed>,
  headers: readonly string[],
): AsyncGenerator<Row> {
  for (const parsed of first) yield rowOf(parsed, headers)
  for await (const parsed of rest) yield rowOf(parsed, headers)
}

function rowOf({ line, value, problem }: Parsed, headers: readonly string[]): Row {
  if (problem !== undefined) return { line, cells: [], problem }
  if (!isObject(value)) return { line, cells: [], problem: 'is not a JSON object' }
  return { line, cells: headers.map(header => lookUp(value, header)) }
}

function isObject(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The property of that very name, or the one that its dotted parts lead to; undefined when there is none. */
function lookUp(record: Fields, header: string): Cell {
  if (Object.hasOwn(record, header)) return record[header]
  let value: Json | undefined = record
  for (const part of header.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}

function pathsOf(record: Fields, prefix = '', depth = 0): string[] {
  return Object.entries(record).flatMap(([key, value]) =>
    isObject(value) && depth < 3 ? pathsOf(value, `${prefix}${key}.`, depth + 1) : [`${prefix}${key}`],
  )
}

async function* parsedLines(path: string, options: TableOptions): AsyncGenerator<Parsed> {
  let line = 0
  let rest = ''
  const parse = (text: string): Parsed | undefined => {
    line += 1
    return text.trim() === '' ? undefined : parsed(text, line)
  }
  for await (const chunk of textOf(bytesOf(path, options.signal), options.encoding)) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestRecord) throw tooLong(line + 1)
    for (const text of lines) {
      const found = parse(text)
      if (found) yield found
    }
  }
  const last = parse(rest)
  if (last) yield last
}

function parsed(text: string, line: number): Parsed {
  try {
    return { line, value: JSON.parse(text) as Json }
  } catch {
    return { line, value: undefined, problem: 'is not valid JSON' }
  }
}

function tooLong(line: number): VouchError {
  return new VouchError('unprocessable', `record ${line} is longer than ${longestRecord} characters.`)
}

/**
 * Cuts the elements of the outermost array out of the text: brackets and quotes are followed just far enough to know where an
 * element ends, and `JSON.parse` judges the element itself.
 */
async function* parsedElements(path: string, options: TableOptions): AsyncGenerator<Parsed> {
  const state = { depth: 0, arrayDepth: 0, inString: false, escaped: false, arrays: 0 }
  let element = ''
  let count = 0
  const take = (): Parsed | undefined => {
    const text = element.trim()
    element = ''
    if (text === '') return undefined
    count += 1
    return parsed(text, count)
  }
  for await (const chunk of textOf(bytesOf(path, options.signal), options.encoding)) {
    let start = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at)
      if (state.inString) {
        if (state.escaped) state.escaped = false
        else if (code === 0x5c) state.escaped = true
        else if (code === 0x22) state.inString = false
        continue
      }
      const within = state.arrayDepth > 0
      if (code === 0x22) state.inString = true
      else if (code === 0x5b || code === 0x7b) {
        state.depth += 1
        if (!within && code === 0x5b && state.depth <= 2) {
          state.arrayDepth = state.depth
          state.arrays += 1
          if (state.arrays > 1)
            throw new VouchError('unprocessable', 'it holds several lists; export the one that is wanted.')
          start = at + 1
        }
      } else if (code === 0x5d || code === 0x7d || code === 0x2c) {
        const ends = within && state.depth === state.arrayDepth
        if (ends) {
          element += chunk.slice(start, at)
          start = at + 1
          const found = take()
          if (found) yield found
        }
        if (code !== 0x2c) state.depth -= 1
        if (ends && code !== 0x2c) state.arrayDepth = 0
      }
    }
    if (state.arrayDepth > 0) element += chunk.slice(start)
    if (element.length > longestRecord) throw tooLong(count + 1)
  }
  if (state.arrays === 0)
    throw new VouchError('unprocessable', 'it holds no list of records: an array of objects was expected.')
  if (state.depth !== 0 || state.inString)
    throw new VouchError('unprocessable', `it ends in the middle of record ${count + 1}.`)
}
