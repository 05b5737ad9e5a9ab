import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'

import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../records/canonical.ts'
import { buildCheck, buildResource, writeSnapshot } from './builders.ts'
import { type BatchReport, runChecks } from './engine.ts'
import type { CheckOutcome, SnapshotFile } from './protocol.ts'

/** A value smuggled into a row that would otherwise be accepted. */
const cell = (expression: string) =>
  `select id as subject_id, 'pass' as status, (${expression})::varchar as reason from hr_employee`
const table = (source: string) => `select 'a' as subject_id, 'pass' as status, 'x' as reason from ${source}`
const nested = (open: string, inner: string, close: string, depth: number) =>
  open.repeat(depth) + inner + close.repeat(depth)

let dir = ''
let file: SnapshotFile
const other = buildResource('idp.account', { id: 'text' })
const employee = buildResource('hr.employee', { id: 'text', n: 'integer' })

/** Refused before anything runs: what, the SQL (`EVIDENCE` is the path of the planted snapshot), and what the message must say. */
const refused: readonly (readonly [what: string, sql: string, says: RegExp])[] = [
  ['COPY over the evidence', "copy (select 1) to 'EVIDENCE'", /one SELECT/],
  ['COPY FROM', "copy hr_employee from 'EVIDENCE'", /one SELECT/],
  ['EXPORT DATABASE', "export database '/tmp/out'", /one SELECT/],
  ['ATTACH', "attach '/tmp/a.db' as a", /one SELECT/],
  ['INSTALL', 'install httpfs', /one SELECT/],
  ['LOAD', "load '/tmp/evil.duckdb_extension'", /one SELECT/],
  ['SET', "set memory_limit = '100GB'", /one SELECT/],
  ['RESET', 'reset lock_configuration', /one SELECT/],
  ['PRAGMA', 'pragma database_list', /one SELECT/],
  ['PRAGMA as a function', table("pragma_table_info('hr_employee')"), /pragma_table_info/],
  ['CALL', 'call enable_logging()', /one SELECT/],
  ['CREATE MACRO', 'create macro f() as 1', /one SELECT/],
  ['CREATE TABLE', 'create table hr_employee2 as select 1', /one SELECT/],
  ['CREATE SECRET', "create secret (type s3, key_id 'k', secret 's')", /one SELECT/],
  ['DROP', 'drop table hr_employee', /one SELECT/],
  ['DELETE', 'delete from hr_employee', /one SELECT/],
  ['UPDATE', "update hr_employee set id = 'z'", /one SELECT/],
  ['INSERT', "insert into hr_employee values ('z', 1, 'z')", /one SELECT/],
  ['PREPARE', 'prepare p as select 1', /one SELECT/],
  ['EXPLAIN ANALYZE', 'explain analyze select 1', /one SELECT/],
  ['VACUUM', 'vacuum', /one SELECT/],
  ['two statements', `${cell("'x'")}; ${cell("'y'")}`, /exactly one/],
  ['a hidden second statement', `${cell("'x'")}; /* ; */ drop table hr_employee`, /one SELECT/],
  [
    'a way out of the parentheses',
    `${cell("'x'")}) as a; drop table hr_employee; select * from (select 1`,
    /syntax error/,
  ],
  ['no statement', '-- nothing', /exactly one/],
  ['enable_logging', table('enable_logging()'), /enable_logging/],
  ['enable_logging in odd case', table('eNaBlE_LOGGING()'), /enable_logging/],
  ['enable_logging quoted', table('"Enable_Logging"()'), /enable_logging/],
  ['enable_logging qualified', table('system.main."enable_logging"()'), /enable_logging/],
  ['enable_logging between comments', table('enable_logging /* ( */ -- )\n /**/ ()'), /enable_logging/],
  ['enable_logging by unicode escape', table(`U&"enable\\005Flogging"()`), /enable_logging|unicode/i],
  [
    'enable_logging with storage',
    table("enable_logging(storage = 'file', storage_config = {'path': 'EVIDENCE'})"),
    /enable_logging/,
  ],
  ['enable_logging in a subquery', cell('select count(*) from (from enable_logging())'), /enable_logging/],
  ['write_log', cell("write_log('x')"), /write_log/],
  ['read_csv', table("read_csv('/etc/passwd')"), /read_csv/],
  ['read_text', table("read_text('/etc/passwd')"), /read_text/],
  ['read_blob', table("read_blob('EVIDENCE')"), /read_blob/],
  ['read_json', table("read_json('EVIDENCE')"), /read_json/],
  ['read_parquet', table("read_parquet('EVIDENCE')"), /read_parquet/],
  ['parquet_scan', table("parquet_scan('/tmp/x.parquet')"), /parquet_scan/],
  ['sniff_csv', table("sniff_csv('/etc/passwd')"), /sniff_csv/],
  ['glob', table("glob('/etc/*')"), /glob/],
  ['a file named as a table', table("'/etc/passwd'"), /not a table of its resources/],
  ['the evidence named as a table', table("'EVIDENCE'"), /not a table of its resources/],
  ['a URL named as a table', table("'https://example.com/x.csv'"), /not a table of its resources/],
  ['a URL read', table("read_csv('https://example.com/x.csv')"), /read_csv/],
  ['getenv', cell("getenv('VOUCH_PLANTED')"), /getenv/],
  ['current_setting', cell("current_setting('memory_limit')"), /current_setting/],
  ['duckdb_settings', table('duckdb_settings()'), /duckdb_settings/],
  ['duckdb_secrets', table('duckdb_secrets()'), /duckdb_secrets/],
  ['a system view', table('duckdb_tables'), /not a table of its resources/],
  ['a catalogue', table('information_schema.tables'), /without a schema/],
  [
    'a system view hidden by a WITH elsewhere',
    `${table('duckdb_tables')} where (with duckdb_tables as (select 1) select true)`,
    /WITH/,
  ],
  ['a table of another check', table('idp_account'), /not a table of its resources/],
  [
    'another table hidden by a WITH elsewhere',
    `${table('idp_account')} where (with idp_account as (select 1) select true)`,
    /idp_account/,
  ],
  [
    'another table in a WITH of its own name',
    `with idp_account as (select * from idp_account) ${table('idp_account')}`,
    /idp_account/,
  ],
  ['our table of results', table('check_results'), /not a table of its resources/],
  ['our table of results, qualified', table('temp.main.check_results'), /without a schema/],
  ['query()', table("query('select 1')"), /query/],
  ['query_table()', table("query_table('idp_account')"), /query_table/],
  ['serialised SQL', table("json_execute_serialized_sql('{}')"), /json_execute/],
  ['checkpoint', table('force_checkpoint()'), /force_checkpoint/],
  ['DESCRIBE', 'describe hr_employee', /DESCRIBE/],
  ['SUMMARIZE', 'summarize hr_employee', /DESCRIBE/],
  ['random', cell('random()'), /random.*same each time/],
  ['now', cell('now()'), /now.*\$as_of/],
  ['current_timestamp', cell('current_timestamp'), /current_timestamp.*\$as_of/],
  ['current_date quoted', cell('"current_date"()'), /current_date.*\$as_of/],
  ['today', cell('today()'), /today.*\$as_of/],
  ['age from today', cell("age(timestamp '2020-01-01')"), /age.*\$as_of/],
  ['uuid', cell('gen_random_uuid()'), /gen_random_uuid/],
  ['sampling', `${cell("'x'")} using sample 1`, /sampling/],
  ['TABLESAMPLE', table('hr_employee tablesample 10%'), /sampling/],
  ['an aggregate by name', cell("list_aggregate([1], 'reservoir_quantile', 0.5)"), /list_aggregate/],
  ['version', cell('version()'), /version/],
  ['sleep', cell('sleep_ms(100000)'), /sleep_ms/],
  ['an own function', cell('my_function(1)'), /my_function/],
  ['COLLATE', cell("'a' collate nocase"), /COLLATE/],
  ['very long SQL', cell(`'${'x'.repeat(300_000)}'`), /longer than/],
  ['deep parentheses', cell(nested('(', '1', ')', 50_000)), /memory exhausted|deeply|depth/],
  ['deep lists', cell(nested('[', '', ']', 50_000)), /memory exhausted|deeply|depth/],
  ['deep subqueries', table(nested('(select * from ', 'hr_employee', ')', 3_000)), /memory exhausted|deeply|depth/],
  ['a long sum', cell(`1${'+1'.repeat(50_000)}`), /depth/],
]

/** They run, and end safely: what, the SQL, and how it may end. */
const bombs: readonly (readonly [what: string, sql: string, kinds: readonly string[]])[] = [
  ['a text of 2 GB', cell("length(repeat('x', 2000000000))"), ['memory']],
  ['a padded text of 2 GB', cell("lpad('x', 2000000000, 'y')"), ['memory', 'timeout', 'crash']],
  [
    'an endless recursion',
    `with recursive r as (select 1 as n union all select n + 1 from r) ${cell('select count(*) from r')}`,
    ['timeout', 'memory'],
  ],
  [
    'a cross join',
    cell('select count(*) from range(10000000) a, range(10000000) b where a.range + b.range = 7'),
    ['timeout', 'memory'],
  ],
  ['a giant list', cell('list_sum(range(1000000000))'), ['memory']],
  ['a work that cannot be interrupted', cell("levenshtein(repeat('a', 1000000), repeat('b', 1000000))"), ['timeout']],
  [
    'endless rows',
    "select range::varchar as subject_id, 'pass' as status, 'x' as reason from range(100000000000)",
    ['contract', 'memory', 'timeout'],
  ],
  [
    'too many rows',
    "select range::varchar as subject_id, 'pass' as status, 'x' as reason from range(20000)",
    ['contract'],
  ],
  ['a huge cell', cell("repeat('x', 5000000)"), ['contract']],
  [
    'a huge nested cell',
    `select 'a' as subject_id, 'pass' as status, 'x' as reason, range(400000) as l`,
    ['contract', 'memory', 'timeout'],
  ],
  [
    'many large cells',
    "select range::varchar as subject_id, 'pass' as status, repeat('x', 900000) as reason from range(10000)",
    ['memory', 'timeout'],
  ],
]
/** Bombs that are none here: the engine's regular expressions and patterns take linear time. */
const duds: readonly (readonly [what: string, sql: string])[] = [
  ['a regular expression', cell("regexp_matches(repeat('a', 100000), '(a*)*(a*)*(a*)*b')")],
  ['a LIKE pattern', cell("repeat('a', 10000) like repeat('%a', 1000)")],
]

let report: BatchReport
const outcomes = new Map<string, CheckOutcome>()
const good = cell("'all is well'")

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vouch-sandbox-'))
  mkdirSync(join(dir, 'out'))
  mkdirSync(join(dir, 'evidence'))
  file = writeSnapshot(join(dir, 'evidence'), 'employees.jsonl', [{ id: 'a', n: 1 }])
  chmodSync(file.path, 0o444)
  process.env.VOUCH_PLANTED = 'planted-secret'
  const attacks = [...refused, ...bombs, ...duds].map(([what, sql]) => ({
    what,
    sql: sql.replaceAll('EVIDENCE', file.path),
  }))
  const checks = attacks.flatMap(({ what, sql }) => [
    { key: what, definition: buildCheck(sql), parameters: {}, asOf: '2026-06-30T00:00:00Z' },
    { key: `after ${what}`, definition: buildCheck(good), parameters: {}, asOf: '2026-06-30T00:00:00Z' },
  ])
  const resources = [
    { declaration: employee, files: [file] },
    { declaration: other, files: [writeSnapshot(dir, 'accounts.jsonl', [{ id: 'secret-account' }])] },
  ]
  const limits = { checkTimeoutMs: 2000, memoryLimitMb: 256, maxRows: 10_000 }
  report = await runChecks({ resources, checks }, { outDir: join(dir, 'out'), ...limits })
  for (const outcome of report.results) outcomes.set(outcome.key, outcome)
}, 120_000)

afterAll(() => {
  delete process.env.VOUCH_PLANTED
  rmSync(dir, { recursive: true, force: true })
})

function errorOf(key: string): { kind: string; message: string } {
  const outcome = outcomes.get(key)
  return outcome?.ok === false ? outcome.error : { kind: 'ok', message: JSON.stringify(outcome) }
}

describe('what a check may not do is refused with a clear message', () => {
  it.each(refused)('%s', (what, _sql, says) => {
    const { kind, message } = errorOf(what)
    expect(message).toMatch(says)
    expect(['forbidden', 'sql']).toContain(kind)
  })
})

describe('what takes too much ends safely', () => {
  it.each(bombs)('%s', (what, _sql, kinds) => {
    expect(kinds, errorOf(what).message).toContain(errorOf(what).kind)
  })
  it.each(duds)('%s', what => {
    expect(outcomes.get(what)?.ok, errorOf(what).message).toBe(true)
  })
})

describe('the rest of the batch', () => {
  it('runs after each attack, with the same results', () => {
    const line = '{"reason":"all is well","status":"pass","subject_id":"a"}\n'
    for (const [what] of [...refused, ...bombs, ...duds]) {
      const outcome = outcomes.get(`after ${what}`)
      expect(outcome).toMatchObject({ ok: true, rows: 1, sha256: sha256(line) })
    }
  })

  it('leaves the evidence and everything beside it as it was', () => {
    expect(readFileSync(file.path, 'utf8')).toBe('{"id":"a","n":1}\n')
    expect(readdirSync(join(dir, 'evidence'))).toEqual(['employees.jsonl'])
  })

  it('leaves only the results of the checks that passed', () => {
    const kept = report.results.flatMap((result, at) => (result.ok ? [`${at}.jsonl`] : []))
    expect(readdirSync(join(dir, 'out')).toSorted()).toEqual(kept.toSorted())
  })

  it('tells no secret in any message', () => {
    expect(JSON.stringify([...outcomes.values()])).not.toMatch(/planted-secret|secret-account|root:/)
  })

  it('says what held the checks', () => {
    expect(report.sandbox).toMatch(/data limited to 1024 MiB by (prlimit|ulimit)/)
  })
})

describe('a process that dies', () => {
  it('fails the check that was running and no other', async () => {
    const outDir = mkdtempSync(join(dir, 'out-'))
    const slow = cell('select count(*) from range(10000000) a, range(10000000) b where a.range + b.range = 7')
    const checks = [good, slow, good].map((sql, at) => {
      return { key: String(at), definition: buildCheck(sql), parameters: {}, asOf: '2026-06-30T00:00:00Z' }
    })
    const kill = () => {
      for (const pid of childrenOf(process.pid)) {
        if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine-child')) process.kill(pid, 'SIGKILL')
      }
    }
    const { results } = await runChecks(
      { resources: [{ declaration: employee, files: [file] }], checks },
      { outDir, onResult: outcome => void (outcome.key === '0' && setTimeout(kill, 200)) },
    )
    expect(results.map(result => (result.ok ? 'ok' : result.error.kind))).toEqual(['ok', 'crash', 'ok'])
  })

  it('leaves what an aborted batch had written, and stops at once', async () => {
    const outDir = mkdtempSync(join(dir, 'out-'))
    const slow = cell('select count(*) from range(10000000) a, range(10000000) b where a.range + b.range = 7')
    const checks = [good, slow].map((sql, at) => {
      return { key: String(at), definition: buildCheck(sql), parameters: {}, asOf: '2026-06-30T00:00:00Z' }
    })
    const stop = new AbortController()
    const run = runChecks(
      { resources: [{ declaration: employee, files: [file] }], checks },
      { outDir, signal: stop.signal, onResult: () => stop.abort(new Error('enough')) },
    )
    await expect(run).rejects.toThrow('enough')
    expect(readdirSync(outDir)).toEqual(['0.jsonl'])
  })
})

function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap(thread =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  )
}
