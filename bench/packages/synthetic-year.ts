import { randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkLibrary } from '../../src/features/checks/library.ts'
import { allResources } from '../../src/features/connections/registry.ts'
import { appendFact } from '../../src/features/ledger/append-fact.ts'
import { integrate } from '../../src/features/ledger/integrate.ts'
import type { SimulatedClock } from '../../src/platform/clock/clock.ts'
import type { Services } from '../../src/platform/services.ts'
import { type CheckCall, runChecks } from '../../verifier/checks/engine.ts'
import type { LoadedCheck } from '../../verifier/checks/load.ts'
import { resolveParameters } from '../../verifier/checks/parameters.ts'
import { type CheckOutcome, engineName } from '../../verifier/checks/protocol.ts'
import { canonicalJson, type Json, type JsonObject, sha256 } from '../../verifier/records/canonical.ts'
import type { CheckRunFact, FactContent } from '../../verifier/records/facts.ts'
import { compareUtf8 } from '../../verifier/records/order.ts'
import type { ResourceDeclaration } from '../../verifier/records/resource.ts'
import { runOutcome } from '../../verifier/rules/status.ts'

/** What is collected each day, and how many records of it there are for each person. */
const resources = { 'hr.employee': 1.1, 'idp.account': 1.3, 'training.completion': 2, 'asset.device': 1.1 } as const
const day = 86_400_000
const connection = { id: randomUUID(), name: 'People', kind: 'files' }

type Snapshot = FactContent<'collection.completed'>['snapshots'][number]

/** How much work a year is, for the table. */
export interface Year {
  readonly days: number
  readonly records: number
  readonly runs: number
}

/**
 * Gives an organisation a past of daily collections and runs of every check that people's data allows, as the product would have logged them: each day a few records differ
 * from the day before, and what the runs say comes from the engine. Moves the clock on to the end.
 */
export async function liveYear(
  services: Services,
  clock: SimulatedClock,
  orgId: string,
  days: number,
  people: number,
): Promise<Year> {
  const names = new Set<string>(Object.keys(resources))
  const checks = (await checkLibrary()).filter(check =>
    check.definition.metadata.resources.every(name => names.has(name)),
  )
  const optional = new Set(checks.flatMap(check => check.definition.metadata.optional_resources))
  const absent = [...optional].filter(name => !names.has(name)).flatMap(name => allResources().get(name) ?? [])
  const dir = await mkdtemp(join(tmpdir(), 'vouch-year-'))
  const begin = clock.now().getTime()
  const inTenant = <T>(work: Parameters<typeof services.database.tenant<T>>[2]) =>
    services.database.tenant(orgId, clock, work)
  let records = 0
  let runs = 0
  try {
    const settings = sha256('{}')
    await inTenant(tx =>
      appendFact(tx, {
        kind: 'connection.changed',
        actor: 'system',
        subject: connection.id,
        content: { ...connection, settings, archived: false },
      }),
    )
    for (let number = 0; number < days; number++) {
      clock.moveTo(new Date(begin + number * day + 1000))
      const time = clock.now().toISOString()
      const snapshots: Snapshot[] = []
      for (const [name, share] of Object.entries(resources)) {
        snapshots.push(await collectDay(services, dir, declarationOf(name), Math.round(people * share), number, begin))
      }
      records += snapshots.reduce((sum, snapshot) => sum + snapshot.records, 0)
      const run = randomUUID()
      const collected = {
        run,
        connection: connection.id,
        connection_name: connection.name,
        connection_kind: connection.kind,
        started_at: time,
        finished_at: time,
        snapshots,
      }
      await inTenant(tx =>
        appendFact(tx, { kind: 'collection.completed', actor: 'system', subject: run, content: collected }),
      )
      const done = await runDay(services, dir, checks, snapshots, absent, time)
      runs += done.length
      const batch = randomUUID()
      const content = { batch, as_of: time, engine: engineName, absent, runs: done }
      await inTenant(tx => appendFact(tx, { kind: 'checks.completed', actor: 'system', subject: batch, content }))
      await integrate(services, orgId)
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
  return { days, records, runs }
}

function declarationOf(name: string): ResourceDeclaration {
  const declaration = allResources().get(name)
  if (!declaration) throw new Error(`no connector declares ${name}`)
  return declaration
}

async function collectDay(
  services: Services,
  dir: string,
  declaration: ResourceDeclaration,
  count: number,
  number: number,
  begin: number,
): Promise<Snapshot> {
  const lines = Array.from({ length: count }, (_, at) => recordOf(declaration, at, number, begin))
    .map(record => ({
      key: canonicalJson(declaration.key.map(column => record[column] as Json)),
      text: canonicalJson(record),
    }))
    .sort((a, b) => compareUtf8(a.key, b.key))
  const bytes = Buffer.from(lines.map(line => `${line.text}\n`).join(''))
  const { id: content } = await services.objects.put(bytes)
  writeFileSync(join(dir, `${content}.jsonl`), bytes)
  const told = { complete: true, incomplete_reason: null, source_total: count, questions: [] }
  return {
    id: randomUUID(),
    resource: declaration.name,
    declaration,
    content,
    records: count,
    bytes: bytes.length,
    ...told,
  }
}

/** A made-up record. One in fifty is another each day, as when a person signs in; the rest stays for weeks. */
function recordOf(declaration: ResourceDeclaration, at: number, number: number, begin: number): JsonObject {
  const version = at % 50 === number % 50 ? number : Math.floor((number + at) / 30)
  const value = (column: string, type: string): Json => {
    if (declaration.key.includes(column)) return `${declaration.name}-${String(at).padStart(6, '0')}`
    if (type === 'boolean') return (at + version) % 19 !== 0
    if (type === 'integer' || type === 'number') return 70 + (at % 30)
    if (type === 'date') return new Date(begin - ((at * 7 + version) % 700) * day).toISOString().slice(0, 10)
    if (type === 'timestamp')
      return new Date(begin + (version % 300) * day - (at % 90) * 3_600_000).toISOString().replace('.000Z', 'Z')
    if (type === 'json') return null
    if (column === 'status') return at % 23 === 0 ? 'terminated' : 'active'
    if (column.endsWith('email')) return `person.${at % 500}@sample.example`
    return `${column} ${at} ${version}`
  }
  return Object.fromEntries(
    Object.entries(declaration.columns).map(([column, { type }]) => [column, value(column, type)]),
  )
}

async function runDay(
  services: Services,
  dir: string,
  checks: readonly LoadedCheck[],
  snapshots: readonly Snapshot[],
  absent: readonly ResourceDeclaration[],
  asOf: string,
): Promise<CheckRunFact[]> {
  const outDir = join(dir, asOf.replaceAll(':', '-'))
  mkdirSync(outDir)
  const declared = [...snapshots.map(snapshot => snapshot.declaration), ...absent].map(declaration => ({
    declaration,
    files: [],
  }))
  const calls = checks.map(({ definition }): CheckCall => {
    const tables = Object.fromEntries(
      inputsOf(definition, snapshots).map(({ resource, content }) => [
        resource,
        [{ connection: connection.name, path: join(dir, `${content}.jsonl`) }],
      ]),
    )
    return { key: definition.metadata.id, definition, parameters: {}, asOf, tables }
  })
  const { results } = await runChecks({ resources: declared, checks: calls }, { outDir })
  const facts: CheckRunFact[] = []
  for (const [at, outcome] of results.entries()) {
    const check = checks[at]
    if (!check || !outcome.ok) throw new Error(`${outcome.key}: ${outcome.ok ? '' : outcome.error.message}`)
    await services.objects.put(createReadStream(outcome.file), { id: outcome.sha256 })
    facts.push(describeRun(check, inputsOf(check.definition, snapshots), outcome))
  }
  await rm(outDir, { recursive: true })
  return facts
}

function inputsOf({ metadata }: LoadedCheck['definition'], snapshots: readonly Snapshot[]): CheckRunFact['inputs'] {
  return [...metadata.resources, ...metadata.optional_resources].flatMap(name =>
    snapshots
      .filter(snapshot => snapshot.resource === name)
      .map(({ id, resource, content, complete }) => ({
        snapshot: id,
        resource,
        connection: connection.name,
        content,
        complete,
      })),
  )
}

function describeRun(
  { definition, version }: LoadedCheck,
  inputs: CheckRunFact['inputs'],
  outcome: CheckOutcome & { ok: true },
): CheckRunFact {
  const { pass: passed, fail: failed, unknown, not_applicable } = outcome.counts
  const derived = runOutcome({
    passed,
    failed,
    unknown,
    notApplicable: not_applicable,
    excepted: 0,
    inputsComplete: true,
  })
  const said = {
    outcome: derived.status,
    outcome_reason: derived.reasons.join(' '),
    results: outcome.sha256,
    error: null,
  }
  const parameters = { ...resolveParameters(definition, {}) }
  return {
    check: definition.metadata.id,
    version,
    parameters,
    inputs,
    passed,
    failed,
    unknown,
    not_applicable,
    excepted: 0,
    ...said,
  }
}
