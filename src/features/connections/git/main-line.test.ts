import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MainLine } from './main-line.ts'
import type { ParsedCommit } from './parse-object.ts'

function node(index: number, parents: readonly number[]): ParsedCommit {
  const person = { name: `P${index}`, email: `p${index}@example.com`, date: null }
  return {
    sha: `c${index}`,
    tree: null,
    parents: parents.map(parent => `c${parent}`),
    author: person,
    committer: person,
    subject: null,
    signature: { state: 'none', type: null },
    trailers: [],
    undecodable: false,
    pullRequest: null,
  }
}

/** Any history: commit n has parents with smaller numbers; only those that the last commit reaches are kept. */
const histories = fc
  .array(fc.array(fc.nat(), { minLength: 0, maxLength: 3 }), { minLength: 1, maxLength: 40 })
  .map(seeds => {
    const parents = seeds.map((seed, n) => (n === 0 ? [] : [...new Set(seed.map(value => value % n))]))
    const reached = new Set<number>()
    const visit = (n: number) => {
      if (reached.has(n)) return
      reached.add(n)
      for (const parent of parents[n] ?? []) visit(parent)
    }
    visit(parents.length - 1)
    return parents.map((own, n) => (reached.has(n) ? own : undefined))
  })

/** The plain way: for each main-line commit, oldest first, everything that it reaches and no older one did. */
function expected(parents: readonly (readonly number[] | undefined)[]): Map<string, number> {
  const line: number[] = []
  for (let n: number | undefined = parents.length - 1; n !== undefined; n = parents[n]?.[0]) line.push(n)
  const taken = new Set<number>()
  const counts = new Map<string, number>()
  for (const head of line.reverse()) {
    const before = taken.size
    const stack = [head]
    for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
      if (taken.has(n)) continue
      taken.add(n)
      stack.push(...(parents[n] ?? []))
    }
    counts.set(`c${head}`, taken.size - before)
  }
  return counts
}

describe('MainLine', () => {
  it('attributes every commit of any history to the oldest change that reaches it', () => {
    fc.assert(
      fc.property(histories, parents => {
        const line = new MainLine()
        const counts = new Map<string, number>()
        const order = parents.map((own, n) => ({ own, n })).reverse()
        for (const { own, n } of order) {
          if (!own) continue
          for (const change of line.visit(node(n, own)).complete) {
            expect(counts.has(change.commit.sha)).toBe(false)
            counts.set(change.commit.sha, change.commitCount)
          }
        }
        expect(line.end()).toEqual([])
        expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(expected(parents)))
      }),
      { numRuns: 500 },
    )
  })
})
