import { hash } from 'node:crypto'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ExcelJS from 'exceljs'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import yazl from 'yazl'
import { type Collected, collect, collectionRun, temporaryFolder, uploadsIn } from '../git/builders.ts'
import { filesConnector } from './connector.ts'
import { type FileSettings, filesSettings } from './settings.ts'

const people = { employee_id: 'ID', name: 'Name', email: 'Mail', status: 'Status', start_date: 'Start' }

function folderWith(files: Record<string, string | Buffer>): string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

function read(folder: string, ...files: (Partial<FileSettings> & { file: string })[]): Promise<Collected> {
  const settings = { folder, files: files.map(file => ({ resource: 'hr.employee', mapping: people, ...file })) }
  return collect(filesConnector, filesSettings.parse(settings))
}

const csv = `ID,Name,Mail,Status,Start,Salary
E1,"Brook, ""Ada""",ada@x.test,Active,2024-01-01,9
E2,"Bo
Lind",bo@x.test,On Leave,,9
`
const expected = [
  { employee_id: 'E1', name: 'Brook, "Ada"', email: 'ada@x.test', status: 'active', start_date: '2024-01-01' },
  { employee_id: 'E2', name: 'Bo\nLind', email: 'bo@x.test', status: 'on_leave', start_date: null },
]

describe('formats and encodings', () => {
  const wide = csv.replace('Bo\nLind', 'Bö\nLind')
  const wideExpected = [expected[0], { ...expected[1], name: 'Bö\nLind' }]
  it.each([
    ['UTF-8', Buffer.from(wide)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${wide}`)],
    ['UTF-16LE with a mark', iconv.encode(wide, 'utf16le', { addBOM: true })],
    ['UTF-16BE with a mark', iconv.encode(wide, 'utf16be', { addBOM: true })],
    ['UTF-16LE without one', iconv.encode(wide, 'utf16le', { addBOM: false })],
    ['Windows-1252', iconv.encode(wide, 'win1252')],
    [
      'semicolons and CRLF',
      Buffer.from(
        wide
          .replaceAll(/,(?! ")/g, ';')
          .replaceAll('\n', '\r\n')
          .replace('Bö\r\n', 'Bö\n'),
      ),
    ],
    ['tabs', Buffer.from(wide.replaceAll(/,(?! ")/g, '\t'))],
    ['empty lines', Buffer.from(`\n${wide}\n\n`)],
  ])('reads CSV in %s', async (_, content) => {
    const got = await read(folderWith({ 'people.csv': content }), { file: 'people.csv' })
    expect(got.incomplete).toEqual([])
    expect(got.of('hr.employee')).toEqual(wideExpected)
  })

  const objects = [
    { ID: 'E1', Name: 'Brook, "Ada"', Mail: 'ada@x.test', Status: 'Active', Start: '2024-01-01' },
    { ID: 'E2', Name: 'Bo\nLind', Mail: 'bo@x.test', Status: 'on-leave', Start: null },
  ]
  it.each([
    ['json', JSON.stringify(objects, null, 2)],
    ['json', JSON.stringify({ page: 1, note: 'x]"', employees: objects })],
    ['jsonl', objects.map(one => JSON.stringify(one)).join('\n\n')],
  ])('reads %s', async (extension, content) => {
    const got = await read(folderWith({ [`people.${extension}`]: content }), { file: `people.${extension}` })
    expect(got.incomplete).toEqual([])
    expect(got.of('hr.employee')).toEqual(expected)
  })

  it('cuts any JSON array into the elements that JSON.parse finds', async () => {
    const json = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(json, fc.constantFrom(0, 2), async (values, indent) => {
        const records = values.map((value, n) => ({ ...value, ID: `E${n}`, Name: JSON.stringify(value) }))
        const folder = folderWith({ 'a.json': JSON.stringify(records, null, indent) })
        const got = await read(folder, { file: 'a.json', mapping: { employee_id: 'ID', name: 'Name' } })
        expect(got.of('hr.employee').map(one => one.name)).toEqual(records.map(one => one.Name.toWellFormed().trim()))
      }),
      { numRuns: 40 },
    )
  })

  it('gives back any text that CSV can hold', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ö', '語', '"', ',', ';', ' ', '\n', "'", '\t') })
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 8 }), async names => {
        const rows = names.map((name, n) => `E${n},"${name.replaceAll('"', '""')}"`)
        const folder = folderWith({ 'a.csv': `ID,Name\n${rows.join('\n')}` })
        const got = await read(folder, { file: 'a.csv', delimiter: ',', mapping: { employee_id: 'ID', name: 'Name' } })
        expect(got.incomplete).toEqual([])
        expect(got.of('hr.employee').map(one => one.name)).toEqual(names.map(name => name.trim() || null))
      }),
      { numRuns: 60 },
    )
  })

  it('reads a workbook: dates, formulas, rich text, numbers as text, the sheet that is named', async () => {
    const book = new ExcelJS.Workbook()
    book.addWorksheet('Notes').addRow(['nothing'])
    const sheet = book.addWorksheet('People')
    sheet.addRow(['Export of today'])
    sheet.addRow([])
    sheet.addRow(['ID', 'Name', 'Mail', 'Status', 'Start'])
    sheet.addRow([
      1001,
      { richText: [{ text: 'Ada ' }, { text: 'Bröok' }] },
      { text: 'ada@x.test', hyperlink: 'mailto:ada@x.test' },
      'Active',
      new Date('2024-01-01'),
    ])
    sheet.addRow([1002, { formula: 'A1', result: 'Bo' }, 'bo@x.test', 'terminated', null])
    const folder = temporaryFolder()
    await book.xlsx.writeFile(join(folder, 'people.xlsx'))
    const got = await read(folder, { file: 'people.xlsx', sheet: 'People', headerLine: 3 })
    expect(got.incomplete).toEqual([])
    expect(got.of('hr.employee')).toEqual([
      { employee_id: '1001', name: 'Ada Bröok', email: 'ada@x.test', status: 'active', start_date: '2024-01-01' },
      { employee_id: '1002', name: 'Bo', email: 'bo@x.test', status: 'terminated', start_date: null },
    ])
    expect((await read(folder, { file: 'people.xlsx', sheet: 'Gone' })).incomplete[0]?.[1]).toMatch(
      /no sheet "Gone".*"Notes", "People"/,
    )
  })

  it('takes over only what is mapped, and says what it read', async () => {
    const got = await read(folderWith({ 'people.csv': csv }), { file: 'people.csv' })
    expect(JSON.stringify(got.records)).not.toContain('Salary')
    expect(got.asked).toMatchObject([
      { resource: 'hr.employee', request: 'read people.csv', parameters: { encoding: 'utf-8', mapping: people } },
    ])
    expect(JSON.stringify(got.asked)).toMatch(/"sha256":"[0-9a-f]{64}"/)
  })
})

describe('what is wrong with a file', () => {
  it.each([
    [
      'a value of another type',
      'E1,Ada,a@x,Active,31.01.2024,1',
      /people.csv line 2, column "Start": a date written 2026-01-31.* found "31.01.2024"/,
    ],
    [
      'a word outside the list',
      'E1,Ada,a@x,Gone fishing,2024-01-31,1',
      /line 2, column "Status": one of active, on_leave, terminated.*"Gone fishing"/,
    ],
    ['a ragged row', 'E1,Ada,a@x,Active,2024-01-31', /line 2: has 5 cells where the headings have 6/],
    ['a missing key', ',Ada,a@x,Active,2024-01-31,1', /line 2: employee_id may not be empty/],
    [
      'a key twice',
      'E1,"A\nB",a@x,Active,2024-01-31,1\nE2,,,,,\nE1,Bo,b@x,Active,,1',
      /line 5: the same employee_id as in line 2/,
    ],
    [
      'a quote that is not closed',
      'E1,"Ada,a@x,Active,2024-01-31,1\n',
      /the quote opened in the row at line 2 is never closed/,
    ],
  ])('names %s with its line', async (_, rows, message) => {
    const got = await read(folderWith({ 'people.csv': `ID,Name,Mail,Status,Start,Salary\n${rows}` }), {
      file: 'people.csv',
    })
    expect(got.incomplete).toHaveLength(1)
    expect(got.incomplete[0]).toEqual(['hr.employee', expect.stringMatching(message)])
    expect(got.of('hr.employee').filter(one => one.employee_id === 'E1').length).toBeLessThan(2)
  })

  it.each([
    [{ 'people.csv': '' }, /is empty/],
    [
      { 'people.csv': 'ID,Name,Mail,Start\n' },
      /no column "Status" \(mapped to status\); the headings are "ID", "Name"/,
    ],
    [{ 'people.csv': 'ID,Name,Mail,Status,Start,ID\n' }, /"ID" occurs twice/],
    [{ 'other.csv': 'x' }, /No file matches "people.csv"/],
  ])('says what is wrong with %j', async (files, message) => {
    const got = await read(folderWith(files), { file: 'people.csv' })
    expect(got.incomplete).toEqual([['hr.employee', expect.stringMatching(message)]])
    expect(got.records).toEqual([])
  })

  it('names damaged JSON and properties that never occur', async () => {
    const folder = folderWith({
      'a.jsonl': '{"ID":"E1"}\n{broken\n[1]\n',
      'b.json': '[{"ID":"E1"},',
      'c.json': '{"a":[],"b":[]}',
      'd.xlsx': 'no zip',
    })
    const problems = async (file: string) =>
      (await read(folder, { file, mapping: { employee_id: 'ID', name: 'Nmae' } })).incomplete[0]?.[1]
    expect(await problems('a.jsonl')).toMatch(
      /line 2: is not valid JSON.*line 3: is not a JSON object.*no record has "Nmae"/s,
    )
    expect(await problems('b.json')).toMatch(/ends in the middle of record 2/)
    expect(await problems('c.json')).toMatch(/several lists/)
    expect(await problems('d.xlsx')).toMatch(/not an XLSX workbook/)
  })

  it('finds the same key in two files, and one broken file does not stop the others', async () => {
    const folder = folderWith({ 'a.csv': csv, 'b.csv': csv, 'c.csv': '' })
    const got = await read(folder, { file: '*.csv' })
    expect(got.of('hr.employee')).toHaveLength(2)
    expect(got.incomplete[0]?.[1]).toMatch(/b.csv line 2: the same employee_id as in a.csv line 2.*c.csv: it is empty/s)
  })

  it('counts problems beyond the first twenty', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => `E${n},,,what,,`).join('\n')
    const got = await read(folderWith({ 'people.csv': `ID,Name,Mail,Status,Start,X\n${rows}` }), { file: 'people.csv' })
    expect(got.incomplete[0]?.[1]).toMatch(/and 30 more like these\.$/)
    expect(got.of('hr.employee')).toHaveLength(50)
  })

  it('translates words as declared', async () => {
    const folder = folderWith({ 'people.csv': 'ID;Name;Mail;Status;Start\nE1;Ada;a@x;Ausgeschieden;31.01.2024\n' })
    const got = await read(folder, {
      file: 'people.csv',
      values: { status: { ausgeschieden: 'terminated' } },
      dateFormat: 'DD.MM.YYYY',
    })
    expect(got.incomplete).toEqual([])
    expect(got.of('hr.employee')).toMatchObject([{ status: 'terminated', start_date: '2024-01-31' }])
  })
})

describe('hostile files', () => {
  it('never leaves the folder', async () => {
    const folder = folderWith({ 'in/people.csv': csv, 'secret.csv': csv })
    symlinkSync(join(folder, 'secret.csv'), join(folder, 'in', 'link.csv'))
    for (const file of ['../secret.csv', join(folder, 'secret.csv'), 'x/../../secret.csv', 'link.csv', 'li*.csv']) {
      const got = await read(join(folder, 'in'), { file })
      expect(got.records, file).toEqual([])
      expect(got.incomplete[0]?.[1], file).toMatch(/out of the folder/)
    }
    await expect(read(join(folder, 'none'), { file: 'a.csv' })).rejects.toThrow(/does not exist/)
  })

  it('refuses a workbook that unpacks to many times its size', async () => {
    const zip = new yazl.ZipFile()
    zip.addBuffer(Buffer.alloc(64 * 1024 * 1024, 'a'), 'xl/sharedStrings.xml')
    zip.end()
    const chunks: Buffer[] = []
    for await (const chunk of zip.outputStream as unknown as AsyncIterable<Buffer>) chunks.push(chunk)
    const got = await read(folderWith({ 'bomb.xlsx': Buffer.concat(chunks) }), { file: 'bomb.xlsx' })
    expect(got.incomplete[0]?.[1]).toMatch(/unpacks to many times its size/)
  })

  it('stops at a row without end instead of keeping it', async () => {
    const got = await read(folderWith({ 'a.csv': `ID,Name,Mail,Status,Start\nE1,"${'x'.repeat(3_000_000)}` }), {
      file: 'a.csv',
    })
    expect(got.incomplete[0]?.[1]).toMatch(/line 2 is longer than 1000000 characters/)
  })
})

describe('uploads', () => {
  const content = hash('sha256', csv)
  const uploads = { [content]: Buffer.from(csv) }
  const settingsOf = (file: string) =>
    filesSettings.parse({
      uploads: [{ name: 'people [June].csv', content }],
      files: [{ file, resource: 'hr.employee', mapping: people }],
    })

  it.each(['people [June].csv', 'people*.csv'])('are read like the files of a folder: %s', async file => {
    const got = await collect(filesConnector, settingsOf(file), { uploads })
    expect(got.incomplete).toEqual([])
    expect(got.of('hr.employee')).toEqual(expected)
    expect(got.asked).toMatchObject([{ request: 'read people [June].csv', parameters: { sha256: content } }])
  })

  it('that are named nowhere, or are no longer there, are told', async () => {
    const got = await collect(filesConnector, settingsOf('other.csv'), { uploads })
    expect(got.incomplete).toEqual([['hr.employee', 'No uploaded file is named "other.csv".']])
    const gone = await collect(filesConnector, settingsOf('people*.csv'))
    expect(gone.incomplete).toEqual([['hr.employee', expect.stringMatching(/There is no upload/)]])
    expect(gone.records).toEqual([])
  })

  it('are tested, and leave nothing behind', async () => {
    const before = copies()
    const signal = new AbortController().signal
    const test = (file: string) => filesConnector.test(settingsOf(file), signal, uploadsIn(uploads))
    expect(await test('people*.csv')).toEqual({
      ok: true,
      message: 'Found people [June].csv, with every mapped column.',
    })
    expect(await test('other.csv')).toEqual({ ok: false, message: 'No uploaded file is named "other.csv".' })
    expect(copies()).toEqual(before)
  })

  const copies = () => readdirSync(tmpdir()).filter(name => name.startsWith('vouch-files-'))
})

describe('many rows', () => {
  it('reads 200,000 rows with flat memory and stops when asked', async () => {
    const rows = Array.from({ length: 200_000 }, (_, n) => `E${n},Person ${n},p${n}@x.test,active,2024-01-01`)
    const folder = folderWith({ 'people.csv': `ID,Name,Mail,Status,Start\n${rows.join('\n')}\n` })
    const settings = filesSettings.parse({
      folder,
      files: [{ file: 'people.csv', resource: 'hr.employee', mapping: people }],
    })
    const stop = new AbortController()
    const told = { totals: {}, incomplete: [], asked: [] }
    const before = process.memoryUsage().heapUsed
    let seen = 0
    for await (const _ of filesConnector.collect(settings, collectionRun(told))) seen += 1
    expect(seen).toBe(200_000)
    expect(told.incomplete).toEqual([])
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(150 * 1024 * 1024)
    seen = 0
    const reading = async () => {
      for await (const _ of filesConnector.collect(settings, collectionRun(told, { signal: stop.signal }))) {
        seen += 1
        if (seen === 10) stop.abort(new Error('no longer wanted'))
      }
    }
    await expect(reading()).rejects.toThrow()
    expect(seen).toBeLessThan(200_000)
  })
})

describe('settings', () => {
  it('refuses unknown fields and a mapping without the key', () => {
    const parse = (mapping: object) =>
      filesSettings.safeParse({ folder: '/x', files: [{ file: 'a.csv', resource: 'hr.employee', mapping }] })
    expect(parse({ employee_id: 'ID' }).success).toBe(true)
    expect(parse({ email: 'Mail' }).error?.message).toMatch(/say which column holds employee_id/)
    expect(parse({ employee_id: 'ID', shoe: 'Shoe' }).error?.message).toMatch(/no field \\"shoe\\"/)
  })

  it('wants one place, and no two uploads of one name', () => {
    const files = [{ file: 'a.csv', resource: 'hr.employee', mapping: { employee_id: 'ID' } }]
    const upload = (name: string) => ({ name, content: '0'.repeat(64) })
    const messageOf = (place: object) => filesSettings.safeParse({ ...place, files }).error?.message
    expect(messageOf({ uploads: [upload('a.csv')] })).toBeUndefined()
    expect(messageOf({})).toMatch(/name a folder, or upload files/)
    expect(messageOf({ folder: '/x', uploads: [upload('a.csv')] })).toMatch(/not both/)
    expect(messageOf({ uploads: [upload('a.csv'), upload('a.csv')] })).toMatch(/two files are named/)
    for (const name of ['', '../a.csv', 'a/b.csv', 'a\\b.csv', 'a\nb.csv', 'x'.repeat(201)])
      expect(messageOf({ uploads: [upload(name)] }), name).toBeDefined()
  })

  it('tests a connection', async () => {
    const signal = new AbortController().signal
    const folder = folderWith({ 'people.csv': csv })
    const settings = filesSettings.parse({
      folder,
      files: [{ file: 'people.csv', resource: 'hr.employee', mapping: people }],
    })
    expect(await filesConnector.test(settings, signal)).toEqual({
      ok: true,
      message: 'Found people.csv, with every mapped column.',
    })
    expect((await filesConnector.test({ ...settings, folder: join(folder, 'x') }, signal)).ok).toBe(false)
    expect(filesConnector.resourcesOf?.(settings)).toEqual(['hr.employee'])
  })
})
