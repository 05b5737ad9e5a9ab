import type { z } from 'zod'
import { gapStates } from '../../../verifier/rules/coverage.ts'
import {
  type CheckReading,
  type ConnectionCoverage,
  coverageDays,
  coveredShare,
  type MonitoredConnection,
  monitoredFacts,
  monitoringOf,
} from '../../../verifier/rules/monitoring.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { resourcesByRun } from '../evidence/snapshots.ts'
import { readFactsOf } from '../ledger/read-ledger.ts'
import type { coverageSchema, monitoringSchema } from './contract.ts'
import { listEndedRuns, listStoredConnections } from './store.ts'

type Coverage = z.infer<typeof coverageSchema>

const dayMs = 86_400_000

/** When each source was watched and when not, over the last `days` days in UTC, today included, until now. */
export async function readMonitoring(tx: TenantTx, days: number): Promise<z.infer<typeof monitoringSchema>> {
  const { from, to } = lastDays(tx, days)
  const { connections, checks } = await readMonitored(tx)
  const inUse = await idsInUse(tx)
  const monitoring = monitoringOf(connections, checks, from, to)
  return {
    from,
    to,
    share: coveredShare(monitoring.connections) ?? null,
    connections: monitoring.connections.map(coverage => present(coverage, inUse)),
  }
}

/** The same of one connection, also of one that is no longer in use. Throws `not_found`. */
export async function readCoverage(tx: TenantTx, connectionId: string, days: number): Promise<Coverage> {
  const { from, to } = lastDays(tx, days)
  const { connections, checks } = await readMonitored(tx, connectionId)
  if (connections.length === 0) throw new VouchError('not_found', 'There is no such connection.')
  const [coverage] = monitoringOf(connections, checks, from, to).connections
  if (!coverage) throw new VouchError('not_found', 'This connection was not in use then.')
  return present(coverage, await idsInUse(tx))
}

/** The gap of a connection that began at `since`, as it stands now. Throws `not_found`. */
export async function readGap(tx: TenantTx, connectionId: string, since: string): Promise<Coverage['gaps'][number]> {
  const { connections, checks } = await readMonitored(tx, connectionId)
  const [coverage] = monitoringOf(connections, checks, since, tx.clock.now().toISOString()).connections
  const gap = coverage?.gaps.find(candidate => candidate.since === since)
  if (!gap) throw new VouchError('not_found', 'No gap of this connection began then. Look at its monitoring again.')
  return presentGap(gap)
}

function lastDays(tx: TenantTx, days: number): { from: string; to: string } {
  const now = tx.clock.now()
  const first = Math.floor(now.getTime() / dayMs) - days + 1
  return { from: new Date(first * dayMs).toISOString(), to: now.toISOString() }
}

async function idsInUse(tx: TenantTx): Promise<ReadonlySet<string>> {
  return new Set((await listStoredConnections(tx)).map(connection => connection.id))
}

/**
 * What the rule of a package asks for. Schedules, explanations and checks come from the ledger's facts. Collections come from the tables that were written with theirs, at the same
 * time: a year of those facts is too much to be read for a page.
 */
async function readMonitored(
  tx: TenantTx,
  connectionId?: string,
): Promise<{ connections: MonitoredConnection[]; checks: CheckReading[] }> {
  const { connections, checks } = monitoredFacts(
    await readFactsOf(tx, ['connection.changed', 'gap.explained', 'check.changed']),
  )
  const runs = Map.groupBy(await listEndedRuns(tx, connectionId), run => run.connection_id)
  const resources = await resourcesByRun(tx, connectionId)
  const wanted = connections.filter(connection => connectionId === undefined || connection.id === connectionId)
  return {
    connections: wanted.map(connection => {
      const own = runs.get(connection.id) ?? []
      const collections = own.filter(run => run.state === 'succeeded')
      const failures = own.filter(run => run.state !== 'succeeded')
      return {
        ...connection,
        collections: collections.map(run => ({
          at: run.finished_at.getTime(),
          resources: resources.get(run.id)?.resources ?? [],
          incomplete: resources.get(run.id)?.incomplete ?? [],
        })),
        failures: failures.map(run => ({ at: run.finished_at.getTime(), reason: run.error ?? '' })),
      }
    }),
    checks,
  }
}

function present(coverage: ConnectionCoverage, inUse: ReadonlySet<string>): Coverage {
  const { connection, name, kind, every_hours, totals, gaps } = coverage
  return {
    connection_id: connection,
    name,
    kind,
    in_use: inUse.has(connection),
    every_hours,
    share: coveredShare([coverage]) ?? null,
    milliseconds: { ...totals },
    days: coverageDays(coverage).map(({ day, state, totals: own }) => ({
      day,
      state,
      gap_milliseconds: gapStates.reduce((sum, gap) => sum + own[gap], 0),
    })),
    gaps: gaps.map(presentGap),
  }
}

function presentGap(gap: ConnectionCoverage['gaps'][number]): Coverage['gaps'][number] {
  const { resources, checks, explanations, ...rest } = gap
  return { ...rest, resources: [...resources], checks: [...checks], explanations: [...explanations] }
}
