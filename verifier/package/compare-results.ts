import { createReadStream } from 'node:fs'
import type { CheckSuccess } from '../checks/protocol.ts'
import { canonicalJson } from '../records/canonical.ts'
import type { CheckRunFact } from '../records/facts.ts'
import { compareUtf8 } from '../records/order.ts'
import { objectPath } from './contents.ts'
import { parseJson } from './json.ts'
import type { OpenPackage } from './read-package.ts'
import type { Findings } from './report.ts'
import { decompress, linesOf, UnreadableContent } from './streams.ts'

interface Row {
  readonly subject: string
  readonly text: string
}

const maxRowBytes = 64 * 2 ** 20
/** Rows named for one run; the rest is counted. */
const mostNamed = 10

/**
 * Says where the results that the log names differ from those of the check performed again, subject by subject. Both are in the order of
 * their subjects, so one pass in flat memory suffices.
 */
export async function compareResults(
  options: { readonly files: OpenPackage; readonly sound: ReadonlySet<string>; readonly findings: Findings },
  where: string,
  run: CheckRunFact,
  outcome: CheckSuccess,
): Promise<void> {
  const { files, sound, findings } = options
  const logged = run.results ?? ''
  const differ = (message: string) =>
    findings.differ({ code: 'run.results', where, expected: outcome.sha256, found: logged, message })
  if (!sound.has(logged))
    return differ(
      `${run.check} performed again gives other results, and those that the log names are not in the package.`,
    )
  const ours = rows(linesOf(createReadStream(outcome.file), maxRowBytes))
  const path = objectPath(logged)
  const limit = 64 * 2 ** 20 + (files.files.get(path)?.bytes ?? 0) * 1_000
  const theirs = rows(linesOf(decompress(files, path, limit), maxRowBytes))
  let named = 0
  try {
    for await (const [expected, found] of pairs(ours, theirs)) {
      if (expected?.text === found?.text) continue
      if (++named > mostNamed) break
      const subject = expected?.subject ?? found?.subject ?? ''
      findings.differ({
        code: 'run.results',
        where: `${where}, subject ${JSON.stringify(subject)}`,
        expected: expected ? short(expected.text) : 'no such subject',
        found: found ? short(found.text) : 'no such subject',
        message: `${run.check} says something else of ${JSON.stringify(subject)} when it is performed again.`,
      })
    }
  } catch (error) {
    if (!(error instanceof UnreadableContent)) throw error
    return differ(
      `${run.check} performed again gives other results; those that the log names cannot be read: ${path} ${error.message}.`,
    )
  } finally {
    await ours.return(undefined)
    await theirs.return(undefined)
  }
  if (named === 0) differ(`The results of ${run.check} are the same in another spelling: they are not canonical.`)
  else if (named > mostNamed)
    findings.note(`More than ${mostNamed} results of ${where} differ; the first ${mostNamed} are named.`)
}

async function* rows(lists: AsyncGenerator<string[]>): AsyncGenerator<Row> {
  for await (const list of lists) {
    for (const text of list) {
      const value = parseJson(text)
      const subject =
        typeof value === 'object' && value !== null && 'subject_id' in value ? value.subject_id : undefined
      if (typeof subject !== 'string') throw new UnreadableContent(`has a line without a subject: ${short(text)}`)
      yield { subject, text }
    }
  }
}

/** Joins two ordered lists of rows by subject. */
async function* pairs(
  ours: AsyncGenerator<Row>,
  theirs: AsyncGenerator<Row>,
): AsyncGenerator<[Row | undefined, Row | undefined]> {
  const next = async (list: AsyncGenerator<Row>): Promise<Row | undefined> => {
    const step = await list.next()
    return step.done ? undefined : step.value
  }
  let left = await next(ours)
  let right = await next(theirs)
  while (left || right) {
    const order = left && right ? compareUtf8(left.subject, right.subject) : left ? -1 : 1
    yield [order <= 0 ? left : undefined, order >= 0 ? right : undefined]
    if (order <= 0) left = await next(ours)
    if (order >= 0) right = await next(theirs)
  }
}

/** Status and reason of a row, or as much of it as a person wants to read. */
function short(text: string): string {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) return text.slice(0, 200)
  const { status, reason, subject_id, ...columns } = value as Record<string, unknown>
  const rest = Object.keys(columns).length > 0 ? ` ${canonicalJson(columns as Record<string, string>)}` : ''
  return `${String(status)}: ${String(reason)}${rest}`.slice(0, 400)
}
