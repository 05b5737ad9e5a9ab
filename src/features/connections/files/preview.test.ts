import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { collect, temporaryFolder } from '../git/builders.ts'
import { filesConnector } from './connector.ts'
import { listFolder } from './list-files.ts'
import { type PreviewRequest, previewFile } from './preview.ts'
import { filesSettings } from './settings.ts'
import { openSource } from './source.ts'

const never = new AbortController().signal

function folderWith(files: Record<string, string | Buffer>): string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

async function preview(folder: string, request: PreviewRequest, deadline?: AbortSignal) {
  return previewFile(await openSource({ folder }, undefined, folder, never), request, never, deadline)
}

const accounts = (rows: readonly string[]) =>
  `Username;Display Name;E-Mail Address;MFA;Created;Last Login\n${rows.join('\n')}\n`

describe('the shape of a file', () => {
  it('is its encoding, delimiter, types, a resource and its mapping', async () => {
    const rows = Array.from(
      { length: 300 },
      (_, n) => `${n};Ärger ${n};p${n}@x.test;yes;${n % 2 ? '31.01.2024' : '13.02.2024'};2026-06-01T08:00:00Z`,
    )
    const content = iconv.encode(accounts(rows), 'win1252')
    const shape = await preview(folderWith({ 'accounts.csv': content }), { file: 'accounts.csv' })
    expect(shape).toMatchObject({
      name: 'accounts.csv',
      matches: 1,
      bytes: content.length,
      format: 'csv',
      encoding: 'windows-1252',
      delimiter: ';',
      suggestion: {
        resource: 'idp.account',
        dateFormat: 'DD.MM.YYYY',
        mapping: {
          account_id: 'Username',
          name: 'Display Name',
          email: 'E-Mail Address',
          mfa_enabled: 'MFA',
          created_at: 'Created',
          last_login_at: 'Last Login',
        },
      },
      words: { status: ['active', 'suspended', 'deprovisioned'], mfa_enabled: ['yes', 'no'] },
      problem: null,
      check: null,
    })
    expect(shape.rows).toHaveLength(20)
    expect(shape.rows[0]).toEqual({
      line: 2,
      cells: ['0', 'Ärger 0', 'p0@x.test', 'yes', '13.02.2024', '2026-06-01T08:00:00Z'],
    })
    expect(shape.columns.map(column => column.type)).toEqual([
      'integer',
      'text',
      'text',
      'boolean',
      'date',
      'timestamp',
    ])
    expect(shape.columns[4]?.dateFormats).toEqual(['DD.MM.YYYY', 'D.M.YYYY'])
    expect(shape.rowEstimate).toBe(300)
  })

  it('suggests the mapping of the resource that a person chose', async () => {
    const folder = folderWith({ 'a.csv': 'Employee ID,Email,Status\n1,a@x.test,active\n' })
    const suggested = async (resource?: string) => (await preview(folder, { file: 'a.csv', resource })).suggestion
    expect((await suggested())?.resource).toBe('hr.employee')
    expect(await suggested('training.completion')).toMatchObject({
      resource: 'training.completion',
      mapping: { email: 'Email' },
    })
  })

  it('leaves dates that have two meanings to a person', async () => {
    const both = folderWith({ 'a.csv': 'Employee ID,Email,Start Date\n1,a@x.test,01/02/2026\n' })
    expect((await preview(both, { file: 'a.csv' })).suggestion).toEqual({
      resource: 'hr.employee',
      mapping: { employee_id: 'Employee ID', email: 'Email', start_date: 'Start Date' },
      dateFormat: undefined,
    })
    const one = folderWith({ 'a.csv': 'Employee ID,Email,Start Date\n1,a@x.test,31/02/2026\n2,b@x.test,28/02/2026\n' })
    expect((await preview(one, { file: 'a.csv' })).suggestion?.dateFormat).toBeUndefined()
    const clear = folderWith({ 'a.csv': 'Employee ID,Email,Start Date\n1,a@x.test,28/02/2026\n' })
    expect((await preview(clear, { file: 'a.csv' })).suggestion?.dateFormat).toBe('DD/MM/YYYY')
  })

  it('is that of the first file of a pattern', async () => {
    const folder = folderWith({ 'p-2.csv': 'ID\n2\n', 'p-1.csv': 'ID\n1\n', 'q.csv': 'ID\n' })
    const { name, matches, rows } = await preview(folder, { file: 'p-*.csv' })
    expect([name, matches, rows[0]?.cells]).toEqual(['p-1.csv', 2, ['1']])
  })

  it('is cut to what a page can show', async () => {
    const wide = Array.from({ length: 501 }, (_, n) => `c${n}`).join(',')
    const folder = folderWith({ 'long.csv': `ID,Note\n1,${'x'.repeat(5_000)}\n`, 'wide.csv': `${wide}\n` })
    expect((await preview(folder, { file: 'long.csv' })).rows[0]?.cells[1]).toHaveLength(201)
    await expect(preview(folder, { file: 'wide.csv' })).rejects.toThrow('it has 501 columns')
  })

  it('says what is wrong with a file that breaks off, beside what could be read', async () => {
    const folder = folderWith({ 'a.csv': 'ID,Name\n1,Ada\n2,"Bo\n' })
    const shape = await preview(folder, { file: 'a.csv', resource: 'hr.employee', mapping: { employee_id: 'ID' } })
    expect(shape).toMatchObject({
      rows: [{ line: 2, cells: ['1', 'Ada'] }],
      problem: 'the quote opened in the row at line 3 is never closed.',
      rowEstimate: null,
      check: {
        count: 1,
        whole: false,
        problems: [{ line: null, field: null, message: 'the quote opened in the row at line 3 is never closed' }],
      },
    })
  })
})

describe('a mapping', () => {
  const people = [
    'ID,Mail,Status,Start',
    'E1,a@x.test,active,2024-01-01',
    'E2,b@x.test,Left,31.01.2024',
    ',c@x.test,left,',
    'E1,d@x.test,active,',
    'E5,e@x.test',
    '',
  ].join('\n')
  const mapped = {
    file: 'people.csv',
    resource: 'hr.employee',
    mapping: { employee_id: 'ID', email: 'Mail', status: 'Status', start_date: 'Start' },
  }

  it('is checked row by row, each problem with its line, field and heading', async () => {
    const { check } = await preview(folderWith({ 'people.csv': people }), mapped)
    const status = { field: 'status', header: 'Status', message: expect.stringMatching(/one of active, on_leave/) }
    expect(check).toEqual({
      rows: 5,
      whole: true,
      count: 6,
      problems: [
        { line: 3, ...status },
        { line: 3, field: 'start_date', header: 'Start', message: expect.stringMatching(/found "31.01.2024"/) },
        { line: 4, ...status },
        {
          line: 4,
          field: 'employee_id',
          header: 'ID',
          message: 'employee_id may not be empty: it tells the rows apart',
        },
        { line: 5, field: 'employee_id', header: 'ID', message: 'the same employee_id as in line 2' },
        { line: 6, field: null, header: null, message: 'has 2 cells where the headings have 4' },
      ],
      unknownWords: [{ field: 'status', word: 'Left', rows: 2 }],
    })
  })

  it('is told what it lacks, all at once', async () => {
    const { check } = await preview(folderWith({ 'people.csv': people }), {
      ...mapped,
      mapping: { email: 'Gone', title: 'Nowhere' },
    })
    expect(check?.problems.map(({ line, field }) => [line, field])).toEqual([
      [null, 'email'],
      [null, 'title'],
      [null, 'employee_id'],
      [6, null],
    ])
  })

  it('finds what a collection finds, and nothing once the settings say what words and dates mean', async () => {
    const folder = folderWith({ 'people.csv': people })
    const found = async (more: object) => {
      const { check } = await preview(folder, { ...mapped, ...more })
      const settings = filesSettings.parse({ folder, files: [{ ...mapped, ...more }] })
      const [incomplete] = (await collect(filesConnector, settings)).incomplete
      return [check?.problems.map(({ message }) => message), incomplete?.[1].split('\n').length] as const
    }
    expect((await found({}))[0]).toHaveLength((await found({}))[1] ?? 0)
    const [left, collected] = await found({
      values: { status: { left: 'terminated' } },
      dateFormat: 'DD.MM.YYYY',
    })
    expect([left?.length, collected]).toEqual([3, 3])
  })

  it('is checked far beyond what is shown; the first problems are told and the rest counted', async () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => `E${n % 2_000},what`)
    const folder = folderWith({ 'a.csv': `ID,Status\n${rows.join('\n')}\n` })
    const { check, rows: shown } = await preview(folder, {
      file: 'a.csv',
      resource: 'hr.employee',
      mapping: { employee_id: 'ID', status: 'Status' },
    })
    expect(shown).toHaveLength(20)
    expect([check?.rows, check?.whole, check?.count, check?.problems.length]).toEqual([3_000, true, 4_000, 100])
  })

  it('names properties that no JSON record has', async () => {
    const folder = folderWith({ 'a.jsonl': '{"ID":"E1","profile":{"mail":"a@x.test"}}\n' })
    const { check, columns } = await preview(folder, {
      file: 'a.jsonl',
      resource: 'hr.employee',
      mapping: { employee_id: 'ID', email: 'profile.mail', title: 'Titel' },
    })
    expect(columns.map(column => column.header)).toEqual(['ID', 'profile.mail'])
    expect(check?.problems).toMatchObject([
      { line: null, field: 'title', message: expect.stringMatching(/no record has "Titel"/) },
    ])
  })
})

describe('time', () => {
  const rows = Array.from({ length: 100_000 }, (_, n) => `E${n},a`)
  const content = `ID,Status\n${rows.join('\n')}\n`
  const mapped = { file: 'a.csv', resource: 'hr.employee', mapping: { employee_id: 'ID', status: 'Status' } }

  it('that is up before anything is known is said', async () => {
    await expect(preview(folderWith({ 'a.csv': content }), mapped, AbortSignal.abort())).rejects.toThrow(
      'a.csv could not be opened in the time that a preview may take.',
    )
  })

  it('ends at once when nobody waits any longer', async () => {
    const source = await openSource({ folder: folderWith({ 'a.csv': content }) }, undefined, '', never)
    const left = AbortSignal.abort(new Error('the caller has left'))
    await expect(previewFile(source, mapped, left)).rejects.toThrow('the caller has left')
  })
})

describe('a folder', () => {
  it('is listed: tables by name, three levels deep, no links that lead out', async () => {
    const folder = folderWith({
      'in/b.csv': 'x',
      'in/a.XLSX': 'xy',
      'in/a2.json': '[]',
      'in/notes.docx': 'x',
      'in/.hidden.csv': 'x',
      'in/.git/c.csv': 'x',
      'in/hr/d.tsv': 'x',
      'in/hr/x/e.jsonl': 'x',
      'in/hr/x/deep/f.csv': 'x',
      'secret.csv': 'x',
    })
    symlinkSync(join(folder, 'secret.csv'), join(folder, 'in', 'link.csv'))
    symlinkSync(join(folder, 'in', 'b.csv'), join(folder, 'in', 'inner.csv'))
    const listing = await listFolder(join(folder, 'in'), never)
    expect(listing.files.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['a.XLSX', 2],
      ['a2.json', 2],
      ['b.csv', 1],
      ['hr/d.tsv', 1],
      ['hr/x/e.jsonl', 1],
      ['inner.csv', 1],
    ])
    expect([listing.others, listing.more]).toEqual([3, true])
    await expect(listFolder(join(folder, 'in', 'b.csv'), never)).rejects.toThrow('is not a folder')
  })

  it('with very many files is listed as far as it is useful', async () => {
    const folder = folderWith(Object.fromEntries(Array.from({ length: 210 }, (_, n) => [`f${n}.csv`, ''])))
    const { files, more } = await listFolder(folder, never)
    expect([files.length, more]).toEqual([200, true])
  })

  it.each(['../secret.csv', '/etc/hosts', 'link.csv', 'li*.csv'])('is not left by a preview of %s', async file => {
    const folder = folderWith({ 'in/people.csv': 'ID\n1\n', 'secret.csv': 'ID\n1\n' })
    symlinkSync(join(folder, 'secret.csv'), join(folder, 'in', 'link.csv'))
    await expect(preview(join(folder, 'in'), { file })).rejects.toThrow(/out of the folder/)
  })
})
