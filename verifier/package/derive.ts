import type { Framework } from '../content/framework.ts'
import { canonicalJson, type Json } from '../records/canonical.ts'
import type { LoggedFact } from '../records/facts.ts'
import { type Monitoring, monitoredFacts, monitoringOf } from '../rules/monitoring.ts'
import { inOrder, type Program, type ProgramStatus, programAt, programStatus } from '../rules/program.ts'
import { isKind, type PackageContents, type Period } from './contents.ts'
import type { Manifest } from './manifest.ts'
import { renderIndex } from './render-index.ts'

/** The statuses after one batch of checks. */
export interface HistoryPoint {
  readonly at: string
  readonly batch: string
  readonly controls: Readonly<Record<string, string>>
  readonly criteria: Readonly<Record<string, string>>
}

/** What follows from the facts for a period, by the same rules in the export and in the verifier. */
export interface Derived {
  readonly program: Program
  readonly framework: Framework | undefined
  readonly status: ProgramStatus
  readonly history: readonly HistoryPoint[]
  readonly monitoring: Monitoring
}

/**
 * Derives statuses at the period's end and after each batch in it, and the gaps in monitoring (docs/package-format.md section 4). `frameworks` are those of the
 * package, by content hash; without one in use nothing has a status.
 */
export function derive(
  facts: readonly LoggedFact[],
  contents: PackageContents,
  period: Period,
  frameworks: ReadonlyMap<string, Framework>,
): Derived {
  const ordered = inOrder(facts)
  const statusOf = (program: Program): ProgramStatus => {
    const framework = frameworkOf(program, frameworks)
    return framework ? programStatus(program, framework) : { at: program.at, controls: [], criteria: [] }
  }
  const standing = new StandingFacts(ordered)
  const history = inOrder(contents.batches).flatMap((fact): HistoryPoint[] => {
    if (!isKind(fact, 'checks.completed')) return []
    const { controls, criteria } = statusOf(programAt(standing.upTo(fact.time), fact.time))
    const short = (items: ProgramStatus['controls']) => Object.fromEntries(items.map(({ id, status }) => [id, status]))
    return [{ at: fact.time, batch: fact.content.batch, controls: short(controls), criteria: short(criteria) }]
  })
  const program = programAt(ordered, period.to)
  const { connections, checks } = monitoredFacts(facts)
  const monitoring = monitoringOf(connections, checks, period.from, period.to)
  return { program, framework: frameworkOf(program, frameworks), status: statusOf(program), history, monitoring }
}

/**
 * The facts up to a time that rises, without those that a program no longer shows: collections, and batches of which every check ran again
 * since. Without this a year of hourly batches took time that grew with the square of their number.
 */
class StandingFacts {
  readonly #ordered: readonly LoggedFact[]
  #next = 0
  #kept: LoggedFact[] = []

  constructor(ordered: readonly LoggedFact[]) {
    this.#ordered = ordered
  }

  upTo(time: string): readonly LoggedFact[] {
    const end = Date.parse(time)
    for (; this.#next < this.#ordered.length; this.#next++) {
      const fact = this.#ordered[this.#next]
      if (!fact || Date.parse(fact.time) > end) break
      if (isKind(fact, 'collection.completed')) continue
      if (isKind(fact, 'checks.completed')) this.#supersede(new Set(fact.content.runs.map(run => run.check)))
      this.#kept.push(fact)
    }
    return this.#kept
  }

  /** Forgets the batches that have no run but of checks that ran again. */
  #supersede(checks: ReadonlySet<string>): void {
    this.#kept = this.#kept.filter(
      fact => !isKind(fact, 'checks.completed') || fact.content.runs.some(run => !checks.has(run.check)),
    )
  }
}

function frameworkOf(program: Program, frameworks: ReadonlyMap<string, Framework>): Framework | undefined {
  const content = program.scope && program.frameworks.get(program.scope.framework)
  return content === undefined ? undefined : frameworks.get(content)
}

/** The files of a package that follow from everything else, by path. `keys` are the log's verifier keys, newest first. */
export function derivedFiles(
  derived: Derived,
  contents: PackageContents,
  manifest: Omit<Manifest, 'files'>,
  keys: readonly string[],
): ReadonlyMap<string, string> {
  return new Map([
    ['derived/history.json', canonicalJson(derived.history as unknown as Json)],
    ['derived/monitoring.json', canonicalJson(derived.monitoring as unknown as Json)],
    ['derived/status.json', canonicalJson(derived.status as unknown as Json)],
    ['index.html', renderIndex(derived, contents, manifest, keys)],
  ])
}
