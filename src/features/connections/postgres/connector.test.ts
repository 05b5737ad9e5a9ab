import { createServer } from 'node:net'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import { SimulatedClock } from '../../../platform/clock/clock.ts'
import { type TestDatabase, testDatabase } from '../../../platform/testing/postgres.ts'
import type { CollectionRun } from '../connector.ts'
import { postgresConnector } from './connector.ts'
import { resources } from './resources.ts'
import { type PostgresSettings, targetOf } from './settings.ts'

const powerless = 'connector_test_powerless'
const reader = 'connector_test_reader'
const secret = 'correct horse battery staple'

let database: TestDatabase
let superuser: PostgresSettings
let weak: PostgresSettings
let admin: Client

const parse = (settings: object) => postgresConnector.settings.parse(settings)

beforeAll(async () => {
  database = await testDatabase()
  admin = new Client({ connectionString: database.connectionString })
  await admin.connect()
  await admin.query(`
    drop role if exists ${powerless}; drop role if exists ${reader};
    create role ${powerless} login password '${secret}' valid until '2031-05-01 12:00:00+02';
    create role ${reader} login noinherit;
    grant pg_monitor to ${reader};
    create schema shop;
    create table shop.customer (id int primary key, org_id uuid, gone int);
    alter table shop.customer drop column gone;
    insert into shop.customer select n from generate_series(1, 12) n;
    analyze shop.customer;
    alter table shop.customer enable row level security, force row level security;
    create policy own on shop.customer using (org_id is not null);
    create view shop."Odd ""Name""" as select 1 as one;
    grant select on shop.customer to public;
    grant update (org_id) on shop.customer to ${powerless} with grant option;
    create function shop.twice(n int) returns int language sql as 'select n * 2';
    alter default privileges in schema shop grant select on tables to ${powerless};
    create extension citext;
    create function pg_temp.trap() returns int language sql as 'select 1';
    create function public.pg_get_userbyid(oid) returns name language sql as $$ select 'trapped'::name $$;
  `)
  superuser = parse({ connection_string: database.connectionString })
  const { host, port, database: name } = targetOf(superuser)
  weak = parse({ host, port, database: name, user: powerless, password: secret })
})

afterAll(async () => {
  await admin.query('alter system reset primary_conninfo')
  await admin.query(`drop schema shop cascade; drop owned by ${powerless}; drop role ${powerless}; drop role ${reader}`)
  await admin.end()
  await database.drop()
})

interface Collected {
  readonly records: Map<string, JsonObject[]>
  readonly totals: Map<string, number>
  readonly incomplete: Map<string, string>
  readonly asked: string[]
  clock: Date | undefined
}

async function collect(
  settings: PostgresSettings,
  signal = new AbortController().signal,
  each?: (resource: string) => unknown,
): Promise<Collected> {
  const collected: Collected = {
    records: new Map(),
    totals: new Map(),
    incomplete: new Map(),
    asked: [],
    clock: undefined,
  }
  const run: CollectionRun = {
    signal,
    clock: new SimulatedClock(new Date('2026-06-01T00:00:00Z')),
    workDir: '/nonexistent',
    asked: question => collected.asked.push(question.request),
    total: (resource, count) => collected.totals.set(resource, count),
    incomplete: (resource, reason) => collected.incomplete.set(resource, reason),
    sourceClock: time => {
      collected.clock = time
    },
    progress: () => undefined,
  }
  for await (const { resource, record } of postgresConnector.collect(settings, run)) {
    collected.records.set(resource, [...(collected.records.get(resource) ?? []), record])
    await each?.(resource)
  }
  return collected
}

const find = (collected: Collected, resource: string, match: JsonObject) =>
  (collected.records.get(resource) ?? []).filter(record =>
    Object.entries(match).every(([key, value]) => record[key] === value),
  )

describe('as superuser', () => {
  let all: Collected
  beforeAll(async () => {
    all = await collect(superuser)
  })

  it('yields records of declared columns only, with whole, unique keys, and as many as the source counts', () => {
    for (const declaration of resources) {
      const records = all.records.get(declaration.name) ?? []
      expect(records.length, declaration.name).toBeGreaterThan(0)
      expect(all.totals.get(declaration.name), declaration.name).toBe(records.length)
      for (const record of records)
        expect(Object.keys(declaration.columns)).toEqual(expect.arrayContaining(Object.keys(record)))
      const keys = records.map(record => JSON.stringify(declaration.key.map(column => record[column])))
      expect(new Set(keys).size, declaration.name).toBe(records.length)
      expect(keys.filter(key => /\bnull\b/.test(key) && !/"[^"]*\bnull\b[^"]*"/.test(key))).toEqual([])
    }
    expect(all.incomplete.size).toBe(0)
    expect(all.asked).toHaveLength(resources.length)
    expect(Math.abs((all.clock?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  it('tells how a password is stored and never the hash', () => {
    expect(find(all, 'postgres.role', { name: powerless })).toEqual([
      expect.objectContaining({
        login: true,
        superuser: false,
        password_set: true,
        password_method: 'scram-sha-256',
        password_iterations: 4096,
        expires: true,
        valid_until: '2031-05-01T10:00:00Z',
        system: false,
      }),
    ])
    expect(find(all, 'postgres.role', { name: reader })).toEqual([
      expect.objectContaining({ password_method: 'none', expires: false, inherit: false }),
    ])
    expect(find(all, 'postgres.role', { name: 'pg_monitor' })).toEqual([
      expect.objectContaining({ system: true, login: false }),
    ])
    expect(JSON.stringify([...all.records])).not.toMatch(/SCRAM-SHA-256\$|correct horse/)
  })

  it('reads memberships, grants, row security and estimates', () => {
    expect(find(all, 'postgres.membership', { role: 'pg_monitor', member: reader })).toEqual([
      expect.objectContaining({ admin_option: false, inherit_option: false, set_option: true }),
    ])
    expect(find(all, 'postgres.grant', { object: 'shop.customer', to_public: true })).toEqual([
      expect.objectContaining({
        kind: 'table',
        schema: 'shop',
        grantee: 'PUBLIC',
        privilege: 'SELECT',
        grantable: false,
      }),
    ])
    expect(find(all, 'postgres.grant', { kind: 'column' })).toEqual([
      expect.objectContaining({
        object: 'shop.customer(org_id)',
        grantee: powerless,
        privilege: 'UPDATE',
        grantable: true,
      }),
    ])
    expect(find(all, 'postgres.grant', { kind: 'routine', object: 'shop.twice(n integer)' })).toEqual([
      expect.objectContaining({ to_public: true, privilege: 'EXECUTE' }),
    ])
    expect(find(all, 'postgres.grant', { kind: 'default_table' })).toEqual([
      expect.objectContaining({ schema: 'shop', grantee: powerless }),
    ])
    expect(find(all, 'postgres.table', { schema: 'shop' })).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'customer',
          kind: 'table',
          row_security: true,
          row_security_forced: true,
          policy_count: 1,
          column_count: 2,
          column_names: ['id', 'org_id'],
          estimated_rows: 12,
        }),
        expect.objectContaining({ name: 'Odd "Name"', kind: 'view', estimated_rows: null }),
      ]),
    )
    expect(find(all, 'postgres.extension', { name: 'citext' })).toEqual([
      expect.objectContaining({ trusted: true, schema: 'public' }),
    ])
  })

  it('is not taken in by functions of the database that carry the names of system functions', () => {
    expect(JSON.stringify([...all.records])).not.toContain('trapped')
  })

  it('gives settings as they hold outside its own transaction, without secrets', async () => {
    // A setting of the whole cluster that means nothing to a primary.
    await admin.query(`alter system set primary_conninfo = 'password=do-not-show'`)
    await admin.query('select pg_reload_conf()')
    const inForce = async () => (await admin.query('show primary_conninfo')).rows[0]?.primary_conninfo
    await expect.poll(inForce).toBe('password=do-not-show')
    const now = await collect(superuser)
    expect(find(now, 'postgres.setting', { name: 'statement_timeout' })).toEqual([
      expect.objectContaining({ value: '0', unit: 'ms' }),
    ])
    expect(find(now, 'postgres.setting', { name: 'primary_conninfo' })).toEqual([
      expect.objectContaining({ value: null, redacted: true }),
    ])
    expect(find(now, 'postgres.setting', { name: 'password_encryption' })).toEqual([
      expect.objectContaining({ value: 'scram-sha-256', redacted: false }),
    ])
    expect(JSON.stringify([...now.records])).not.toContain('do-not-show')
  })

  it('writes nothing: the transaction is read-only and announces itself', async () => {
    const seen: unknown[] = []
    await collect(superuser, undefined, async resource => {
      if (resource !== 'postgres.server') return
      const { rows } = await admin.query(
        `select application_name from pg_stat_activity where application_name = 'vouch' and datname = current_database()`,
      )
      seen.push(...rows)
    })
    expect(seen).toEqual([{ application_name: 'vouch' }])
    const { rows } = await admin.query(
      `select 1 from pg_stat_activity where application_name = 'vouch' and datname = current_database()`,
    )
    expect(rows).toEqual([])
  })
})

describe('as a powerless role', () => {
  it('reads what anyone may, and leaves unknown what it may not see', async () => {
    const all = await collect(weak)
    expect(find(all, 'postgres.role', { name: powerless })).toEqual([
      expect.objectContaining({
        password_set: null,
        password_method: null,
        password_iterations: null,
        superuser: false,
      }),
    ])
    expect(all.records.get('postgres.hba_rule')).toBeUndefined()
    expect([...all.incomplete.keys()]).toEqual(['postgres.hba_rule'])
    expect(find(all, 'postgres.setting', { name: 'shared_preload_libraries' })).toEqual([])
    expect(find(all, 'postgres.setting', { name: 'fsync' })).toHaveLength(1)
    expect(all.records.get('postgres.server')).toEqual([
      expect.objectContaining({
        can_read_settings: false,
        can_read_passwords: false,
        can_read_hba: false,
        ssl_in_use: false,
      }),
    ])
    expect(find(all, 'postgres.table', { name: 'customer' })).toHaveLength(1)
    for (const [resource, records] of all.records) expect(all.totals.get(resource)).toBe(records.length)
  })

  it('says in the test what it may not see', async () => {
    const result = await postgresConnector.test(weak, new AbortController().signal)
    expect(result.ok).toBe(true)
    expect(result.message).toMatch(/may not see: how passwords are stored, authentication rules, some settings/)
  })

  it('reads more once granted, still without superuser', async () => {
    await admin.query(`grant select (oid, rolpassword) on pg_catalog.pg_authid to ${powerless};
      grant select on pg_catalog.pg_hba_file_rules to ${powerless}; grant execute on function pg_catalog.pg_hba_file_rules() to ${powerless}`)
    const all = await collect(weak)
    expect(find(all, 'postgres.role', { name: powerless })).toEqual([
      expect.objectContaining({ password_method: 'scram-sha-256' }),
    ])
    expect(all.records.get('postgres.hba_rule')?.length).toBeGreaterThan(0)
    expect(all.incomplete.size).toBe(0)
  })
})

describe('what goes wrong', () => {
  const signal = () => new AbortController().signal
  const failure = async (settings: object): Promise<string> => {
    const result = await postgresConnector.test(parse(settings), signal())
    expect(result.ok).toBe(false)
    expect(result.message).not.toContain('hunter2')
    await expect(collect(parse(settings))).rejects.toThrow(result.message)
    return result.message
  }

  it('names a database or a role that is not there', async () => {
    expect(await failure({ ...weak, database: 'nowhere', password: 'hunter2' })).toMatch(/no database "nowhere"/)
    expect(await failure({ ...weak, user: 'nobody_here', password: 'hunter2' })).toMatch(
      /does not let role "nobody_here" in|refused/,
    )
  })

  it('says that nothing listens there, or no socket lies there', async () => {
    expect(await failure({ host: '127.0.0.1', port: 1, user: 'ann', password: 'hunter2' })).toMatch(
      /refused the connection/,
    )
    expect(await failure({ host: '/nonexistent', user: 'ann', password: 'hunter2' })).toMatch(/no socket there/)
  })

  it('says that a password was refused, or is missing, without repeating it', async () => {
    const refusing = await fakeServer(socket => {
      socket.write(errorResponse('28P01', 'password authentication failed for user "ann" (hunter2)'))
    })
    expect(
      await failure({ host: '127.0.0.1', port: refusing.port, user: 'ann', password: 'hunter2', sslmode: 'disable' }),
    ).toMatch(/refused the password of role "ann"/)
    expect(
      await failure({ connection_string: `postgresql://ann:hunter2@127.0.0.1:${refusing.port}/db?sslmode=disable` }),
    ).toMatch(/refused the password/)
    refusing.close()
    const unknown = await fakeServer(socket => {
      socket.write(errorResponse('XX000', 'something odd about hunter2'))
    })
    expect(
      await failure({ host: '127.0.0.1', port: unknown.port, user: 'ann', password: 'hunter2', sslmode: 'disable' }),
    ).toMatch(/\[redacted\]/)
    unknown.close()
  })

  it('says that a server offers no TLS when TLS is required, and does without when it is preferred', async () => {
    let plain = 0
    const noTls = await fakeServer((socket, first) => {
      if (first.length === 8) socket.write('N')
      else {
        plain += 1
        socket.write(errorResponse('3D000', 'no such database'))
      }
    })
    const settings = { host: '127.0.0.1', port: noTls.port, user: 'ann', password: 'hunter2' }
    expect(await failure({ ...settings, sslmode: 'require' })).toMatch(/offers no TLS/)
    expect(plain).toBe(0)
    expect(await failure({ ...settings, sslmode: 'prefer' })).toMatch(/no database/)
    expect(plain).toBeGreaterThan(0)
    noTls.close()
  })

  it('stops while connecting to a server that never answers', async () => {
    const silent = await fakeServer(() => undefined)
    const controller = new AbortController()
    const collecting = collect(parse({ host: '127.0.0.1', port: silent.port, user: 'ann' }), controller.signal)
    controller.abort(new Error('stopped by a person'))
    await expect(collecting).rejects.toThrow('stopped by a person')
    silent.close()
  })

  it('stops in the middle, and leaves no session behind', async () => {
    const controller = new AbortController()
    await expect(
      collect(superuser, controller.signal, resource => {
        if (resource === 'postgres.setting') controller.abort(new Error('stopped by a person'))
      }),
    ).rejects.toThrow('stopped by a person')
    await expect
      .poll(
        async () =>
          (
            await admin.query(
              `select 1 from pg_stat_activity where application_name = 'vouch' and datname = current_database()`,
            )
          ).rowCount,
      )
      .toBe(0)
  })

  it('stops a running statement on the server', async () => {
    await admin.query('begin; lock table pg_catalog.pg_policy in access exclusive mode')
    const controller = new AbortController()
    const collecting = collect(superuser, controller.signal)
    const waiting = async () => {
      // Within a transaction the view of activity is kept as first seen.
      await admin.query('select pg_stat_clear_snapshot()')
      const { rowCount } = await admin.query(
        `select 1 from pg_stat_activity where application_name = 'vouch' and wait_event_type = 'Lock' and datname = current_database()`,
      )
      return rowCount
    }
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1)
    controller.abort(new Error('stopped by a person'))
    await expect(collecting).rejects.toThrow('stopped by a person')
    await expect.poll(waiting, { timeout: 10_000 }).toBe(0)
    await admin.query('rollback')
  })

  it('marks one resource that the server refuses, and reads the others', async () => {
    await admin.query('begin; lock table pg_catalog.pg_policy in access exclusive mode')
    const all = await collect(parse({ ...superuser, statement_timeout_seconds: 1 }))
    await admin.query('rollback')
    expect([...all.incomplete.keys()]).toEqual(['postgres.table'])
    expect(all.incomplete.get('postgres.table')).toMatch(/timeout/)
    expect(all.totals.has('postgres.table')).toBe(false)
    expect(all.records.get('postgres.hba_rule')?.length).toBeGreaterThan(0)
  })

  it('marks all that was left when the connection is cut half-way', async () => {
    const all = await collect(superuser, undefined, async resource => {
      if (resource !== 'postgres.membership') return
      await admin.query(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'vouch' and datname = current_database()`,
      )
    })
    expect(all.incomplete.has('postgres.server')).toBe(false)
    expect(all.incomplete.has('postgres.role')).toBe(false)
    for (const resource of ['postgres.setting', 'postgres.grant', 'postgres.hba_rule'])
      expect(all.incomplete.get(resource)).toMatch(/lost/)
  })
})

/** A server that says one thing to whoever connects; the real one trusts its socket and never asks for a password. */
async function fakeServer(
  answer: (socket: { write(data: string | Buffer): void }, first: Buffer) => void,
): Promise<{ port: number; close(): void }> {
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.on('data', chunk => answer(socket, chunk))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, close: () => server.close() }
}

/** ErrorResponse of the PostgreSQL protocol, version 3 (section 54.7 of its manual). */
function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const header = Buffer.alloc(5)
  header.write('E')
  header.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([header, fields])
}
