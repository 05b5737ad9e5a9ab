import type { z } from 'zod'
import type { Program, ProgramStatus } from '../../../verifier/rules/program.ts'
import type { overviewSchema } from './contract.ts'

type Overview = z.infer<typeof overviewSchema>

const severityWeight: Readonly<Record<string, number>> = { critical: 100, high: 60, medium: 30, low: 10 }
const shown = 8

/**
 * What is most worth doing next, from what the statuses follow from: failing checks by severity and by how many controls they hold back, sources that cannot be read,
 * controls that only want a document, controls nobody has begun. The weights order the list and mean nothing else.
 */
export function nextSteps(from: {
  program: Program
  status: ProgramStatus
  findings: readonly { check_id: string; severity: string; open: number }[]
  sources: Overview['sources']
}): Overview['next'] {
  const { program, status, findings, sources } = from
  const steps: Overview['next'] = []
  if (sources.length === 0) {
    steps.push({
      title: 'Connect your first source',
      detail: 'Checks run over what your systems say. Git, PostgreSQL, this host and HR files need no cloud.',
      href: '/connections',
      weight: 1_000,
    })
  }
  for (const source of sources.filter(candidate => candidate.state === 'failed')) {
    steps.push({
      title: `${source.name} cannot be read`,
      detail: 'Its checks will decay to unknown. See the last run for what to do.',
      href: `/connections/${source.id}`,
      weight: 500,
    })
  }
  for (const finding of findings.filter(candidate => Number(candidate.open) > 0)) {
    const metadata = program.checks.get(finding.check_id)?.definition.metadata
    if (!metadata) continue
    steps.push({
      title: metadata.title,
      detail: `${finding.open} failing, ${finding.severity} severity; holds back ${metadata.controls.length === 1 ? 'one control' : `${metadata.controls.length} controls`}.`,
      href: `/checks/${finding.check_id}`,
      weight: (severityWeight[finding.severity] ?? 0) + metadata.controls.length,
    })
  }
  const wanting = status.controls.filter(control => control.status === 'needs_evidence')
  for (const control of wanting) {
    const title = program.controls.get(control.id)?.definition.title ?? control.id
    steps.push({
      title: `File evidence: ${title}`,
      detail: control.reasons[0] ?? '',
      href: `/controls/${control.id}`,
      weight: 20,
    })
  }
  const missing = status.controls.filter(control => control.status === 'not_implemented')
  if (missing.length > 0) {
    steps.push({
      title: `${missing.length} controls are not in place yet`,
      detail: 'Say which operate, which do not apply and why, and plan the rest.',
      href: '/controls?status=not_implemented',
      weight: 15,
    })
  }
  return steps.sort((a, b) => b.weight - a.weight).slice(0, shown)
}
