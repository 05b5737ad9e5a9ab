import type { FactContent, LoggedFact } from '../records/facts.ts'

/** The time that a package is about, both ends included; ISO 8601 in UTC. */
export interface Period {
  readonly from: string
  readonly to: string
}

export type Snapshot = FactContent<'collection.completed'>['snapshots'][number]

/** A snapshot that the package holds, with the leaf that committed to it. */
export interface ListedSnapshot {
  readonly snapshot: Snapshot
  readonly leaf: number
  readonly connectionName: string
  /** Whether it was collected in the period; others are there because a check in the period read them. */
  readonly inPeriod: boolean
}

/** Everything that a package of a period holds besides the log itself. */
export interface PackageContents {
  readonly snapshots: readonly ListedSnapshot[]
  readonly batches: readonly LoggedFact<'checks.completed'>[]
  readonly documents: readonly LoggedFact<'document.filed'>[]
  /** Hashes of the frameworks adopted up to the period's end. */
  readonly frameworks: readonly string[]
  /** The content hashes of all objects: of snapshots, results and documents. */
  readonly objects: ReadonlySet<string>
}

export function isKind<Kind extends LoggedFact['kind']>(fact: LoggedFact, kind: Kind): fact is LoggedFact<Kind> {
  return fact.kind === kind
}

const day = 86_400_000

/**
 * What a package of `period` holds (docs/package-format.md section 4): the export writes it, the verifier asks for it. A filed document is
 * in it when it could count at any time of the period.
 */
export function packageContents(facts: readonly LoggedFact[], period: Period): PackageContents {
  const from = Date.parse(period.from)
  const to = Date.parse(period.to)
  const within = (fact: LoggedFact) => Date.parse(fact.time) >= from && Date.parse(fact.time) <= to
  const all = new Map<string, ListedSnapshot>()
  const wanted = new Set<string>()
  const batches: LoggedFact<'checks.completed'>[] = []
  const documents: LoggedFact<'document.filed'>[] = []
  const frameworks = new Set<string>()
  const objects = new Set<string>()
  for (const fact of facts) {
    if (isKind(fact, 'collection.completed')) {
      const inPeriod = within(fact)
      for (const snapshot of fact.content.snapshots) {
        all.set(snapshot.id, { snapshot, leaf: fact.index, connectionName: fact.content.connection_name, inPeriod })
        if (inPeriod) wanted.add(snapshot.id)
      }
    } else if (isKind(fact, 'checks.completed') && within(fact)) {
      batches.push(fact)
      for (const run of fact.content.runs) {
        for (const input of run.inputs) wanted.add(input.snapshot)
        if (run.results !== null) objects.add(run.results)
      }
    } else if (isKind(fact, 'document.filed') && Date.parse(fact.time) <= to) {
      if (Date.parse(fact.time) + fact.content.fresh_for_days * day < from) continue
      documents.push(fact)
      objects.add(fact.content.content)
    } else if (isKind(fact, 'framework.adopted') && Date.parse(fact.time) <= to) frameworks.add(fact.content.content)
  }
  const snapshots = [...all.values()].filter(({ snapshot }) => wanted.has(snapshot.id))
  for (const { snapshot } of snapshots) objects.add(snapshot.content)
  return { snapshots, batches, documents, frameworks: [...frameworks], objects }
}

/** Where the package keeps a content by its hash. */
export function objectPath(content: string): string {
  return `objects/${content}.zst`
}

export function frameworkPath(content: string): string {
  return `frameworks/${content}.json`
}
