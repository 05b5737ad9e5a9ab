import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, type Json, type JsonObject } from '../../../verifier/records/canonical.ts'
import { readLines } from '../../../verifier/records/lines.ts'
import { compareUtf8 } from '../../../verifier/records/order.ts'
import type { ColumnType, ResourceDeclaration } from '../../../verifier/records/resource.ts'
import { VouchError } from '../../platform/errors/errors.ts'

interface Line {
  readonly key: string
  readonly text: string
}

// Above this much text the records are sorted in parts on disk: memory stays flat however many there are.
const largestPart = 64 * 1024 * 1024

/**
 * Turns one resource's records, in whatever order they come, into a snapshot: canonical JSON Lines in the order of the record's key
 * (canonical JSON of the key columns' values, by UTF-8 bytes), each key once.
 */
export class SnapshotWriter {
  readonly #declaration: ResourceDeclaration
  readonly #folder: string
  readonly #partBytes: number
  readonly #parts: string[] = []
  #lines: Line[] = []
  #bytes = 0
  #records = 0

  /** `folder` is the run's own, for parts of about `partBytes` characters. */
  constructor(declaration: ResourceDeclaration, folder: string, partBytes = largestPart) {
    this.#declaration = declaration
    this.#folder = folder
    this.#partBytes = partBytes
  }

  get records(): number {
    return this.#records
  }

  /** Throws VouchError `source_failed` when a key column is null or a value is not of its column's declared type. */
  async add(record: JsonObject): Promise<void> {
    checkRecord(this.#declaration, record)
    const key = canonicalJson(this.#declaration.key.map(column => record[column] as Json))
    const text = canonicalJson(record)
    this.#lines.push({ key, text })
    this.#bytes += text.length
    this.#records++
    if (this.#bytes > this.#partBytes) await this.#spill()
  }

  /** The snapshot's bytes, in order. Throws VouchError `source_failed` when two records have the same key. To be read once. */
  async *content(): AsyncGenerator<Uint8Array> {
    sortLines(this.#lines)
    const sources: AsyncGenerator<Line>[] = this.#parts.map(path => readPart(path))
    sources.push(fromArray(this.#lines))
    let previous: string | undefined
    let chunk: string[] = []
    let length = 0
    for await (const line of merge(sources)) {
      if (line.key === previous) {
        throw new VouchError(
          'source_failed',
          `${this.#declaration.name}: the source gave two records with the key ${line.key}.`,
        )
      }
      previous = line.key
      chunk.push(line.text, '\n')
      length += line.text.length
      if (length > 1024 * 1024) {
        yield Buffer.from(chunk.join(''))
        chunk = []
        length = 0
      }
    }
    if (chunk.length > 0) yield Buffer.from(chunk.join(''))
  }

  async #spill(): Promise<void> {
    sortLines(this.#lines)
    const path = join(this.#folder, `${this.#declaration.name}-${this.#parts.length}.part`)
    const file = createWriteStream(path, { mode: 0o600 })
    for (const line of this.#lines) {
      // Canonical JSON holds no line breaks or tabs outside of strings, where they are escaped.
      if (!file.write(`${line.key}\t${line.text}\n`)) await once(file, 'drain')
    }
    file.end()
    await once(file, 'finish')
    this.#parts.push(path)
    this.#lines = []
    this.#bytes = 0
  }
}

function sortLines(lines: Line[]): void {
  lines.sort((a, b) => compareUtf8(a.key, b.key))
}

async function* readPart(path: string): AsyncGenerator<Line> {
  for await (const text of readLines(createReadStream(path))) {
    const tab = text.indexOf('\t')
    yield { key: text.slice(0, tab), text: text.slice(tab + 1) }
  }
}

async function* fromArray(lines: readonly Line[]): AsyncGenerator<Line> {
  yield* lines
}

/** Merges sorted sources; there are as many as parts, few, so the smallest head is found by looking at each. Closes them all, also when it is left early. */
async function* merge(sources: AsyncGenerator<Line>[]): AsyncGenerator<Line> {
  try {
    const heads = await Promise.all(sources.map(source => source.next()))
    for (;;) {
      let least = -1
      for (let i = 0; i < heads.length; i++) {
        const head = heads[i]
        const best = heads[least]
        if (!head || head.done) continue
        if (!best || best.done || compareUtf8(head.value.key, best.value.key) < 0) least = i
      }
      const source = sources[least]
      const head = heads[least]
      if (!source || !head || head.done) return
      yield head.value
      heads[least] = await source.next()
    }
  } finally {
    await Promise.all(sources.map(source => source.return(undefined)))
  }
}

function checkRecord(declaration: ResourceDeclaration, record: JsonObject): void {
  for (const [name, column] of Object.entries(declaration.columns)) {
    const value = record[name]
    if (value === undefined || value === null) {
      if (declaration.key.includes(name))
        throw new VouchError('source_failed', `${declaration.name}: a record has no ${name}, which is part of its key.`)
    } else if (!typeChecks[column.type](value)) {
      throw new VouchError(
        'source_failed',
        `${declaration.name}: ${name} should be ${column.type}, but the source gave ${JSON.stringify(value).slice(0, 80)}.`,
      )
    }
  }
}

const timestampPattern = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/
const datePattern = /^\d{4}-\d{2}-\d{2}$/

/** Whether the calendar has the day. `Date.parse` alone takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const time = Date.parse(date)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date)
}

const typeChecks: Readonly<Record<ColumnType, (value: Json) => boolean>> = {
  text: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  integer: value => Number.isSafeInteger(value),
  number: value => typeof value === 'number',
  timestamp: value => typeof value === 'string' && timestampPattern.test(value) && isDay(value.slice(0, 10)),
  date: value => typeof value === 'string' && datePattern.test(value) && isDay(value),
  json: () => true,
}
