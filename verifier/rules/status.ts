import type { ResultStatus } from '../checks/check.ts'

/**
 * Control and criterion status at a time: pure functions of what was known then (DESIGN section 2). Nobody sets a status by hand; the
 * product shows what these return, and the verifier derives it again from the ledger's facts.
 */
export const controlStatuses = [
  'effective',
  'failing',
  'needs_evidence',
  'unknown',
  'not_implemented',
  'not_applicable',
] as const
export type ControlStatus = (typeof controlStatuses)[number]

/**
 * The newest run, at the time, of one enabled check that names the control. A check that never ran (nothing that it reads is connected) has no state and
 * says nothing; one that ran and stopped running goes stale, and its result decays to unknown. Times are ISO 8601 in UTC.
 */
export interface CheckState {
  readonly check: string
  readonly freshForHours: number
  readonly asOf: string
  readonly outcome: ResultStatus
  readonly failed: number
}

/** A file given as evidence for a control. */
export interface DocumentState {
  readonly id: string
  readonly collectedAt: string
  readonly freshForDays: number
}

export interface ControlInput {
  /** When the status is asked for. */
  readonly at: string
  /** Whether any of the control's criteria is of a category in scope. */
  readonly inScope: boolean
  readonly notApplicableReason: string | null
  /** Whether the organisation says that the control operates. Claims alone never make a control effective. */
  readonly implemented: boolean
  readonly checks: readonly CheckState[]
  readonly documents: readonly DocumentState[]
  /** Whether the control's evidence list asks for something that no check can give (a policy, a document, a task). */
  readonly needsDocument: boolean
}

export interface Derived<Status extends string> {
  readonly status: Status
  /** Why, in plain sentences, the decisive ones first. Part of what is compared when a package is verified. */
  readonly reasons: readonly string[]
}

/** What a run of a check found, by number of subjects. */
export interface RunCounts {
  readonly passed: number
  readonly failed: number
  readonly unknown: number
  readonly notApplicable: number
  /** Of the failing ones, those with an exception in force at the time of the run. */
  readonly excepted: number
  /** Whether every snapshot that it read was complete. */
  readonly inputsComplete: boolean
}

const hour = 3_600_000

/**
 * The outcome of one run of a check from its counts (promise 3): any failing subject fails it; else what could not be read makes it unknown; no subject at
 * all, or a source that was not read to its end, is unknown, never a pass; subjects that are all not applicable make it not applicable.
 */
export function runOutcome(counts: RunCounts): Derived<ResultStatus> {
  const { passed, failed, unknown, notApplicable, excepted } = counts
  const open = failed - excepted
  if (open > 0)
    return {
      status: 'fail',
      reasons: [
        `${open} of ${passed + failed + unknown} fail${excepted > 0 ? `, ${excepted} more are excepted` : ''}.`,
      ],
    }
  if (unknown > 0) return { status: 'unknown', reasons: [`${unknown} could not be determined.`] }
  if (!counts.inputsComplete) return { status: 'unknown', reasons: ['Not all of what it looks at could be read.'] }
  if (passed + failed > 0)
    return { status: 'pass', reasons: [excepted > 0 ? `${passed} pass, ${excepted} are excepted.` : `${passed} pass.`] }
  if (notApplicable > 0) return { status: 'not_applicable', reasons: ['It applies to none of the subjects.'] }
  return { status: 'unknown', reasons: ['There was nothing to look at, which is no proof of anything.'] }
}

/** A control's status at `input.at`. */
export function controlStatus(input: ControlInput): Derived<ControlStatus> {
  if (input.notApplicableReason !== null) return { status: 'not_applicable', reasons: [input.notApplicableReason] }
  if (!input.inScope) return { status: 'not_applicable', reasons: ['None of its criteria is in scope.'] }
  const at = Date.parse(input.at)
  if (input.checks.length === 0 && input.documents.length === 0 && !input.implemented) {
    return {
      status: 'not_implemented',
      reasons: ['It is not in place yet: no check has run, nothing was filed, and nobody says that it operates.'],
    }
  }
  const failing = input.checks.filter(check => check.outcome === 'fail')
  if (failing.length > 0)
    return { status: 'failing', reasons: failing.map(check => `${check.check}: ${check.failed} failing.`) }
  const unknown = input.checks.flatMap(check => unknownReason(check, at))
  if (unknown.length > 0) return { status: 'unknown', reasons: unknown }
  const fresh = input.documents.filter(
    document => at - Date.parse(document.collectedAt) <= document.freshForDays * 24 * hour,
  )
  if (input.needsDocument && fresh.length === 0) {
    const stale = input.documents.length > 0
    return {
      status: 'needs_evidence',
      reasons: [stale ? 'What was filed for it is out of date.' : 'Nothing was filed for it yet.'],
    }
  }
  const passing = input.checks.filter(check => check.outcome === 'pass')
  if (passing.length === 0 && fresh.length === 0) {
    return { status: 'needs_evidence', reasons: ['No check found anything that it applies to, and nothing was filed.'] }
  }
  return {
    status: 'effective',
    reasons: [
      ...passing.map(check => `${check.check} passes.`),
      ...(fresh.length > 0 ? [`${fresh.length} on file.`] : []),
    ],
  }
}

function unknownReason(check: CheckState, at: number): string[] {
  if (check.outcome === 'unknown') return [`${check.check} could not be determined.`]
  const age = at - Date.parse(check.asOf)
  if (age > check.freshForHours * hour)
    return [`${check.check} last ran ${Math.floor(age / (24 * hour))} days ago; its result no longer counts.`]
  return []
}

// From what matters most to what matters least; a criterion is as well as the worst of its controls.
const worstFirst: readonly ControlStatus[] = ['failing', 'unknown', 'not_implemented', 'needs_evidence', 'effective']

/** A criterion's status from its controls' (id → status). Without any that applies it is `not_implemented`, or `not_applicable` out of scope. */
export function criterionStatus(
  inScope: boolean,
  controls: Readonly<Record<string, ControlStatus>>,
): Derived<ControlStatus> {
  if (!inScope) return { status: 'not_applicable', reasons: ['Its category is not in scope.'] }
  for (const status of worstFirst) {
    const ids = Object.keys(controls)
      .filter(id => controls[id] === status)
      .sort()
    if (ids.length > 0) return { status, reasons: ids }
  }
  return { status: 'not_implemented', reasons: ['No control addresses it.'] }
}
