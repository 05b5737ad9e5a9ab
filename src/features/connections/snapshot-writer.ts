import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../../verifier/records/canonical.ts'
import { readLines } from '../../../verifier/records/lines.ts'
import { compareUtf8 } from '../../../verifier/records/order.ts'
import type { ResourceDeclaration } from '../../../verifier/records/resource.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { RecordForm } from './record-form.ts'
import { type Line, sortLines } from './sort-lines.ts'

// Above this much text the records are sorted in parts on disk: memory stays flat however many there are. With 64 Mi characters a history of 200,000
// commits took 1.1 GB.
const largestPart = 6 * 1024 * 1024
const chunkLength = 512 * 1024

/**
 * Turns one resource's records, in whatever order they come, into a snapshot: canonical JSON Lines in the order of the record's key
 * (canonical JSON of the key columns' values, by UTF-8 bytes), each key once.
 */
export class SnapshotWriter {
  readonly #declaration: ResourceDeclaration
  readonly #form: RecordForm
  readonly #folder: string
  readonly #partBytes: number
  readonly #parts: string[] = []
  #lines: Line[] = []
  #bytes = 0
  #records = 0

  /** `folder` is the run's own, for parts of about `partBytes` characters. */
  constructor(declaration: ResourceDeclaration, folder: string, partBytes = largestPart) {
    this.#declaration = declaration
    this.#form = new RecordForm(declaration)
    this.#folder = folder
    this.#partBytes = partBytes
  }

  get records(): number {
    return this.#records
  }

  /**
   * Takes a record; when it returns a promise, that is to be awaited before the next one. Throws VouchError `source_failed` when a key column is null or a value is
   * not of its column's declared type. Awaiting each of a million records took as long as writing them.
   */
  add(record: JsonObject): Promise<void> | undefined {
    const line = this.#form.lineOf(record)
    this.#lines.push(line)
    this.#bytes += line.text.length
    this.#records++
    return this.#bytes > this.#partBytes ? this.#spill() : undefined
  }

  /** The snapshot's bytes, in order. Throws VouchError `source_failed` when two records have the same key. To be read once. */
  async *content(): AsyncGenerator<Uint8Array> {
    this.#lines = sortLines(this.#lines)
    const sources = this.#parts.map(path => new Source([], readPart(path)))
    sources.push(new Source(this.#lines))
    let previous: string | undefined
    for await (const lines of merge(sources)) {
      for (const { key } of lines) {
        if (key === previous) {
          throw new VouchError(
            'source_failed',
            `${this.#declaration.name}: the source gave two records with the key ${key}.`,
          )
        }
        previous = key
      }
      yield Buffer.from(`${lines.map(line => line.text).join('\n')}\n`)
    }
  }

  async #spill(): Promise<void> {
    const lines = sortLines(this.#lines)
    const path = join(this.#folder, `${this.#declaration.name}-${this.#parts.length}.part`)
    const file = createWriteStream(path, { mode: 0o600 })
    for (const some of chunksOf(lines)) {
      // Canonical JSON holds no line breaks or tabs outside of strings, where they are escaped.
      const chunk = some.map(line => `${line.key}\t${line.text}\n`).join('')
      if (!file.write(chunk)) await once(file, 'drain')
    }
    file.end()
    await once(file, 'finish')
    this.#parts.push(path)
    this.#lines = []
    this.#bytes = 0
  }
}

/** Consecutive lines of about half a million characters. */
function* chunksOf(lines: readonly Line[]): Generator<readonly Line[]> {
  let start = 0
  let length = 0
  for (const [at, line] of lines.entries()) {
    length += line.text.length
    if (length < chunkLength) continue
    yield lines.slice(start, at + 1)
    start = at + 1
    length = 0
  }
  if (start < lines.length) yield lines.slice(start)
}

async function* readPart(path: string): AsyncGenerator<readonly Line[]> {
  let lines: Line[] = []
  let length = 0
  for await (const text of readLines(createReadStream(path))) {
    const tab = text.indexOf('\t')
    lines.push({ key: text.slice(0, tab), text: text.slice(tab + 1) })
    length += text.length
    if (length < chunkLength) continue
    yield lines
    lines = []
    length = 0
  }
  if (lines.length > 0) yield lines
}

/** A sorted source of lines, looked at one line at a time and read many at a time: waiting for each line took as long as all else. */
class Source {
  readonly #more: AsyncGenerator<readonly Line[]> | undefined
  #lines: readonly Line[]
  #at = 0

  constructor(lines: readonly Line[], more?: AsyncGenerator<readonly Line[]>) {
    this.#lines = lines
    this.#more = more
  }

  /** The line that is next; undefined when `fill` is to be called, or has found no more. */
  get head(): Line | undefined {
    return this.#lines[this.#at]
  }

  next(): void {
    this.#at++
  }

  async fill(): Promise<void> {
    const read = await this.#more?.next()
    this.#lines = read && !read.done ? read.value : []
    this.#at = 0
  }

  async close(): Promise<void> {
    await this.#more?.return(undefined)
  }
}

/** Merges sorted sources; there are as many as parts, few, so the smallest head is found by looking at each. Closes them all, also when it is left early. */
async function* merge(sources: readonly Source[]): AsyncGenerator<readonly Line[]> {
  try {
    let lines: Line[] = []
    let length = 0
    for (const source of sources) if (!source.head) await source.fill()
    for (;;) {
      let least: Source | undefined
      let line: Line | undefined
      for (const source of sources) {
        const head = source.head
        if (head && (!line || compareUtf8(head.key, line.key) < 0)) {
          least = source
          line = head
        }
      }
      if (!least || !line) break
      lines.push(line)
      length += line.text.length
      if (length >= chunkLength) {
        yield lines
        lines = []
        length = 0
      }
      least.next()
      if (!least.head) await least.fill()
    }
    if (lines.length > 0) yield lines
  } finally {
    await Promise.all(sources.map(source => source.close()))
  }
}
