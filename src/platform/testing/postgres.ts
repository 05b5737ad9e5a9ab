import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../postgres/embedded-postgres.ts'

/** Set by `global-setup.ts`, inherited by vitest's forks: the data folder of this run's cluster. */
export const clusterVariable = 'VOUCH_TEST_CLUSTER'

/** Nothing here has to survive a power cut. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  autovacuum: 'off',
}

export interface TestDatabaseOptions {
  /** Fills the template (applies the migrations, say) over the connection string it is given, and closes its connections. Runs once per test run. */
  readonly template?: (connectionString: string) => Promise<void>
  /** Which template: callers that name the same one share it, so they must pass the same callback. */
  readonly templateName?: string
}

export interface TestDatabase {
  /** Superuser, over the Unix socket. */
  readonly connectionString: string
  /** Deletes the database, ending its connections. */
  drop(): Promise<void>
}

let cluster: Promise<EmbeddedPostgres> | undefined

/**
 * A fresh database for one test file, on the cluster that all files of the run share: empty, or a copy of the template. Any number of
 * forks may ask at the same time. Roles belong to the cluster, not the database: a template that makes some says `if not exists`.
 */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await sharedCluster()
  const template =
    options.template === undefined
      ? undefined
      : await ensureTemplate(server, options.templateName ?? 'vouch_template', options.template)
  const name = `test_${randomBytes(8).toString('hex')}`
  const source = template === undefined ? '' : ` template "${template}"`
  await onMaintenanceDatabase(server, client => client.query(`create database "${name}"${source}`))
  return {
    connectionString: databaseUrl(server, name),
    drop: async () => {
      await onMaintenanceDatabase(server, client => client.query(`drop database if exists "${name}" with (force)`))
    },
  }
}

function sharedCluster(): Promise<EmbeddedPostgres> {
  const dataDir = process.env[clusterVariable]
  if (dataDir === undefined) {
    throw new Error(
      `${clusterVariable} is not set: add src/platform/testing/global-setup.ts to globalSetup in the vitest config`,
    )
  }
  cluster ??= startEmbeddedPostgres({ dataDir, settings })
  return cluster
}

/** Makes the template unless another fork has: under an advisory lock, and under its name only when it is whole. */
async function ensureTemplate(
  server: EmbeddedPostgres,
  name: string,
  fill: (connectionString: string) => Promise<void>,
): Promise<string> {
  await onMaintenanceDatabase(server, async client => {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name])
    const made = await client.query('select from pg_database where datname = $1', [name])
    if (made.rowCount !== 0) return
    const unfinished = `${name}_unfinished`
    await client.query(`drop database if exists "${unfinished}" with (force)`)
    await client.query(`create database "${unfinished}"`)
    await fill(databaseUrl(server, unfinished))
    await client.query(`alter database "${unfinished}" rename to "${name}"`)
    await client.query(`alter database "${name}" with allow_connections false`)
  })
  return name
}

/** The session's end gives up its advisory locks. */
async function onMaintenanceDatabase(
  server: EmbeddedPostgres,
  work: (client: Client) => Promise<unknown>,
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(server, 'postgres') })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

function databaseUrl(server: EmbeddedPostgres, database: string): string {
  return server.connectionString.replace('/vouch?', `/${database}?`)
}
