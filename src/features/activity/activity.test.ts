import fc from 'fast-check'
import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commitmentOf } from '../../../verifier/records/canonical.ts'
import { factSchemas, leafSchema } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { type Deed, deedOf, during } from '../../platform/db/deed.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { makeLog } from '../ledger/builders.ts'
import { integrate } from '../ledger/integrate.ts'
import { readEntry } from '../ledger/read-ledger.ts'
import { type ActivityRow, findActivity, listActivityFrom, listChanges, pageOfActivity } from './store.ts'
import { type ChangeRow, checkActivity, digestOf, verifyActivities } from './verify-activity.ts'

let services: TestServices
let superuser: pg.Client
let orgId = ''
let otherId = ''

beforeAll(async () => {
  services = await testServices()
  superuser = await services.database.dedicatedClient('activity test')
  orgId = (await makeLog(services)).orgId
  otherId = (await makeLog(services)).orgId
})
afterAll(async () => {
  await superuser.end()
  await services.close()
})

const inOrg = <T>(work: (tx: TenantTx) => Promise<T>, org = orgId) =>
  services.database.tenant(org, services.clock, work)
const rename = (name: string) => (tx: TenantTx) => tx.sql.updateTable('organisation').set({ name }).execute()
const all = (org = orgId) => inOrg(tx => listActivityFrom(tx, 1, 100_000), org)
const newest = async () => {
  const row = (await all()).at(-1)
  if (!row) throw new Error('there is no activity')
  return { row, changes: await inOrg(tx => listChanges(tx, [row.activity])) }
}
const asked = (operation: string, more: Partial<Deed> = {}): Deed => ({
  ...deedOf(operation, 'user:1'),
  asked: true,
  ...more,
})

const stateOf = async (...[tx, row, changes]: [TenantTx, ActivityRow, ChangeRow[]]) =>
  (await verifyActivities(tx, [row], new Map([[row.activity, changes]]))).get(row.id)

describe('a change', () => {
  it('is recorded as the deed that it is part of, with what was before and after', async () => {
    await inOrg(rename('First'))
    await during(asked('renameOrganisation', { address: '192.0.2.1', agent: 'x\u0000y', session: 's' }), () =>
      inOrg(rename('Second')),
    )
    const { row, changes } = await newest()
    expect(row).toMatchObject({
      actor: 'user:1',
      operation: 'renameOrganisation',
      outcome: 'done',
      subject_kind: 'organisation',
      subject: orgId,
      address: '192.0.2.1',
      agent: 'x y',
      session: 's',
      changes: 1,
    })
    expect(changes).toMatchObject([{ verb: 'update', before: '{"name": "First"}', after: '{"name": "Second"}' }])
  })

  it('that nobody recorded is recorded as the system’s, even when it was made by hand', async () => {
    await inOrg(rename('Third'))
    expect((await newest()).row).toMatchObject({ actor: 'system', operation: 'database.change' })
    await superuser.query('update organisation set name = $1 where id = $2', ['By hand', orgId])
    const { row, changes } = await newest()
    expect(row).toMatchObject({ actor: 'system', operation: 'database.change', outcome: 'done' })
    expect(changes).toMatchObject([{ before: '{"name": "Third"}', after: '{"name": "By hand"}' }])
    expect(await inOrg(tx => stateOf(tx, row, changes))).toMatchObject({ state: 'waiting' })
  })

  it('of a job or a command is recorded under its name, where it changes something and not else', async () => {
    const before = (await all()).length
    await during(deedOf('packages.export', 'user:2'), async () => {
      await inOrg(tx => tx.sql.selectFrom('organisation').select('id').forUpdate().execute())
      await inOrg(rename('By a job'))
    })
    expect((await all()).slice(before)).toMatchObject([{ operation: 'packages.export', actor: 'user:2', changes: 1 }])
    await inOrg(rename('By hand'))
  })

  it('that changes nothing is none', async () => {
    const before = (await all()).length
    await inOrg(rename('By hand'))
    expect((await all()).length).toBe(before)
  })

  it('that is rolled back leaves neither entry nor leaf', async () => {
    const count = async () => [
      (await all()).length,
      (await inOrg(tx => tx.sql.selectFrom('ledger_entry').select('id').execute())).length,
      (await inOrg(tx => tx.sql.selectFrom('activity_change').select('id').execute())).length,
    ]
    const before = await count()
    const failing = during(asked('rename'), () =>
      inOrg(async tx => {
        await rename('Never')(tx)
        throw new Error('on the way')
      }),
    )
    await expect(failing).rejects.toThrow('on the way')
    expect(await count()).toEqual(before)
  })

  it('after its transaction was recorded begins another entry: a recorded one is sealed', async () => {
    const before = (await all()).length
    await during(asked('twice'), () =>
      inOrg(async tx => {
        await rename('One')(tx)
        await sql`select record_deed('done', true)`.execute(tx.sql)
        await rename('Two')(tx)
      }),
    )
    expect((await all()).slice(before)).toMatchObject([{ changes: 1 }, { changes: 1 }])
    const { row } = await newest()
    await superuser.query('begin')
    await superuser.query("select set_config('app.activity', $1, true)", [row.activity])
    const error = await superuser
      .query('update organisation set name = $1 where id = $2', ['Slipped in', orgId])
      .catch((thrown: unknown) => thrown)
    await superuser.query('rollback')
    expect(error).toMatchObject({ code: '42501' })
  })
})

describe('vouch_app', () => {
  it('can neither write, change nor take away what was recorded', async () => {
    const statements = [
      'delete from activity_entry',
      "update activity_entry set actor = 'user:2'",
      'delete from activity_change',
      "update activity_change set before = '{}'",
      `insert into activity_change (org_id, activity, subject_table, subject, verb) values ('${orgId}', gen_random_uuid(), 'x', 'x', 'insert')`,
      `select record_activity('${orgId}', 'done')`,
      'truncate activity_entry',
      'alter table organisation disable trigger recorded_update',
      "set local session_replication_role = 'replica'",
    ]
    for (const statement of statements) {
      await superuser.query('begin')
      await superuser.query("select set_config('role', 'vouch_app', true), set_config('app.org_id', $1, true)", [orgId])
      const error = await superuser.query(statement).catch((thrown: unknown) => thrown)
      await superuser.query('rollback')
      expect(error, statement).toMatchObject({ code: '42501' })
    }
  })

  it('sees nothing of another organisation', async () => {
    const { row } = await newest()
    expect(await inOrg(tx => findActivity(tx, row.id), otherId)).toBeUndefined()
    expect(await inOrg(tx => listChanges(tx, [row.activity]), otherId)).toEqual([])
  })
})

describe('what is recorded', () => {
  it('is columns by name, none of which is a secret, and each recorded table says of each column', async () => {
    const { rows } = await superuser.query<{ table: string; columns: string[]; recorded: string[] }>(`
      select c.relname as table,
        array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
        string_to_array(rtrim(replace(encode(t.tgargs, 'escape'), '\\000', ','), ','), ',') as recorded
      from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'recorded_update' order by 1`)
    /** And why not. */
    const left: Readonly<Record<string, readonly string[]>> = {
      // Keys, and times that the entry has itself.
      '*': ['org_id', 'id', 'valid_from', 'created_at', 'joined_at', 'collected_at', 'ledger_entry_id', 'job_id'],
      organisation: ['slug', 'is_sample'],
      connections_connection: ['next_run_at'],
      // An address of a person; a hash of a secret; the actor, whom the entry names.
      access_invitation: ['email', 'token_hash', 'invited_by'],
      access_key: ['hash', 'hint', 'created_by', 'last_used_at'],
      webhooks_endpoint: ['failing_since', 'last_delivered_at'],
      vault_secret: ['sealed'],
      // An address of a person; what the worker notes on the way, of which the message itself tells.
      mail_message: [
        'about',
        'recipient',
        'subject',
        'created_by',
        'state',
        'attempts',
        'last_error',
        'next_attempt_at',
        'give_up_at',
        'expires_at',
        'sent_at',
      ],
      // What the provider calls a person, and what it tells of them.
      providers_person: ['attributes', 'changed_at', 'email', 'external_id', 'subject', 'user_name'],
      providers_group: ['changed_at', 'external_id'],
      providers_token: ['hash', 'hint', 'last_used_at'],
      aliases_setting: ['changed_at'],
      aliases_reveal: ['revealed_at'],
    }
    expect(rows.length).toBeGreaterThan(9)
    for (const { table, columns, recorded } of rows) {
      const named = recorded.map(name => name.replace(/^~/, ''))
      expect(
        named.filter(name => !columns.includes(name)),
        table,
      ).toEqual([])
      const silent = columns.filter(name => !named.includes(name) && !left['*']?.includes(name))
      expect(silent.toSorted(), table).toEqual([...(left[table] ?? [])].toSorted())
      expect(
        named.filter(name => /token|hash|sealed|secret|password|wrapped|email/.test(name)),
        table,
      ).toEqual([])
    }
  })

  it('never holds what is in the vault', async () => {
    await inOrg(tx => services.vault.putSecret(tx.orgId, 'connection:1:token', 'the inner secret'))
    await inOrg(tx => services.vault.putSecret(tx.orgId, 'connection:1:token', 'another'))
    const { changes } = await newest()
    expect(changes).toMatchObject([{ subject_table: 'vault_secret', subject: 'connection:1:token', verb: 'update' }])
    const { rows } = await superuser.query('select string_agg(c::text, $1) as all from activity_change c', [' '])
    expect(rows[0].all).not.toMatch(/sealed|secret"/)
    await inOrg(tx => services.vault.putSecret(tx.orgId, 'something-else', 'x'))
    expect((await newest()).changes).toEqual(changes)
  })
})

describe('the leaf', () => {
  it('commits to the entry and its changes, whatever they say, and holds nothing of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter(text => !text.includes('\0')),
        fc.string({ unit: 'binary', maxLength: 60 }),
        async (name, agent) => {
          await during(asked('property', { agent }), () =>
            inOrg(async tx => {
              await rename('Before')(tx)
              await rename(name)(tx)
            }),
          )
          const { row, changes } = await newest()
          expect(digestOf(row, changes)).toBe(row.digest)
          const entry = await inOrg(tx => readEntry(tx, row.ledger_entry_id))
          const leaf = leafSchema.parse(JSON.parse(entry.leaf))
          expect(leaf).toMatchObject({
            kind: 'activity.recorded',
            subject: String(row.id),
            time: row.time.toISOString(),
          })
          expect(leaf.commitment).toBe(commitmentOf(entry.salt ?? '', entry.canonical_content ?? ''))
          const fact = factSchemas['activity.recorded'].parse(entry.content)
          expect(fact).toEqual({ entry: row.id, operation: 'property', outcome: 'done', digest: row.digest })
        },
      ),
      { numRuns: 30 },
    )
  })

  it('shows what was altered, and what is gone', async () => {
    await integrate(services, orgId)
    expect(await inOrg(checkActivity)).toEqual([])
    const { row, changes } = await newest()
    expect(await inOrg(tx => stateOf(tx, row, changes))).toMatchObject({ state: 'holds' })
    const forgeries = [
      ['update activity_entry set actor = $1 where activity = $2', 'user:2'],
      ['update activity_entry set address = $1 where activity = $2', '192.0.2.7'],
      ["update activity_entry set time = time + interval '1 ms' where actor <> $1 and activity = $2", 'x'],
      ['update activity_change set after = $1 where activity = $2', '{}'],
      ['delete from activity_change where after <> $1 and activity = $2', 'x'],
      ['delete from activity_entry where actor <> $1 and activity = $2', 'x'],
    ] as const
    for (const [statement, value] of forgeries) {
      await superuser.query('begin')
      const { rowCount } = await superuser.query(statement, [value, row.activity])
      expect(rowCount, statement).toBeGreaterThan(0)
      await superuser.query('commit')
      expect(await inOrg(checkActivity), statement).toHaveLength(1)
      // Back again, by hand as well.
      await superuser.query('begin')
      await superuser.query('delete from activity_change where activity = $1', [row.activity])
      await superuser.query('delete from activity_entry where activity = $1', [row.activity])
      await superuser.query(
        'insert into activity_entry overriding system value select * from json_populate_record(null::activity_entry, $1)',
        [JSON.stringify({ ...row, salt: `\\x${row.salt.toString('hex')}` })],
      )
      await superuser.query('set local session_replication_role = replica')
      for (const change of changes)
        await superuser.query(
          'insert into activity_change overriding system value select * from json_populate_record(null::activity_change, $1)',
          [JSON.stringify(change)],
        )
      await superuser.query('commit')
      expect(await inOrg(checkActivity)).toEqual([])
    }
  })
})

it('lists a page of ten thousand, and proves every one', async () => {
  await superuser.query("select set_config('app.deed', $1, false)", [
    JSON.stringify({ operation: 'many', actor: 'user:1', subject_kind: 'x', subject: 'y' }),
  ])
  await superuser.query('select record_activity($1, $2) from generate_series(1, 10000)', [otherId, 'done'])
  await superuser.query("select set_config('app.deed', '', false)")
  const page = await inOrg(tx => pageOfActivity(tx, { limit: 50, sort: '-id', subject: 'y' }), otherId)
  expect(page).toMatchObject({ total: 10_000 })
  expect(page.rows).toHaveLength(50)
  expect(await inOrg(checkActivity, otherId)).toEqual([])
}, 60_000)
