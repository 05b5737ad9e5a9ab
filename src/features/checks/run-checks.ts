import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Batch, type CheckCall, runChecks as runInSandbox } from '../../../verifier/checks/engine.ts'
import { resolveParameters } from '../../../verifier/checks/parameters.ts'
import type { CheckOutcome } from '../../../verifier/checks/protocol.ts'
import { readResults } from '../../../verifier/checks/read-results.ts'
import type { CheckRunFact } from '../../../verifier/records/facts.ts'
import { compareUtf8 } from '../../../verifier/records/order.ts'
import type { ResourceDeclaration } from '../../../verifier/records/resource.ts'
import { exceptedSubjects } from '../../../verifier/rules/program.ts'
import { runOutcome } from '../../../verifier/rules/status.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { announce } from '../../platform/events/events.ts'
import type { ObjectStore } from '../../platform/objects/object-store.ts'
import type { Services } from '../../platform/services.ts'
import { connectionsInUse } from '../connections/read-connections.ts'
import { allResources } from '../connections/registry.ts'
import { keepStatus } from '../controls/read-status.ts'
import { type LatestSnapshot, latestSnapshots } from '../evidence/snapshots.ts'
import { appendFact, systemActor } from '../ledger/append-fact.ts'
import { deriveFindings, keepFigures, listExceptions } from './findings-store.ts'
import { insertBatch, latestResults, type ResultLine, replaceResults } from './runs-store.ts'
import { stageSnapshots, tablesOf } from './stage-snapshots.ts'
import { listStoredChecks, type StoredCheck } from './store.ts'
import { checkSupport } from './support.ts'

export interface RunRequest {
  readonly jobId: string | null
  readonly cause: 'collection' | 'demand' | 'sample'
  readonly signal: AbortSignal
  readonly progress: (message: string, done?: number, total?: number) => void
}

// A put waits for the disk twice; a few at a time share the wait.
const putsAtOnce = 8

interface Planned {
  readonly check: StoredCheck
  readonly inputs: readonly LatestSnapshot[]
}

/**
 * Runs every enabled check whose resources are connected, over the newest snapshots, in one sandboxed batch. Results, runs, findings, the ledger's fact and the statuses
 * that follow become visible together. Returns the batch's id, or undefined when there was nothing to run.
 */
export async function runChecks(
  services: Services,
  orgId: string,
  request: RunRequest,
): Promise<{ batchId: string; runs: number } | undefined> {
  const { database, clock, objects } = services
  const startedAt = clock.now()
  const asOf = startedAt.toISOString()
  const planned = await database.tenant(orgId, clock, planBatch)
  if (planned.length === 0) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'vouch-batch-'))
  try {
    const { all, absent } = batchDeclarations(planned)
    const files = await stageSnapshots(
      objects,
      planned.flatMap(plan => plan.inputs),
      folder,
    )
    const outDir = join(folder, 'results')
    await mkdir(outDir)
    // Typed copies of large snapshots: a cache, believed here and never by the verifier.
    const cacheDir = join(services.config.dataDir, 'cache')
    await mkdir(cacheDir, { recursive: true, mode: 0o700 })
    const batch: Batch = {
      resources: all.map(declaration => ({ declaration, files: [] })),
      checks: planned.map(plan => callOf(plan, asOf, files)),
    }
    let done = 0
    const report = await runInSandbox(batch, {
      outDir,
      cacheDir,
      signal: request.signal,
      onResult: () => request.progress('Running checks', ++done, planned.length),
    })
    await storeResults(objects, report.results)
    request.signal.throwIfAborted()
    const batchId = randomUUID()
    await database.tenant(orgId, clock, tx =>
      publish(
        tx,
        { id: batchId, jobId: request.jobId, cause: request.cause, asOf, startedAt, engine: report.engine },
        planned,
        report.results,
        absent,
      ),
    )
    return { batchId, runs: planned.length }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The checks that can run: enabled, and each resource they need has a snapshot from a connection in use. */
async function planBatch(tx: TenantTx): Promise<Planned[]> {
  const snapshots = await latestSnapshots(tx, await connectionsInUse(tx))
  const byResource = Map.groupBy(snapshots, snapshot => snapshot.resource)
  return (await listStoredChecks(tx))
    .filter(check => check.enabled)
    .filter(check => check.definition.metadata.resources.every(resource => byResource.has(resource)))
    .map(check => {
      const { resources, optional_resources } = check.definition.metadata
      return {
        check,
        inputs: [...resources, ...optional_resources].flatMap(resource => byResource.get(resource) ?? []),
      }
    })
}

/** How every resource that the batch names is read: as its newest snapshot declares it, else (nobody collected it: an empty table) as this version's connectors do. */
function batchDeclarations(planned: readonly Planned[]): { all: ResourceDeclaration[]; absent: ResourceDeclaration[] } {
  const collected = new Map<string, LatestSnapshot>()
  for (const input of planned.flatMap(plan => plan.inputs)) {
    const other = collected.get(input.resource)
    if (!other || input.ledgerEntryId > other.ledgerEntryId) collected.set(input.resource, input)
  }
  const named = new Set(
    planned.flatMap(({ check }) => [
      ...check.definition.metadata.resources,
      ...check.definition.metadata.optional_resources,
    ]),
  )
  const absent = [...named]
    .filter(name => !collected.has(name))
    .sort(compareUtf8)
    .flatMap(name => allResources().get(name) ?? [])
  return { all: [...[...collected.values()].map(input => input.declaration), ...absent], absent }
}

function callOf({ check, inputs }: Planned, asOf: string, files: ReadonlyMap<string, string>): CheckCall {
  return {
    key: check.id,
    definition: check.definition,
    parameters: check.parameters,
    asOf,
    tables: tablesOf(inputs, files),
  }
}

async function storeResults(objects: ObjectStore, outcomes: readonly CheckOutcome[]): Promise<void> {
  const files = outcomes.filter(outcome => outcome.ok)
  for (let at = 0; at < files.length; at += putsAtOnce) {
    await Promise.all(
      files
        .slice(at, at + putsAtOnce)
        .map(outcome => objects.put(createReadStream(outcome.file), { id: outcome.sha256 })),
    )
  }
}

async function publish(
  tx: TenantTx,
  batch: { id: string; jobId: string | null; cause: string; asOf: string; startedAt: Date; engine: string },
  planned: readonly Planned[],
  outcomes: readonly CheckOutcome[],
  absent: ResourceDeclaration[],
): Promise<void> {
  const exceptions = (await listExceptions(tx)).map(row => ({
    exception: row.id,
    check: row.check_id,
    subject: row.subject_id,
    reason: row.reason,
    approver: row.approver,
    granted_at: row.granted_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString(),
  }))
  const before = new Map((await latestResults(tx)).map(run => [run.check_id, run.results]))
  const runs: (CheckRunFact & { durationMs: number })[] = []
  for (const [index, plan] of planned.entries()) {
    const outcome = outcomes[index]
    if (!outcome) throw new Error(`${plan.check.id} has no outcome`)
    const excepted = exceptedSubjects({ exceptions }, plan.check.id, batch.asOf)
    const failing =
      outcome.ok && outcome.counts.fail > 0 && excepted.size > 0 ? await countExcepted(outcome.file, excepted) : 0
    runs.push(describeRun(plan, outcome, failing))
    // The same results as last time are there already.
    if (outcome.ok && before.get(plan.check.id) !== outcome.sha256)
      await replaceResults(tx, plan.check.id, resultLines(outcome.file))
  }
  await deriveFindings(
    tx,
    runs
      .filter(run => run.results !== null)
      .map(run => ({ check: run.check, complete: run.inputs.every(input => input.complete) })),
    batch.id,
  )
  const entry = await appendFact(tx, {
    kind: 'checks.completed',
    actor: systemActor,
    subject: batch.id,
    content: {
      batch: batch.id,
      as_of: batch.asOf,
      engine: batch.engine,
      absent,
      runs: runs.map(({ durationMs: _, ...run }) => run),
    },
  })
  await insertBatch(tx, batch, runs, entry)
  await keepFigures(
    tx,
    runs.map(run => run.check),
  )
  await keepStatus(tx, batch.id, checkSupport)
  await announce(tx, 'checks.batch', batch.id)
}

/** What the ledger says of one execution. */
function describeRun(
  { check, inputs }: Planned,
  outcome: CheckOutcome,
  excepted: number,
): CheckRunFact & { durationMs: number } {
  const counts = outcome.ok ? outcome.counts : { pass: 0, fail: 0, unknown: 0, not_applicable: 0 }
  const derived = outcome.ok
    ? runOutcome({
        passed: counts.pass,
        failed: counts.fail,
        unknown: counts.unknown,
        notApplicable: counts.not_applicable,
        excepted,
        inputsComplete: inputs.every(input => input.complete),
      })
    : { status: 'unknown' as const, reasons: ['The check could not be executed.'] }
  return {
    check: check.id,
    version: check.version,
    parameters: { ...resolveParameters(check.definition, check.parameters) },
    inputs: inputs.map(({ id, resource, connectionName, content, complete }) => ({
      snapshot: id,
      resource,
      connection: connectionName,
      content,
      complete,
    })),
    outcome: derived.status,
    outcome_reason: derived.reasons.join(' '),
    passed: counts.pass,
    failed: counts.fail,
    unknown: counts.unknown,
    not_applicable: counts.not_applicable,
    excepted,
    results: outcome.ok ? outcome.sha256 : null,
    error: outcome.ok ? null : `${outcome.error.kind}: ${outcome.error.message}`,
    durationMs: outcome.ok ? outcome.durationMs : 0,
  }
}

async function countExcepted(file: string, excepted: ReadonlySet<string>): Promise<number> {
  let count = 0
  for await (const row of readResults(file)) if (row.status === 'fail' && excepted.has(row.subject_id)) count++
  return count
}

async function* resultLines(file: string): AsyncGenerator<ResultLine> {
  for await (const { subject_id, status, reason, ...columns } of readResults(file)) {
    yield { subject_id, status, reason, columns: JSON.stringify(columns) }
  }
}
