import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ResourceDeclaration } from '../../../../verifier/records/resource.ts'
import type { TenantTx } from '../../../platform/db/database.ts'
import { apart } from '../../../platform/db/deed.ts'
import { messageOf, VouchError } from '../../../platform/errors/errors.ts'
import { announce } from '../../../platform/events/events.ts'
import { explainWrite } from '../../../platform/objects/content.ts'
import type { Services } from '../../../platform/services.ts'
import { redactSecrets } from '../../aliases/find-secrets.ts'
import { Protection } from '../../aliases/protect-records.ts'
import type { CollectedSnapshot } from '../../evidence/snapshots.ts'
import { appendFact } from '../../ledger/append-fact.ts'
import { publishCollection } from '../publish.ts'
import { connectorOf } from '../registry.ts'
import { SnapshotWriter } from '../snapshot-writer.ts'
import { getStoredConnection, insertEndedRun, lockConnection, type StoredConnection } from '../store.ts'
import { redaction, redactionRecord } from '../vouch/resources.ts'
import { type Received, readRecords } from './read-records.ts'

/** What a program sends, and what it claims of it. */
export interface Push {
  readonly connectionId: string
  readonly resource: string
  /** Who pushes: `key:<id>`, `user:<id>`. */
  readonly actor: string
  readonly body: AsyncIterable<Uint8Array>
  /** Why these are not all records of the source; null when the sender says they are. */
  readonly incompleteReason: string | null
  /** How many records the source has, when it counts them itself. */
  readonly total: number | null
  /** The source's own clock when it was read. */
  readonly sourceClock: string | null
}

/** What happens with a push besides. */
export interface PushHooks<T> {
  /** Called when all of it was read and found good, before anything is published. */
  readonly onRead: (received: Received) => void
  /** Called in the transaction that publishes it, at its end. */
  readonly onPublished: (tx: TenantTx, runId: string) => Promise<T>
}

/**
 * Publishes what was pushed as one run of its connection, with one snapshot and that of its redactions, in one transaction: all of it or none. A push that is let in and turns out wrong is a failed run and a fact, as a
 * collection that fails is. Returns what `onPublished` does. Throws `not_found`, `unprocessable` for a connection that takes none, `invalid_input` with the lines that are wrong, `too_large`, `storage_full`.
 */
export async function pushRecords<T>(services: Services, orgId: string, push: Push, hooks: PushHooks<T>): Promise<T> {
  const { database, clock } = services
  const { connection, declaration } = await database.tenant(orgId, clock, tx => readTarget(tx, push))
  const protection = await Protection.open(services, orgId)
  const startedAt = clock.now()
  const workDir = await mkdtemp(join(tmpdir(), 'vouch-push-'))
  try {
    const declared = protection.declare(declaration)
    const writer = new SnapshotWriter(declared, workDir)
    const received = await readRecords(push.body, declared, { writer, protection }, services.config.uploadLimit)
    requireCount(push, writer.records)
    hooks.onRead(received)
    const stored = await services.objects.put(writer.content())
    const redactions = protection.redactionsOf(declaration.name)
    const looked = { records: writer.records, whole: push.incompleteReason === null }
    const told = new SnapshotWriter(redaction, workDir)
    void told.add(redactionRecord(declaration.name, looked, redactions))
    const storedRedactions = await services.objects.put(told.content())
    const incompleteReason = push.incompleteReason === null ? null : (await redactSecrets(push.incompleteReason)).text
    const runId = randomUUID()
    return await database.tenant(orgId, clock, async tx => {
      await lockConnection(tx, connection.id)
      const target = (await readTarget(tx, push)).connection
      await insertEndedRun(tx, {
        id: runId,
        connectionId: target.id,
        startedAt,
        pushedBy: push.actor,
        state: 'succeeded',
        records: writer.records,
      })
      const source = {
        runId,
        connectionId: target.id,
        connectionName: target.name,
        connectionKind: target.kind,
        sourceClock: push.sourceClock,
      }
      const snapshot: CollectedSnapshot = {
        ...source,
        id: randomUUID(),
        declaration: declared,
        content: stored.id,
        records: writer.records,
        bytes: stored.bytes,
        complete: incompleteReason === null,
        incompleteReason,
        sourceTotal: push.total,
        questions: [questionOf(push, received)],
        redactions,
      }
      const ofRedactions: CollectedSnapshot = {
        ...source,
        id: randomUUID(),
        declaration: redaction,
        content: storedRedactions.id,
        records: told.records,
        bytes: storedRedactions.bytes,
        complete: true,
        incompleteReason: null,
        sourceTotal: null,
        questions: [],
        redactions: [],
      }
      const snapshots = [snapshot, ofRedactions]
      await publishCollection(tx, { runId, connection: target, startedAt, snapshots, actor: push.actor })
      return hooks.onPublished(tx, runId)
    })
  } catch (thrown) {
    const error = explain(thrown, declaration, workDir)
    // A failed run of its own, not part of what the request did: it did nothing.
    const reason = await reasonOf(error, protection.usesAliases)
    await apart(() => recordFailure(services, orgId, connection, { push, startedAt, reason }))
    throw error
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

async function readTarget(tx: TenantTx, { connectionId, resource }: Push) {
  const connection = await getStoredConnection(tx, connectionId)
  const connector = connectorOf(connection.kind)
  if (!connector.pushed)
    throw new VouchError(
      'unprocessable',
      `${connection.name} is read by Vouch itself and takes no pushed records. Add a connection of the kind "Pushed records".`,
    )
  const declaration = connector.resourcesOf(connection.settings).find(({ name }) => name === resource)
  if (!declaration) {
    const taken = connector.resourcesOf(connection.settings).map(({ name }) => name)
    throw new VouchError('invalid_input', `${connection.name} takes ${taken.join(', ')}, not ${resource}.`, {
      fields: [{ path: 'resource', message: `must be ${taken.join(' or ')}` }],
    })
  }
  return { connection, declaration }
}

/** The sender's own count is held against what came: a file that was cut off is not taken for a whole one. */
function requireCount({ total, incompleteReason }: Push, records: number): void {
  if (total === null && records === 0)
    throw new VouchError('invalid_input', 'Nothing came. If the source has no records, say so with total=0.')
  if (total !== null && total !== records && incompleteReason === null)
    throw new VouchError(
      'unprocessable',
      `The source has ${total} records, as you say, and ${records} came; nothing was published. Send all of them, or say complete=false and why.`,
    )
}

/** The manifest's words: that it was pushed, by whom, what came, and what the sender claims. */
function questionOf(push: Push, { bytes, sha256 }: Received) {
  const claimed = {
    complete: push.incompleteReason === null,
    ...(push.total === null ? {} : { total: push.total }),
    ...(push.sourceClock === null ? {} : { source_clock: push.sourceClock }),
  }
  return { request: 'pushed', parameters: { by: push.actor, bytes, sha256, claimed } }
}

function explain(thrown: unknown, declaration: ResourceDeclaration, workDir: string): unknown {
  const error = explainWrite(thrown, workDir)
  // Two records with one key show when they are put in order.
  if (error instanceof VouchError && error.code === 'source_failed') {
    const words = error.message.replace(`${declaration.name}: the source gave`, 'there are')
    return new VouchError('invalid_input', `Nothing was published: ${words} Send each record once.`)
  }
  if (error instanceof VouchError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return new VouchError('invalid_input', 'The sender broke off before the end; nothing was published.')
  return error
}

/** What is written down of a failure: without what the lines said, which the sender alone is told, where personal values become aliases. */
async function reasonOf(error: unknown, discreet: boolean): Promise<string> {
  if (discreet && error instanceof VouchError && error.fields.length > 0)
    return `Nothing was published. Wrong: ${error.fields.map(field => field.path).join(', ')}.`
  return (await redactSecrets(messageOf(error))).text
}

async function recordFailure(
  { database, clock }: Services,
  orgId: string,
  connection: StoredConnection,
  { push, startedAt, reason }: { push: Push; startedAt: Date; reason: string },
): Promise<void> {
  const told = reason.slice(0, longestReason)
  await database.tenant(orgId, clock, async tx => {
    const id = randomUUID()
    await insertEndedRun(tx, {
      id,
      connectionId: connection.id,
      startedAt,
      pushedBy: push.actor,
      state: 'failed',
      records: 0,
      error: told,
    })
    await appendFact(tx, {
      kind: 'collection.failed',
      actor: push.actor,
      subject: id,
      content: {
        run: id,
        connection: connection.id,
        connection_name: connection.name,
        started_at: startedAt.toISOString(),
        reason: told,
      },
    })
    await announce(tx, 'connections.run', connection.id)
  })
}

const longestReason = 1_000
