import { expect, test } from 'vitest'
import { allPages, toCsv } from './export-rows.ts'

const columns = [
  { header: 'subject', value: (row: { subject: string; n: number | null }) => row.subject },
  { header: 'n', value: (row: { subject: string; n: number | null }) => row.n },
]

test('a spreadsheet never sees a formula', () => {
  const csv = toCsv(columns, [
    { subject: '=HYPERLINK("http://x")', n: -5 },
    { subject: '@SUM(A1)', n: null },
  ])
  expect(csv).toBe('\uFEFFsubject,n\r\n"\'=HYPERLINK(""http://x"")",-5\r\n\'@SUM(A1),\r\n')
})

test('asks for every page, in order', async () => {
  const pages: Record<string, { items: number[]; next_cursor: string | null }> = {
    first: { items: [1, 2], next_cursor: 'b' },
    b: { items: [3], next_cursor: null },
  }
  const asked: (string | undefined)[] = []
  const rows = await allPages(async cursor => {
    asked.push(cursor)
    return pages[cursor ?? 'first'] ?? { items: [], next_cursor: null }
  })
  expect(rows).toEqual([1, 2, 3])
  expect(asked).toEqual([undefined, 'b'])
})
