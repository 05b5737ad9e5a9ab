import type { z } from 'zod'
import { programStatus } from '../../../verifier/rules/program.ts'
import { type ControlStatus, controlStatuses } from '../../../verifier/rules/status.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { readFindingCounts } from '../checks/read-checks.ts'
import { checkSupport } from '../checks/support.ts'
import { readSources } from '../connections/read-connections.ts'
import { readMonitoring } from '../connections/read-monitoring.ts'
import { readProgram, readTrend } from '../controls/read-status.ts'
import { soc2 } from '../frameworks/content.ts'
import { readLogState } from '../ledger/read-ledger.ts'
import { readOrganisation } from '../scope/read-scope.ts'
import type { overviewSchema } from './contract.ts'
import { nextSteps } from './next-steps.ts'
import { recentChanges } from './recent-changes.ts'

type Overview = z.infer<typeof overviewSchema>

const shownPoints = 400
const monitoredDays = 90

/** Everything that the first page shows, as of one moment. */
export async function readOverview(tx: TenantTx): Promise<Overview> {
  const organisation = await readOrganisation(tx)
  const framework = await soc2()
  const program = await readProgram(tx, checkSupport)
  const status = programStatus(program, framework)
  const findings = await readFindingCounts(tx, program.checks)
  const sources = await readSources(tx)
  const { share, connections } = await readMonitoring(tx, monitoredDays)
  const gaps = connections.flatMap(coverage => coverage.gaps)
  const log = await readLogState(tx)
  const sum = (pick: (count: (typeof findings)[number]) => number) =>
    findings.reduce((total, count) => total + pick(count), 0)
  return {
    organisation: { name: organisation.name, is_sample: organisation.is_sample },
    as_of: program.at,
    controls: count(status.controls.map(control => control.status)),
    criteria: framework.criteria.map(({ id, series, category, title }) => {
      const derived = status.criteria.find(criterion => criterion.id === id)
      return {
        id,
        series,
        category,
        title,
        status: derived?.status ?? 'unknown',
        reasons: [...(derived?.reasons ?? [])],
      }
    }),
    trend: (await readTrend(tx, shownPoints)).map(point => ({
      time: point.time.toISOString(),
      controls: point.controls,
    })),
    changes: await recentChanges(tx),
    next: nextSteps({ program, status, findings, sources }),
    findings: {
      open: sum(item => item.open),
      critical: sum(item => (item.severity === 'critical' ? item.open : 0)),
      high: sum(item => (item.severity === 'high' ? item.open : 0)),
      excepted: sum(item => item.excepted),
    },
    ledger: { size: log.size, waiting: log.waiting, last_checkpoint_at: log.signedAt?.toISOString() ?? null },
    monitoring: {
      days: monitoredDays,
      share,
      gaps: gaps.length,
      open: gaps.filter(gap => gap.open).length,
      unexplained: gaps.filter(gap => gap.explanations.length === 0).length,
    },
    sources,
  }
}

function count(statuses: readonly string[]): Record<ControlStatus, number> {
  const counts = Object.fromEntries(controlStatuses.map(status => [status, 0])) as Record<ControlStatus, number>
  for (const name of statuses) {
    const status = controlStatuses.find(candidate => candidate === name)
    if (status) counts[status]++
  }
  return counts
}
