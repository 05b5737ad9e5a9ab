import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { type ResourceDeclaration, resourceSchema } from '../records/resource.ts'
import { runFixtures } from './fixtures.ts'
import { type LoadedCheck, loadCheck } from './load.ts'

/*
 * For authors of checks: node verifier/checks/try-fixtures.ts <check>.yaml… <resources>.ts…
 * Runs the fixtures of the checks, given modules that export `resources`, and prints what was expected and what came.
 */

const checks: LoadedCheck[] = []
const declarations: ResourceDeclaration[] = []
try {
  for (const path of process.argv.slice(2)) {
    if (path.endsWith('.yaml')) checks.push(await loadCheck(path))
    else if (path.endsWith('.ts')) {
      const module: { resources?: unknown } = await import(pathToFileURL(resolve(path)).href)
      declarations.push(...z.array(resourceSchema).parse(module.resources))
    } else throw new Error(`${path}: give check files (.yaml) and modules that export \`resources\` (.ts)`)
  }
  if (checks.length === 0) throw new Error('usage: node verifier/checks/try-fixtures.ts <check>.yaml… <resources>.ts…')
  let wrong = 0
  for (const outcome of await runFixtures(checks, declarations)) {
    console.log(
      `${outcome.problems.length === 0 ? 'ok   ' : 'WRONG'} ${outcome.check} · ${outcome.fixture} · ${outcome.title}`,
    )
    for (const row of outcome.got) console.log(`        ${row.subject_id}: ${row.status}: ${row.reason}`)
    for (const problem of outcome.problems) console.log(`      ! ${problem}`)
    if (outcome.problems.length > 0) wrong++
  }
  process.exitCode = wrong > 0 ? 1 : 0
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
