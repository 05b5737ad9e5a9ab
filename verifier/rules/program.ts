import type { Control } from '../content/control.ts'
import type { Framework } from '../content/framework.ts'
import type { CheckRunFact, FactContent, FactKind, LoggedFact } from '../records/facts.ts'
import {
  type CheckState,
  type ControlInput,
  type ControlStatus,
  controlStatus,
  criterionStatus,
  type Derived,
  type DocumentState,
} from './status.ts'

/** The program at a time: everything that statuses follow from, gathered from the log's facts and nothing else. */
export interface Program {
  readonly at: string
  readonly scope: FactContent<'scope.changed'> | undefined
  readonly frameworks: ReadonlyMap<string, string>
  readonly controls: ReadonlyMap<string, FactContent<'control.changed'>>
  readonly checks: ReadonlyMap<string, FactContent<'check.changed'>>
  /** The newest run of each check, with the time it stands for. */
  readonly runs: ReadonlyMap<string, { readonly asOf: string; readonly run: CheckRunFact }>
  readonly exceptions: readonly (FactContent<'exception.granted'> & { readonly revokedAt: string | undefined })[]
  readonly documents: readonly (FactContent<'document.filed'> & { readonly filedAt: string })[]
}

export interface ProgramStatus {
  readonly at: string
  readonly controls: readonly ({ readonly id: string } & Derived<ControlStatus>)[]
  readonly criteria: readonly ({ readonly id: string } & Derived<ControlStatus>)[]
}

function isKind<Kind extends FactKind>(fact: LoggedFact, kind: Kind): fact is LoggedFact<Kind> {
  return fact.kind === kind
}

/** Facts in the order in which they hold: by time, then by place in the log. */
export function inOrder(facts: readonly LoggedFact[]): LoggedFact[] {
  return facts.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time) || a.index - b.index)
}

/** The program at `at` (ISO 8601): what the facts logged up to and including that time make of it. `facts` must be `inOrder`. */
export function programAt(facts: readonly LoggedFact[], at: string): Program {
  const end = Date.parse(at)
  let scope: FactContent<'scope.changed'> | undefined
  const frameworks = new Map<string, string>()
  const controls = new Map<string, FactContent<'control.changed'>>()
  const checks = new Map<string, FactContent<'check.changed'>>()
  const runs = new Map<string, { asOf: string; run: CheckRunFact }>()
  const exceptions = new Map<string, FactContent<'exception.granted'> & { revokedAt: string | undefined }>()
  const documents: (FactContent<'document.filed'> & { filedAt: string })[] = []
  for (const fact of facts) {
    if (Date.parse(fact.time) > end) break
    if (isKind(fact, 'scope.changed')) scope = fact.content
    else if (isKind(fact, 'framework.adopted')) frameworks.set(fact.content.id, fact.content.content)
    else if (isKind(fact, 'control.changed')) controls.set(fact.content.id, fact.content)
    else if (isKind(fact, 'check.changed')) checks.set(fact.content.id, fact.content)
    else if (isKind(fact, 'checks.completed'))
      for (const run of fact.content.runs) runs.set(run.check, { asOf: fact.content.as_of, run })
    else if (isKind(fact, 'exception.granted'))
      exceptions.set(fact.content.exception, { ...fact.content, revokedAt: undefined })
    else if (isKind(fact, 'exception.revoked')) {
      const granted = exceptions.get(fact.content.exception)
      if (granted) exceptions.set(fact.content.exception, { ...granted, revokedAt: fact.time })
    } else if (isKind(fact, 'document.filed')) documents.push({ ...fact.content, filedAt: fact.time })
  }
  return { at, scope, frameworks, controls, checks, runs, exceptions: [...exceptions.values()], documents }
}

/** The subjects of one check whose exception is in force at `at`. */
export function exceptedSubjects(program: Pick<Program, 'exceptions'>, check: string, at: string): Set<string> {
  const moment = Date.parse(at)
  return new Set(
    program.exceptions
      .filter(exception => exception.check === check)
      .filter(exception => Date.parse(exception.granted_at) <= moment && moment < Date.parse(exception.expires_at))
      .filter(exception => exception.revokedAt === undefined || moment < Date.parse(exception.revokedAt))
      .map(exception => exception.subject),
  )
}

/** Whether a control asks for something on file besides what its checks show. */
export function needsDocument(definition: Pick<Control, 'nature' | 'evidence'>): boolean {
  return definition.nature !== 'automated' && definition.evidence.some(item => item.kind !== 'check')
}

/** The inputs of every control's status at the program's time, by control id. */
export function controlInputs(program: Program, framework: Framework): Map<string, ControlInput> {
  const categoryOf = new Map(framework.criteria.map(criterion => [criterion.id, criterion.category]))
  const inScope = new Set<string>(program.scope?.categories ?? [])
  const checksOf = Map.groupBy(
    [...program.checks.values()]
      .filter(check => check.enabled)
      .flatMap(check => check.definition.metadata.controls.map(control => ({ control, check }))),
    pair => pair.control,
  )
  const documentsOf = Map.groupBy(program.documents, document => document.control)
  const inputs = new Map<string, ControlInput>()
  for (const control of program.controls.values()) {
    const checks = (checksOf.get(control.id) ?? []).flatMap(({ check }): CheckState[] => {
      const latest = program.runs.get(check.id)
      if (!latest) return []
      const { outcome, failed, excepted } = latest.run
      return [
        {
          check: check.id,
          freshForHours: check.definition.metadata.fresh_for_hours,
          asOf: latest.asOf,
          outcome,
          failed: failed - excepted,
        },
      ]
    })
    inputs.set(control.id, {
      at: program.at,
      inScope: control.definition.criteria.some(criterion => inScope.has(categoryOf.get(criterion) ?? '')),
      notApplicableReason: control.not_applicable_reason,
      implemented: control.implemented,
      checks: checks.sort((a, b) => (a.check < b.check ? -1 : 1)),
      documents: (documentsOf.get(control.id) ?? []).map(
        (document): DocumentState => ({
          id: document.document,
          collectedAt: document.filedAt,
          freshForDays: document.fresh_for_days,
        }),
      ),
      needsDocument: needsDocument(control.definition),
    })
  }
  return inputs
}

/** Every control's and criterion's status at the program's time; controls by id, criteria in the framework's order. */
export function programStatus(program: Program, framework: Framework): ProgramStatus {
  const controls = [...controlInputs(program, framework)]
    .map(([id, input]) => ({ id, ...controlStatus(input) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const inScope = new Set<string>(program.scope?.categories ?? [])
  const criteria = framework.criteria.map(criterion => {
    const own = controls.filter(control => program.controls.get(control.id)?.definition.criteria.includes(criterion.id))
    return {
      id: criterion.id,
      ...criterionStatus(
        inScope.has(criterion.category),
        Object.fromEntries(own.map(control => [control.id, control.status])),
      ),
    }
  })
  return { at: program.at, controls, criteria }
}
