import type { ImportedCommit } from '../src/features/connections/git/builders.ts'

/** A history to be written with `fastImport`, and what should be found in it. */
export interface LargeHistory {
  /** Commit *n* is mark *n* + 1. `main` is the main line. */
  readonly commits: readonly ImportedCommit[]
  /** Marks worth a tag, oldest first. */
  readonly releases: readonly number[]
}

const people = Array.from({ length: 40 }, (_, n) => `Person ${n} Müller <person${n}@company.example>`)
const forge = 'GitHub <noreply@github.com>'

/** A small generator with a fixed seed (mulberry32). */
function randomSource(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (((t ^ (t >>> 14)) >>> 0) % 1_000_003) % below
  }
}

/**
 * At least `size` commits that end at `until` (seconds since 1970), one every hour: direct pushes, squashed pull requests, and merges of branches that left the main line
 * up to 30 changes ago, some of which merged the main line back, some merged two at once. One branch in a hundred was never merged, so the main line does not reach it. The same
 * parameters give the same history.
 */
export function largeHistory(size: number, until: number): LargeHistory {
  const random = randomSource(50_000)
  const line: number[] = []
  const releases: number[] = []
  const planned: Omit<ImportedCommit, 'at'>[] = []
  const add = (branch: string, parents: number[], message: string, committer?: string): number => {
    const author = people[random(people.length)]
    return planned.push({ branch, parents, message, author, committer: committer ?? author })
  }
  const reviewed = () => (random(3) === 0 ? `\n\nReviewed-by: ${people[random(people.length)]}\n` : '\n')
  const branchOff = (branch: string): number => {
    let head = line.at(-1 - random(Math.min(30, line.length))) ?? 1
    for (let left = 1 + random(5); left > 0; left--) head = add(branch, [head], `Work on ${branch}${reviewed()}`)
    if (random(6) === 0) head = add(branch, [head, line.at(-1) ?? 1], 'Merge the main line back')
    return head
  }
  line.push(add('main', [], 'Begin'))
  for (let change = 1; planned.length < size; change++) {
    const tip = line.at(-1) ?? 1
    const kind = random(100)
    if (kind < 25) line.push(add('main', [tip], `Change ${change} by hand${reviewed()}`))
    else if (kind < 60) line.push(add('main', [tip], `Change ${change} (#${change})${reviewed()}`, forge))
    else if (kind < 61) branchOff('abandoned')
    else {
      const heads = [branchOff('topic'), ...(random(20) === 0 ? [branchOff('other')] : [])]
      line.push(add('main', [tip, ...heads], `Merge pull request #${change} from company/topic`, forge))
    }
    if (change % 400 === 0) releases.push(line.at(-1) ?? 1)
  }
  const commits = planned.map((commit, n) => ({ ...commit, at: until - (planned.length - 1 - n) * 3_600 }))
  return { commits, releases }
}
