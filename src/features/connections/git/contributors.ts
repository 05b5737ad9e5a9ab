import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import type { ParsedCommit, Person } from './parse-object.ts'

interface Contributor {
  readonly email: string | null
  readonly names: string[]
  first: string | null
  last: string | null
  authored: number
  committed: number
}

const namesKept = 20

/** Gathers who wrote and committed, by address. Memory grows with the number of addresses, not of commits. */
export class Contributors {
  readonly #known = new Map<string, Contributor>()

  add(commit: ParsedCommit): void {
    const when = commit.committer.date
    this.#person(commit.author, when).authored += 1
    this.#person(commit.committer, when).committed += 1
  }

  *records(): Generator<JsonObject> {
    for (const [identity, person] of this.#known) {
      yield {
        identity,
        email: person.email,
        names: person.names,
        first_commit_at: person.first,
        last_commit_at: person.last,
        authored_count: person.authored,
        committed_count: person.committed,
      }
    }
  }

  #person(person: Person, when: string | null): Contributor {
    const email = person.email?.toLowerCase() ?? null
    const identity = email ?? `no address: ${person.name ?? ''}`
    let known = this.#known.get(identity)
    if (!known) {
      known = { email, names: [], first: when, last: when, authored: 0, committed: 0 }
      this.#known.set(identity, known)
    }
    if (person.name !== null && known.names.length < namesKept && !known.names.includes(person.name)) {
      known.names.push(person.name)
    }
    // ISO 8601 of four-digit years sorts as text.
    if (when !== null && (known.first === null || when < known.first)) known.first = when
    if (when !== null && (known.last === null || when > known.last)) known.last = when
    return known
  }
}
