import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine, csvStart } from './csv.ts'

const starts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']
/** Texts that are as likely as not to look like a formula. */
const cells = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.tuple(fc.constantFrom(...starts), fc.string({ unit: 'grapheme' })).map(([start, rest]) => start + rest),
  fc.constantFrom(
    "=cmd|' /C calc'!A0",
    '+1+1',
    '-2+3',
    '@SUM(1)',
    '\t=1',
    '\r=1',
    '=HYPERLINK("http://x","y")',
    '","=1+1,"',
  ),
)

test('no text of a row is read as a formula, and each comes back, with at most the apostrophe before it', () => {
  fc.assert(
    fc.property(fc.array(fc.array(cells, { minLength: 2, maxLength: 4 }), { minLength: 1 }), rows => {
      const width = rows[0]?.length ?? 0
      const same = rows.map(row => Array.from({ length: width }, (_, n) => row[n] ?? ''))
      const read: string[][] = parse(csvStart + same.map(csvLine).join(''), { bom: true, relax_quotes: false })
      expect(read).toEqual(
        same.map(row => row.map(text => (starts.some(start => text.startsWith(start)) ? `'${text}` : text))),
      )
      for (const text of read.flat())
        expect(
          starts.some(start => text.startsWith(start)),
          text,
        ).toBe(false)
    }),
  )
})

test('numbers stay numbers, and what is not known is empty', () => {
  expect(csvLine([-5, 0.5, true, null, 'a'])).toBe('-5,0.5,true,,a\r\n')
})
