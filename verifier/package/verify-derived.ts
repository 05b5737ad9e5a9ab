import { type Framework, frameworkSchema } from '../content/framework.ts'
import { sha256 } from '../records/canonical.ts'
import type { LoggedFact } from '../records/facts.ts'
import { frameworkPath, type PackageContents, type Period } from './contents.ts'
import { type Derived, derive, derivedFiles } from './derive.ts'
import { isCanonical, parseJson } from './json.ts'
import type { Manifest } from './manifest.ts'
import type { OpenPackage } from './read-package.ts'
import type { DifferenceCode, Findings } from './report.ts'
import { listIn, property } from './untrusted.ts'
import { compareMonitoring } from './verify-monitoring.ts'

const maxDerivedBytes = 256 * 2 ** 20

/** Reads the frameworks that the log adopted; what is missing or another content is named. */
export async function readFrameworks(
  files: OpenPackage,
  contents: PackageContents,
  expected: Set<string>,
  findings: Findings,
): Promise<Map<string, Framework>> {
  const frameworks = new Map<string, Framework>()
  for (const content of contents.frameworks) {
    const where = frameworkPath(content)
    expected.add(where)
    const text = (await files.read(where, 64 * 2 ** 20))?.toString('utf8')
    const differ = (message: string) =>
      findings.differ({ code: 'framework.changed', where, expected: content, message })
    if (text === undefined) differ(`The log adopted the framework ${content}, which is not in the package.`)
    else if (sha256(text) !== content) differ(`${where} is not the framework that the log adopted.`)
    else {
      const framework = frameworkSchema.safeParse(parseJson(text))
      if (framework.success && isCanonical(framework.data, text)) frameworks.set(content, framework.data)
      else differ(`${where} is not the canonical JSON of a framework.`)
    }
  }
  return frameworks
}

/** Derives every status and every gap in monitoring again, and the page for people, and compares them with the package's (format section 4). */
export async function verifyDerived(
  files: OpenPackage,
  facts: readonly LoggedFact[],
  contents: PackageContents,
  period: Period,
  manifest: Manifest,
  keys: readonly string[],
  frameworks: ReadonlyMap<string, Framework>,
  expected: Set<string>,
  findings: Findings,
): Promise<void> {
  const derived = derive(facts, contents, period, frameworks)
  findings.counts.controls = derived.status.controls.length
  findings.counts.criteria = derived.status.criteria.length
  findings.counts.history = derived.history.length
  findings.counts.gaps = derived.monitoring.connections.reduce((sum, { gaps }) => sum + gaps.length, 0)
  for (const [path, text] of derivedFiles(derived, contents, manifest, keys)) {
    expected.add(path)
    const found = (await files.read(path, maxDerivedBytes))?.toString('utf8')
    if (found === undefined)
      findings.differ({ code: 'file.missing', where: path, message: `${path} is not in the package.` })
    else if (found !== text) nameDifferences(path, derived, found, text, findings)
  }
}

const codes: Readonly<Record<string, DifferenceCode>> = {
  'derived/status.json': 'status.form',
  'derived/history.json': 'history.changed',
  'derived/monitoring.json': 'monitoring.changed',
}

function nameDifferences(path: string, derived: Derived, found: string, expected: string, findings: Findings): void {
  if (path === 'index.html') {
    const line = firstDifferentLine(expected, found)
    const message = 'index.html does not show what the package holds.'
    findings.differ({
      code: 'index.changed',
      where: `${path} line ${line.at}`,
      expected: line.expected,
      found: line.found,
      message,
    })
    return
  }
  const value = parseJson(found)
  const before = findings.total
  if (path === 'derived/status.json') {
    compareItems('control', 'status.control', derived.status.controls, listIn(value, 'controls'), findings)
    compareItems('criterion', 'status.criterion', derived.status.criteria, listIn(value, 'criteria'), findings)
  } else if (path === 'derived/monitoring.json') compareMonitoring(derived.monitoring, value, findings)
  else compareHistory(derived, value, findings)
  if (findings.total > before) return
  const code = codes[path] ?? 'index.changed'
  findings.differ({ code, where: path, message: `${path} is not the canonical JSON of what follows from the log.` })
}

function compareItems(
  noun: string,
  code: 'status.control' | 'status.criterion',
  derived: Derived['status']['controls'],
  found: readonly unknown[],
  findings: Findings,
): void {
  const claims = new Map(found.map(item => [property(item, 'id'), item]))
  for (const { id, status, reasons } of derived) {
    const claim = claims.get(id)
    const expected = `${status}: ${reasons.join(' ')}`
    const reasonsFound = property(claim, 'reasons')
    const claimed = claim
      ? `${String(property(claim, 'status'))}: ${Array.isArray(reasonsFound) ? reasonsFound.join(' ') : ''}`
      : 'nothing'
    if (claimed === expected) continue
    const message = `The status of the ${noun} ${id} does not follow from the log.`
    findings.differ({ code, where: `${noun} ${id}`, expected, found: claimed.slice(0, 500), message })
  }
}

function compareHistory(derived: Derived, value: unknown, findings: Findings): void {
  const found = Array.isArray(value) ? value : []
  for (const [at, point] of derived.history.entries()) {
    for (const part of ['controls', 'criteria'] as const) {
      for (const [id, status] of Object.entries(point[part])) {
        const claimed = property(property(found[at], part), id)
        if (claimed === status) continue
        const message = `The status of ${id} after the batch ${point.batch} does not follow from the log.`
        findings.differ({
          code: 'history.changed',
          where: `${point.at} ${id}`,
          expected: status,
          found: String(claimed ?? 'nothing'),
          message,
        })
      }
    }
  }
}

function firstDifferentLine(expected: string, found: string): { at: number; expected: string; found: string } {
  const ours = expected.split('\n')
  const theirs = found.split('\n')
  const at = ours.findIndex((line, i) => line !== theirs[i])
  const index = at < 0 ? ours.length : at
  return { at: index + 1, expected: (ours[index] ?? '').slice(0, 300), found: (theirs[index] ?? '').slice(0, 300) }
}
