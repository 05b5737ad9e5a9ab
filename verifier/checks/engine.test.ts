import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson, type Json, sha256 } from '../records/canonical.ts'
import { buildCheck, buildResource, writeSnapshot } from './builders.ts'
import type { CheckMetadata } from './check.ts'
import { type CheckCall, type ResourceInput, runChecks } from './engine.ts'
import type { CheckOutcome, SnapshotFile } from './protocol.ts'
import { type ResultRow, readResults } from './read-results.ts'

const employee = buildResource('hr.employee', {
  id: 'text',
  active: 'boolean',
  level: 'integer',
  rate: 'number',
  seen: 'timestamp',
  born: 'date',
  raw: 'json',
})
const account = buildResource('idp.account', { id: 'text', owner: 'text' })

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'vouch-engine-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

type Metadata = Partial<Omit<CheckMetadata, 'fixtures'>>

function call(key: string, sql: string, more: Partial<CheckCall> & { metadata?: Metadata } = {}): CheckCall {
  const { metadata, ...rest } = more
  return { key, definition: buildCheck(sql, metadata), parameters: {}, asOf: '2026-06-30T12:00:00Z', ...rest }
}

async function run(checks: readonly CheckCall[], resources: readonly ResourceInput[]) {
  const report = await runChecks({ resources, checks }, { outDir: mkdtempSync(join(dir, 'out-')) })
  const rows: ResultRow[][] = []
  for (const result of report.results) {
    const own: ResultRow[] = []
    if (result.ok) for await (const row of readResults(result.file)) own.push(row)
    rows.push(own)
  }
  return { report, rows, errors: report.results.map(errorOf) }
}

function errorOf(outcome: CheckOutcome): string {
  return outcome.ok ? '' : `${outcome.error.kind}: ${outcome.error.message}`
}

function employees(records: readonly Json[], name = `${Math.random()}.jsonl`, connection = 'hr'): SnapshotFile {
  return writeSnapshot(dir, name, records, connection)
}

const simple = "select id as subject_id, 'pass' as status, 'ok' as reason from hr_employee"

describe('snapshots', () => {
  it('of several connections are one table, plain or compressed, each record with its connection', async () => {
    const compressed = { connection: 'acme', path: join(dir, 'object-without-extension') }
    writeFileSync(compressed.path, zstdCompressSync('{"id":"b"}\n{"id":"c"}\n'))
    const files = [employees([{ id: 'a' }], 'odd [name]*?.jsonl', "o'hara"), compressed]
    const sql = "select id as subject_id, 'pass' as status, connection as reason from hr_employee"
    const { rows } = await run([call('x', sql)], [{ declaration: employee, files }])
    expect(rows[0]?.map(row => [row.subject_id, row.reason])).toEqual([
      ['a', "o'hara"],
      ['b', 'acme'],
      ['c', 'acme'],
    ])
  })

  it('that are missing or empty make an empty table with all columns', async () => {
    const sql = 'select id as subject_id, connection as status, raw::text as reason, * from hr_employee'
    const empty = employees([], 'empty.jsonl')
    const { report } = await run(
      [call('x', sql), call('y', sql, { tables: {} })],
      [{ declaration: employee, files: [empty] }],
    )
    for (const result of report.results) expect(result).toMatchObject({ ok: true, rows: 0, sha256: sha256('') })
  })

  it('keep what the source did not give as null, and shift times with an offset to UTC', async () => {
    const files = [employees([{ id: 'a' }, { id: 'b', active: null, seen: '2026-01-01T02:00:00.25+02:00' }])]
    const sql = `select id as subject_id, case when active is null then 'unknown' else 'pass' end as status,
      coalesce(seen::text, 'never') as reason, active, level, rate, seen, born, raw from hr_employee`
    const { rows } = await run([call('x', sql)], [{ declaration: employee, files }])
    const nulls = { active: null, level: null, rate: null, born: null, raw: null, status: 'unknown' }
    expect(rows[0]).toEqual([
      { subject_id: 'a', reason: 'never', seen: null, ...nulls },
      { subject_id: 'b', reason: '2026-01-01 00:00:00.25', seen: '2026-01-01T00:00:00.25Z', ...nulls },
    ])
  })

  it('that cannot be read fail the checks that need them, naming the file, and no others', async () => {
    const bad = employees([{ id: 'a', level: 'high' }], 'bad.jsonl')
    const good = writeSnapshot(dir, 'accounts.jsonl', [{ id: 'x' }])
    const resources = [
      { declaration: employee, files: [bad, { connection: 'gone', path: join(dir, 'gone.jsonl') }] },
      { declaration: account, files: [good] },
    ]
    const reads = "select id as subject_id, 'pass' as status, level::text as reason from hr_employee"
    const other = "select id as subject_id, 'pass' as status, 'ok' as reason from idp_account"
    const gone = call('gone', simple, {
      tables: { 'hr.employee': [{ connection: 'c', path: join(dir, 'gone.jsonl') }] },
    })
    const { errors } = await run(
      [call('a', reads), call('b', other, { metadata: { resources: ['idp.account'] } }), gone],
      resources,
    )
    expect(errors[0]).toMatch(/^input: .*bad\.jsonl cannot be read as declared/)
    expect(errors[1]).toBe('')
    expect(errors[2]).toMatch(/^input: .*gone\.jsonl/)
  })

  it('are chosen by each call, and calls cannot see those of others', async () => {
    const checks = Array.from({ length: 12 }, (_, day) =>
      call(`day ${day}`, simple, {
        tables: { 'hr.employee': [employees([{ id: `of day ${day % 4}` }], `day-${day}.jsonl`)] },
      }),
    )
    const { rows, report } = await run(checks, [{ declaration: employee, files: [] }])
    expect(rows.map(own => own.map(row => row.subject_id))).toEqual(checks.map((_, day) => [`of day ${day % 4}`]))
    expect(report.processes).toBe(1)
  })
})

describe('typed copies', () => {
  it('of large snapshots give the same results, and are made only where a folder is given', async () => {
    const records = Array.from({ length: 60_000 }, (_, at) => ({
      ...{ id: `e${at}`, active: at % 3 > 0, level: at % 9, rate: at / 7, born: '2000-01-01' },
      ...(at % 2 > 0 ? { seen: '2026-01-01T00:00:00.123456Z' } : {}),
      raw: { text: 'x'.repeat(200), at },
    }))
    const file = { ...employees(records, 'large.jsonl'), id: 'f'.repeat(64) }
    const sql = `select id as subject_id, case when active then 'pass' else 'fail' end as status, coalesce(seen::text, 'never') as reason,
      seen, born, rate, raw->'at' as at_number from hr_employee where level = 4`
    const resources = [{ declaration: employee, files: [file] }]
    const cacheDir = mkdtempSync(join(dir, 'cache-'))
    const hashes = new Set<string>()
    for (const options of [{}, { cacheDir }, { cacheDir }]) {
      const outDir = mkdtempSync(join(dir, 'out-'))
      const report = await runChecks({ resources, checks: [call('x', sql)] }, { outDir, ...options })
      const [result] = report.results
      expect(result).toMatchObject({ ok: true, rows: 6667 })
      if (result?.ok) hashes.add(result.sha256)
    }
    expect(hashes.size).toBe(1)
    expect(readdirSync(cacheDir)).toEqual([expect.stringMatching(/^f{64}-[0-9a-f]{16}\.parquet$/)])
  })
})

describe('parameters', () => {
  const metadata: Metadata = {
    parameters: {
      days: { type: 'integer', description: 'd', default: 30 },
      big: { type: 'integer', description: 'd', default: 9007199254740991 },
      share: { type: 'number', description: 'd', default: 0.5 },
      word: { type: 'text', description: 'd', default: "it's" },
      strict: { type: 'boolean', description: 'd', default: true },
      since: { type: 'date', description: 'd', default: '2026-01-01' },
    },
  }
  const sql = `select $word as subject_id, 'pass' as status, 'x' as reason, $as_of as at_time, $as_of::date - $days as before,
    $big + 0 as big, $share as share, $strict as strict, $since as since, $days as days`

  it('have their types and defaults, and the time of the run', async () => {
    const { rows, errors } = await run(
      [call('x', sql, { metadata, parameters: { days: 7 } })],
      [{ declaration: employee, files: [] }],
    )
    expect(errors).toEqual([''])
    expect(rows[0]?.[0]).toEqual({
      subject_id: "it's",
      status: 'pass',
      reason: 'x',
      at_time: '2026-06-30T12:00:00Z',
      before: '2026-06-23',
      big: 9007199254740991,
      share: 0.5,
      strict: true,
      since: '2026-01-01',
      days: 7,
    })
  })

  it('that are wrong are refused by name', async () => {
    const resources = [{ declaration: employee, files: [] }]
    const { errors } = await run(
      [
        call('a', sql, { metadata, parameters: { day: 7 } }),
        call('b', sql, { metadata, parameters: { days: '7' } }),
        call('c', sql, { metadata, parameters: { since: '2026-02-30' } }),
        call('d', `${simple} where level > $limit`),
        call('e', simple, { asOf: 'yesterday' }),
        call('f', simple, { metadata: { resources: ['hr.manager'] } }),
      ],
      resources,
    )
    expect(errors[0]).toMatch(/^contract: parameter "day" is not declared/)
    expect(errors[1]).toMatch(/^contract: parameter "days" must be of type integer/)
    expect(errors[2]).toMatch(/^contract: parameter "since" must be of type date/)
    expect(errors[3]).toMatch(/^contract: it reads \$limit/)
    expect(errors[4]).toMatch(/^contract: .*ISO 8601/)
    expect(errors[5]).toMatch(/^contract: resource "hr.manager" is not declared/)
  })
})

describe('results', () => {
  it('that break the contract are refused, saying which subject', async () => {
    const value = (subject: string, status: string, reason: string) =>
      `select ${subject} as subject_id, ${status} as status, ${reason} as reason`
    const cases: readonly (readonly [sql: string, says: RegExp])[] = [
      [value('null::text', "'pass'", "'x'"), /no subject_id/],
      [value("''", "'pass'", "'x'"), /no subject_id/],
      [`${value("'a'", "'pass'", "'x'")} union all ${value("'a'", "'fail'", "'y'")}`, /"a" is there twice/],
      [value("'a'", "'ok'", "'x'"), /"a" has status "ok"/],
      [value("'a'", 'null::text', "'x'"), /status null/],
      [value("'a'", "'pass'", 'null::text'), /no reason/],
      [value("'a'", "'pass'", "' ' || chr(9) || chr(10)"), /no reason/],
      [value('1', "'pass'", "'x'"), /"subject_id" is INTEGER/],
      ["select 'a' as subject_id, 'pass' as status", /no column "reason"/],
      ["select 'a' as id, 'pass' as status, 'x' as reason", /no column "subject_id"/],
      [`${value("'a'", "'pass'", "'x'")}, 'x'::blob as b`, /"b": BLOB/],
      [`${value("'a'", "'pass'", "'x'")}, [1::blob::bit] as b`, /"b"|cast|Conversion/],
      [`${value("'a'", "'pass'", "'x'")}, 'nan'::double as b`, /"b": NaN/],
      [`${value("'a'", "'pass'", "'x'")}, 'infinity'::timestamp as b`, /"b": the time/],
    ]
    const { errors } = await run(
      cases.map(([sql], at) => call(String(at), sql)),
      [{ declaration: employee, files: [] }],
    )
    for (const [at, [, says]] of cases.entries()) expect(errors[at]).toMatch(says)
  })

  it('are canonical JSON, sorted by the bytes of subject_id, whatever the texts', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 })
    const record = fc.record({
      id: text.filter(id => id.trim() !== ''),
      raw: fc.option(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)))),
      level: fc.option(fc.maxSafeInteger()),
      rate: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    })
    const resources = [{ declaration: employee, files: [] }]
    const sql = `select id as subject_id, 'fail' as status, 'about ' || id as reason, raw, level, rate, [id, null] as list,
      {'b': rate, 'a': level} as pair from hr_employee;  -- the end; really`
    const datasets = fc.array(fc.uniqueArray(record, { selector: one => one.id, maxLength: 40 }), {
      minLength: 10,
      maxLength: 10,
    })
    await fc.assert(
      fc.asyncProperty(datasets, async all => {
        const calls = all.map((records, at) => {
          const file = { connection: 'c', path: join(dir, `property-${at}.jsonl`) }
          writeFileSync(file.path, records.map(one => `${canonicalJson(one)}\n`).join(''))
          return call(String(at), sql, { tables: { 'hr.employee': [file] } })
        })
        const { report, errors } = await run(calls, resources)
        expect(errors).toEqual(calls.map(() => ''))
        for (const [at, records] of all.entries()) {
          const expected = records
            .toSorted((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)))
            .map(({ id, raw, level, rate }) => {
              const columns = { raw, level, rate, list: [id, null], pair: { b: rate, a: level } }
              return `${canonicalJson({ subject_id: id, status: 'fail', reason: `about ${id}`, ...columns })}\n`
            })
            .join('')
          const result = report.results[at]
          expect(result?.ok && readFileSync(result.file, 'utf8')).toBe(expected)
          expect(result?.ok && result.sha256).toBe(sha256(expected))
        }
      }),
      { numRuns: 3 },
    )
  })

  it('keep large integers and decimals exactly, as text', async () => {
    const sql = `select 'a' as subject_id, 'pass' as status, 'x' as reason, 9007199254740993 as big, -9007199254740991 as safe,
      1.10::decimal(10, 2) as money, 170141183460469231731687303715884105727::hugeint as huge, true as yes, 0.1::double + 0.2 as sum`
    const { rows } = await run([call('x', sql)], [{ declaration: employee, files: [] }])
    expect(rows[0]?.[0]).toMatchObject({
      big: '9007199254740993',
      safe: -9007199254740991,
      money: '1.10',
      huge: '170141183460469231731687303715884105727',
      yes: true,
      sum: 0.1 + 0.2,
    })
  })

  it('of many rows are read back whole', async () => {
    const sql =
      "select 'subject ' || range as subject_id, if(range % 3 = 0, 'fail', 'pass') as status, 'row ' || range as reason from range(50000)"
    const { report, rows } = await run([call('x', sql)], [{ declaration: employee, files: [] }])
    expect(report.results[0]).toMatchObject({
      rows: 50_000,
      counts: { pass: 33_333, fail: 16_667, unknown: 0, not_applicable: 0 },
    })
    expect(rows[0]?.map(row => row.subject_id)).toEqual(
      Array.from({ length: 50_000 }, (_, at) => `subject ${at}`).toSorted(),
    )
  })

  it('are the same when several processes share the work', async () => {
    const checks = Array.from({ length: 230 }, (_, at) =>
      call(String(at), simple, {
        tables: { 'hr.employee': [employees([{ id: `e${at % 5}` }], `part-${at % 5}.jsonl`)] },
      }),
    )
    const resources = [{ declaration: employee, files: [] }]
    const report = await runChecks({ resources, checks }, { outDir: mkdtempSync(join(dir, 'out-')), processes: 2 })
    expect(report.processes).toBe(2)
    expect(report.results.map(result => [result.key, result.ok])).toEqual(checks.map(({ key }) => [key, true]))
  })

  it('are the same when other checks, columns and tables share the batch', async () => {
    const records = Array.from({ length: 5000 }, (_, at) => ({
      id: `e${at}`,
      rate: Math.sin(at) * 10 ** (at % 17),
      level: at % 7,
    }))
    const files = [employees(records, 'rates.jsonl')]
    const sums = `select 'level ' || level as subject_id, 'pass' as status, 'x' as reason, sum(rate) as total, avg(rate) as mean,
      string_agg(id) as ids, first(id) as one from hr_employee group by level`
    const all = 'select *, id as subject_id, connection as status, id as reason from hr_employee'
    const resources = [{ declaration: employee, files }]
    const alone = await run([call('x', sums)], resources)
    const among = await run([call('all', all), call('simple', simple), call('x', sums)], resources)
    expect(alone.rows[0]).toEqual(among.rows[2])
    expect(alone.rows[0]).toHaveLength(7)
  })
})

describe('columns', () => {
  it.each([
    ['whole rows', "select id as subject_id, 'pass' as status, hr_employee::text as reason from hr_employee"],
    ['whole rows by alias', "select id as subject_id, 'pass' as status, to_json(e)::text as reason from hr_employee e"],
    [
      'renamed columns',
      "select a as subject_id, 'pass' as status, f::text as reason from hr_employee t(a, b, c, d, e, f)",
    ],
    [
      'chosen columns',
      "select id as subject_id, 'pass' as status, columns('bor(n)') as reason from (select id, born::text as born from hr_employee)",
    ],
    ['all columns', "select id as subject_id, 'pass' as status, born::text as reason from (select * from hr_employee)"],
    [
      'a pivot',
      "select id as subject_id, 'pass' as status, born::text as reason from (select * from hr_employee pivot (count(*) for active in (true)))",
    ],
  ])('are there for %s', async (_what, sql) => {
    const files = [employees([{ id: 'a', active: true, level: 3, born: '2000-01-01' }])]
    const { rows, errors } = await run([call('x', sql)], [{ declaration: employee, files }])
    expect(errors).toEqual([''])
    expect(rows[0]?.map(row => row.reason)).toEqual([expect.stringContaining('2000-01-01')])
  })

  it('are all compared by a natural join', async () => {
    const manager = buildResource('hr.manager', { id: 'text', level: 'integer' })
    const resources = [
      { declaration: employee, files: [employees([{ id: 'a', level: 1 }])] },
      { declaration: manager, files: [writeSnapshot(dir, 'managers.jsonl', [{ id: 'a', level: 2 }], 'hr')] },
    ]
    const sql = "select m.id as subject_id, 'pass' as status, 'x' as reason from hr_employee natural join hr_manager m"
    const { rows, errors } = await run(
      [call('x', sql, { metadata: { resources: ['hr.employee', 'hr.manager'] } })],
      resources,
    )
    expect(errors).toEqual([''])
    expect(rows[0]).toEqual([])
  })
})

describe('delivery', () => {
  it('gives each outcome once, and ends the batch when the receiver fails', async () => {
    const resources = [{ declaration: employee, files: [employees([{ id: 'a' }])] }]
    const checks = ['a', 'b', 'c'].map(key => call(key, simple))
    const seen: string[] = []
    const outDir = mkdtempSync(join(dir, 'out-'))
    await runChecks({ resources, checks }, { outDir, onResult: outcome => void seen.push(outcome.key) })
    expect(seen.toSorted()).toEqual(['a', 'b', 'c'])
    const failing = runChecks(
      { resources, checks },
      { outDir: mkdtempSync(join(dir, 'out-')), onResult: () => Promise.reject(new Error('no room')) },
    )
    await expect(failing).rejects.toThrow('no room')
  })
})
