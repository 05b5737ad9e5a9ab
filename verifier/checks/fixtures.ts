import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalJson, type JsonObject } from '../records/canonical.ts'
import type { ColumnType, ResourceDeclaration } from '../records/resource.ts'
import type { CheckFixture, ResultStatus } from './check.ts'
import { type CheckCall, runChecks } from './engine.ts'
import { fixturesOf, type LoadedCheck } from './load.ts'
import type { SnapshotFile } from './protocol.ts'
import { type ResultRow, readResults } from './read-results.ts'

export interface FixtureOutcome {
  readonly check: string
  /** `pass`, `fail`, `unknown`, `not_applicable`, `more 1`... */
  readonly fixture: string
  readonly title: string
  readonly expected: Readonly<Record<string, ResultStatus>>
  readonly got: readonly ResultRow[]
  /** What is wrong, one sentence each; empty when the fixture holds. */
  readonly problems: readonly string[]
}

/**
 * Runs every fixture of the checks in one batch and compares: exactly the expected subjects, each with its expected status.
 * `declarations` are those of all connectors that the checks read. Never throws for a wrong check or fixture: see `problems`.
 */
export async function runFixtures(
  checks: readonly LoadedCheck[],
  declarations: readonly ResourceDeclaration[],
): Promise<readonly FixtureOutcome[]> {
  const dir = await mkdtemp(join(tmpdir(), 'vouch-fixtures-'))
  try {
    const cases = checks.flatMap(check => fixturesOf(check).map(([name, fixture]) => ({ check, name, fixture })))
    const outDir = join(dir, 'results')
    await mkdir(outDir)
    const calls: CheckCall[] = []
    for (const [at, { check, fixture }] of cases.entries()) {
      const tables = await writeTables(join(dir, String(at)), fixture)
      calls.push({
        key: String(at),
        definition: check.definition,
        parameters: fixture.parameters ?? {},
        asOf: fixture.as_of,
        tables,
      })
    }
    const resources = declarations.map(declaration => ({ declaration, files: [] }))
    const { results } = await runChecks({ resources, checks: calls }, { outDir, checkTimeoutMs: 10_000 })
    const outcomes: FixtureOutcome[] = []
    for (const [at, { check, name, fixture }] of cases.entries()) {
      const result = results[at]
      const got: ResultRow[] = []
      if (result?.ok) for await (const row of readResults(result.file)) got.push(row)
      const failure = result?.ok ? [] : [`${result?.error.kind}: ${result?.error.message}`]
      const shape = problemsOfFixture(check, name, fixture, declarations)
      const problems = [...shape, ...failure, ...(result?.ok ? differences(fixture.expect, got) : [])]
      outcomes.push({
        check: check.definition.metadata.id,
        fixture: name,
        title: fixture.title,
        expected: fixture.expect,
        got,
        problems,
      })
    }
    return outcomes
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function writeTables(dir: string, fixture: CheckFixture): Promise<Record<string, readonly SnapshotFile[]>> {
  await mkdir(dir)
  const tables: Record<string, readonly SnapshotFile[]> = {}
  for (const [resource, records] of Object.entries(fixture.records)) {
    const path = join(dir, `${resource}.jsonl`)
    await writeFile(path, records.map(record => `${canonicalJson(record as JsonObject)}\n`).join(''))
    tables[resource] = [{ connection: 'fixture', path }]
  }
  return tables
}

function differences(expected: Readonly<Record<string, ResultStatus>>, got: readonly ResultRow[]): readonly string[] {
  const problems: string[] = []
  const seen = new Map(got.map(row => [row.subject_id, row]))
  for (const [subject, status] of Object.entries(expected)) {
    const row = seen.get(subject)
    if (!row) problems.push(`subject "${subject}" should be ${status} but is missing`)
    else if (row.status !== status)
      problems.push(`subject "${subject}" should be ${status} but is ${row.status}: ${row.reason}`)
  }
  for (const row of got) {
    if (!Object.hasOwn(expected, row.subject_id))
      problems.push(`subject "${row.subject_id}" (${row.status}) was not expected`)
  }
  return problems
}

/** Mistakes in the fixture itself: a misspelt column would otherwise be read as null and make an `unknown` for the wrong reason. */
function problemsOfFixture(
  check: LoadedCheck,
  name: string,
  fixture: CheckFixture,
  declarations: readonly ResourceDeclaration[],
): readonly string[] {
  const problems: string[] = []
  const { resources, optional_resources } = check.definition.metadata
  const named: Readonly<Record<string, true>> = { pass: true, fail: true, unknown: true, not_applicable: true }
  if (named[name] && !Object.values<string>(fixture.expect).includes(name)) {
    problems.push(`the fixture "${name}" expects no subject to be ${name}`)
  }
  for (const [resource, records] of Object.entries(fixture.records)) {
    const declaration = declarations.find(known => known.name === resource)
    if (!declaration) problems.push(`records of "${resource}": no connector declares this resource`)
    else if (![...resources, ...optional_resources].includes(resource)) {
      problems.push(`records of "${resource}": the check does not list this resource`)
    } else for (const record of records) problems.push(...problemsOfRecord(record as JsonObject, declaration))
  }
  return problems
}

function problemsOfRecord(record: JsonObject, declaration: ResourceDeclaration): readonly string[] {
  const problems: string[] = []
  for (const [name, value] of Object.entries(record)) {
    const column = declaration.columns[name]
    if (!column) problems.push(`${declaration.name} has no column "${name}"`)
    else if (value !== null && !matches[column.type](value)) {
      problems.push(`${declaration.name}.${name} is ${column.type} but the fixture has ${JSON.stringify(value)}`)
    }
  }
  for (const key of declaration.key)
    if ((record[key] ?? null) === null) problems.push(`${declaration.name}: key column "${key}" is null`)
  return problems
}

const matches: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  text: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  integer: value => Number.isSafeInteger(value),
  number: value => typeof value === 'number',
  timestamp: value => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(value),
  date: value => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  json: () => true,
}
