import { canonicalJson, type Json } from '../records/canonical.ts'
import { coverageWords } from '../rules/describe-gap.ts'
import type { ConnectionCoverage, Monitoring, MonitoringGap } from '../rules/monitoring.ts'
import type { Findings } from './report.ts'
import { listIn, property } from './untrusted.ts'

const shownCharacters = 500

/** Names each gap that a package hides, alters or makes up, and each connection whose calendar is another than the log's. */
export function compareMonitoring(derived: Monitoring, value: unknown, findings: Findings): void {
  const claims = new Map(listIn(value, 'connections').map(item => [property(item, 'connection'), item]))
  for (const coverage of derived.connections) {
    const claim = claims.get(coverage.connection)
    const before = findings.total
    compareGaps(coverage, listIn(claim, 'gaps'), findings)
    if (findings.total > before || textOf(claim) === wanted(coverage)) continue
    findings.differ({
      code: 'monitoring.changed',
      where: `connection ${coverage.connection}`,
      expected: wanted(coverage.totals),
      found: shown(property(claim, 'totals')),
      message: `When ${coverage.name} was watched and when not does not follow from the log.`,
    })
  }
  const known = new Set<unknown>(derived.connections.map(coverage => coverage.connection))
  for (const connection of claims.keys()) {
    if (known.has(connection)) continue
    const message = 'The package tells of a connection that was not in use in the period.'
    findings.differ({ code: 'monitoring.changed', where: `connection ${shown(connection)}`, message })
  }
}

function compareGaps(coverage: ConnectionCoverage, claimed: readonly unknown[], findings: Findings): void {
  const claims = new Map(claimed.map(item => [property(item, 'since'), item]))
  for (const gap of coverage.gaps) {
    const claim = claims.get(gap.since)
    claims.delete(gap.since)
    if (textOf(claim) === wanted(gap)) continue
    const what = claim === undefined ? 'is not told' : 'is told otherwise than it follows from the log'
    findings.differ({
      code: 'monitoring.gap',
      where: nameOf(coverage, gap.since),
      expected: sentence(gap),
      found: shown(claim),
      message: `A gap in the monitoring of ${coverage.name} ${what}.`,
    })
  }
  for (const [since, claim] of claims) {
    const message = `The package tells of a gap in the monitoring of ${coverage.name} that does not follow from the log.`
    findings.differ({ code: 'monitoring.gap', where: nameOf(coverage, shown(since)), found: shown(claim), message })
  }
}

const nameOf = (coverage: ConnectionCoverage, since: string): string =>
  `gap of connection ${coverage.connection} since ${since.slice(0, 40)}`

function sentence(gap: MonitoringGap): string {
  const { state, from, to, reason, explanations } = gap
  const explained = explanations.length > 0 ? ` Explained ${explanations.length} times.` : ''
  return `${coverageWords[state]} from ${from} to ${to}: ${reason}${explained}`.slice(0, shownCharacters)
}

/** What a package says, whatever it may be. Not canonicalJson: that throws for what only a forger writes. */
function textOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  try {
    return JSON.stringify(value)
  } catch {
    return 'something too deep to be read'
  }
}

function shown(value: unknown): string {
  return textOf(value).slice(0, shownCharacters)
}

/** What a package should say. */
function wanted(value: ConnectionCoverage | MonitoringGap | ConnectionCoverage['totals']): string {
  return canonicalJson(value as unknown as Json)
}
