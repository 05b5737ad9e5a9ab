import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../../../verifier/records/canonical.ts'
import type { ResourceDeclaration } from '../../../verifier/records/resource.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { Services } from '../../platform/services.ts'
import { redactSecrets } from '../aliases/find-secrets.ts'
import { Protection, type Redaction } from '../aliases/protect-records.ts'
import type { CollectedSnapshot } from '../evidence/snapshots.ts'
import { appendFact, systemActor } from '../ledger/append-fact.ts'
import { settingsWithSecrets } from './connection-secrets.ts'
import type { CollectionRun, Uploads } from './connector.ts'
import { publishCollection } from './publish.ts'
import { type Redactor, redactor } from './redact.ts'
import { connectorOf } from './registry.ts'
import { SnapshotWriter } from './snapshot-writer.ts'
import { endRun, getStoredConnection, startRun } from './store.ts'
import { uploadsOf } from './uploads.ts'
import { redactionRecord, redaction as redactionResource } from './vouch/resources.ts'

// Asking the database for aliases and looking for secrets cost less for many records at once.
const protectedTogether = 500

export interface CollectRequest {
  readonly connectionId: string
  readonly jobId: string | null
  readonly cause: 'schedule' | 'demand' | 'sample'
  readonly signal: AbortSignal
  readonly progress: (message: string, done?: number, total?: number) => void
  /** Called in the transaction that publishes the snapshots: where other features hear of it. */
  readonly onPublished: (tx: TenantTx) => Promise<void>
}

interface ResourceState {
  readonly writer: SnapshotWriter
  readonly declaration: ResourceDeclaration
  readonly questions: JsonObject[]
  /** Records that are not written down yet. */
  waiting: JsonObject[]
  redactions: readonly Redaction[]
  sourceTotal: number | null
  incomplete: string | null
}

/**
 * Reads one source to its end and publishes what it gave: every snapshot, the run's end and the ledger's fact in one transaction, or nothing of it.
 * A failed run is a fact too. Throws VouchError `source_failed` when the source could not be read, or the signal's reason.
 */
export async function collect(
  services: Services,
  orgId: string,
  request: CollectRequest,
): Promise<{ runId: string; records: number }> {
  const { database, clock } = services
  const { connection, settings, runId, published } = await database.tenant(orgId, clock, async tx => {
    const connection = await getStoredConnection(tx, request.connectionId)
    const settings = await settingsWithSecrets(services, tx, connection)
    const { id: runId, published } = await startRun(tx, { id: randomUUID(), ...request })
    await announce(tx, 'connections.run', connection.id)
    return { connection, settings, runId, published }
  })
  if (published) return { runId, records: published.records }
  const clean = redactor(settings, connectorOf(connection.kind).secrets)
  const startedAt = clock.now()
  const workDir = await mkdtemp(join(tmpdir(), 'vouch-collect-'))
  try {
    const uploads = uploadsOf(services, orgId)
    const protection = await Protection.open(services, orgId)
    const read = await readSource(connection.kind, settings, { services, workDir, uploads, protection, request, clean })
    const records = read.states.reduce((sum, state) => sum + state.writer.records, 0)
    const redactions = redactionState(read.states, protection, workDir)
    const snapshots = await storeSnapshots(
      services,
      { ...read, states: [...read.states, redactions] },
      connection,
      runId,
    )
    request.signal.throwIfAborted()
    await database.tenant(orgId, clock, async tx => {
      await publishCollection(tx, { runId, connection, startedAt, snapshots, actor: systemActor })
      await endRun(tx, runId, { state: 'succeeded', records })
      await request.onPublished(tx)
    })
    return { runId, records }
  } catch (error) {
    const { aborted } = request.signal
    const { text: reason } = await redactSecrets(clean.text(messageOf(error)))
    await endUnpublished(services, orgId, {
      connection,
      runId,
      startedAt: startedAt.toISOString(),
      state: aborted ? 'cancelled' : 'failed',
      reason: aborted ? 'It was stopped.' : reason,
    })
    if (aborted) throw error
    if (error instanceof VouchError) throw new VouchError(error.code, reason, { fields: error.fields })
    throw new VouchError('source_failed', `${connection.name} could not be read: ${reason}`)
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

interface Reading {
  readonly services: Services
  readonly workDir: string
  readonly uploads: Uploads
  readonly protection: Protection
  readonly request: CollectRequest
  readonly clean: Redactor
}

async function readSource(kind: string, settings: JsonObject, reading: Reading) {
  const { protection, request, clean } = reading
  const connector = connectorOf(kind)
  const states = new Map<string, ResourceState>()
  for (const declaration of connector.resourcesOf(settings))
    states.set(declaration.name, newState(protection.declare(declaration), reading.workDir))
  const stateOf = (resource: string) => {
    const state = states.get(resource)
    if (!state) throw new Error(`the connector ${kind} gave ${resource}, which it does not declare`)
    return state
  }
  let sourceClock: string | null = null
  const run: CollectionRun = {
    signal: request.signal,
    clock: reading.services.clock,
    workDir: reading.workDir,
    uploads: reading.uploads,
    discreet: protection.usesAliases,
    asked: ({ resource, ...question }) => void stateOf(resource).questions.push(clean.json(question as JsonObject)),
    total: (resource, count) => {
      stateOf(resource).sourceTotal = count
    },
    incomplete: (resource, reason) => {
      stateOf(resource).incomplete ??= clean.text(reason)
    },
    sourceClock: time => {
      sourceClock = time.toISOString()
    },
    progress: (message, done, of) => request.progress(clean.text(message), done, of),
  }
  for await (const { resource, record } of connector.collect(settings, run)) {
    request.signal.throwIfAborted()
    const state = stateOf(resource)
    state.waiting.push(clean.json(record))
    if (state.waiting.length >= protectedTogether) await writeWaiting(state, protection)
  }
  for (const state of states.values()) await writeWaiting(state, protection)
  return { states: [...states.values()], sourceClock }
}

function newState(declaration: ResourceDeclaration, workDir: string): ResourceState {
  const writer = new SnapshotWriter(declaration, workDir)
  return { declaration, writer, waiting: [], questions: [], redactions: [], sourceTotal: null, incomplete: null }
}

/** Writes down the records that wait, as they may be stored. */
async function writeWaiting(state: ResourceState, protection: Protection): Promise<void> {
  for (const record of await protection.protect(state.declaration, state.waiting)) {
    const spilled = state.writer.add(record)
    if (spilled) await spilled
  }
  state.waiting = []
}

/** Why a resource is not whole; null when it is. */
function shortfallOf({ incomplete, sourceTotal, writer }: ResourceState): string | null {
  if (incomplete !== null) return incomplete
  return sourceTotal !== null && sourceTotal !== writer.records
    ? `The source counts ${sourceTotal}, but ${writer.records} were read.`
    : null
}

/** What was redacted of each resource, as a resource of its own, so that a check can judge it: also that nothing was. */
function redactionState(states: readonly ResourceState[], protection: Protection, workDir: string): ResourceState {
  const own = newState(redactionResource, workDir)
  for (const state of states) {
    const found = protection.redactionsOf(state.declaration.name)
    state.redactions = found
    const looked = { records: state.writer.records, whole: shortfallOf(state) === null }
    void own.writer.add(redactionRecord(state.declaration.name, looked, found))
  }
  return own
}

async function storeSnapshots(
  services: Services,
  read: { states: readonly ResourceState[]; sourceClock: string | null },
  connection: { id: string; name: string; kind: string },
  runId: string,
): Promise<CollectedSnapshot[]> {
  const snapshots: CollectedSnapshot[] = []
  for (const state of read.states) {
    const { declaration, writer, questions, redactions, sourceTotal } = state
    const stored = await services.objects.put(writer.content())
    const shortfall = shortfallOf(state)
    const reason = shortfall === null ? null : (await redactSecrets(shortfall)).text
    snapshots.push({
      id: randomUUID(),
      runId,
      connectionId: connection.id,
      connectionName: connection.name,
      connectionKind: connection.kind,
      declaration,
      content: stored.id,
      records: writer.records,
      bytes: stored.bytes,
      complete: reason === null,
      incompleteReason: reason,
      sourceTotal,
      questions,
      redactions,
      sourceClock: read.sourceClock,
    })
  }
  return snapshots
}

/** Records that a run ended with nothing published. */
export async function endUnpublished(
  services: Services,
  orgId: string,
  run: {
    connection: { id: string; name: string }
    runId: string
    startedAt: string
    state: 'failed' | 'cancelled'
    reason: string
  },
): Promise<void> {
  const { connection, runId, startedAt, state, reason } = run
  await services.database.tenant(orgId, services.clock, async tx => {
    await endRun(tx, runId, { state, error: reason })
    await appendFact(tx, {
      kind: 'collection.failed',
      actor: systemActor,
      subject: runId,
      content: {
        run: runId,
        connection: connection.id,
        connection_name: connection.name,
        started_at: startedAt,
        reason,
      },
    })
    await announce(tx, 'connections.run', connection.id)
  })
}
