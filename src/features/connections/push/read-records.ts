import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import { readLines } from '../../../../verifier/records/lines.ts'
import type { ResourceDeclaration } from '../../../../verifier/records/resource.ts'
import { type FieldProblem, messageOf, VouchError } from '../../../platform/errors/errors.ts'
import type { Protection } from '../../aliases/protect-records.ts'
import { closedLists } from '../files/resources.ts'
import type { SnapshotWriter } from '../snapshot-writer.ts'

/** A record with its lists and texts; a line that is longer is no record. */
const longestLine = 4 * 1024 * 1024
/** Asking for aliases and looking for secrets cost less for many records at once; and so much text waits for it at most. */
const protectedTogether = 500
const mostWaiting = 8 * 1024 * 1024
/** As many mistakes as are told at once. */
const mostProblems = 20

/** What came: of the bytes as they were sent. */
export interface Received {
  readonly bytes: number
  readonly sha256: string
}

/**
 * Reads JSON Lines into `writer`, as `protection` lets them be stored, whatever their number with the same memory. Throws VouchError `invalid_input` that names each line that is wrong, up to twenty of them, and `too_large`.
 */
export async function readRecords(
  body: AsyncIterable<Uint8Array>,
  declaration: ResourceDeclaration,
  { writer, protection }: { writer: SnapshotWriter; protection: Protection },
  limit: number,
): Promise<Received> {
  const meter = new BodyMeter(limit)
  const closed = Object.entries(closedLists[declaration.name] ?? {})
  const problems: FieldProblem[] = []
  let line = 0
  let waiting: { line: number; record: JsonObject }[] = []
  let length = 0
  const write = async () => {
    const records = await protection.protect(
      declaration,
      waiting.map(({ record }) => record),
    )
    for (const [at, record] of records.entries()) {
      const wrong = addTo(writer, record, declaration)
      if (typeof wrong === 'string') problems.push({ path: `line ${waiting[at]?.line}`, message: wrong })
      else if (wrong) await wrong
    }
    waiting = []
    length = 0
  }
  try {
    for await (const text of readLines(meter.pass(body))) {
      line += 1
      const { record, problem } = parseLine(text, closed)
      if (record) waiting.push({ line, record })
      else if (problem !== undefined) problems.push({ path: `line ${line}`, message: problem })
      length += text.length
      if (waiting.length >= protectedTogether || length > mostWaiting) await write()
      if (problems.length >= mostProblems) break
    }
    await write()
  } catch (thrown) {
    if (thrown instanceof TypeError && 'code' in thrown && thrown.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new VouchError('invalid_input', `After line ${line} there are bytes that are not UTF-8.`)
    throw thrown
  }
  if (problems.length > 0) throw refusal(problems.toSorted(byLine).slice(0, mostProblems))
  return meter.received()
}

/** Lines that hold no record are found before the records that wait. */
function byLine(a: FieldProblem, b: FieldProblem): number {
  return Number(a.path.slice('line '.length)) - Number(b.path.slice('line '.length))
}

function parseLine(
  text: string,
  closed: readonly (readonly [column: string, words: readonly string[]])[],
): { record?: JsonObject; problem?: string } {
  if (text.trim() === '') return { problem: 'is empty' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    return { problem: `is not JSON: ${messageOf(thrown).slice(0, 120)}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'is not a JSON object' }
  const record = value as JsonObject
  for (const [column, words] of closed) {
    const word = record[column]
    if (typeof word === 'string' && !words.includes(word))
      return {
        problem: `${column}: one of ${words.join(', ')} was expected, found ${JSON.stringify(word).slice(0, 60)}`,
      }
  }
  return { record }
}

/** A promise that is to be awaited, what is wrong with the record, or nothing. */
function addTo(
  writer: SnapshotWriter,
  record: JsonObject,
  { name }: ResourceDeclaration,
): Promise<void> | string | undefined {
  try {
    return writer.add(record)
  } catch (thrown) {
    return messageOf(thrown).replace(`${name}: `, '').replace(/\.$/, '')
  }
}

function refusal(problems: readonly FieldProblem[]): VouchError {
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
  const more = problems.length >= mostProblems ? ' The lines after these were not looked at.' : ''
  return new VouchError('invalid_input', `Nothing was published. ${list}.${more}`, { fields: problems })
}

/** Passes a body on, counting and hashing it, and ends it when it, or one of its lines, is too long. */
class BodyMeter {
  readonly #limit: number
  readonly #hash = createHash('sha256')
  #bytes = 0
  #line = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  async *pass(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#hash.update(chunk)
      this.#bytes += chunk.length
      const end = chunk.lastIndexOf(0x0a)
      this.#line = end < 0 ? this.#line + chunk.length : chunk.length - end - 1
      if (this.#bytes > this.#limit)
        throw new VouchError(
          'too_large',
          `One push may have at most ${this.#limit / 1024 / 1024} MiB here; nothing was published. Whoever runs Vouch can change that with VOUCH_UPLOAD_LIMIT_MIB.`,
        )
      if (this.#line > longestLine)
        throw new VouchError('too_large', `A line may have at most ${longestLine / 1024 / 1024} MiB. Is it JSON Lines?`)
      yield chunk
    }
  }

  received(): Received {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }
}
