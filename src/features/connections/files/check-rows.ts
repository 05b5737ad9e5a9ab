import { VouchError } from '../../../platform/errors/errors.ts'
import type { Cell } from './cells.ts'
import { KeyIndex } from './key-index.ts'
import {
  declarationOf,
  type FieldProblem,
  findColumns,
  keyOf,
  neverSeen,
  type RowSettings,
  recordOf,
} from './map-rows.ts'
import { type OpenedTable, openTable, type TableRequest } from './open-table.ts'
import { wordsOf } from './resources.ts'

/** What is wrong with the rows of a file as they are mapped: what a collection would say of them. */
export interface RowCheck {
  /** Rows that were checked, and whether they are all of the file's. */
  readonly rows: number
  readonly whole: boolean
  /** How many problems there are; the first of them are in `problems`. */
  readonly count: number
  readonly problems: readonly RowProblem[]
  /** Words that a field does not know, with what they could mean and in how many rows they stand. */
  readonly unknownWords: readonly UnknownWord[]
}

export interface RowProblem {
  /** Null when it concerns the whole file. */
  readonly line: number | null
  /** Null when it concerns the whole row. */
  readonly field: string | null
  readonly header: string | null
  readonly message: string
}

export interface UnknownWord {
  readonly field: string
  readonly word: string
  readonly rows: number
}

export interface CheckLimits {
  readonly rows: number
  readonly problems: number
  readonly words: number
  /** All problems of so many first rows are told, whatever `problems` says. */
  readonly shown: number
}

export interface RowsToCheck {
  readonly path: string
  readonly name: string
  readonly sample: number | undefined
  readonly settings: RowSettings & TableRequest
  readonly signal: AbortSignal
  /** Ends the check with what was found by then. */
  readonly deadline: AbortSignal
  readonly limits: CheckLimits
}

/** Reads rows as a collection would and gathers what is wrong, until a limit is met. Throws what `openTable` throws. */
export async function checkRows(work: RowsToCheck): Promise<RowCheck> {
  const { path, name, settings, signal, deadline, sample } = work
  const wanted = Object.values(settings.mapping)
  const found = new Found(work)
  try {
    const opened = await openTable(path, name, { ...settings, wanted }, deadline, sample)
    try {
      await readRows(opened, work, found)
    } finally {
      await opened.table.close()
    }
  } catch (thrown) {
    signal.throwIfAborted()
    // When the time is up, what was read until then still counts; a file that breaks off is a problem like others.
    if (!deadline.aborted) found.add(null, { field: null, header: null, message: clauseOf(thrown) })
  }
  return found.result()
}

function clauseOf(thrown: unknown): string {
  if (!(thrown instanceof VouchError)) throw thrown
  return thrown.message.replace(/\.$/, '')
}

async function readRows(opened: OpenedTable, work: RowsToCheck, found: Found): Promise<void> {
  const { settings, limits } = work
  const declaration = declarationOf(settings.resource)
  const { columns, problems } = findColumns(settings, declaration, opened)
  for (const problem of problems) found.add(null, problem)
  for (const field of declaration.key.filter(column => !settings.mapping[column]))
    found.add(null, { field, header: null, message: `say which column holds ${field}: it tells the rows apart` })
  const keyed = declaration.key.every(column => columns.some(({ name }) => name === column))
  const keys = new KeyIndex()
  const seen = new Set<string>()
  const named = declaration.key.join(' and ')
  const [keyColumn] = columns.filter(({ name }) => declaration.key.includes(name))
  const ofKey = { field: keyColumn?.name ?? null, header: keyColumn?.header ?? null }
  for await (const { line, cells, problem } of opened.table.rows) {
    if (found.rows >= limits.rows) return
    found.rows += 1
    if (problem !== undefined) {
      found.add(line, { field: null, header: null, message: problem })
      continue
    }
    const record = recordOf(columns, cells, seen, (wrong, cell) => {
      found.add(line, wrong)
      found.word(wrong.field, cell)
    })
    const key = keyed ? keyOf(declaration, record) : undefined
    if (!keyed) continue
    const earlier = key === undefined ? undefined : keys.add(key, { file: 0, line })
    if (key === undefined) found.add(line, { ...ofKey, message: `${named} may not be empty: it tells the rows apart` })
    else if (earlier) found.add(line, { ...ofKey, message: `the same ${named} as in line ${earlier.line}` })
  }
  found.whole = true
  for (const { name: field, header } of found.rows > 0 ? neverSeen(columns, seen) : [])
    found.add(null, { field, header, message: `no record has "${header}" (mapped to ${field})` })
}

class Found {
  rows = 0
  whole = false
  readonly #work: RowsToCheck
  readonly #problems: RowProblem[] = []
  readonly #words = new Map<string, UnknownWord>()
  readonly #worded: Readonly<Record<string, readonly string[]>>
  #count = 0

  constructor(work: RowsToCheck) {
    this.#work = work
    this.#worded = wordsOf(declarationOf(work.settings.resource))
  }

  add(line: number | null, problem: Omit<RowProblem, 'line'> | FieldProblem): void {
    const { limits } = this.#work
    this.#count += 1
    const kept = this.rows <= limits.shown || this.#problems.length < limits.problems
    const { field, header, message } = problem
    if (kept) this.#problems.push({ line, field, header, message })
  }

  word(field: string, cell: Cell): void {
    if (!this.#worded[field] || typeof cell !== 'string') return
    const word = cell.trim().slice(0, 100)
    const id = JSON.stringify([field, word.toLowerCase()])
    const known = this.#words.get(id)
    if (known || this.#words.size < this.#work.limits.words)
      this.#words.set(id, { field, word: known?.word ?? word, rows: (known?.rows ?? 0) + 1 })
  }

  result(): RowCheck {
    return {
      rows: this.rows,
      whole: this.whole,
      count: this.#count,
      problems: this.#problems,
      unknownWords: [...this.#words.values()],
    }
  }
}
