import { type CoverageState, coverageStates, gapStates } from '../rules/coverage.ts'
import type { CoverageDay } from '../rules/coverage-days.ts'
import { coverageWords, shareWords, spanWords } from '../rules/describe-gap.ts'
import {
  type ConnectionCoverage,
  coverageDays,
  coveredShare,
  type Monitoring,
  type MonitoringGap,
} from '../rules/monitoring.ts'
import { Html, html } from './html.ts'

/** A letter a day, so that no calendar rests on its colours. */
const letters: Readonly<Record<CoverageState, string>> = {
  covered: '·',
  waiting: 'W',
  late: 'L',
  missing: 'M',
  failed: 'F',
  incomplete: 'I',
  unscheduled: 'U',
  absent: '',
}

/** When every source was watched and when it was not: figures, a calendar and the list of gaps with what was said about them. */
export function renderMonitoring({ connections, checks }: Monitoring): Html {
  if (connections.length === 0) return html`<p>No source was connected in the period.</p>`
  const gaps = connections.flatMap(coverage => coverage.gaps.map(gap => ({ coverage, gap })))
  return html`<p>${summary(connections, gaps.length)} Each connection promises, by its schedule, that no record is older than its interval; a gap is a time in
which the promise was not kept. An explanation stands beside its gap and takes nothing of it away. Days and times are in UTC.</p>
<h3>Gaps</h3>
${gaps.length === 0 ? html`<p>There was none.</p>` : gapTable(gaps)}
<h3>Calendar</h3>
<p class="soft">${coverageStates.filter(state => letters[state] !== '').map(state => html`<span class="key"><b class="day ${state}">${letters[state]}</b> ${coverageWords[state]}</span>`)}</p>
${connections.map(calendar)}
${
  checks.length === 0
    ? ''
    : html`<h3>Checks without fresh records</h3>
<div class="scroll" tabindex="0" role="group" aria-label="Checks without fresh records"><table>
<tr><th>Check</th><th class="number">Times</th><th class="number">In all</th></tr>
${checks.map(({ check, milliseconds, without }) => html`<tr><td class="id"><code>${check}</code></td><td class="number">${without.length}</td><td class="number">${spanWords(milliseconds)}</td></tr>`)}
</table></div>`
}`
}

function summary(connections: readonly ConnectionCoverage[], gaps: number): string {
  const share = coveredShare(connections)
  const covered =
    share === undefined ? 'Nothing was scheduled.' : `${shareWords(share)} of the scheduled time was covered.`
  const unscheduled = connections.reduce((sum, { totals }) => sum + totals.unscheduled, 0)
  const besides = unscheduled > 0 ? ` Besides, sources were not on a schedule for ${spanWords(unscheduled)}.` : ''
  return `${covered} There ${gaps === 1 ? 'was one gap' : `were ${gaps} gaps`}.${besides}`
}

function calendar(coverage: ConnectionCoverage): Html {
  const connected = coverageDays(coverage).filter(({ state }) => state !== 'absent')
  const months = [...Map.groupBy(connected, ({ day }) => day.slice(0, 7))]
  const share = coveredShare([coverage])
  const gaps = gapStates.filter(state => coverage.totals[state] > 0)
  const words = [
    share === undefined ? 'not on a schedule' : `${shareWords(share)} covered`,
    ...gaps.map(state => `${coverageWords[state].toLowerCase()} ${spanWords(coverage.totals[state])}`),
  ]
  return html`<h4>${coverage.name} <small>${coverage.kind}, ${scheduleWords(coverage.every_hours)}: ${words.join(', ')}</small></h4>
<div class="scroll" tabindex="0" role="group" aria-label="Calendar of ${coverage.name}"><table class="calendar">
<caption>Days of ${coverage.name}</caption>
<tr><th scope="col">Month</th>${new Html(Array.from({ length: 31 }, (_, at) => `<th scope="col">${at + 1}</th>`).join(''))}</tr>
${months.map(([month, days]) => monthRow(month, days))}
</table></div>`
}

function monthRow(month: string, days: readonly CoverageDay[]): Html {
  const byNumber = new Map(days.map(item => [Number(item.day.slice(8)), item]))
  const cells = Array.from({ length: 31 }, (_, at) => {
    const state = byNumber.get(at + 1)?.state
    if (state === undefined) return '<td></td>'
    return html`<td class="day ${state}"><abbr title="${coverageWords[state]}">${letters[state]}</abbr></td>`.text
  })
  return html`<tr><th scope="row">${month}</th>${new Html(cells.join(''))}</tr>`
}

function scheduleWords(hours: number | null): string {
  if (hours === null) return 'on demand'
  return hours % 24 === 0 ? (hours === 24 ? 'daily' : `every ${hours / 24} days`) : `every ${hours} h`
}

function gapTable(gaps: readonly { readonly coverage: ConnectionCoverage; readonly gap: MonitoringGap }[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Gaps in monitoring"><table>
<tr><th>Source</th><th>From</th><th>To</th><th class="number">Lasted</th><th>What</th><th>Why, and what was said about it</th></tr>
${gaps.map(
  ({
    coverage,
    gap,
  }) => html`<tr><td>${coverage.name}</td><td class="id">${minute(gap.from)}</td><td class="id">${gap.open ? 'goes on' : minute(gap.to)}</td><td class="number">${spanWords(Date.parse(gap.to) - Date.parse(gap.from))}</td><td><span class="status ${gap.state}">${coverageWords[gap.state]}</span></td><td class="why">${gap.reason}${gap.since < gap.from ? ` It began before the period, at ${minute(gap.since)} UTC.` : ''}
${gap.checks.length > 0 ? html`<details><summary>${gap.checks.length === 1 ? 'One check' : `${gap.checks.length} checks`} without fresh records</summary>${gap.checks.join(', ')}</details>` : ''}
${gap.explanations.map(({ at, by, text }) => html`<p>“${text}” <span class="soft">${by}, ${minute(at)} UTC</span></p>`)}</td></tr>`,
)}
</table></div>`
}

const minute = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)}`
