import type { CheckRunFact } from '../records/facts.ts'
import { shareWords } from '../rules/describe-gap.ts'
import { coveredShare } from '../rules/monitoring.ts'
import { type ControlStatus, controlStatuses } from '../rules/status.ts'
import type { PackageContents } from './contents.ts'
import type { Derived } from './derive.ts'
import { Html, html } from './html.ts'
import { indexStyle } from './index-style.ts'
import type { Manifest } from './manifest.ts'
import { renderMonitoring } from './render-monitoring.ts'

const words: Readonly<Record<string, string>> = {
  effective: 'Effective',
  failing: 'Failing',
  needs_evidence: 'Needs evidence',
  unknown: 'Unknown',
  not_implemented: 'Not implemented',
  not_applicable: 'Not applicable',
  pass: 'Pass',
  fail: 'Fail',
}

/**
 * The package for people: one page, no script, nothing fetched from anywhere, every text escaped. Pure: the same facts give the same
 * bytes, so that the verifier can make it again.
 */
export function renderIndex(
  derived: Derived,
  contents: PackageContents,
  manifest: Omit<Manifest, 'files'>,
  keys: readonly string[],
): string {
  const { organisation, period, checkpoint } = manifest
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${organisation.name}: compliance package</title>
<style>${new Html(indexStyle)}</style>
</head>
<body>
${organisation.sample ? html`<p class="band">Sample data with a simulated past. It says nothing about any real organisation.</p>` : ''}
<main>
<h1>${organisation.name}</h1>
<p class="soft">Compliance package for ${day(period.from)} to ${day(period.to)}, made ${minute(manifest.created_at)}</p>
${summary(derived, contents)}
<h2>Criteria</h2>
${criteria(derived)}
<h2>Controls</h2>
${controls(derived)}
<h2>Checks in the period</h2>
${checks(derived, contents)}
<h2>Monitoring and its gaps</h2>
${renderMonitoring(derived.monitoring)}
${personal(contents)}<h2>Documents on file</h2>
${documents(contents)}
<h2>How to verify this package</h2>
<p>This page is a copy for reading. What counts is what a program can repeat: every record, query and result is in the package, and the log in
it commits to all of them. A verifier needs the package, the organisation's key from a source that you trust, and nothing else.</p>
<pre>vouch verify package.zip --key '${keys[0] ?? 'KEY'}'</pre>
<p>Take the key from the organisation itself, not from this page: whoever made the page could have put another one here. The format is
documented well enough to write a verifier of your own (<code>docs/package-format.md</code>).</p>
<h2>Ledger</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Ledger"><table>
<tr><th>Log</th><td><code>${checkpoint.origin}</code></td></tr>
<tr><th>Leaves</th><td>${checkpoint.size}</td></tr>
<tr><th>Root</th><td><code>${checkpoint.root}</code></td></tr>
${keys.map((key, at) => html`<tr><th>${at === 0 ? 'Key' : 'Earlier key'}</th><td><code>${key}</code></td></tr>`)}
</table></div>
</main>
</body>
</html>
`
  return page.text
}

const day = (time: string): string => time.slice(0, 10)
const minute = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`
const badge = (status: string): Html => html`<span class="status ${status}">${words[status] ?? status}</span>`

function summary({ status, program, monitoring }: Derived, contents: PackageContents): Html {
  const number = (items: Derived['status']['controls'], wanted: ControlStatus) =>
    items.filter(item => item.status === wanted).length
  const applicable = (items: Derived['status']['controls']) => items.length - number(items, 'not_applicable')
  const runs = contents.batches.reduce((sum, batch) => sum + batch.content.runs.length, 0)
  const share = coveredShare(monitoring.connections)
  const collected = contents.snapshots.filter(listed => listed.inPeriod).length
  return html`<dl class="facts">
<div><dt>Criteria met</dt><dd>${number(status.criteria, 'effective')} of ${applicable(status.criteria)}</dd></div>
<div><dt>Controls effective</dt><dd>${number(status.controls, 'effective')} of ${applicable(status.controls)}</dd></div>
<div><dt>Snapshots collected</dt><dd>${collected}</dd></div>
<div><dt>Runs of checks</dt><dd>${runs}</dd></div>
<div><dt>Monitoring covered</dt><dd>${share === undefined ? 'nothing scheduled' : shareWords(share)}</dd></div>
</dl>
<p>In scope: ${program.scope ? program.scope.categories.map(category => category.replace('_', ' ')).join(', ') : 'nothing yet'}. A criterion
is met when every control that addresses it is effective. No auditor has concluded anything on this page.</p>`
}

function criteria({ framework, status }: Derived): Html {
  if (!framework) return html`<p>No framework was adopted by the end of the period.</p>`
  const byId = new Map(status.criteria.map(item => [item.id, item]))
  return html`${framework.series.map(
    series => html`<h3>${series.id} ${series.title}</h3>
<div class="scroll" tabindex="0" role="group" aria-label="Criteria ${series.id}"><table>
<tr><th>Criterion</th><th></th><th>Status</th><th>Why</th></tr>
${framework.criteria
  .filter(criterion => criterion.series === series.id)
  .map(criterion => {
    const item = byId.get(criterion.id)
    return html`<tr><td class="id">${criterion.id}</td><td>${criterion.title}</td><td>${badge(item?.status ?? 'unknown')}</td><td class="soft">${(item?.reasons ?? []).join(', ')}</td></tr>`
  })}
</table></div>`,
  )}`
}

function controls({ program, status, history }: Derived): Html {
  if (status.controls.length === 0) return html`<p>No control was defined by the end of the period.</p>`
  const rank = (item: Derived['status']['controls'][number]) =>
    [1, 0, 2, 3, 4, 5][controlStatuses.indexOf(item.status)] ?? 6
  const ordered = status.controls.toSorted((a, b) => rank(a) - rank(b))
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Controls"><table>
<tr><th>Control</th><th></th><th>Status</th><th>Why</th><th class="number">Effective at</th></tr>
${ordered.map(item => {
  const definition = program.controls.get(item.id)?.definition
  const effective = history.filter(point => point.controls[item.id] === 'effective').length
  const share = history.length > 0 ? `${effective} of ${history.length} looks` : 'no look'
  return html`<tr><td class="id">${definition?.code ?? ''}</td><td>${definition?.title ?? item.id}</td><td>${badge(item.status)}</td><td class="soft">${item.reasons.join(' ')}</td><td class="number">${share}</td></tr>`
})}
</table></div>`
}

interface CheckHistory {
  runs: number
  readonly outcomes: Map<string, number>
  last: CheckRunFact
}

function checks({ program }: Derived, contents: PackageContents): Html {
  const byCheck = new Map<string, CheckHistory>()
  for (const batch of contents.batches) {
    for (const run of batch.content.runs) {
      const known = byCheck.get(run.check) ?? { runs: 0, outcomes: new Map<string, number>(), last: run }
      known.runs++
      known.outcomes.set(run.outcome, (known.outcomes.get(run.outcome) ?? 0) + 1)
      known.last = run
      byCheck.set(run.check, known)
    }
  }
  if (byCheck.size === 0) return html`<p>No check ran in the period.</p>`
  const ordered = [...byCheck].sort(([a], [b]) => (a < b ? -1 : 1))
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Checks"><table>
<tr><th>Check</th><th></th><th>Last outcome</th><th>Why</th><th class="number">Passed</th></tr>
${ordered.map(([id, { runs, outcomes, last }]) => {
  const title = program.checks.get(id)?.definition.metadata.title ?? ''
  return html`<tr><td class="id"><code>${id}</code></td><td>${title}</td><td>${badge(last.outcome)}</td><td class="soft">${last.outcome_reason}</td><td class="number">${outcomes.get('pass') ?? 0} of ${runs}</td></tr>`
})}
</table></div>`
}

/** Which fields hold aliases, and which personal fields hold values as they came: as the declarations of the period's snapshots say. Nothing where no alias is. */
function personal(contents: PackageContents): Html | string {
  const fields = new Map<string, { aliased: number; plain: number }>()
  for (const { snapshot, inPeriod } of contents.snapshots) {
    if (!inPeriod) continue
    for (const [name, { personal, aliased }] of Object.entries(snapshot.declaration.columns)) {
      if (personal === undefined) continue
      const field = `${snapshot.resource}: ${name}`
      const known = fields.get(field) ?? { aliased: 0, plain: 0 }
      known[aliased ? 'aliased' : 'plain']++
      fields.set(field, known)
    }
  }
  if (![...fields.values()].some(field => field.aliased > 0)) return ''
  const ordered = [...fields].sort(([a], [b]) => (a < b ? -1 : 1))
  return html`<h2>Personal values</h2>
<p>Where a field is stored as aliases, the package holds none of its values and nothing that leads to them: the same alias is the same
value, and everything can be performed again with aliases as with values.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Personal values"><table>
<tr><th>Field</th><th class="number">Stored as aliases</th><th class="number">As it came</th></tr>
${ordered.map(([field, { aliased, plain }]) => html`<tr><td class="id"><code>${field}</code></td><td class="number">${aliased}</td><td class="number">${plain}</td></tr>`)}
</table></div>
`
}

function documents(contents: PackageContents): Html {
  if (contents.documents.length === 0) return html`<p>None was filed that counts in the period.</p>`
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Documents"><table>
<tr><th>Filed</th><th>Title</th><th>Control</th><th>Covers</th></tr>
${contents.documents.map(({ time, content }) => html`<tr><td class="id">${day(time)}</td><td>${content.title}</td><td>${content.control}</td><td class="id">${content.covers_from} to ${content.covers_to}</td></tr>`)}
</table></div>`
}
