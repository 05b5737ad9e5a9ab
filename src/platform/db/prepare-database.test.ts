import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../postgres/embedded-postgres.ts'
import { Database } from './database.ts'
import { prepareDatabase } from './prepare-database.ts'

const folder = mkdtempSync(join(tmpdir(), 'vouch-prepare-'))
chmodSync(folder, 0o711)
let postgres: EmbeddedPostgres

beforeAll(async () => {
  // A server of its own: roles belong to the server, and here nobody has made ours yet.
  postgres = await startEmbeddedPostgres({ dataDir: folder })
})
afterAll(async () => {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function asSuperuser(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.connectionString })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

function urlOf(user: string, database: string): string {
  return `postgresql://${user}@/${database}?host=${encodeURIComponent(postgres.socketDir)}`
}

test('an ordinary login that may make roles and owns its database is enough, at the first start and at the next', async () => {
  await asSuperuser('create role plain login createrole', 'create database plain owner plain')
  await prepareDatabase(urlOf('plain', 'plain'))
  await prepareDatabase(urlOf('plain', 'plain'))
  const database = new Database(urlOf('plain', 'plain'))
  const organisations = await database.operator(trx => trx.selectFrom('organisation').selectAll().execute())
  await database.close()
  expect(organisations).toEqual([])
})

test('a login that was given the roles by somebody else is enough', async () => {
  await asSuperuser(
    'create role granted login',
    'grant vouch_owner, vouch_app, vouch_auth to granted',
    'create database granted owner granted',
  )
  await prepareDatabase(urlOf('granted', 'granted'))
  const client = new pg.Client({ connectionString: urlOf('granted', 'granted') })
  await client.connect()
  const { rows } = await client.query('select count(*)::int as n from public.schema_migration')
  await client.end()
  expect(rows[0].n).toBeGreaterThan(0)
})

test('a server that cannot be reached is said to be so', async () => {
  await expect(prepareDatabase('postgresql://nobody@127.0.0.1:1/none')).rejects.toMatchObject({
    code: 'not_ready',
    message: expect.stringContaining('cannot be reached'),
  })
})

test('a database of a newer Vouch is left alone', async () => {
  await asSuperuser('create database newer')
  const url = urlOf('postgres', 'newer')
  await prepareDatabase(url)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query("insert into public.schema_migration (name, run_on) values ('9999_from_the_future', now())")
  await expect(prepareDatabase(url)).rejects.toMatchObject({
    code: 'not_ready',
    message: expect.stringContaining('9999_from_the_future'),
  })
  const { rows } = await client.query("select count(*)::int as n from public.schema_migration where name like '9999%'")
  await client.end()
  expect(rows[0].n).toBe(1)
})
