import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { canonicalJson, type JsonObject } from '../records/canonical.ts'
import { compareUtf8 } from '../records/order.ts'
import { type ListedSnapshot, objectPath, type PackageContents } from './contents.ts'
import { isCanonical, parseJson } from './json.ts'
import type { OpenPackage } from './read-package.ts'
import type { Findings } from './report.ts'
import { decompress, linesOf, UnreadableContent } from './streams.ts'

/** The longest record; the engine's own bound. */
const maxRecordBytes = 64 * 2 ** 20

/** What an object that states no length may unpack to: results repeat themselves, but not more than this. */
function looseLimit(storedBytes: number): number {
  return 64 * 2 ** 20 + storedBytes * 1_000
}

/** Where a snapshot lies for the engine. */
export function snapshotFile(workDir: string, content: string): string {
  return join(workDir, `${content}.zst`)
}

/**
 * Checks every object of the package against its hash and against what the log says of it, one at a time, in flat memory: snapshots line
 * by line (format section 4.1), results and documents as a whole. Snapshots that hold and that a check reads are laid in `workDir`.
 * Returns the hashes of the objects that hold.
 */
export async function verifyObjects(
  files: OpenPackage,
  contents: PackageContents,
  workDir: string,
  findings: Findings,
  onObject: () => void,
): Promise<Set<string>> {
  const sound = new Set<string>()
  const read = new Set(
    contents.batches.flatMap(batch => batch.content.runs.flatMap(run => run.inputs.map(input => input.content))),
  )
  const listings = Map.groupBy(contents.snapshots, ({ snapshot }) => snapshot.content)
  for (const [content, listed] of listings) {
    onObject()
    if (!(await verifySnapshot(files, content, listed, findings))) continue
    sound.add(content)
    if (read.has(content))
      await pipeline(
        files.stream(objectPath(content)),
        createWriteStream(snapshotFile(workDir, content), { flags: 'wx', mode: 0o600 }),
      )
  }
  for (const fact of contents.documents) {
    onObject()
    findings.counts.documents++
    const { content, bytes, title } = fact.content
    const says = `Leaf ${fact.index} filed the document ${JSON.stringify(title)}`
    const found = await hashObject(files, content, bytes, says, findings)
    if (found === undefined) continue
    if (found !== bytes) {
      const message = `${says} with ${bytes} bytes; it has ${found}.`
      findings.differ({
        code: 'document.changed',
        where: objectPath(content),
        expected: String(bytes),
        found: String(found),
        message,
      })
    } else sound.add(content)
  }
  for (const fact of contents.batches) {
    for (const run of fact.content.runs) {
      if (run.results === null || sound.has(run.results)) continue
      onObject()
      const limit = looseLimit(files.files.get(objectPath(run.results))?.bytes ?? 0)
      const says = `Leaf ${fact.index} says that these are the results of ${run.check}`
      if ((await hashObject(files, run.results, limit, says, findings)) !== undefined) sound.add(run.results)
    }
  }
  return sound
}

/** Hashes an object and gives its length; undefined, and named, when it is missing, unreadable or another content. */
async function hashObject(
  files: OpenPackage,
  content: string,
  limit: number,
  says: string,
  findings: Findings,
): Promise<number | undefined> {
  const where = objectPath(content)
  if (!files.files.has(where)) {
    findings.differ({ code: 'object.missing', where, message: `${says}, but ${where} is not in the package.` })
    return undefined
  }
  const digest = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of decompress(files, where, limit)) {
      digest.update(chunk)
      bytes += chunk.length
    }
  } catch (error) {
    if (!(error instanceof UnreadableContent)) throw error
    findings.differ({ code: 'object.changed', where, message: `${says}, but ${where} ${error.message}.` })
    return undefined
  }
  const found = digest.digest('hex')
  if (found === content) return bytes
  findings.differ({
    code: 'object.changed',
    where,
    expected: content,
    found,
    message: `${says}, but the content of ${where} is another.`,
  })
  return undefined
}

async function verifySnapshot(
  files: OpenPackage,
  content: string,
  listed: readonly ListedSnapshot[],
  findings: Findings,
): Promise<boolean> {
  const [first] = listed
  if (!first) return false
  const { snapshot } = first
  const says = `Leaf ${first.leaf} committed to ${snapshot.records} records of ${snapshot.resource} from "${first.connectionName}"`
  const where = objectPath(content)
  if (!files.files.has(where)) {
    findings.differ({ code: 'object.missing', where, message: `${says}, but ${where} is not in the package.` })
    return false
  }
  const digest = createHash('sha256')
  const orders = [...new Set(listed.map(item => JSON.stringify(item.snapshot.declaration.key)))].map(
    key => new KeyOrder(JSON.parse(key)),
  )
  let bytes = 0
  let records = 0
  let broken: string | undefined
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of decompress(files, where, snapshot.bytes)) {
      digest.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  try {
    for await (const lines of linesOf(counted(), maxRecordBytes)) {
      for (const line of lines) {
        records++
        broken ??= lineProblem(line, orders)?.replace('%', String(records))
      }
    }
  } catch (error) {
    if (!(error instanceof UnreadableContent)) throw error
    findings.differ({ code: 'object.changed', where, message: `${says}, but ${where} ${error.message}.` })
    return false
  }
  const found = digest.digest('hex')
  if (found !== content) {
    findings.differ({
      code: 'object.changed',
      where,
      expected: content,
      found,
      message: `${says}, but the records in ${where} are others.`,
    })
    return false
  }
  if (broken !== undefined) findings.differ({ code: 'snapshot.form', where, message: `${says}: ${broken}` })
  for (const item of listed) {
    const claim = item.snapshot
    if (item.inPeriod) {
      findings.counts.snapshots++
      findings.counts.records += records
    }
    if (claim.records === records && claim.bytes === bytes) continue
    const message = `Leaf ${item.leaf} says that its snapshot of ${claim.resource} has ${claim.records} records; it has ${records}.`
    const expected = `${records} records, ${bytes} bytes`
    findings.differ({
      code: 'snapshot.counts',
      where,
      expected,
      found: `${claim.records} records, ${claim.bytes} bytes`,
      message,
    })
  }
  return broken === undefined
}

function lineProblem(line: string, orders: readonly KeyOrder[]): string | undefined {
  const record = parseJson(line)
  if (typeof record !== 'object' || record === null || Array.isArray(record) || !isCanonical(record, line)) {
    return 'record % is not a canonical JSON object.'
  }
  return orders.some(order => !order.follows(record as JsonObject))
    ? 'record % is out of order, or has the key of the one before.'
    : undefined
}

/** Whether records come in the order of their keys, each key once (format section 4.1). */
class KeyOrder {
  readonly #columns: readonly string[]
  #previous: string | undefined

  constructor(columns: readonly string[]) {
    this.#columns = columns
  }

  follows(record: JsonObject): boolean {
    const key = canonicalJson(this.#columns.map(column => record[column] ?? null))
    const inOrder = this.#previous === undefined || compareUtf8(this.#previous, key) < 0
    this.#previous = key
    return inOrder
  }
}
