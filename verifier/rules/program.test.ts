import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FactContent, LoggedFact } from '../records/facts.ts'
import { exceptedSubjects, inOrder, needsDocument, programAt } from './program.ts'

const time = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
let index = 0
const fact = <Kind extends LoggedFact['kind']>(kind: Kind, minute: number, content: FactContent<Kind>): LoggedFact => ({
  index: index++,
  kind,
  time: time(minute),
  actor: 'a',
  subject: 's',
  content,
})

const granted = (exception: string, minute: number, until: number, subject = 'x') =>
  fact('exception.granted', minute, {
    exception,
    check: 'c',
    subject,
    reason: 'why',
    approver: 'who',
    granted_at: time(minute),
    expires_at: time(until),
  })
const scope = (minute: number, category: 'security' | 'privacy') =>
  fact('scope.changed', minute, { framework: 'f', categories: [category], period_from: null, period_to: null })

describe('the program at a time', () => {
  it('is made of what was logged up to and including that time, the later above the earlier', () => {
    const facts = inOrder([scope(2, 'privacy'), scope(1, 'security'), scope(2, 'security')])
    expect(programAt(facts, time(0)).scope).toBeUndefined()
    expect(programAt(facts, time(1)).scope?.categories).toEqual(['security'])
    // At one time the place in the log decides.
    expect(programAt(facts, time(2)).scope?.categories).toEqual(['security'])
    expect(programAt(facts.slice(0, 2), time(9)).scope?.categories).toEqual(['privacy'])
  })

  it('of a time does not change with what is logged for later', () => {
    const facts = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom('security' as const, 'privacy' as const)),
    )
    fc.assert(
      fc.property(facts, fc.integer({ min: 0, max: 9 }), (given, minute) => {
        const all = given.map(([at, category]) => scope(at, category))
        const early = all.filter(item => Date.parse(item.time) <= Date.parse(time(minute)))
        expect(programAt(inOrder(all), time(minute))).toEqual(programAt(inOrder(early), time(minute)))
        expect(inOrder(all.toReversed())).toEqual(inOrder(all))
      }),
    )
  })
})

describe('an exception', () => {
  const at = (facts: readonly LoggedFact[], minute: number) => [
    ...exceptedSubjects(programAt(inOrder(facts), time(99)), 'c', time(minute)),
  ]

  it('holds from when it was granted until just before it expires', () => {
    const facts = [granted('e', 10, 20)]
    expect([9, 10, 19, 20].map(minute => at(facts, minute).length)).toEqual([0, 1, 1, 0])
  })

  it('holds no longer from when it was revoked', () => {
    const facts = [
      granted('e', 10, 20),
      fact('exception.revoked', 15, { exception: 'e' }),
      fact('exception.revoked', 12, { exception: 'another' }),
    ]
    expect([10, 14, 15, 19].map(minute => at(facts, minute).length)).toEqual([1, 1, 0, 0])
  })

  it('is of one check and one subject', () => {
    const facts = [granted('e', 1, 20, 'x'), granted('f', 1, 20, 'y')]
    expect(at(facts, 5)).toEqual(['x', 'y'])
    expect([...exceptedSubjects(programAt(facts, time(9)), 'd', time(5))]).toEqual([])
  })
})

describe('a control', () => {
  it('wants a document when it is not automated and asks for more than checks', () => {
    const item = (kind: 'check' | 'document') => ({ id: 'i', kind, title: 't', freshnessDays: 1 })
    expect(needsDocument({ nature: 'manual', evidence: [item('check'), item('document')] })).toBe(true)
    expect(needsDocument({ nature: 'manual', evidence: [item('check')] })).toBe(false)
    expect(needsDocument({ nature: 'automated', evidence: [item('document')] })).toBe(false)
  })
})
