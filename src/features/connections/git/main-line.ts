import { isReview, type ParsedCommit, type Person } from './parse-object.ts'

export type ChangeKind = 'merge' | 'squash' | 'direct'

/** One step of the main line by first parent, with what it brought along. */
export interface Change {
  readonly commit: ParsedCommit
  readonly kind: ChangeKind
  /** Those who wrote the commits that this change brought, without a merge commit's own author; distinct, oldest last. */
  readonly authors: readonly Person[]
  /** Commits that this change brought, itself included. The sum over all changes is the number of commits. */
  readonly commitCount: number
  /** Of these, commits that are not merges and name no reviewer other than their own author. */
  readonly unreviewedCommits: number
}

interface OpenChange {
  readonly commit: ParsedCommit
  readonly authors: Map<string, Person>
  commitCount: number
  unreviewedCommits: number
  /** Commits not yet visited that, as far as is known, belong to this change. */
  pending: number
}

/**
 * Attributes every commit to the oldest main-line commit that reaches it, in one pass and with memory for the open branches only.
 *
 * Commits must be visited children first (`git rev-list --topo-order`). The main line is the chain of first parents from the first
 * commit visited. Going back in time, a commit takes the oldest change of its children; a change is complete when no commit still
 * to be visited can belong to it.
 */
export class MainLine {
  #next: string | undefined
  #started = false
  #age = 0
  readonly #open = new Map<number, OpenChange>()
  /** Commits named as a parent and not yet visited: which change (its age, counted from the head) they belong to. */
  readonly #frontier = new Map<string, number>()

  /**
   * Takes the next commit. `counted` is false for a commit that is walked through but not part of the collection.
   * Returns whether it is on the main line and the changes that are now complete.
   */
  visit(commit: ParsedCommit, counted = true): { onMainLine: boolean; complete: Change[] } {
    const onMainLine = !this.#started || commit.sha === this.#next
    const reached = this.#frontier.get(commit.sha)
    this.#frontier.delete(commit.sha)
    const age = onMainLine ? this.#advance(commit) : reached
    const complete: Change[] = []
    if (age === undefined) throw new Error(`commit ${commit.sha} came before every commit that leads to it`)
    const change = this.#open.get(age)
    if (change && counted) attribute(change, commit, onMainLine)
    const parents = onMainLine ? commit.parents.slice(1) : commit.parents
    for (const parent of parents) this.#reach(parent, age, complete)
    if (reached !== undefined) this.#release(reached, complete)
    if (onMainLine) this.#release(age, complete)
    return { onMainLine, complete }
  }

  /** The changes still open at the end: none, unless the history is cut (a shallow clone). */
  end(): Change[] {
    const rest = [...this.#open.values()].map(finished)
    this.#open.clear()
    return rest
  }

  #advance(commit: ParsedCommit): number {
    this.#started = true
    this.#next = commit.parents[0]
    this.#age += 1
    this.#open.set(this.#age, { commit, authors: new Map(), commitCount: 0, unreviewedCommits: 0, pending: 1 })
    return this.#age
  }

  #reach(parent: string, age: number, complete: Change[]): void {
    if (parent === this.#next) return
    const known = this.#frontier.get(parent)
    if (known !== undefined && known >= age) return
    this.#frontier.set(parent, age)
    const change = this.#open.get(age)
    if (change) change.pending += 1
    if (known !== undefined) this.#release(known, complete)
  }

  #release(age: number, complete: Change[]): void {
    const change = this.#open.get(age)
    if (!change) return
    change.pending -= 1
    if (change.pending > 0) return
    this.#open.delete(age)
    complete.push(finished(change))
  }
}

function attribute(change: OpenChange, commit: ParsedCommit, itself: boolean): void {
  change.commitCount += 1
  const merge = commit.parents.length > 1
  if (!merge) {
    addPerson(change.authors, commit.author)
    for (const trailer of commit.trailers) if (trailer.key === 'co-authored-by') addPerson(change.authors, trailer)
    if (!commit.trailers.some(trailer => isReview(trailer) && !samePerson(trailer, commit.author))) {
      change.unreviewedCommits += 1
    }
  } else if (!itself) {
    addPerson(change.authors, commit.author)
  }
}

function addPerson(people: Map<string, Person>, person: Person): void {
  const key = person.email?.toLowerCase() ?? `name ${person.name ?? ''}`
  if (!people.has(key)) people.set(key, { name: person.name, email: person.email })
}

/** The same address or the same name, however written: people commit under several addresses. */
export function samePerson(a: Person, b: Person): boolean {
  return (
    (a.email !== null && a.email.toLowerCase() === b.email?.toLowerCase()) ||
    (a.name !== null && a.name.toLowerCase() === b.name?.toLowerCase())
  )
}

function finished(change: OpenChange): Change {
  return {
    commit: change.commit,
    kind: kindOf(change.commit),
    authors: [...change.authors.values()],
    commitCount: change.commitCount,
    unreviewedCommits: change.unreviewedCommits,
  }
}

const forgeAddresses =
  /^(?:noreply@github\.com|noreply@(?:[a-z0-9-]+\.)*gitlab\.com|noreply@(?:[a-z0-9-]+\.)*gitea\.(?:io|com)|noreply@codeberg\.org|noreply@bitbucket\.org)$/i

/** Merge: more than one parent. Squash: one parent, made by a forge or named after a pull request. Direct: anything else. */
export function kindOf(commit: ParsedCommit): ChangeKind {
  if (commit.parents.length > 1) return 'merge'
  if (commit.pullRequest !== null) return 'squash'
  return forgeAddresses.test(commit.committer.email ?? '') ? 'squash' : 'direct'
}
