import type { CheckDefinition } from '../checks/check.ts'
import { checkVersion } from '../checks/check.ts'
import { type ParameterValue, resolveParameters } from '../checks/parameters.ts'
import { canonicalJson } from '../records/canonical.ts'
import type { CheckRunFact, FactContent, LoggedFact } from '../records/facts.ts'
import type { ResourceDeclaration } from '../records/resource.ts'
import { exceptedSubjects, inOrder, programAt } from '../rules/program.ts'
import { isKind, type PackageContents, type Snapshot } from './contents.ts'
import type { Findings } from './report.ts'
import { type Logged, type LoggedSnapshot, runName, since, verifyInputs } from './verify-inputs.ts'

/** One run of a check as the log has it, with all that is needed to perform it again. */
export interface PlannedRun {
  readonly batch: LoggedFact<'checks.completed'>
  readonly run: CheckRunFact
  readonly definition: CheckDefinition
  /** The declarations of all resources that the check names, by name. */
  readonly declarations: ReadonlyMap<string, ResourceDeclaration>
  /** Subjects with an exception in force at the time of the run: as it may have seen them first or last. */
  readonly excepted: readonly ReadonlySet<string>[]
}

/**
 * What was logged shortly before a batch looked may have been on its way to the database and not seen by it; milliseconds. Nothing that
 * is hidden for a minute helps anybody.
 */
const graceMs = 60_000

/**
 * Compares what each run of the period says of itself with the facts before it (format section 4.2): the check's version and parameters,
 * the snapshots that it had to read, the time. A batch takes a while: what was changed between its `as_of` and its leaf may or may not
 * have been seen by it, and so what was logged a moment before. Returns the runs that can be performed again.
 */
export function planRuns(facts: readonly LoggedFact[], contents: PackageContents, findings: Findings): PlannedRun[] {
  const ordered = inOrder(facts)
  const inPeriod = new Set(contents.batches.map(batch => batch.index))
  const checks = new Map<string, Logged<FactContent<'check.changed'>>[]>()
  const snapshots = new Map<string, LoggedSnapshot>()
  const streams = new Map<string, Logged<LoggedSnapshot>[]>()
  const archived = new Map<string, Logged<boolean>[]>()
  const exceptionFacts: LoggedFact[] = []
  const planned: PlannedRun[] = []
  for (const fact of ordered) {
    const logged = <T>(value: T): Logged<T> => ({ leaf: fact.index, time: Date.parse(fact.time), value })
    if (isKind(fact, 'check.changed')) {
      const found = checkVersion(fact.content.definition)
      if (found !== fact.content.version) {
        const message = `Leaf ${fact.index} gives ${fact.content.id} a version that is not the hash of its definition.`
        findings.differ({
          code: 'check.version',
          where: `leaf ${fact.index}`,
          expected: found,
          found: fact.content.version,
          message,
        })
      }
      push(checks, fact.content.id, logged(fact.content))
    } else if (isKind(fact, 'connection.changed')) push(archived, fact.content.id, logged(fact.content.archived))
    else if (isKind(fact, 'collection.completed')) {
      for (const snapshot of fact.content.snapshots) {
        const { connection, connection_name: connectionName } = fact.content
        const value = { snapshot, connection, connectionName, order: snapshots.size }
        snapshots.set(snapshot.id, value)
        push(streams, `${fact.content.connection} ${snapshot.resource}`, logged(value))
      }
    } else if (fact.kind.startsWith('exception.')) exceptionFacts.push(fact)
    else if (isKind(fact, 'checks.completed') && inPeriod.has(fact.index)) {
      findings.counts.batches++
      const asOf = Date.parse(fact.content.as_of)
      if (asOf > Date.parse(fact.time)) {
        const message = `The batch at leaf ${fact.index} says that it looked at a time that was still to come.`
        findings.differ({
          code: 'run.time',
          where: `leaf ${fact.index}`,
          expected: `at most ${fact.time}`,
          found: fact.content.as_of,
          message,
        })
      }
      const seen = asOf - graceMs
      const sure = new Date(Date.parse(fact.time) - graceMs).toISOString()
      const programs = [fact.time, sure].map(time => programAt(exceptionFacts, time))
      for (const run of fact.content.runs) {
        findings.counts.checkRuns++
        const definition = findDefinition(fact, run, checks.get(run.check) ?? [], seen, findings)
        if (!definition) continue
        if (!verifyInputs(fact, run, definition, { snapshots, streams, archived, seen }, findings)) continue
        const declarations = declarationsOf(fact, run, definition, snapshots)
        const missing = [...definition.metadata.resources, ...definition.metadata.optional_resources].find(
          name => !declarations.has(name),
        )
        if (missing !== undefined) {
          const message = `${run.check} reads ${missing}, of which there was no snapshot, and the batch at leaf ${fact.index} does not say how it is declared.`
          findings.differ({ code: 'run.inputs', where: runName(fact, run), message })
          continue
        }
        planned.push({
          batch: fact,
          run,
          definition,
          declarations,
          excepted: programs.map(program => exceptedSubjects(program, run.check, fact.content.as_of)),
        })
      }
    }
  }
  return planned
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function findDefinition(
  batch: LoggedFact<'checks.completed'>,
  run: CheckRunFact,
  changes: readonly Logged<FactContent<'check.changed'>>[],
  seen: number,
  findings: Findings,
): CheckDefinition | undefined {
  const where = runName(batch, run)
  const candidates = since(changes, seen)
  const newest = candidates.at(-1)
  if (!newest) {
    findings.differ({
      code: 'run.version',
      where,
      message: `There was no check ${run.check} when it is said to have run.`,
    })
    return undefined
  }
  const sameVersion = candidates.filter(({ value }) => value.version === run.version && value.enabled)
  if (sameVersion.length === 0) {
    const message = newest.value.enabled
      ? `${run.check} is said to have run in a version that was not in force (leaf ${newest.leaf} has the one that was).`
      : `${run.check} is said to have run although it was switched off (leaf ${newest.leaf}).`
    findings.differ({ code: 'run.version', where, expected: newest.value.version, found: run.version, message })
    return undefined
  }
  const found = canonicalJson(run.parameters)
  const expected = sameVersion.map(({ value }) => parametersOf(value))
  const at = expected.indexOf(found)
  const definition = sameVersion[at]?.value.definition
  if (definition) return definition
  const message = `${run.check} is said to have run with other parameters than those in force.`
  findings.differ({ code: 'run.parameters', where, expected: expected.at(-1) ?? '', found, message })
  return undefined
}

/** The canonical JSON of all parameters of a check, defaults filled in; empty when they are not of their types. */
function parametersOf(change: FactContent<'check.changed'>): string {
  try {
    const values: Readonly<Record<string, ParameterValue>> = resolveParameters(change.definition, change.parameters)
    return canonicalJson(values)
  } catch {
    return ''
  }
}

/** By the newest of its inputs of the resource; where there is none, as the batch says. */
function declarationsOf(
  batch: LoggedFact<'checks.completed'>,
  run: CheckRunFact,
  definition: CheckDefinition,
  snapshots: ReadonlyMap<string, LoggedSnapshot>,
): ReadonlyMap<string, ResourceDeclaration> {
  const known = new Map(batch.content.absent.map(declaration => [declaration.name, declaration]))
  for (const { resource, declaration } of snapshotsByAge(run, snapshots)) known.set(resource, declaration)
  const named = [...definition.metadata.resources, ...definition.metadata.optional_resources]
  const declared = new Map<string, ResourceDeclaration>()
  for (const name of named) {
    const declaration = known.get(name)
    if (declaration) declared.set(name, declaration)
  }
  return declared
}

/** The inputs' snapshots, oldest first. */
function snapshotsByAge(run: CheckRunFact, snapshots: ReadonlyMap<string, LoggedSnapshot>): Snapshot[] {
  return run.inputs
    .flatMap(input => snapshots.get(input.snapshot) ?? [])
    .sort((a, b) => a.order - b.order)
    .map(({ snapshot }) => snapshot)
}
