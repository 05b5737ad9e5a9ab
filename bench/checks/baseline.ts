import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createZstdDecompress } from 'node:zlib'
import { canonicalJson, sha256 } from '../../verifier/records/canonical.ts'
import { asOf } from './synthetic.ts'

/*
 * The same check as a plain JavaScript loop, in a process of its own: node baseline.ts <changes> <leavers> <out>.
 * Prints { decodeMs, loopMs, peakMemory, sha256 } as JSON.
 */

interface Change {
  readonly author: string
  readonly reviewer: string | null
  readonly branch: string
  readonly merged_at: string
  readonly signed: boolean | null
  readonly additions: number
}

async function decode<T>(path: string): Promise<T[]> {
  const records: T[] = []
  const lines = createInterface({ input: createReadStream(path).pipe(createZstdDecompress()) })
  for await (const line of lines) records.push(JSON.parse(line) as T)
  return records
}

function judge(changes: readonly Change[], leavers: readonly { readonly email: string }[]): string {
  const gone = new Set(leavers.map(leaver => leaver.email))
  const since = Date.parse(asOf) - 365 * 86_400_000
  const authors = new Map<string, { changes: number; unreviewed: number; unknown: number; additions: number }>()
  for (const change of changes) {
    if (change.branch !== 'main' || Date.parse(change.merged_at) <= since || gone.has(change.author)) continue
    let sums = authors.get(change.author)
    if (!sums) {
      sums = { changes: 0, unreviewed: 0, unknown: 0, additions: 0 }
      authors.set(change.author, sums)
    }
    sums.changes++
    sums.additions += change.additions
    if (change.reviewer === null || change.reviewer === change.author) sums.unreviewed++
    if (change.reviewer === null && change.signed === null) sums.unknown++
  }
  const rows = [...authors]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([author, sums]) => {
      const status = sums.unknown > 0 ? 'unknown' : sums.unreviewed > 0 ? 'fail' : 'pass'
      const reason = `${sums.unreviewed} of ${sums.changes} changes have no independent review`
      return `${canonicalJson({ subject_id: author, status, reason, additions: sums.additions })}\n`
    })
  return rows.join('')
}

const [changesPath = '', leaversPath = '', out = ''] = process.argv.slice(2)
const started = performance.now()
const changes = await decode<Change>(changesPath)
const leavers = await decode<{ email: string }>(leaversPath)
const decoded = performance.now()
const results = judge(changes, leavers)
writeFileSync(out, results)
const done = performance.now()
const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
console.log(
  JSON.stringify({
    decodeMs: decoded - started,
    loopMs: done - decoded,
    peakMemory: Number(peak) * 1024,
    sha256: sha256(results),
  }),
)
