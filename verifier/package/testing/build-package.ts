import { hash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { type CheckDefinition, checkVersion } from '../../checks/check.ts'
import { runChecks } from '../../checks/engine.ts'
import { resolveParameters } from '../../checks/parameters.ts'
import { type CheckOutcome, engineName, type SnapshotFile } from '../../checks/protocol.ts'
import type { NoteSigner } from '../../log/note.ts'
import { canonicalJson, type Json, type JsonObject, sha256 } from '../../records/canonical.ts'
import type { CheckRunFact, FactContent, FactKind, LoggedFact } from '../../records/facts.ts'
import type { ResourceDeclaration } from '../../records/resource.ts'
import { runOutcome } from '../../rules/status.ts'
import { frameworkPath, objectPath, type Period, packageContents } from '../contents.ts'
import { derive, derivedFiles } from '../derive.ts'
import {
  accountResource,
  deviceResource,
  employeeResource,
  idleCheck,
  leaverCheck,
  mfaCheck,
  sampleControls,
  sampleFramework,
} from './sample-content.ts'
import { append, ledgerFiles, newLog, rotate, type SyntheticLog, sign, vkeysOf } from './synthetic-log.ts'
import { seal } from './zip-files.ts'

/** A whole organisation's log and evidence, made without the product and free to be changed: `packageFiles` makes the package of it. */
export interface SyntheticOrganisation {
  log: SyntheticLog
  /** Contents by hash, uncompressed. */
  objects: Map<string, Buffer>
  period: Period
  createdAt: string
}

type Run = Omit<
  CheckRunFact,
  'outcome' | 'outcome_reason' | 'passed' | 'failed' | 'unknown' | 'not_applicable' | 'excepted' | 'results' | 'error'
>

const orgId = '0b8f3a52-4a5e-4f2c-9a51-3f0a8d7c1e10'
const checks = [mfaCheck, idleCheck, leaverCheck]
const day = 86_400_000
const start = Date.parse('2026-03-01T06:00:00.000Z')

const uuid = (word: string): string =>
  hash('sha256', word, 'hex').replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')
const timeOf = (dayNumber: number, seconds: number) => new Date(start + dayNumber * day + seconds * 1000).toISOString()

/**
 * An organisation of a few people over `days` days: two sources collected, one of them less often than its schedule says, a third that never answers, and three checks run each day, an exception, a filed document,
 * a change of a parameter, a rotated key and a checkpoint each day. What the runs say comes from the engine.
 */
export async function buildOrganisation(days = 4): Promise<SyntheticOrganisation> {
  const log = newLog(`vouch-sample/samples-${orgId.slice(0, 8)}`)
  const objects = new Map<string, Buffer>()
  const keep = (bytes: Buffer): string => {
    const id = sha256(bytes)
    objects.set(id, bytes)
    return id
  }
  const plan: {
    at: number
    day: number
    runs: { run: Run; definition: CheckDefinition; parameters: Record<string, number> }[]
  }[] = []
  adopt(log)
  for (let number = 0; number < days; number++) {
    const inputs = new Map<string, Run['inputs'][number]>()
    for (const [name, declaration, records] of sourcesOf(number)) {
      const bytes = Buffer.from(records.map(record => `${canonicalJson(record)}\n`).join(''))
      const content = keep(bytes)
      const snapshot = uuid(`snapshot ${name} ${number}`)
      inputs.set(declaration.name, { snapshot, resource: declaration.name, connection: name, content, complete: true })
      append(log, 'collection.completed', timeOf(number, 0), {
        run: uuid(`run ${name} ${number}`),
        connection: uuid(name),
        connection_name: name,
        connection_kind: 'files',
        started_at: timeOf(number, -60),
        finished_at: timeOf(number, 0),
        snapshots: [
          {
            id: snapshot,
            resource: declaration.name,
            declaration,
            content,
            records: records.length,
            bytes: bytes.length,
            complete: true,
            incomplete_reason: null,
            source_total: records.length,
            questions: [{ file: `${name}.csv` }],
          },
        ],
      })
    }
    if (number > 0) {
      append(log, 'collection.failed', timeOf(number, 10), {
        run: uuid(`run devices ${number}`),
        connection: uuid('devices'),
        connection_name: 'devices',
        started_at: timeOf(number, -60),
        reason: 'The server <devices> does not answer.',
      })
    }
    if (number === 1) extras(log)
    const parameters = number >= 1 ? { [idleCheck.metadata.id]: { days: 20 } } : {}
    const runs = checks.map(definition => {
      const { id, resources, optional_resources } = definition.metadata
      const own = [...resources, ...optional_resources].flatMap(resource => inputs.get(resource) ?? [])
      const given: Record<string, number> = parameters[id] ?? {}
      const run: Run = {
        check: id,
        version: checkVersion(definition),
        parameters: resolveParameters(definition, given),
        inputs: own,
      }
      return { run, definition, parameters: given }
    })
    // Its place is taken now; what it says follows when the engine has run.
    const at = append(log, 'checks.completed', timeOf(number, 300), emptyBatch(number))
    plan.push({ at, day: number, runs })
    if (number === 1) rotate(log, timeOf(number, 400), 'second key')
    sign(log)
  }
  await fillBatches(log, plan, objects, keep)
  const period = { from: timeOf(1, -3600), to: timeOf(days - 1, 3600) }
  return { log, objects, period, createdAt: timeOf(days - 1, 7200) }
}

function adopt(log: SyntheticLog): void {
  const time = timeOf(-1, 0)
  append(log, 'organisation.created', time, {
    organisation: orgId,
    slug: 'samples',
    name: 'Samples & <Sons>',
    sample: true,
  })
  append(log, 'scope.changed', time, {
    framework: sampleFramework.id,
    categories: ['security'],
    period_from: null,
    period_to: null,
  })
  append(log, 'framework.adopted', time, { id: sampleFramework.id, content: sha256(frameworkText) })
  for (const definition of sampleControls) {
    append(log, 'control.changed', time, {
      id: definition.id,
      definition,
      implemented: true,
      not_applicable_reason: null,
    })
  }
  for (const definition of checks) changeCheck(log, time, definition, {})
  for (const [name, every_hours] of [
    ['identities', 12],
    ['personnel', 24],
    ['devices', 24],
  ] as const) {
    const id = uuid(name)
    append(log, 'connection.changed', time, {
      id,
      kind: 'files',
      name,
      settings: sha256(name),
      every_hours,
      archived: false,
    })
  }
}

const frameworkText = canonicalJson(sampleFramework as unknown as Json)

function changeCheck(
  log: SyntheticLog,
  time: string,
  definition: CheckDefinition,
  parameters: Record<string, number>,
): void {
  const content = {
    id: definition.metadata.id,
    version: checkVersion(definition),
    enabled: true,
    parameters,
    definition,
  }
  append(log, 'check.changed', time, content as FactContent<'check.changed'>)
}

function extras(log: SyntheticLog): void {
  append(log, 'exception.granted', timeOf(1, 60), {
    exception: uuid('exception'),
    check: mfaCheck.metadata.id,
    subject: 'build-robot',
    reason: 'A program cannot hold a phone',
    approver: 'Head of samples',
    granted_at: timeOf(1, 60),
    expires_at: timeOf(60, 0),
  })
  append(log, 'document.filed', timeOf(1, 70), {
    document: uuid('document'),
    control: 'leavers-removed',
    title: 'Leavers of <March>',
    file_name: 'leavers.txt',
    media_type: 'text/plain',
    content: sha256(documentBytes),
    bytes: documentBytes.length,
    covers_from: '2026-03-01',
    covers_to: '2026-03-31',
    fresh_for_days: 90,
  })
  changeCheck(log, timeOf(1, 80), idleCheck, { days: 20 })
  append(log, 'gap.explained', timeOf(1, 90), {
    explanation: uuid('explanation'),
    connection: uuid('devices'),
    // A day's grace for a daily collection is 87 minutes.
    since: timeOf(-1, 87 * 60),
    text: 'The server was <not> there yet',
    by: 'Head of samples',
  })
}

const documentBytes = Buffer.from('Nobody left in anger.\n')

function sourcesOf(number: number): [name: string, declaration: ResourceDeclaration, records: JsonObject[]][] {
  const seen = (ago: number) => new Date(start + (number - ago) * day).toISOString()
  const accounts = [
    { id: 'ada', owner: 'e1', mfa: true, seen_at: seen(1) },
    { id: 'build-robot', owner: null, mfa: false, seen_at: seen(0) },
    { id: 'émile', owner: 'e2', mfa: number < 3 ? true : null, seen_at: seen(25) },
  ]
  const employees = [
    { id: 'e1', left_on: null },
    { id: 'e2', left_on: number >= 2 ? '2026-03-02' : null },
    { id: 'e3', left_on: '2025-12-31' },
  ]
  return [
    ['identities', accountResource, accounts],
    ['personnel', employeeResource, employees],
  ]
}

function emptyBatch(number: number): FactContent<'checks.completed'> {
  return {
    batch: uuid(`batch ${number}`),
    as_of: timeOf(number, 240),
    engine: engineName,
    absent: [deviceResource],
    runs: [],
  }
}

async function fillBatches(
  log: SyntheticLog,
  plan: readonly {
    at: number
    day: number
    runs: readonly { run: Run; definition: CheckDefinition; parameters: Record<string, number> }[]
  }[],
  objects: ReadonlyMap<string, Buffer>,
  keep: (bytes: Buffer) => string,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'vouch-build-'))
  try {
    for (const [id, bytes] of objects) writeFileSync(join(dir, `${id}.records`), bytes)
    const tables = (run: Run) =>
      Object.fromEntries(
        run.inputs.map((input): [string, SnapshotFile[]] => [
          input.resource,
          [{ connection: input.connection, path: join(dir, `${input.content}.records`) }],
        ]),
      )
    const calls = plan.flatMap(({ day: number, runs }) =>
      runs.map(({ run, definition, parameters }) => ({
        key: `${number} ${run.check}`,
        definition,
        parameters,
        asOf: timeOf(number, 240),
        tables: tables(run),
      })),
    )
    const resources = [accountResource, employeeResource, deviceResource].map(declaration => ({
      declaration,
      files: [],
    }))
    const { results } = await runChecks({ resources, checks: calls }, { outDir: dir })
    const byKey = new Map(results.map(result => [result.key, result]))
    for (const { at, day: number, runs } of plan) {
      const done = runs.map(({ run }) => describeRun(run, byKey.get(`${number} ${run.check}`), number >= 1, keep))
      setContent(log, at, 'checks.completed', { ...emptyBatch(number), runs: done })
    }
    keep(documentBytes)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function describeRun(
  run: Run,
  outcome: CheckOutcome | undefined,
  hasException: boolean,
  keep: (bytes: Buffer) => string,
): CheckRunFact {
  if (!outcome?.ok) throw new Error(`${run.check}: ${outcome?.error.message ?? 'it was not run'}`)
  const { pass: passed, fail: failed, unknown, not_applicable } = outcome.counts
  const excepted = hasException && run.check === mfaCheck.metadata.id ? 1 : 0
  const derived = runOutcome({ passed, failed, unknown, notApplicable: not_applicable, excepted, inputsComplete: true })
  const results = keep(readFileSync(outcome.file))
  const counts = { passed, failed, unknown, not_applicable, excepted }
  return { ...run, ...counts, outcome: derived.status, outcome_reason: derived.reasons.join(' '), results, error: null }
}

/** Replaces what an entry says; its leaf follows. */
export function setContent<Kind extends FactKind>(
  log: SyntheticLog,
  at: number,
  kind: Kind,
  content: FactContent<Kind>,
): void {
  const entry = log.entries[at]
  if (entry?.kind !== kind) throw new Error(`entry ${at} is no ${kind}`)
  entry.content = canonicalJson(content as unknown as Json)
}

/** The facts of a log's opened entries. */
export function factsOf(log: SyntheticLog): LoggedFact[] {
  return log.entries.slice(0, log.checkpointSizes.at(-1)).flatMap((entry, index) => {
    const { kind, time, actor, subject, content, opened } = entry
    return opened ? [{ index, kind: kind as FactKind, time, actor, subject, content: JSON.parse(content) }] : []
  })
}

/** The package's files but the manifest, and what the manifest says besides them: as an honest export would make them. */
export function packageFiles({ log, objects, period, createdAt }: SyntheticOrganisation) {
  const facts = factsOf(log)
  const contents = packageContents(facts, period)
  const { files, root, size } = ledgerFiles(log)
  const [first] = facts
  const said = (first?.content ?? {}) as FactContent<'organisation.created'>
  const head = {
    format: 'vouch-package/2' as const,
    organisation: { id: said.organisation, name: said.name, slug: said.slug, sample: said.sample },
    period,
    created_at: createdAt,
    checkpoint: { origin: log.origin, size, root: Buffer.from(root).toString('hex') },
  }
  for (const id of contents.objects) {
    const bytes = objects.get(id)
    if (bytes) files.set(objectPath(id), zstdCompressSync(bytes))
  }
  for (const id of contents.frameworks) files.set(frameworkPath(id), Buffer.from(frameworkText))
  const derived = derive(facts, contents, period, new Map(contents.frameworks.map(id => [id, sampleFramework])))
  for (const [path, text] of derivedFiles(derived, contents, head, vkeysOf(log))) files.set(path, Buffer.from(text))
  return { files, head }
}

/** An honest package: its files, signed by the log's newest key unless others sign. */
export function honestPackage(
  organisation: SyntheticOrganisation,
  signers?: readonly NoteSigner[],
): Map<string, Buffer> {
  const { files, head } = packageFiles(organisation)
  const newest = organisation.log.keys.at(-1)
  return seal(files, head, signers ?? (newest ? [newest.signer] : []))
}
