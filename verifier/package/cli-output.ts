import type { Difference, VerifyReport } from './report.ts'

/** Exit codes of `vouch verify` (docs/package-format.md section 6). */
export const exitCodes = { agrees: 0, differs: 1, unusable: 2 } as const

/**
 * A report as plain lines for a terminal. Sample data is said first; then whose key it is; what was performed again; what differs; the
 * verdict last. Nothing from the package can move the cursor or colour the screen: control characters are replaced.
 */
export function formatReport(report: VerifyReport, givenKey: boolean): string {
  const { counts } = report
  const lines = [
    ...(report.sample
      ? ['SAMPLE DATA with a simulated past. This package says nothing about any real organisation.', '']
      : []),
    `${report.organisation.name}, ${report.period.from} to ${report.period.to}`,
    `Log ${report.origin}, package made ${report.createdAt}`,
    '',
    ...trustLines(report, givenKey),
    '',
    'Looked at and performed again:',
    ...table([
      ['files', counts.files, `${counts.bytes} bytes, every one hashed`],
      [
        'leaves',
        counts.leaves,
        `${counts.openings} opened, ${counts.erased} erased; tree built again from ${counts.tiles} tiles`,
      ],
      ['checkpoints', counts.checkpoints, 'signatures, and that the log only ever grew'],
      ['time stamps', counts.timestamps, `${counts.cosignatures} cosignatures of witnesses that you named`],
      ['snapshots', counts.snapshots, `${counts.records} records`],
      ['documents', counts.documents, ''],
      [
        'runs of checks',
        counts.checkRuns,
        `in ${counts.batches} batches, by ${counts.executions} executions with ${counts.results} results`,
      ],
      ['controls', counts.controls, `and ${counts.criteria} criteria derived again, at ${counts.history + 1} times`],
      ['gaps in monitoring', counts.gaps, 'derived again; index.html prints them'],
    ]),
    ...(report.notes.length > 0 ? ['', 'To know:', ...report.notes.map(note => `  - ${note}`)] : []),
    ...(report.differences.length > 0
      ? ['', 'What differs, causes first:', ...report.differences.flatMap(differenceLines)]
      : []),
    ...(report.moreDifferences > 0 ? [`  and ${report.moreDifferences} more.`] : []),
    '',
    verdict(report, givenKey),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

function trustLines(report: VerifyReport, givenKey: boolean): string[] {
  if (report.keyTrusted) return ['Signed by the key that you gave, or by one that it vouches for.']
  if (givenKey) return ['NOT vouched for by the key that you gave.']
  return [
    'Not checked against a key of yours. The key in the package is:',
    `  ${report.key}`,
    'Anyone can make a package that agrees with itself and with a key of their own. To know whose it is, get the key from the',
    'organisation and verify again with --key.',
  ]
}

function differenceLines({ code, where, message, expected, found }: Difference): string[] {
  return [
    `  ${code} at ${where}`,
    `    ${message}`,
    ...(expected === undefined ? [] : [`    expected: ${expected}`]),
    ...(found === undefined ? [] : [`    found:    ${found}`]),
  ]
}

function verdict(report: VerifyReport, givenKey: boolean): string {
  const seconds = (report.durationMs / 1000).toFixed(1)
  if (!report.ok)
    return `DIFFERS: ${report.differences.length + report.moreDifferences} differences found in ${seconds} s.`
  if (givenKey) return `AGREES: everything was performed again in ${seconds} s, and nothing differs.`
  return `AGREES WITH ITSELF: everything was performed again in ${seconds} s, and nothing differs; whose it is was not checked.`
}

function table(rows: readonly (readonly [name: string, count: number, detail: string])[]): string[] {
  return rows.map(([name, count, detail]) => `  ${String(count).padStart(9)} ${name}${detail ? ` (${detail})` : ''}`)
}

/** A line without control characters and marks that reverse the direction of writing. */
function printable(line: string): string {
  return line.toWellFormed().replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}
