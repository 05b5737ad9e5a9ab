import { randomUUID } from 'node:crypto'
import { createReadStream, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkLibrary } from '../../src/features/checks/library.ts'
import { allResources } from '../../src/features/connections/registry.ts'
import { appendFact } from '../../src/features/ledger/append-fact.ts'
import { integrate } from '../../src/features/ledger/integrate.ts'
import type { SimulatedClock } from '../../src/platform/clock/clock.ts'
import type { TenantTx } from '../../src/platform/db/database.ts'
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

/** What is collected each day: how many records there are for each person, and after how many days some of them are others. */
const resources: Readonly<Record<string, { share: number; every: number }>> = {
  'hr.employee': { share: 1.1, every: 3 },
  'idp.account': { share: 1.3, every: 1 },
  'training.completion': { share: 2, every: 7 },
  'asset.device': { share: 1.1, every: 1 },
}
const daysAtOnce = 30
const day = 86_400_000
const connection = { id: randomUUID(), name: 'People', kind: 'files' }

interface Day {
  readonly time: Date
  readonly snapshots: readonly Snapshot[]
}

type Snapshot = FactContent<'collection.completed'>['snapshots'][number]

/** How much work a year is, for the table. */
export interface Year {
  readonly days: number
  readonly records: number
  readonly runs: number
}

/**
 * Gives an organisation a past of daily collections and runs of every check that people's data allows, as the product would have logged them: now and then a few records differ
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
        content: { ...connection, settings, every_hours: 24, archived: false },
      }),
    )
    for (let first = 0; first < days; first += daysAtOnce) {
      const plans: Day[] = []
      for (let number = first; number < Math.min(days, first + daysAtOnce); number++) {
        const time = new Date(begin + number * day + 1000)
        plans.push({ time, snapshots: await collectDay(services, dir, people, number, begin) })
      }
      const done = await runDays(services, dir, checks, absent, plans)
      for (const [at, { time, snapshots }] of plans.entries()) {
        clock.moveTo(time)
        const own = done[at] ?? []
        await inTenant(tx => logDay(tx, snapshots, own, absent, time.toISOString()))
        await integrate(services, orgId)
        records += snapshots.reduce((sum, snapshot) => sum + snapshot.records, 0)
        runs += own.length
      }
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

async function logDay(
  tx: TenantTx,
  snapshots: readonly Snapshot[],
  runs: readonly CheckRunFact[],
  absent: readonly ResourceDeclaration[],
  time: string,
): Promise<void> {
  const [run, batch] = [randomUUID(), randomUUID()]
  const source = { connection: connection.id, connection_name: connection.name, connection_kind: connection.kind }
  const collected = { run, ...source, started_at: time, finished_at: time, snapshots: [...snapshots] }
  await appendFact(tx, { kind: 'collection.completed', actor: 'system', subject: run, content: collected })
  const content = { batch, as_of: time, engine: engineName, absent: [...absent], runs: [...runs] }
  await appendFact(tx, { kind: 'checks.completed', actor: 'system', subject: batch, content })
}

async function collectDay(
  services: Services,
  dir: string,
  people: number,
  number: number,
  begin: number,
): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = []
  for (const [name, { share, every }] of Object.entries(resources)) {
    const declaration = declarationOf(name)
    const count = Math.round(people * share)
    const version = Math.floor(number / every) * every
    const lines = Array.from({ length: count }, (_, at) => recordOf(declaration, at, version, begin))
      .map(record => ({
        key: canonicalJson(declaration.key.map(column => record[column] as Json)),
        text: canonicalJson(record),
      }))
      .sort((a, b) => compareUtf8(a.key, b.key))
    const bytes = Buffer.from(lines.map(line => `${line.text}\n`).join(''))
    const { id: content } = await services.objects.put(bytes)
    writeFileSync(join(dir, `${content}.jsonl`), bytes)
    const told = { complete: true, incomplete_reason: null, source_total: count, questions: [] }
    snapshots.push({
      id: randomUUID(),
      resource: name,
      declaration,
      content,
      records: count,
      bytes: bytes.length,
      ...told,
    })
  }
  return snapshots
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

/** Runs the checks of many days in one go, which is how a year is made in minutes; gives each day's runs. */
async function runDays(
  services: Services,
  dir: string,
  checks: readonly LoadedCheck[],
  absent: readonly ResourceDeclaration[],
  plans: readonly Day[],
): Promise<CheckRunFact[][]> {
  const outDir = await mkdtemp(join(dir, 'results-'))
  const declared = [...Object.keys(resources).map(declarationOf), ...absent].map(declaration => ({
    declaration,
    files: [],
  }))
  const work = plans.flatMap((plan, at) => checks.map(check => ({ ...plan, at, check })))
  const calls = work.map(({ time, snapshots, at, check: { definition } }): CheckCall => {
    const files = inputsOf(definition, snapshots).map(({ resource, content }) => {
      return [resource, [{ connection: connection.name, path: join(dir, `${content}.jsonl`) }]] as const
    })
    return {
      key: `${at} ${definition.metadata.id}`,
      definition,
      parameters: {},
      asOf: time.toISOString(),
      tables: Object.fromEntries(files),
    }
  })
  const { results } = await runChecks({ resources: declared, checks: calls }, { outDir, processes: 2 })
  const facts: CheckRunFact[][] = plans.map(() => [])
  for (const [index, outcome] of results.entries()) {
    const own = work[index]
    if (!own || !outcome.ok) throw new Error(`${outcome.key}: ${outcome.ok ? '' : outcome.error.message}`)
    await services.objects.put(createReadStream(outcome.file), { id: outcome.sha256 })
    facts[own.at]?.push(describeRun(own.check, inputsOf(own.check.definition, own.snapshots), outcome))
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
