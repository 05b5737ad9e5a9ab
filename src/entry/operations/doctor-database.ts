import type pg from 'pg'
import { listMigrations, listTables } from './catalog.ts'
import { type Finding, ok, problem, warning } from './finding.ts'
import { ownMigrations } from './parts.ts'

const oldestMajor = 15

/** The server's version, and what was migrated. `usable` is false when nothing more can be asked of the database by this version. */
export async function lookAtSchema(client: pg.Client): Promise<{ findings: Finding[]; usable: boolean }> {
  const { rows } = await client.query<{ version: string; number: number }>(
    "select current_setting('server_version') as version, current_setting('server_version_num')::int as number",
  )
  const [server] = rows
  if (!server || server.number < oldestMajor * 10_000) {
    const next = `Upgrade it to PostgreSQL ${oldestMajor} or later, or unset DATABASE_URL to use the embedded one.`
    return { findings: [problem('database', `It is PostgreSQL ${server?.version}.`, next)], usable: false }
  }
  const reached = ok('database', `PostgreSQL ${server.version} answers.`)
  const migrated = await lookAtMigrations(client)
  return { findings: [reached, migrated.finding], usable: migrated.usable }
}

async function lookAtMigrations(client: pg.Client): Promise<{ finding: Finding; usable: boolean }> {
  const own = ownMigrations()
  const there = await listMigrations(client)
  if (!there)
    return {
      finding: warning('schema', 'The database is empty.', 'The first start fills it: ./vouch start'),
      usable: false,
    }
  const unknown = there.find(name => !own.includes(name))
  if (unknown !== undefined) {
    return {
      finding: problem(
        'schema',
        `The database was migrated by a newer Vouch (it has "${unknown}").`,
        'Start that version, or restore a backup made with this one.',
      ),
      usable: false,
    }
  }
  const missing = own.filter(name => !there.includes(name))
  if (missing.length > 0) {
    return {
      finding: warning(
        'schema',
        `${missing.length} migrations of this version have not been run.`,
        'Make a backup (./vouch backup FILE), then start: ./vouch start',
      ),
      usable: false,
    }
  }
  return { finding: ok('schema', `All ${own.length} migrations are there.`), usable: true }
}

/** Tables in which what was written stays: the application has no right to change or delete it. */
const appendOnly = [
  'ledger_entry',
  'ledger_leaf',
  'ledger_tile',
  'ledger_checkpoint',
  'ledger_key',
  'evidence_snapshot',
  'activity_entry',
  'activity_change',
]

/** Tables of which every change is activity: they, and what records the rest at the commit, have triggers that only somebody with the database can take away. */
const recorded = [
  'organisation',
  'scope_scope',
  'controls_control',
  'connections_connection',
  'evidence_document',
  'checks_check',
  'checks_exception',
  'access_member',
  'access_invitation',
  'packages_package',
  'vault_secret',
  'activity_change',
]

/** What keeps organisations apart and the past unchanged: roles, row-level security forced on every tenant table, and no right to rewrite. */
export async function lookAtGuards(client: pg.Client): Promise<Finding[]> {
  const findings: Finding[] = []
  const next =
    'Somebody changed the database by hand. Put it back, look into who did it, and compare with a restored backup.'
  const { rows: roles } = await client.query<{ rolname: string; bypass: boolean }>(
    "select rolname, rolsuper or rolbypassrls as bypass from pg_roles where rolname in ('vouch_owner', 'vouch_app', 'vouch_auth')",
  )
  const unbound = roles.filter(role => role.bypass).map(role => role.rolname)
  if (unbound.length > 0)
    findings.push(
      problem(
        'roles',
        `Row-level security does not bind ${unbound.join(' and ')}.`,
        `Run: alter role … nosuperuser nobypassrls`,
      ),
    )
  else findings.push(ok('roles', 'vouch_owner, vouch_app and vouch_auth are there, and bound by row-level security.'))
  const all = await listTables(client)
  const ofSignIn = all.filter(table => table.name.startsWith('auth_')).map(table => table.name)
  const tables = all.filter(
    table => !ofSignIn.includes(table.name) && (table.name === 'organisation' || table.columns.includes('org_id')),
  )
  const open = tables.filter(table => !table.rowSecurity || !table.forced).map(table => table.name)
  const { rows: policies } = await client.query<{ tablename: string }>(
    "select tablename from pg_policies where schemaname = 'public' and 'vouch_app' = any (roles) and coalesce(qual, 'true') = 'true'",
  )
  for (const { tablename } of policies) open.push(tablename)
  if (open.length > 0) findings.push(problem('row-level security', `It is not forced on ${open.join(', ')}.`, next))
  else findings.push(ok('row-level security', `It is forced on all ${tables.length} tables of organisations.`))
  const { rows: readable } = await client.query<{ name: string }>(
    "select name from unnest($1::text[]) as name where has_table_privilege('vouch_app', name, 'select, insert, update, delete, truncate')",
    [ofSignIn],
  )
  if (readable.length > 0)
    findings.push(
      problem('sign-in', `The application may see or change ${readable.map(row => row.name).join(', ')}.`, next),
    )
  else findings.push(ok('sign-in', 'Users, passwords and sessions are kept from the application’s role.'))
  const { rows: rewritable } = await client.query<{ name: string }>(
    "select name from unnest($1::text[]) as name where to_regclass(name) is not null and has_table_privilege('vouch_app', name, 'update, delete, truncate')",
    [appendOnly],
  )
  if (rewritable.length > 0)
    findings.push(
      problem('append-only', `The application may rewrite ${rewritable.map(row => row.name).join(', ')}.`, next),
    )
  else
    findings.push(
      ok('append-only', 'The application has no right to rewrite the ledger, the snapshots or the activity.'),
    )
  const { rows: unrecorded } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) as name where not exists (
      select from pg_trigger where tgrelid = to_regclass(name) and tgenabled = 'O' and tgname in ('recorded_update', 'unrecorded'))`,
    [recorded],
  )
  if (unrecorded.length > 0)
    findings.push(
      problem('activity', `Changes of ${unrecorded.map(row => row.name).join(', ')} are not recorded.`, next),
    )
  else findings.push(ok('activity', `Every change of ${recorded.length - 1} tables is recorded.`))
  return findings
}

/** The queue: whether somebody works on it, and what has got stuck. */
export async function lookAtJobs(client: pg.Client): Promise<Finding[]> {
  const { rows } = await client.query<{
    waiting: number
    old: number
    orphans: number
    exhausted: number
    locked: number
    workers: number
  }>(`
    with live as (
      select j.* from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'job'
    ) select
      (select count(*) from live where locked_at is null and attempts < max_attempts) as waiting,
      (select count(*) from live where locked_at is null and attempts < max_attempts and run_at < now() - interval '10 minutes') as old,
      (select count(*) from live where attempts >= max_attempts and locked_at is null) as exhausted,
      (select count(*) from live where locked_at is not null) as locked,
      (select count(*) from job where state in ('queued', 'running') and not exists (select from live where key = job.id::text)) as orphans,
      (select count(*) from pg_stat_activity where datname = current_database() and application_name = 'vouch worker presence') as workers`)
  const [found] = rows
  if (!found) return []
  const findings: Finding[] = []
  if (found.exhausted > 0)
    findings.push(
      problem(
        'jobs',
        `${found.exhausted} jobs were given up after repeated failures.`,
        'See the log for why, then start them again from their pages.',
      ),
    )
  if (found.orphans > 0)
    findings.push(
      problem(
        'jobs',
        `${found.orphans} jobs are shown as waiting or running and are not on the queue.`,
        'Start them again from their pages.',
      ),
    )
  if (found.workers === 0 && found.locked > 0)
    findings.push(
      warning(
        'jobs',
        `${found.locked} jobs belong to workers that are no more.`,
        'Start a server (./vouch start): it takes them up again within seconds.',
      ),
    )
  if (found.workers === 0 && found.waiting > 0)
    findings.push(warning('jobs', `${found.waiting} jobs wait and no worker runs.`, 'Start a server: ./vouch start'))
  if (found.workers > 0 && found.old > 0)
    findings.push(
      warning(
        'jobs',
        `${found.old} jobs have waited for more than 10 minutes.`,
        'Start another worker: ./vouch worker',
      ),
    )
  if (findings.length === 0)
    findings.push(
      ok(
        'jobs',
        `${found.workers === 0 ? 'No server or worker runs' : `${found.workers} servers or workers run`}; ${found.waiting} jobs wait.`,
      ),
    )
  return findings
}
