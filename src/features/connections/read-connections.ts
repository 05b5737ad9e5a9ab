import type { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { jobStates } from '../../platform/jobs/job.ts'
import { namesOfActors } from '../access/people.ts'
import { snapshotsByRun } from '../evidence/snapshots.ts'
import { secretsSet } from './connection-secrets.ts'
import type { connectionSchema, runSchema } from './contract.ts'
import {
  activeJobs,
  getStoredConnection,
  lastSuccesses,
  latestRuns,
  listStoredConnections,
  type RunRow,
  type StoredConnection,
} from './store.ts'

type Connection = z.infer<typeof connectionSchema>
type Run = z.infer<typeof runSchema>

/** Every connection in use, with its newest run and the job that is collecting it. */
export async function readConnections(tx: TenantTx): Promise<Connection[]> {
  const connections = await listStoredConnections(tx)
  const runs = await presentRuns(tx, await latestRuns(tx))
  const jobs = await activeJobs(tx)
  return Promise.all(connections.map(connection => present(tx, connection, runs, jobs)))
}

/** One connection. Throws `not_found`. */
export async function readConnection(tx: TenantTx, id: string): Promise<Connection> {
  const connection = await getStoredConnection(tx, id)
  const runs = await presentRuns(
    tx,
    (await latestRuns(tx)).filter(run => run.connection_id === id),
  )
  return present(tx, connection, runs, await activeJobs(tx))
}

async function present(
  tx: TenantTx,
  connection: StoredConnection,
  runs: readonly Run[],
  jobs: Awaited<ReturnType<typeof activeJobs>>,
): Promise<Connection> {
  const job = jobs.find(candidate => candidate.subject === connection.id)
  const state = jobStates.find(name => name === job?.state)
  return {
    id: connection.id,
    kind: connection.kind,
    name: connection.name,
    settings: { ...connection.settings } as Connection['settings'],
    secrets_set: await secretsSet(tx, connection),
    every_hours: connection.every_hours,
    next_run_at: connection.next_run_at?.toISOString() ?? null,
    created_at: connection.created_at.toISOString(),
    last_run: runs.find(run => run.connection_id === connection.id) ?? null,
    active_job: job && state ? { id: job.id, state } : null,
  }
}

/** Runs with the snapshots that they published. */
export async function presentRuns(tx: TenantTx, rows: readonly RunRow[]): Promise<Run[]> {
  const snapshots = await snapshotsByRun(
    tx,
    rows.map(row => row.id),
  )
  const names = await namesOfActors(tx, [...new Set(rows.flatMap(row => row.pushed_by ?? []))])
  return rows.map(row => ({
    id: row.id,
    connection_id: row.connection_id,
    job_id: row.job_id,
    cause: row.cause as Run['cause'],
    pushed_by: row.pushed_by === null ? null : { actor: row.pushed_by, name: names.get(row.pushed_by) ?? null },
    state: row.state as Run['state'],
    started_at: row.started_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
    records: row.records,
    error: row.error,
    snapshots: (snapshots.get(row.id) ?? []).map(({ id, resource, records, complete, incomplete_reason }) => ({
      id,
      resource,
      records,
      complete,
      incomplete_reason,
    })),
  }))
}

/** The ids of the connections in use. */
export async function connectionsInUse(tx: TenantTx): Promise<string[]> {
  return (await listStoredConnections(tx)).map(connection => connection.id)
}

/** Each source in use: how its newest run stands (`new` before the first), and when it was last read whole. */
export async function readSources(tx: TenantTx) {
  const [connections, runs, successes] = [
    await listStoredConnections(tx),
    await latestRuns(tx),
    await lastSuccesses(tx),
  ]
  return connections.map(({ id, name, kind }) => ({
    id,
    name,
    kind,
    state: runs.find(run => run.connection_id === id)?.state ?? 'new',
    last_success_at: successes.get(id)?.toISOString() ?? null,
  }))
}
