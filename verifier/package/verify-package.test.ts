import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatReport } from './cli-output.ts'
import { differenceCodes } from './report.ts'
import { buildOrganisation, honestPackage, type SyntheticOrganisation } from './testing/build-package.ts'
import { Judge } from './testing/judge.ts'
import { signerOf, vkeysOf } from './testing/synthetic-log.ts'
import { copyOf, resealed, whitewash } from './testing/tamper.ts'
import { zipFiles } from './testing/zip-files.ts'

let organisation: SyntheticOrganisation
let honest: Map<string, Buffer>
const judge = new Judge()
beforeAll(async () => {
  organisation = await buildOrganisation()
  honest = honestPackage(organisation)
})
afterAll(() => judge.close())

describe('an honest package', () => {
  test('agrees under its newest key and under its first, and says what was performed', async () => {
    const [newest, first] = vkeysOf(organisation.log)
    for (const key of [newest, first]) {
      const { report } = await judge.of(zipFiles(honest), { key })
      expect(report).toMatchObject({ ok: true, keyTrusted: true, sample: true, differences: [], moreDifferences: 0 })
      expect(report?.counts).toMatchObject({
        leaves: organisation.log.entries.length,
        openings: organisation.log.entries.length,
        checkpoints: 4,
        snapshots: 6,
        records: 18,
        documents: 1,
        batches: 3,
        checkRuns: 9,
        results: 27,
        controls: 3,
        criteria: 3,
        history: 3,
      })
    }
  })

  test('performs equal work once: a check that cannot see the time, over the same records, has the same results', async () => {
    const { report } = await judge.of(zipFiles(honest))
    expect(report?.counts.executions).toBeLessThanOrEqual(report?.counts.checkRuns ?? 0)
  })

  test('reports progress and stops when it is told to', async () => {
    const steps: string[] = []
    await judge.of(zipFiles(honest), { onProgress: step => void steps.push(step) })
    expect([...new Set(steps)]).toEqual(['Signatures', 'Ledger', 'Evidence', 'Statuses', 'Checks'])
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(judge.of(zipFiles(honest), { signal })).rejects.toThrow('enough')
  })

  test('is not vouched for by another key, and a key that is none is refused', async () => {
    const other = vkeysOf({
      ...organisation.log,
      keys: [{ from: 0, signer: signerOf(organisation.log.origin, 'other') }],
    })[0]
    const { exit, codes, report } = await judge.of(zipFiles(honest), { key: other })
    expect({ exit, codes, trusted: report?.keyTrusted }).toEqual({ exit: 1, codes: ['key.untrusted'], trusted: false })
    expect(await judge.of(zipFiles(honest), { key: 'no key' })).toMatchObject({
      exit: 2,
      message: expect.stringContaining('key that you gave'),
    })
  })
})

describe('a report', () => {
  test('names causes before consequences', async () => {
    const changed = copyOf(organisation)
    whitewash(changed, 0)
    const files = honestPackage(changed)
    files.delete('index.html')
    const { differences } = await judge.of(zipFiles(files), { performChecks: 'always' })
    const ranks = differences.map(item => differenceCodes.indexOf(item.code))
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    expect(differences[0]).toMatchObject({ code: 'file.missing', where: 'index.html' })
  })

  test('lists so many differences of one kind and counts the others', async () => {
    const extra = Array.from({ length: 60 }, (_, at): [string, Buffer] => [`extra/${at}`, Buffer.alloc(1)])
    const { report } = await judge.of(zipFiles(new Map([...honest, ...extra])))
    expect(report?.differences).toHaveLength(25)
    expect(report?.moreDifferences).toBe(35)
  })

  test('as text says sample first, then whose key it is, and the verdict last', async () => {
    const key = vkeysOf(organisation.log)[0]
    const trusted = await judge.of(zipFiles(honest), { key })
    const lines = (text: string) => text.trimEnd().split('\n')
    if (!trusted.report) throw new Error('there is a report')
    const text = lines(formatReport(trusted.report, true))
    expect(text[0]).toMatch(/^SAMPLE DATA/)
    expect(text.join('\n')).toContain('Signed by the key that you gave')
    expect(text.at(-1)).toMatch(/^AGREES: /)
    expect(lines(formatReport(trusted.report, false)).at(-1)).toMatch(/^AGREES WITH ITSELF: /)
    const broken = await judge.of(zipFiles(new Map([...honest, ['extra', Buffer.alloc(1)]])), { key })
    if (!broken.report) throw new Error('there is a report')
    const told = formatReport(broken.report, true)
    expect(told).toContain('file.unexpected at extra')
    expect(lines(told).at(-1)).toMatch(/^DIFFERS: 1 differences/)
  })

  test('cannot be made to move the cursor or to hide a line', async () => {
    const { report } = await judge.of(zipFiles(honest))
    if (!report) throw new Error('there is a report')
    const name = 'Evil\u001b[2J\r\nAGREES\u202e'
    const text = formatReport({ ...report, organisation: { ...report.organisation, name } }, true)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\u001b\r\u202e]/)
    expect(text).toContain('Evil\ufffd[2J\ufffd\ufffdAGREES\ufffd')
  })
})

describe('index.html', () => {
  test('escapes every text, runs no script and fetches nothing', () => {
    const page = honest.get('index.html')?.toString() ?? ''
    expect(page).toContain('Samples &amp; &lt;Sons&gt;')
    expect(page).toContain('Access &lt;of&gt; people &amp; &quot;others&quot;')
    expect(page).toContain('Leavers of &lt;March&gt;')
    expect(page).toContain('Sample data with a simulated past')
    expect(page).not.toMatch(/<script|<Sons>|src=|href=|url\(|@import|https?:/)
  })

  test('is compared without its place in the manifest: another manifest signed by the key does not help', async () => {
    const page = Buffer.from((honest.get('index.html')?.toString() ?? '').replace('Compliance package', 'Certificate'))
    const { codes } = await judge.of(zipFiles(resealed(new Map([...honest, ['index.html', page]]), organisation)))
    expect(codes).toEqual(['index.changed'])
  })
})
