import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resultStatuses } from '../checks/check.ts'
import {
  type CheckState,
  type ControlInput,
  type ControlStatus,
  controlStatus,
  controlStatuses,
  criterionStatus,
  type DocumentState,
  type RunCounts,
  runOutcome,
} from './status.ts'

const at = '2026-06-30T12:00:00.000Z'
const ago = (hours: number) => new Date(Date.parse(at) - hours * 3_600_000).toISOString()

describe('the outcome of a run', () => {
  const none: RunCounts = { passed: 0, failed: 0, unknown: 0, notApplicable: 0, excepted: 0, inputsComplete: true }
  const table: readonly (readonly [string, Partial<RunCounts>, string])[] = [
    ['nothing at all', {}, 'unknown'],
    ['nothing that it applies to', { notApplicable: 3 }, 'not_applicable'],
    ['all pass', { passed: 3 }, 'pass'],
    ['all pass that it applies to', { passed: 3, notApplicable: 9 }, 'pass'],
    ['one fails of many', { passed: 99, failed: 1 }, 'fail'],
    ['one fails and others are unknown', { failed: 1, unknown: 5 }, 'fail'],
    ['one is unknown', { passed: 99, unknown: 1 }, 'unknown'],
    ['one fails and is excepted', { passed: 1, failed: 1, excepted: 1 }, 'pass'],
    ['one fails and is excepted, another is not', { passed: 1, failed: 2, excepted: 1 }, 'fail'],
    ['excepted and unknown', { failed: 1, excepted: 1, unknown: 1 }, 'unknown'],
    ['all pass, of what could be read', { passed: 3, inputsComplete: false }, 'unknown'],
    ['nothing applies, of what could be read', { notApplicable: 3, inputsComplete: false }, 'unknown'],
    ['nothing, of what could be read', { inputsComplete: false }, 'unknown'],
    ['one fails, of what could be read', { failed: 1, inputsComplete: false }, 'fail'],
  ]
  for (const [name, counts, status] of table) {
    it(`is ${status}: ${name}`, () => {
      const outcome = runOutcome({ ...none, ...counts })
      expect(outcome.status).toBe(status)
      expect(outcome.reasons.join('')).not.toBe('')
    })
  }

  const few = fc.integer({ min: 0, max: 3 })
  const counts = fc
    .record({ passed: few, failed: few, unknown: few, notApplicable: few, excepted: few, inputsComplete: fc.boolean() })
    .map(given => ({ ...given, excepted: Math.min(given.excepted, given.failed) }))

  it('passes only when everything was read, something was looked at, and nothing of it fails or is unknown', () => {
    fc.assert(
      fc.property(counts, given => {
        const passes =
          given.inputsComplete &&
          given.unknown === 0 &&
          given.failed === given.excepted &&
          given.passed + given.failed > 0
        expect(runOutcome(given).status === 'pass').toBe(passes)
      }),
    )
  })

  it('is made no better by one more failure, one more unknown or a part that was not read', () => {
    const rank = ['fail', 'unknown', 'not_applicable', 'pass']
    const better = (a: RunCounts, b: RunCounts) =>
      rank.indexOf(runOutcome(a).status) > rank.indexOf(runOutcome(b).status)
    fc.assert(
      fc.property(counts, given => {
        expect(better({ ...given, failed: given.failed + 1 }, given)).toBe(false)
        expect(better({ ...given, inputsComplete: false }, given)).toBe(false)
        if (runOutcome(given).status !== 'fail')
          expect(runOutcome({ ...given, unknown: given.unknown + 1 }).status).toBe('unknown')
      }),
    )
  })
})

const check = (outcome: CheckState['outcome'], change: Partial<CheckState> = {}): CheckState => ({
  check: `c.${outcome}`,
  freshForHours: 24,
  asOf: ago(1),
  outcome,
  failed: outcome === 'fail' ? 2 : 0,
  ...change,
})
const document = (change: Partial<DocumentState> = {}): DocumentState => ({
  id: 'd',
  collectedAt: ago(24),
  freshForDays: 30,
  ...change,
})
const quiet: ControlInput = {
  at,
  inScope: true,
  notApplicableReason: null,
  implemented: false,
  checks: [],
  documents: [],
  needsDocument: false,
}

describe("a control's status", () => {
  const table: readonly (readonly [string, Partial<ControlInput>, ControlStatus])[] = [
    ['nothing is known', {}, 'not_implemented'],
    ['it is only claimed', { implemented: true }, 'needs_evidence'],
    ['it is claimed and a document is wanted', { implemented: true, needsDocument: true }, 'needs_evidence'],
    [
      'it does not apply, whatever fails',
      { notApplicableReason: 'No cloud.', checks: [check('fail')] },
      'not_applicable',
    ],
    ['it is out of scope, whatever fails', { inScope: false, checks: [check('fail')] }, 'not_applicable'],
    ['its check passes', { checks: [check('pass')] }, 'effective'],
    ['one check fails of two', { checks: [check('pass'), check('fail')] }, 'failing'],
    ['one check is unknown of two', { checks: [check('pass'), check('unknown')] }, 'unknown'],
    ['one fails, one is unknown', { checks: [check('unknown'), check('fail')] }, 'failing'],
    ['its check applies to nothing', { checks: [check('not_applicable')] }, 'needs_evidence'],
    ['one passes, one applies to nothing', { checks: [check('pass'), check('not_applicable')] }, 'effective'],
    ['its pass is just fresh', { checks: [check('pass', { asOf: ago(24) })] }, 'effective'],
    ['its pass is stale', { checks: [check('pass', { asOf: ago(24.001) })] }, 'unknown'],
    ['its failure is stale', { checks: [check('fail', { asOf: ago(999) })] }, 'failing'],
    [
      'what applied to nothing is stale',
      { checks: [check('pass'), check('not_applicable', { asOf: ago(99) })] },
      'unknown',
    ],
    ['a fresh pass beside a stale one', { checks: [check('pass'), check('pass', { asOf: ago(99) })] }, 'unknown'],
    ['a document is on file', { documents: [document()] }, 'effective'],
    ['the document is just fresh', { documents: [document({ collectedAt: ago(30 * 24) })] }, 'effective'],
    ['the document is out of date', { documents: [document({ collectedAt: ago(30 * 24 + 0.001) })] }, 'needs_evidence'],
    ['one document of two is fresh', { documents: [document({ collectedAt: ago(9_999) }), document()] }, 'effective'],
    [
      'its check passes and the document is missing',
      { checks: [check('pass')], needsDocument: true },
      'needs_evidence',
    ],
    [
      'its check passes and the document is out of date',
      { checks: [check('pass')], needsDocument: true, documents: [document({ collectedAt: ago(9_999) })] },
      'needs_evidence',
    ],
    [
      'its check passes and the document is there',
      { checks: [check('pass')], needsDocument: true, documents: [document()] },
      'effective',
    ],
    [
      'its check fails and the document is there',
      { checks: [check('fail')], needsDocument: true, documents: [document()] },
      'failing',
    ],
  ]
  for (const [name, input, status] of table) {
    it(`is ${status}: ${name}`, () => {
      const derived = controlStatus({ ...quiet, ...input })
      expect(derived.status).toBe(status)
      expect(derived.reasons.join('')).not.toBe('')
    })
  }

  const checks = fc.array(
    fc.record({
      check: fc.constantFrom('a', 'b', 'c'),
      freshForHours: fc.integer({ min: 1, max: 48 }),
      asOf: fc.integer({ min: 0, max: 60 }).map(ago),
      outcome: fc.constantFrom(...resultStatuses),
      failed: fc.integer({ min: 1, max: 5 }),
    }),
    { maxLength: 4 },
  )
  const documents = fc.array(
    fc.record({
      id: fc.string(),
      collectedAt: fc.integer({ min: 0, max: 1_000 }).map(ago),
      freshForDays: fc.integer({ min: 1, max: 40 }),
    }),
    { maxLength: 3 },
  )
  const input: fc.Arbitrary<ControlInput> = fc.record({
    at: fc.constant(at),
    inScope: fc.boolean(),
    notApplicableReason: fc.constantFrom(null, null, null, 'No.'),
    implemented: fc.boolean(),
    checks,
    documents,
    needsDocument: fc.boolean(),
  })
  const isFresh = (state: CheckState) => Date.parse(at) - Date.parse(state.asOf) <= state.freshForHours * 3_600_000
  const onFile = (state: DocumentState) =>
    Date.parse(at) - Date.parse(state.collectedAt) <= state.freshForDays * 86_400_000

  it('is effective only on the ground of a fresh pass or a fresh document, with nothing failing, unknown or stale beside it', () => {
    fc.assert(
      fc.property(input, given => {
        if (controlStatus(given).status !== 'effective') return
        expect(given.inScope && given.notApplicableReason === null).toBe(true)
        expect(
          given.checks.every(
            state => isFresh(state) && (state.outcome === 'pass' || state.outcome === 'not_applicable'),
          ),
        ).toBe(true)
        const documented = given.documents.some(onFile)
        expect(given.checks.some(state => state.outcome === 'pass') || documented).toBe(true)
        if (given.needsDocument) expect(documented).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('does not depend on the order of what it follows from, nor on what anybody claims once there is something', () => {
    fc.assert(
      fc.property(input, given => {
        const { status } = controlStatus(given)
        expect(
          controlStatus({ ...given, checks: given.checks.toReversed(), documents: given.documents.toReversed() })
            .status,
        ).toBe(status)
        if (given.checks.length + given.documents.length > 0)
          expect(controlStatus({ ...given, implemented: !given.implemented }).status).toBe(status)
      }),
    )
  })

  it('is made no better by bad news, nor by time alone', () => {
    const rank: readonly ControlStatus[] = [
      'failing',
      'unknown',
      'not_implemented',
      'needs_evidence',
      'effective',
      'not_applicable',
    ]
    const worth = (given: ControlInput) => rank.indexOf(controlStatus(given).status)
    fc.assert(
      fc.property(
        input,
        fc.constantFrom('fail' as const, 'unknown' as const),
        fc.integer({ min: 1, max: 5_000 }),
        (given, outcome, hours) => {
          const worse = { ...given, checks: [...given.checks, check(outcome)] }
          expect(worth(worse)).toBeLessThanOrEqual(worth(given))
          const later = { ...given, at: new Date(Date.parse(at) + hours * 3_600_000).toISOString() }
          expect(worth(later)).toBeLessThanOrEqual(worth(given))
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe("a criterion's status", () => {
  it('is that of the worst of its controls, which it names', () => {
    expect(criterionStatus(true, { b: 'failing', a: 'failing', c: 'effective', d: 'not_applicable' })).toEqual({
      status: 'failing',
      reasons: ['a', 'b'],
    })
    expect(criterionStatus(true, { a: 'effective', b: 'not_applicable' })).toEqual({
      status: 'effective',
      reasons: ['a'],
    })
    const inapplicable: Record<string, ControlStatus>[] = [{}, { a: 'not_applicable' }]
    for (const controls of inapplicable) expect(criterionStatus(true, controls).status).toBe('not_implemented')
    expect(criterionStatus(false, { a: 'failing' }).status).toBe('not_applicable')
  })

  it('is effective only when every control that applies is, and at least one does', () => {
    const controls = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom(...controlStatuses))
    fc.assert(
      fc.property(controls, given => {
        const applying = Object.values(given).filter(status => status !== 'not_applicable')
        expect(criterionStatus(true, given).status === 'effective').toBe(
          applying.length > 0 && applying.every(status => status === 'effective'),
        )
      }),
    )
  })
})
