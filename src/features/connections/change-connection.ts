import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { canonicalJson, type JsonObject, sha256 } from '../../../verifier/records/canonical.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { enqueueJob } from '../../platform/jobs/job-store.ts'
import type { Services } from '../../platform/services.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { forgetSecrets, keepSecrets, settingsWithSecrets } from './connection-secrets.ts'
import type { connectionChange, connectionInput } from './contract.ts'
import { type AnyConnector, connectorOf, parseSettings, splitSecrets } from './registry.ts'
import {
  activeJobs,
  getStoredConnection,
  insertConnection,
  listStoredConnections,
  lockConnection,
  nameTaken,
  type StoredConnection,
  updateConnection,
} from './store.ts'
import { requireUploads } from './uploads.ts'

/** Adds a connection. Throws `invalid_input` for settings that are not right, `conflict` for a name in use. Returns its id. */
export async function addConnection(
  services: Services,
  tx: TenantTx,
  input: z.infer<typeof connectionInput>,
  actor: string,
): Promise<string> {
  const connector = connectorOf(input.kind)
  parseSettings(connector, input.settings)
  await requireUploads(tx, connector.uploadsOf(input.settings))
  await requireFreeName(tx, input.name)
  const { open, secrets } = splitSecrets(connector, input.settings)
  const id = randomUUID()
  const nextRunAt = nextRunOf(connector, input.every_hours, tx)
  await insertConnection(tx, {
    id,
    kind: input.kind,
    name: input.name,
    settings: open,
    everyHours: input.every_hours,
    nextRunAt,
  })
  await keepSecrets(services, tx, id, secrets)
  const { kind, name, every_hours } = input
  await logConnection(tx, { id, kind, name, settings: open, every_hours }, false, actor)
  return id
}

/** Changes a connection; a secret that is left out stays. Throws `not_found`, `invalid_input`, `conflict`. */
export async function changeConnection(
  services: Services,
  tx: TenantTx,
  id: string,
  change: z.infer<typeof connectionChange>,
  actor: string,
): Promise<void> {
  await lockConnection(tx, id)
  const before = await getStoredConnection(tx, id)
  const connector = connectorOf(before.kind)
  if (change.name !== undefined) await requireFreeName(tx, change.name, id)
  let settings = before.settings
  if (change.settings !== undefined) {
    const { open, secrets } = splitSecrets(connector, change.settings)
    await keepSecrets(services, tx, id, secrets)
    const complete = await settingsWithSecrets(services, tx, { ...before, settings: open })
    parseSettings(connector, complete)
    await requireUploads(tx, connector.uploadsOf(complete))
    settings = open
  }
  const name = change.name ?? before.name
  await updateConnection(tx, id, {
    name,
    settings,
    ...(change.every_hours === undefined
      ? {}
      : { every_hours: change.every_hours, next_run_at: nextRunOf(connector, change.every_hours, tx) }),
  })
  const every_hours = change.every_hours === undefined ? before.every_hours : change.every_hours
  await logConnection(tx, { ...before, name, settings, every_hours }, false, actor)
}

/** Takes a connection out of use. Its snapshots stay; its secrets are forgotten. Throws `not_found`. */
export async function removeConnection(services: Services, tx: TenantTx, id: string, actor: string): Promise<void> {
  await lockConnection(tx, id)
  const connection = await getStoredConnection(tx, id)
  await updateConnection(tx, id, { archived_at: tx.clock.now(), next_run_at: null })
  await forgetSecrets(services, tx, connection)
  await logConnection(tx, connection, true, actor)
}

/** Puts a collection on the queue. Throws `not_found`, or `conflict` when one is already waiting or running. Returns the job's id. */
export async function requestCollection(
  tx: TenantTx,
  connectionId: string,
  cause: 'schedule' | 'demand',
): Promise<string> {
  const connection = await getStoredConnection(tx, connectionId)
  if (connectorOf(connection.kind).pushed)
    throw new VouchError(
      'unprocessable',
      `Records are pushed to ${connection.name}; there is nothing to collect. Run the program that pushes.`,
    )
  if ((await activeJobs(tx)).some(job => job.subject === connectionId))
    throw new VouchError('conflict', `${connection.name} is being collected already.`)
  const jobId = await enqueueJob(tx, {
    kind: 'connections.collect',
    subject: connectionId,
    input: { connection_id: connectionId, cause },
    queue: `collect:${connectionId}`,
  })
  await announce(tx, 'connections.run', connectionId)
  return jobId
}

/** At once, when there is a schedule and something to collect. */
function nextRunOf({ pushed }: AnyConnector, everyHours: number | null, tx: TenantTx): Date | null {
  return everyHours === null || pushed ? null : tx.clock.now()
}

/** Puts a collection of every connection on the queue that can be collected, and is not waiting or running already. */
export async function requestAllCollections(tx: TenantTx): Promise<void> {
  const active = new Set((await activeJobs(tx)).map(job => job.subject))
  for (const { id, kind } of await listStoredConnections(tx))
    if (!active.has(id) && !connectorOf(kind).pushed) await requestCollection(tx, id, 'demand')
}

async function requireFreeName(tx: TenantTx, name: string, exceptId?: string): Promise<void> {
  if (await nameTaken(tx, name, exceptId)) {
    throw new VouchError('conflict', `There is already a connection named "${name}". Choose another name.`, {
      fields: [{ path: 'name', message: 'is taken' }],
    })
  }
}

async function logConnection(
  tx: TenantTx,
  connection: Pick<StoredConnection, 'id' | 'kind' | 'name' | 'every_hours'> & { settings: JsonObject },
  archived: boolean,
  actor: string,
): Promise<void> {
  const { id, kind, name, settings, every_hours } = connection
  await appendFact(tx, {
    kind: 'connection.changed',
    actor,
    subject: id,
    content: { id, kind, name, settings: sha256(canonicalJson(settings)), every_hours, archived },
  })
  await announce(tx, 'connections.connection', id)
}
