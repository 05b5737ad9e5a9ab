import { pipeline } from 'node:stream/promises'
import { runner } from 'node-pg-migrate'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { VouchError } from '../../platform/errors/errors.ts'
import type { ArchiveEntry } from './archive.ts'
import { type CatalogTable, listTables } from './catalog.ts'
import { migrationsDir } from './parts.ts'
import { type Head, malformed } from './records.ts'

type Manifest = Extract<Head, { kind: 'manifest' }>

/** Any number that no other lock of the program has. */
const restoreLock = 7_221_904

/** Takes the database for this restore alone. Throws VouchError('conflict') when another restore has it, or an organisation lives in it. */
export async function requireEmptyDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1) as free', [restoreLock])
  if (!rows[0]?.free)
    throw new VouchError(
      'conflict',
      'Another restore into this database is under way. Let it end, or choose another database.',
    )
  await refuseOrganisations(client)
}

async function refuseOrganisations(client: pg.Client): Promise<void> {
  const { rows: found } = await client.query<{ there: boolean }>(
    "select to_regclass('public.organisation') is not null as there",
  )
  if (!found[0]?.there) return
  // As the owner, whose policy sees every organisation.
  await client.query('set role vouch_owner')
  const { rows } = await client.query<{ used: boolean }>('select exists (select from public.organisation) as used')
  await client.query('reset role')
  if (rows[0]?.used) {
    throw new VouchError(
      'conflict',
      'This database is in use: it holds an organisation. A backup is restored into an empty database only: make a new one and set DATABASE_URL to it.',
    )
  }
}

/** Takes every table and function of Vouch out of schema public. Throws VouchError('conflict') when an organisation lives there. */
export async function emptySchema(client: pg.Client): Promise<void> {
  await refuseOrganisations(client)
  await dropSchema(client)
}

/** See `emptySchema`, but without asking: for a restore that takes back what it has just put there. */
export async function dropSchema(client: pg.Client): Promise<void> {
  await client.query('set role vouch_owner')
  await client.query(`do $$ declare statement text; begin
    for statement in
      select format('drop table %s cascade', oid::regclass) from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_get_userbyid(relowner) = 'vouch_owner'
    loop execute statement; end loop;
    for statement in
      select format('drop routine %s cascade', oid::regprocedure) from pg_proc
      where pronamespace = 'public'::regnamespace and pg_get_userbyid(proowner) = 'vouch_owner'
    loop execute statement; end loop;
  end $$`)
  await client.query('reset role')
}

/** Migrates an empty schema as far as the first `count` migrations, as a database of an older version was. */
export async function migrateTo(client: pg.Client, count: number): Promise<void> {
  await client.query('set role vouch_owner')
  await runner({
    dbClient: client,
    dir: migrationsDir,
    direction: 'up',
    count,
    migrationsTable: 'schema_migration',
    noLock: true,
    log: () => {},
  })
  await client.query('reset role')
}

/** Tables being filled, in one transaction that is open. */
export interface Filling {
  readonly manifest: Manifest
  readonly tables: readonly CatalogTable[]
  readonly counts: Map<string, number>
}

/**
 * Begins the transaction that fills the tables, as vouch_owner, and bars everyone else from them until it ends. Triggers are off: history is copied, not
 * made, and old facts are no new ones. So is FORCE, without which COPY refuses to write under row-level security. Foreign keys and checks hold.
 */
export async function beginFilling(client: pg.Client, manifest: Manifest): Promise<Filling> {
  await client.query('begin')
  await client.query(`select set_config('role', 'vouch_owner', true), set_config('idle_in_transaction_session_timeout', '0', true),
    set_config('statement_timeout', '0', true), set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true), set_config('client_encoding', 'UTF8', true)`)
  const tables = await listTables(client)
  const described = (list: readonly { name: string; columns: readonly string[] }[]) =>
    JSON.stringify(list.map(({ name, columns }) => [name, [...columns].sort()]).sort())
  if (described(tables) !== described(manifest.tables)) {
    throw new VouchError(
      'unprocessable',
      'The tables in the backup are not those of its migrations in this version of Vouch. Restore it with the version that made it.',
    )
  }
  for (const { name } of tables) {
    await client.query(`alter table ${client.escapeIdentifier(name)} disable trigger user, no force row level security`)
  }
  const { rows } = await client.query<{ used: boolean }>('select exists (select from organisation) as used')
  if (rows[0]?.used)
    throw new VouchError(
      'conflict',
      'Somebody made an organisation in this database meanwhile. Stop what uses it, and restore into an empty database.',
    )
  return { manifest, tables, counts: new Map() }
}

/** Fills one table. Throws VouchError('integrity') when the rows are not as many as the backup says. */
export async function fillTable(
  client: pg.Client,
  filling: Filling,
  name: string,
  entry: ArchiveEntry,
): Promise<number> {
  const table = filling.manifest.tables.find(candidate => candidate.name === name)
  if (!table || filling.counts.has(name)) throw malformed(`the table ${name} is not in its manifest, or there twice`)
  const columns = table.columns.map(column => client.escapeIdentifier(column)).join(', ')
  const stream = client.query(copyFrom(`copy ${client.escapeIdentifier(name)} (${columns}) from stdin`))
  await pipeline(entry.data, stream)
  const { rows } = entry.tail()
  if (stream.rowCount !== rows) throw malformed(`${name} has ${stream.rowCount} rows and should have ${rows}`)
  filling.counts.set(name, stream.rowCount)
  return stream.rowCount
}

/** Puts back what waited on the job queue. */
export async function fillQueue(client: pg.Client, jobs: Extract<Head, { kind: 'queue' }>['jobs']): Promise<void> {
  for (const { payload, queue, key, max_attempts, priority } of jobs) {
    await client.query(
      "select graphile_worker.add_job('job', $1::json, queue_name => $2, job_key => $3, max_attempts => $4, priority => $5)",
      [JSON.stringify(payload), queue, key, max_attempts, priority],
    )
  }
}

/** Guards and sequences as they were, and every table counted again. Commits nothing. Throws VouchError('integrity'). */
export async function endFilling(client: pg.Client, { manifest, tables, counts }: Filling): Promise<void> {
  for (const { table, column, last } of manifest.sequences) {
    const highest = `(select max(${client.escapeIdentifier(column)}) from ${client.escapeIdentifier(table)})`
    await client.query(
      `select setval(pg_get_serial_sequence(quote_ident($1), $2), value) from (select greatest($3::bigint, ${highest}) as value) as v where value is not null`,
      [table, column, last],
    )
  }
  for (const { name, forced } of tables) {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int8 as count from ${client.escapeIdentifier(name)}`,
    )
    if (rows[0]?.count !== counts.get(name))
      throw malformed(`${name} has ${rows[0]?.count} rows and should have ${counts.get(name) ?? 'been there'}`)
    await client.query(
      `alter table ${client.escapeIdentifier(name)} enable trigger user${forced ? ', force row level security' : ''}`,
    )
  }
}
