import fc from 'fast-check'
import iconv from 'iconv-lite'
import { expect, it } from 'vitest'
import { sniffed } from './sniff.ts'

async function pass(content: Buffer, name: string, chunk = 1_000): Promise<Buffer> {
  const chunks = async function* () {
    for (let at = 0; at < content.length; at += chunk) yield content.subarray(at, at + chunk)
  }
  const passed: Uint8Array[] = []
  for await (const bytes of sniffed(chunks(), name)) passed.push(bytes)
  return Buffer.concat(passed)
}

it('passes every byte on, in order, whatever the chunks', async () => {
  const text = fc.string({ minLength: 1, maxLength: 20_000, unit: fc.constantFrom('a', 'ö', '語', ',', '\n', '"') })
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9_000 }), async (content, chunk) => {
      expect((await pass(Buffer.from(content), 'a.csv', chunk)).toString()).toBe(content)
    }),
    { numRuns: 50 },
  )
})

it.each([
  ['a.csv', iconv.encode('ID;Name\n1;Bö\n', 'win1252')],
  ['a.csv', iconv.encode('ID;Name\n1;Bö\n', 'utf16le', { addBOM: true })],
  ['a.tsv', iconv.encode('ID\tName\n', 'utf16be', { addBOM: false })],
  ['a.csv', Buffer.from('﻿ID,名前\n')],
  ['a.json', Buffer.from('[{}]')],
  ['A.XLSX', Buffer.from('504b030414000600', 'hex')],
])('takes %s for what it is', async (name, content) => {
  expect(await pass(content, name)).toEqual(content)
})

it.each([
  ['a.csv', Buffer.from('504b030414000600', 'hex'), /is a workbook or another ZIP, not what its name says/],
  ['a.xlsx', Buffer.from('ID,Name\n'), /is text, not what its name says/],
  ['a.xlsx', Buffer.from('d0cf11e0a1b11ae100', 'hex'), /old Excel.*save it as .xlsx or CSV/],
  ['a.csv', Buffer.from('%PDF-1.7\n'), /is a PDF/],
  ['a.json', Buffer.from('1f8b0800', 'hex'), /gzip; unpack it first/],
  ['a.csv', Buffer.from([1, 2, 3, 65, 66, 0, 7, 0, 0]), /is no text/],
  ['a.csv', Buffer.alloc(0), /is empty/],
])('refuses %s that is something else', async (name, content, message) => {
  await expect(pass(content, name)).rejects.toThrow(message)
})
