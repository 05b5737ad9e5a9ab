import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { buildResource } from './builders.ts'
import { runFixtures } from './fixtures.ts'
import { loadCheck, loadChecks } from './load.ts'

const employee = buildResource('hr.employee', { id: 'text', active: 'boolean' })

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vouch-load-'))
  mkdirSync(join(dir, 'hr'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const goodSql = `select id as subject_id, case active when true then 'pass' when false then 'fail' else 'unknown' end as status, 'It is so.' as reason
  from hr_employee where id <> 'bot' union all
  select id, 'not_applicable', 'A bot.' from hr_employee where id = 'bot'`

function metadata(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const fixture = (id: string, active: boolean | undefined, status: string) => ({
    title: status,
    records: { 'hr.employee': [{ id, ...(active === undefined ? {} : { active }) }] },
    expect: { [id]: status },
  })
  return {
    id: 'hr.active',
    title: 'Active',
    description: 'Employees are active.',
    subject: 'employee',
    resources: ['hr.employee'],
    controls: ['access'],
    severity: 'low',
    remediation: 'Activate them.',
    fixtures: {
      pass: fixture('a', true, 'pass'),
      fail: fixture('a', false, 'fail'),
      unknown: fixture('a', undefined, 'unknown'),
      not_applicable: fixture('bot', true, 'not_applicable'),
    },
    ...changes,
  }
}

function write(name: string, content: Record<string, unknown> | string, sql?: string): string {
  const path = join(dir, 'hr', `${name}.yaml`)
  writeFileSync(path, typeof content === 'string' ? content : stringify(content))
  if (sql !== undefined) writeFileSync(join(dir, 'hr', `${name}.sql`), sql)
  return path
}

describe('loadChecks', () => {
  it('reads pairs, with a version that changes with the SQL and the metadata but not with the fixtures', async () => {
    write('active', metadata(), goodSql)
    const [check] = await loadChecks(dir)
    expect(check?.definition.metadata).toMatchObject({ id: 'hr.active', fresh_for_hours: 192 })
    expect(check?.definition.metadata).not.toHaveProperty('fixtures')
    const versionOf = async (content: Record<string, unknown>, sql: string) =>
      (await loadCheck(write('active', content, sql))).version
    expect(await versionOf(metadata(), `${goodSql} `)).not.toBe(check?.version)
    expect(await versionOf(metadata({ title: 'Other' }), goodSql)).not.toBe(check?.version)
    const fixtures = metadata().fixtures as Record<string, unknown>
    expect(await versionOf(metadata({ fixtures: { ...fixtures, more: [fixtures.pass] } }), goodSql)).toBe(
      check?.version,
    )
  })

  it.each([
    ['a missing twin', () => write('active', metadata()), /active\.yaml: its other half active\.sql is missing/],
    ['an id that is not its name', () => write('other', metadata(), goodSql), /other\.yaml: its id is "hr\.active"/],
    ['an unknown field', () => write('active', metadata({ sevrity: 'low' }), goodSql), /active\.yaml: .*sevrity/],
    ['broken YAML', () => write('active', 'a: [', goodSql), /active\.yaml: not valid YAML/],
    ['a key written twice', () => write('active', 'id: a\nid: b', goodSql), /active\.yaml: not valid YAML/],
    ['empty SQL', () => write('active', metadata(), ' '), /active\.yaml: its SQL/],
    ['a stray file', () => writeFileSync(join(dir, 'hr', 'notes.txt'), ''), /notes\.txt: not a check/],
  ])('names the file and the remedy for %s', async (_what, prepare, says) => {
    prepare()
    await expect(loadChecks(dir)).rejects.toThrow(says)
  })
})

describe('runFixtures', () => {
  it('finds nothing wrong with a right check', async () => {
    const check = await loadCheck(write('active', metadata(), goodSql))
    const outcomes = await runFixtures([check], [employee])
    expect(outcomes.map(outcome => [outcome.fixture, outcome.problems])).toEqual([
      ['pass', []],
      ['fail', []],
      ['unknown', []],
      ['not_applicable', []],
    ])
  })

  it('tells a wrong status, a missing and a surplus subject, and mistakes in the fixture itself', async () => {
    const fixtures = metadata().fixtures as Record<string, unknown>
    const wrong = {
      title: 'wrong',
      records: { 'hr.employee': [{ id: 'a', active: 'yes' }, { id: 'b', actve: true }, { active: true }] },
      expect: { a: 'fail', c: 'fail' },
    }
    const more = [wrong, { ...wrong, records: { 'hr.manager': [] } }]
    const check = await loadCheck(write('active', metadata({ fixtures: { ...fixtures, pass: wrong, more } }), goodSql))
    const [pass, , , , again, manager] = await runFixtures([check], [employee])
    const problems = pass?.problems.join('\n') ?? ''
    expect(problems).toContain('expects no subject to be pass')
    expect(problems).toContain('hr.employee.active is boolean but the fixture has "yes"')
    expect(problems).toContain('hr.employee has no column "actve"')
    expect(problems).toContain('key column "id" is null')
    expect(again?.problems.join('\n')).not.toContain('expects no subject')
    expect(manager?.problems.join('\n')).toMatch(/no connector declares.*\n.*"a" should be fail but is missing/)
  })
})
