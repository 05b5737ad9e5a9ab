import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runFixtures } from '../../../verifier/checks/fixtures.ts'
import { loadChecks } from '../../../verifier/checks/load.ts'
import { declareResource, type ResourceDeclaration } from '../../../verifier/records/resource.ts'

const root = join(import.meta.dirname, '../../..')
const connections = join(root, 'src/features/connections')

const declarations: ResourceDeclaration[] = []
for (const kind of readdirSync(connections).toSorted()) {
  const path = join(connections, kind, 'resources.ts')
  if (!existsSync(path)) continue
  const module: { resources: readonly ResourceDeclaration[] } = await import(path)
  declarations.push(...module.resources)
}
const checks = await loadChecks(join(root, 'content/checks'))
const folders = Map.groupBy(checks, check => check.definition.metadata.id.split('.')[0] ?? '')

describe('resources', () => {
  it('are each declared once, by one connector', () => {
    expect(declarations.map(declaration => declareResource(declaration).name)).toEqual([
      ...new Set(declarations.map(declaration => declaration.name)),
    ])
  })
})

for (const [folder, members] of folders) {
  // One process for all fixtures of a folder.
  const outcomes = Map.groupBy(await runFixtures(members, declarations), outcome => outcome.check)
  describe(`checks of ${folder}`, () => {
    for (const { definition } of members) {
      it(definition.metadata.id, () => {
        const problems = (outcomes.get(definition.metadata.id) ?? []).flatMap(outcome =>
          outcome.problems.map(problem => `${outcome.fixture}: ${problem}`),
        )
        expect(problems).toEqual([])
      })
    }
  })
}
