import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SimulatedClock, systemClock } from '../clock/clock.ts'
import { type TestServices, testServices } from '../testing/services.ts'

let services: TestServices
let superuser: pg.Client
const ours = randomUUID()
const theirs = randomUUID()

interface Column {
  readonly name: string
  readonly type: string
  readonly required: boolean
}
interface Table {
  readonly name: string
  readonly columns: readonly Column[]
}
let tables: readonly Table[] = []

/** Tables whose rows are never changed nor deleted by what serves requests; of two, the opening and the queue, rows may go. */
const appendOnly =
  /^(ledger_.*|evidence_snapshot|evidence_document|aliases_reveal|checks_batch|checks_run|.*_history|packages_package|controls_point|activity_.*)$/
const erasable = new Set(['ledger_opening', 'ledger_queue'])
/** What the database writes by itself, by functions of its owner. */
const readOnly = new Set(['activity_entry', 'activity_change'])
/** What belongs to no organisation, and so is none of vouch_app's business. */
const ofSignIn = [
  'auth_user',
  'auth_session',
  'auth_account',
  'auth_verification',
  'auth_attempt',
  'auth_message',
  'auth_browser',
  'auth_data_key',
  'auth_secret',
  'auth_totp',
  'auth_recovery_code',
  'auth_passkey',
]
const ofNobody = new Set(['schema_migration', ...ofSignIn])

beforeAll(async () => {
  services = await testServices()
  superuser = await services.database.dedicatedClient('tenancy test')
  const { rows } = await superuser.query<{ table: string; name: string; type: string; required: boolean }>(`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      a.attnotnull and not a.atthasdef and a.attidentity = '' as required
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1, a.attnum`)
  tables = [...Map.groupBy(rows, row => row.table)]
    .filter(([name]) => !ofNobody.has(name))
    .map(([name, columns]) => ({ name, columns }))
  // One row of each organisation in every table; triggers and foreign keys are not what is tried here.
  await superuser.query('set session_replication_role = replica')
  for (const table of tables) for (const org of [ours, theirs]) await insert(superuser, table, org)
  await superuser.query('set session_replication_role = origin')
})
afterAll(async () => {
  await superuser.end()
  await services.close()
})

const byType: Readonly<Record<string, () => unknown>> = {
  uuid: randomUUID,
  text: () => 'x',
  bigint: () => 1,
  integer: () => 1,
  'double precision': () => 1,
  boolean: () => true,
  jsonb: () => '{}',
  bytea: () => Buffer.alloc(32),
  date: () => '2026-01-01',
  'text[]': () => [],
  'timestamp with time zone': () => '2026-01-01T00:00:00Z',
}
/** Where a column takes not just any value of its type. */
const byName: Readonly<Record<string, unknown>> = {
  content: '0'.repeat(64),
  version: '0'.repeat(64),
  manifest: '0'.repeat(64),
  hashes: Buffer.alloc(8_192),
  state: 'running',
  cause: 'demand',
  outcome: 'pass',
  approver: 'somebody',
  reason: 'because',
  expires_at: '2027-01-01T00:00:00Z',
  digest: '0'.repeat(64),
  verb: 'update',
  'activity_entry.outcome': 'done',
  'mail_message.state': 'sent',
  'webhooks_delivery.state': 'waiting',
  'aliases_alias.kind': 'name',
  object: '0'.repeat(64),
}

const isOrg = (table: Table, column: Column) => column.name === (table.name === 'organisation' ? 'id' : 'org_id')

async function insert(client: Pick<pg.Client, 'query'>, table: Table, org: string): Promise<void> {
  const columns = table.columns.filter(column => column.required)
  const values = columns.map(column => {
    if (isOrg(table, column)) return org
    if (column.name === 'slug' || column.name === 'origin' || column.name === 'domain')
      return `x${randomUUID()}`.replaceAll('-', '').slice(0, 30)
    // Some names (`content`, `manifest`, `version`) are hashes in one table and JSON or free text in another.
    const named = column.type === 'jsonb' ? undefined : (byName[`${table.name}.${column.name}`] ?? byName[column.name])
    const made = byType[column.type]
    if (named === undefined && !made)
      throw new Error(`${table.name}.${column.name}: say here what a ${column.type} looks like`)
    return named ?? made?.()
  })
  const names = columns.map(column => `"${column.name}"`).join(', ')
  await client.query(
    `insert into "${table.name}" (${names}) values (${columns.map((_, at) => `$${at + 1}`).join(', ')})`,
    values,
  )
}

/** Runs SQL as vouch_app, in `org` or in none, in a transaction that is rolled back. */
async function asApp<T>(org: string | undefined, work: (client: pg.Client) => Promise<T>): Promise<T> {
  await superuser.query('begin')
  try {
    await superuser.query("select set_config('role', 'vouch_app', true), set_config('app.org_id', $1, true)", [
      org ?? '',
    ])
    return await work(superuser)
  } finally {
    await superuser.query('rollback')
  }
}

/** How many rows a statement touched, or `denied`; the transaction goes on. */
async function touched(client: pg.Client, statement: string, values: unknown[] = []): Promise<number | 'denied'> {
  await client.query('savepoint attempt')
  try {
    return (await client.query(statement, values)).rowCount ?? 0
  } catch (error) {
    await client.query('rollback to savepoint attempt')
    if (error instanceof Error && 'code' in error && error.code === '42501') return 'denied'
    throw error
  }
}

describe('every table', () => {
  it('belongs to an organisation: row-level security enabled and forced, one policy for vouch_app, one for the operator', async () => {
    const { rows } = await superuser.query(
      `
      select c.relname as name, relrowsecurity as enabled, relforcerowsecurity as forced, pg_get_userbyid(relowner) as owner,
        (select json_agg(json_build_object('to', roles, 'using', qual, 'check', with_check) order by policyname)
          from pg_policies p where p.tablename = c.relname and p.schemaname = 'public') as policies
      from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> all($1) order by 1`,
      [[...ofNobody]],
    )
    expect(rows.length).toBeGreaterThan(25)
    for (const row of rows) {
      const own = `(${row.name === 'organisation' ? 'id' : 'org_id'} = app_org())`
      expect(row).toEqual({
        name: row.name,
        enabled: true,
        forced: true,
        owner: 'vouch_owner',
        policies: [
          { to: ['vouch_owner'], using: 'true', check: 'true' },
          { to: ['vouch_app'], using: own, check: own },
        ],
      })
    }
  })

  it('leads its primary key and its foreign keys with the organisation', async () => {
    const { rows } = await superuser.query<{
      table: string
      type: string
      target: string
      columns: string[]
      referenced: string[]
    }>(
      `
      select conrelid::regclass::text as table, contype as type, confrelid::regclass::text as target,
        array(select attname::text from unnest(conkey) with ordinality k (n, i) join pg_attribute on attrelid = conrelid and attnum = n order by i) as columns,
        array(select attname::text from unnest(confkey) with ordinality k (n, i) join pg_attribute on attrelid = confrelid and attnum = n order by i) as referenced
      from pg_constraint where connamespace = 'public'::regnamespace and contype in ('p', 'f') and conrelid::regclass::text <> all($1)`,
      [['organisation', ...ofNobody]],
    )
    const wrong = rows.filter(
      row =>
        row.columns[0] !== 'org_id' ||
        (row.type === 'f' && row.referenced[0] !== (row.target === 'organisation' ? 'id' : 'org_id')),
    )
    expect(wrong).toEqual([])
    const keyed = new Set(rows.filter(row => row.type === 'p').map(row => row.table))
    const keyless = tables
      .map(table => table.name)
      .filter(name => !keyed.has(name) && name !== 'organisation' && !name.endsWith('_history'))
    expect(keyless).toEqual([])
  })

  it('shows and gives nothing of another organisation, however carelessly it is asked', async () => {
    await asApp(ours, async client => {
      for (const table of tables) {
        const key = table.name === 'organisation' ? 'id' : 'org_id'
        const { rows } = await client.query(`select "${key}" as org from "${table.name}"`)
        expect(rows, table.name).toEqual([{ org: ours }])
        expect(await touched(client, `select from "${table.name}" where "${key}" = $1`, [theirs]), table.name).toBe(0)
        for (const statement of [
          `delete from "${table.name}" where "${key}" = $1`,
          `update "${table.name}" set "${key}" = "${key}" where "${key}" = $1`,
        ]) {
          expect([0, 'denied'], `${table.name}: ${statement}`).toContain(await touched(client, statement, [theirs]))
        }
        expect(
          await touched(client, `update "${table.name}" set "${key}" = $1`, [theirs]),
          `${table.name}: giving a row away`,
        ).toBe('denied')
      }
    })
    const theirRows = await Promise.all(
      tables.map(table =>
        superuser.query(`select from "${table.name}" where "${table.name === 'organisation' ? 'id' : 'org_id'}" = $1`, [
          theirs,
        ]),
      ),
    )
    expect(theirRows.map(result => result.rowCount)).toEqual(tables.map(() => 1))
  })

  it('takes no row for another organisation', async () => {
    for (const table of tables) {
      await asApp(ours, async client => {
        const error = await insert(client, table, theirs).catch((thrown: unknown) => thrown)
        expect(error, table.name).toMatchObject({ code: '42501' })
      })
    }
  })

  it('is empty for a transaction that names no organisation', async () => {
    await asApp(undefined, async client => {
      for (const table of tables) expect(await touched(client, `select from "${table.name}"`), table.name).toBe(0)
    })
  })
})

describe('what vouch_app may do', () => {
  it('is to add to the append-only tables, and nothing else', async () => {
    const { rows } = await superuser.query<{ table: string; rights: string[] }>(`
      select relname as table, array(select r from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) r
        where has_table_privilege('vouch_app', c.oid, r) or (r in ('UPDATE') and has_any_column_privilege('vouch_app', c.oid, r))) as rights
      from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') order by 1`)
    for (const { table, rights } of rows) {
      if (ofNobody.has(table)) expect(rights, table).toEqual([])
      else if (readOnly.has(table)) expect(rights, table).toEqual(['SELECT'])
      else if (appendOnly.test(table))
        expect(rights, table).toEqual(erasable.has(table) ? ['SELECT', 'INSERT', 'DELETE'] : ['SELECT', 'INSERT'])
      else expect(rights, table).not.toEqual(expect.arrayContaining(['TRUNCATE']))
    }
    expect(rows.filter(row => appendOnly.test(row.table)).length).toBeGreaterThan(14)
  })

  it('includes nothing of the job queue but to add to it, and no bypass', async () => {
    const { rows } = await superuser.query(`
      select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin as strong,
        has_schema_privilege('vouch_app', 'graphile_worker', 'usage') as queue,
        has_schema_privilege('vouch_app', 'public', 'create') as create
      from pg_roles where rolname in ('vouch_app', 'vouch_owner')`)
    expect(rows).toEqual([
      { strong: false, queue: false, create: false },
      { strong: false, queue: false, create: false },
    ])
  })
})

describe('who signs in', () => {
  it('is kept from vouch_app, and vouch_auth from everything else', async () => {
    const { rows } = await superuser.query<{ name: string; app: boolean; auth: boolean }>(`
      select relname as name, has_table_privilege('vouch_app', oid, 'select, insert, update, delete') as app,
        has_table_privilege('vouch_auth', oid, 'select, insert, update, delete') as auth
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')`)
    const of = (side: 'app' | 'auth') => rows.filter(row => row[side]).map(row => row.name)
    expect(of('auth').toSorted()).toEqual(ofSignIn.toSorted())
    expect(of('app').filter(name => ofSignIn.includes(name))).toEqual([])
    const { rows: roles } = await superuser.query(
      "select rolsuper or rolbypassrls or rolcreaterole or rolcanlogin as strong, pg_has_role('vouch_auth', 'vouch_owner', 'member') as owner from pg_roles where rolname = 'vouch_auth'",
    )
    expect(roles).toEqual([{ strong: false, owner: false }])
  })
})

describe('a transaction of an organisation', () => {
  it('refuses what is no organisation id before it asks the database', async () => {
    for (const id of ['', 'x', `${ours}'`, ours.toUpperCase()]) {
      await expect(services.database.tenant(id, systemClock, async () => 1)).rejects.toMatchObject({
        code: 'not_found',
      })
      await expect(services.database.tenantSnapshot(id, systemClock, async () => 1)).rejects.toMatchObject({
        code: 'not_found',
      })
    }
  })

  it('leaves neither role nor organisation nor time on the pooled connection', async () => {
    const simulated = new SimulatedClock(new Date('2026-02-03T04:05:06Z'))
    const state = sql<{ pid: number; role: string; org: string; now: string }>`
      select pg_backend_pid() as pid, current_user::text as role, coalesce(current_setting('app.org_id', true), '') as org,
        coalesce(current_setting('app.now', true), '') as now`
    const inside = await services.database.tenant(ours, simulated, async tx => (await state.execute(tx.sql)).rows[0])
    expect(inside).toMatchObject({ role: 'vouch_app', org: ours, now: '2026-02-03T04:05:06.000Z' })
    await services.database.tenant(ours, simulated, () => Promise.reject(new Error('rolled back'))).catch(() => {})
    const outside = await services.database.operator(async trx => (await state.execute(trx)).rows[0])
    expect(outside).toMatchObject({ pid: inside?.pid, role: 'vouch_owner', org: '', now: '' })
    const next = await services.database.tenant(theirs, systemClock, async tx => (await state.execute(tx.sql)).rows[0])
    expect(next).toMatchObject({ pid: inside?.pid, role: 'vouch_app', org: theirs, now: '' })
  })

  it('stands still in time, and as a snapshot cannot write', async () => {
    const clock = new SimulatedClock(new Date('2026-01-01T00:00:00Z'))
    await services.database.tenant(ours, clock, async tx => {
      clock.moveTo(new Date('2026-01-02T00:00:00Z'))
      expect(tx.clock.now().toISOString()).toBe('2026-01-01T00:00:00.000Z')
    })
    const write = services.database.tenantSnapshot(ours, clock, tx =>
      tx.sql.updateTable('organisation').set({ name: 'y' }).execute(),
    )
    await expect(write).rejects.toMatchObject({ code: '25006' })
  })
})

describe('history', () => {
  it('keeps each row that a change or a deletion replaces, with the time until which it was true; a change of nothing leaves no trace', async () => {
    const org = await organisation(true)
    const clock = new SimulatedClock(new Date('2026-01-01T00:00:00Z'))
    const at = async (time: string, statement: ReturnType<typeof sql>) => {
      clock.moveTo(new Date(time))
      await services.database.tenant(org, clock, tx => statement.execute(tx.sql))
    }
    await at(
      '2026-01-01T00:00:00Z',
      sql`insert into controls_control (org_id, id, definition) values (app_org(), 'c', '{"a": 1}')`,
    )
    await at('2026-01-02T00:00:00Z', sql`update controls_control set implemented = true where id = 'c'`)
    await at(
      '2026-01-03T00:00:00Z',
      sql`update controls_control set implemented = true, definition = '{"a": 1}', valid_from = '1999-01-01' where id = 'c'`,
    )
    await at('2026-01-04T00:00:00Z', sql`update controls_control set owner = 'o' where id = 'c'`)
    const now = await services.database.tenant(org, clock, tx =>
      tx.sql.selectFrom('controls_control').selectAll().execute(),
    )
    expect(now).toMatchObject([{ owner: 'o', implemented: true, valid_from: new Date('2026-01-04T00:00:00Z') }])
    await at('2026-01-05T00:00:00Z', sql`delete from controls_control where id = 'c'`)
    const past = await services.database.tenant(org, clock, tx =>
      tx.sql.selectFrom('controls_control_history').selectAll().orderBy('valid_to').execute(),
    )
    const row = (implemented: boolean, owner: string | null, from: number, to: number) => ({
      org_id: org,
      id: 'c',
      definition: { a: 1 },
      not_applicable_reason: null,
      implemented,
      owner,
      valid_from: new Date(Date.UTC(2026, 0, from)),
      valid_to: new Date(Date.UTC(2026, 0, to)),
    })
    expect(past).toEqual([row(false, null, 1, 2), row(true, null, 2, 4), row(true, 'o', 4, 5)])
  })

  it('is kept of every table that says since when it is so', async () => {
    const { rows } = await superuser.query<{ name: string; history: boolean; fits: boolean }>(`
      select c.relname as name, exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'history') as history,
        (select string_agg(attname || ':' || atttypid, ',' order by attnum) from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) || ',valid_to:' || 'timestamptz'::regtype::oid
        = (select string_agg(attname || ':' || atttypid, ',' order by attnum) from pg_attribute where attrelid = to_regclass(c.relname || '_history') and attnum > 0 and not attisdropped) as fits
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'valid_from'
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like '%\\_history' order by 1`)
    expect(rows.map(row => row.name)).toEqual([
      'access_member',
      'access_role',
      'checks_check',
      'connections_connection',
      'controls_control',
      'scope_scope',
    ])
    expect(rows.filter(row => !row.history || !row.fits)).toEqual([])
  })
})

async function organisation(isSample: boolean): Promise<string> {
  const id = randomUUID()
  await services.database.tenant(id, systemClock, tx =>
    tx.sql
      .insertInto('organisation')
      .values({ id, slug: `o-${id}`, name: 'Test', is_sample: isSample, created_at: new Date() })
      .execute(),
  )
  return id
}

describe('a real organisation', () => {
  const entry = (org: string, clock: SimulatedClock | typeof systemClock, time: Date) =>
    services.database.tenant(org, clock, tx =>
      tx.sql
        .insertInto('ledger_entry')
        .values({ org_id: org, kind: 'k', actor: 'a', subject: 's', leaf: '{}', time })
        .execute(),
    )

  it('refuses facts of another time, and any fact under a simulated clock', async () => {
    const real = await organisation(false)
    const now = Date.now()
    for (const minutes of [-60 * 24 * 30, -11, 11, 60 * 24 * 30]) {
      await expect(entry(real, systemClock, new Date(now + minutes * 60_000))).rejects.toMatchObject({ code: '23514' })
    }
    await expect(entry(real, new SimulatedClock(new Date(now)), new Date(now))).rejects.toMatchObject({ code: '23514' })
    await entry(real, systemClock, new Date())
    const sample = await organisation(true)
    await entry(sample, new SimulatedClock(new Date('2020-01-01T00:00:00Z')), new Date('2020-01-01T00:00:00Z'))
  })

  it('stays what it is: nobody makes a sample of it, or of a sample a real one', async () => {
    for (const isSample of [false, true]) {
      const org = await organisation(isSample)
      const change = { is_sample: !isSample }
      const byApp = services.database.tenant(org, systemClock, tx =>
        tx.sql.updateTable('organisation').set(change).execute(),
      )
      await expect(byApp).rejects.toMatchObject({ code: '42501' })
      const byOperator = services.database.operator(trx =>
        trx.updateTable('organisation').set(change).where('id', '=', org).execute(),
      )
      await expect(byOperator).rejects.toMatchObject({ code: '23514' })
    }
  })
})
