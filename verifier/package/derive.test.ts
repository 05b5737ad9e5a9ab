import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LoggedFact } from '../records/facts.ts'
import { inOrder, programAt, programStatus } from '../rules/program.ts'
import { isKind, packageContents } from './contents.ts'
import { derive } from './derive.ts'
import { buildOrganisation, factsOf } from './testing/build-package.ts'
import { sampleFramework } from './testing/sample-content.ts'

test('the history is what the rules say at each batch, whatever the order and the times of the facts are', async () => {
  const organisation = await buildOrganisation(5)
  const facts = factsOf(organisation.log)
  const begin = Date.parse(facts[0]?.time ?? '')
  const [adopted] = facts.flatMap(fact => (isKind(fact, 'framework.adopted') ? [fact.content.content] : []))
  const frameworks = new Map([[adopted ?? '', sampleFramework]])
  const hours = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: facts.length, maxLength: facts.length })
  fc.assert(
    fc.property(hours, fc.shuffledSubarray(facts, { minLength: facts.length - 6 }), (times, chosen) => {
      const moved = chosen.map((fact, index): LoggedFact => {
        return { ...fact, index, time: new Date(begin + (times[index] ?? 0) * 3_600_000).toISOString() }
      })
      const period = { from: new Date(begin).toISOString(), to: new Date(begin + 50 * 3_600_000).toISOString() }
      const { history, status } = derive(moved, packageContents(moved, period), period, frameworks)
      const ordered = inOrder(moved)
      const plain = (at: string) => {
        const program = programAt(ordered, at)
        const known = program.scope && program.frameworks.has(program.scope.framework)
        return known ? programStatus(program, sampleFramework) : { at, controls: [], criteria: [] }
      }
      expect(status).toEqual(plain(period.to))
      for (const point of history) {
        const { controls, criteria } = plain(point.at)
        expect(point.controls).toEqual(Object.fromEntries(controls.map(item => [item.id, item.status])))
        expect(point.criteria).toEqual(Object.fromEntries(criteria.map(item => [item.id, item.status])))
      }
    }),
    { numRuns: 150 },
  )
})
