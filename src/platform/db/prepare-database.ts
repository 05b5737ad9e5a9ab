import { readdirSync } from 'node:fs'
import { Logger, runMigrations as runWorkerMigrations } from 'graphile-worker'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import { messageOf, VouchError } from '../errors/errors.ts'

const migrationsDir = new URL('../../../migrations/', import.meta.url).pathname

/** The oldest PostgreSQL that we test against. */
const oldestMajor = 15

// Any number does, as long as every version of the program uses the same one.
const migrationLock = 7_221_903

/**
 * Makes a database ready: roles, the job queue's schema, then every migration in order, under one advisory lock, so that several servers may start at once.
 * Throws VouchError `not_ready` when the database cannot be reached, is too old, or was written by a newer Vouch; nothing is changed then.
 */
export async function prepareDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'vouch migrate' })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (cause) {
    throw new VouchError(
      'not_ready',
      `PostgreSQL cannot be reached: ${messageOf(cause)}. Check DATABASE_URL and that the server is running and accepts this user.`,
      { cause },
    )
  }
  try {
    await requireVersion(client)
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await refuseNewerSchema(client)
    await createRoles(client)
    await migrateJobQueue(connectionString)
    await client.query('set role vouch_owner')
    await runner({
      dbClient: client,
      dir: migrationsDir,
      direction: 'up',
      migrationsTable: 'schema_migration',
      // Our own lock is held already; the library's would add nothing.
      noLock: true,
      log: () => {},
    })
  } finally {
    await client.end()
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string; server_version: string }>(
    "select current_setting('server_version_num') as server_version_num, current_setting('server_version') as server_version",
  )
  const major = Math.floor(Number(rows[0]?.server_version_num ?? 0) / 10_000)
  if (major < oldestMajor) {
    throw new VouchError(
      'not_ready',
      `This is PostgreSQL ${rows[0]?.server_version}; Vouch needs ${oldestMajor} or later. Upgrade it, or unset DATABASE_URL to use the embedded one.`,
    )
  }
}

async function refuseNewerSchema(client: pg.Client): Promise<void> {
  const { rows: found } = await client.query<{ there: boolean }>(
    "select to_regclass('public.schema_migration') is not null as there",
  )
  if (!found[0]?.there) return
  const { rows } = await client.query<{ name: string }>('select name from public.schema_migration order by name')
  const ours = new Set(readdirSync(migrationsDir).map(file => file.replace(/\.sql$/, '')))
  const unknown = rows.find(row => !ours.has(row.name))
  if (unknown) {
    throw new VouchError(
      'not_ready',
      `The database was migrated by a newer Vouch (it has "${unknown.name}"). Start that version, or restore a backup made with this one.`,
    )
  }
}

async function createRoles(client: pg.Client): Promise<void> {
  for (const role of ['vouch_owner', 'vouch_app', 'vouch_auth']) {
    const { rows } = await client.query('select from pg_roles where rolname = $1', [role])
    if (rows.length > 0) continue
    // Roles belong to the whole server: another database's start may create the same one in this moment.
    await client.query(
      `do $$ begin create role ${role} nologin; exception when duplicate_object or unique_violation then null; end $$`,
    )
  }
  // From PostgreSQL 16 on, who makes a role is its member but may not yet `set role` to it.
  const { rows } = await client.query<{ owner: boolean; app: boolean; auth: boolean }>(`
    select pg_has_role(current_user, 'vouch_owner', needed) as owner, pg_has_role(current_user, 'vouch_app', needed) as app,
      pg_has_role(current_user, 'vouch_auth', needed) as auth
    from (select case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end as needed) version`)
  if (!rows[0]?.owner) await client.query('grant vouch_owner to current_user')
  if (!rows[0]?.app) await client.query('grant vouch_app to current_user')
  if (!rows[0]?.auth) await client.query('grant vouch_auth to current_user')
  await client.query(`do $$ begin
    execute format('grant connect, create, temporary on database %I to vouch_owner', current_database());
    grant usage, create on schema public to vouch_owner;
    grant usage on schema public to vouch_app, vouch_auth;
  end $$`)
}

async function migrateJobQueue(connectionString: string): Promise<void> {
  const pool = ownerPool(connectionString, 1)
  try {
    await runWorkerMigrations({ pgPool: pool, logger: silentLogger })
  } finally {
    await pool.end()
  }
}

/** A pool whose sessions are vouch_owner from the start; for graphile-worker, which runs its own SQL. */
export function ownerPool(connectionString: string, max: number): pg.Pool {
  return rolePool(connectionString, max, 'vouch_owner', 'vouch jobs')
}

/** A pool whose sessions are vouch_auth from the start; for better-auth, which runs its own SQL and may see nothing but its own tables. */
export function authPool(connectionString: string, max: number): pg.Pool {
  return rolePool(connectionString, max, 'vouch_auth', 'vouch sign-in')
}

function rolePool(connectionString: string, max: number, role: string, name: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max, application_name: name, options: `-c role=${role}` })
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  return pool
}

/** graphile-worker's own chatter is dropped; failures of tasks are recorded on the job and logged by us. */
export const silentLogger = new Logger(() => () => {})
