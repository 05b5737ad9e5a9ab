import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyPackage } from '../../../verifier/package/verify-package.ts'
import { appendFact } from '../../features/ledger/append-fact.ts'
import { integrate } from '../../features/ledger/integrate.ts'
import { makePackage } from '../../features/packages/make-package.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import { type Config, readConfig } from '../../platform/config/config.ts'
import { prepareDatabase } from '../../platform/db/prepare-database.ts'
import { enqueueJob } from '../../platform/jobs/job-store.ts'
import { nameOf } from '../../platform/objects/content.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing/postgres.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { masterKeyFrom } from '../../platform/vault/master-key.ts'
import { openServices } from '../services.ts'
import { writeArchive } from './archive.ts'
import { type BackupSource, backUp } from './back-up.ts'
import { listTables, objectColumns } from './catalog.ts'
import { checkLedger } from './check-ledger.ts'
import { connect, existingMasterKeys, ownMigrations } from './parts.ts'
import type { Head } from './records.ts'
import { restore } from './restore.ts'
import { emptySchema, migrateTo } from './restore-tables.ts'
import { makeSmallOrganisation, temporaryFolder } from './testing.ts'

const passphrase = 'a long enough passphrase'
const cost = 2 ** 10
let services: TestServices
let orgId = ''
let secondOrgId = ''
let folder: ReturnType<typeof temporaryFolder>
let source: BackupSource
let backup = ''
/** What was in the database when `backup` was made. */
let content: Record<string, string[]> = {}
const opened: (() => Promise<unknown>)[] = []

const quiet = (env: Record<string, string>): Config => ({ ...readConfig({ VOUCH_LOG_LEVEL: 'silent', ...env }) })
let nth = 0
/** Where a restore goes: a data folder that is not there yet, and a database of its own unless the embedded one is wanted. */
async function target(env: Record<string, string> = {}): Promise<Config & { readonly databaseUrl: string }> {
  const database: TestDatabase = await testDatabase()
  opened.push(() => database.drop())
  nth += 1
  const config = quiet({
    VOUCH_DATA: join(folder.path, `restored-${nth}`),
    DATABASE_URL: database.connectionString,
    ...env,
  })
  return { ...config, databaseUrl: database.connectionString }
}

/** Every row of every table as text, by table; and what waits on the queue. */
async function contentOf(connectionString: string): Promise<Record<string, string[]>> {
  const client = await connect(connectionString, 'test')
  try {
    await client.query("select set_config('role', 'vouch_owner', false), set_config('timezone', 'UTC', false)")
    const content: Record<string, string[]> = {}
    for (const { name } of await listTables(client)) {
      const { rows } = await client.query<{ row: string }>(
        `select t::text as row from ${client.escapeIdentifier(name)} t`,
      )
      content[name] = rows.map(({ row }) => row).sort()
    }
    const { rows } = await client.query<{ row: string }>(
      'select payload::text as row from graphile_worker._private_jobs',
    )
    return { ...content, queue: rows.map(({ row }) => row) }
  } finally {
    await client.end()
  }
}

const list = async (config: Config): Promise<string[]> => {
  const there = await openServices(config, systemClock)
  try {
    const ids: string[] = []
    for await (const { id } of there.objects.list()) ids.push(id)
    return ids.sort()
  } finally {
    await there.close()
  }
}

beforeAll(async () => {
  folder = temporaryFolder()
  services = await testServices()
  orgId = await makeSmallOrganisation(services)
  secondOrgId = await makeSmallOrganisation(services, 'second')
  await services.database.tenant(orgId, services.clock, async tx => {
    await services.vault.putSecret(orgId, 'token', 'hunter2')
    await enqueueJob(tx, { kind: 'checks.run', input: { cause: 'demand' }, queue: 'checks' })
  })
  await makePackage(services, orgId, {}, { actor: 'system' })
  await integrate(services, orgId)
  source = {
    connectionString: services.database.connectionString,
    objects: services.objects,
    masterKeys: () => existingMasterKeys(services.config),
    keySource: 'file',
  }
  backup = join(folder.path, 'quiet.backup')
  await backUp(source, backup, passphrase, { cost })
  content = await contentOf(services.database.connectionString)
}, 120_000)

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})
afterAll(async () => {
  await services?.close()
  folder?.remove()
})

describe('a backup, restored', () => {
  it('gives every row, object, secret and waiting job back, in another database', async () => {
    const config = await target()
    const summary = await restore(config, backup, passphrase)
    expect(summary).toMatchObject({ organisations: 2, lost: [], keys: { from: 'file', to: 'file' } })
    expect(await contentOf(config.databaseUrl)).toEqual(content)
    expect(content.queue).toHaveLength(1)
    const ids: string[] = []
    for await (const { id } of services.objects.list()) ids.push(id)
    expect(await list(config)).toEqual(ids.sort())
    expect(statSync(join(config.dataDir, 'master.key')).mode & 0o777).toBe(0o600)
    const restored = await openServices(config, systemClock)
    opened.push(() => restored.close())
    expect(await restored.vault.getSecretText(orgId, 'token')).toBe('hunter2')
    // Life goes on: new facts get ids beyond the old ones, and the log grows from where it was.
    const held = (await checkLedger(restored.database, orgId)).size
    await restored.database.tenant(orgId, systemClock, tx =>
      appendFact(tx, { kind: 'exception.revoked', actor: 'system', subject: orgId, content: { exception: orgId } }),
    )
    await integrate(restored, orgId)
    expect(await checkLedger(restored.database, orgId)).toMatchObject({ size: held + 1, problems: [], waiting: 0 })
    const file = join(folder.path, 'restored.zip')
    await makePackage(restored, orgId, {}, { actor: 'system', copyTo: file })
    expect((await verifyPackage(file)).differences).toEqual([])
  }, 120_000)

  it('has the guards that it had: forced row-level security, triggers, and no organisation sees another', async () => {
    const config = await target()
    await restore(config, backup, passphrase)
    const client = await connect(config.databaseUrl, 'test')
    opened.push(() => client.end())
    const { rows } = await client.query(
      "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_migration' and relname not like 'auth\\_%' and not (relrowsecurity and relforcerowsecurity)",
    )
    expect(rows).toEqual([])
    const triggers = await client.query("select tgname from pg_trigger where not tgisinternal and tgenabled <> 'O'")
    expect(triggers.rows).toEqual([])
    await client.query("select set_config('role', 'vouch_app', false), set_config('app.org_id', $1, false)", [
      secondOrgId,
    ])
    const seen = await client.query('select distinct org_id from ledger_entry')
    expect(seen.rows).toEqual([{ org_id: secondOrgId }])
    await expect(client.query('select from auth_user')).rejects.toThrow('permission denied')
  }, 60_000)

  it('is of one moment, however much is written meanwhile', async () => {
    let stop = false
    let written = 0
    const writing = (async () => {
      while (!stop) {
        await services.database.tenant(orgId, services.clock, async tx => {
          for (let n = 0; n < 5; n += 1) {
            await appendFact(tx, {
              kind: 'exception.revoked',
              actor: 'system',
              subject: orgId,
              content: { exception: orgId },
            })
          }
        })
        await services.objects.put(Buffer.from(`object ${written}`))
        await integrate(services, orgId)
        written += 1
      }
    })()
    const file = join(folder.path, 'busy.backup')
    // The backup begins in the middle of the writing, and ends in it.
    while (written < 3) await new Promise(resolve => setImmediate(resolve))
    const begun = written
    const summary = await backUp(source, file, passphrase, { cost })
    expect(written).toBeGreaterThan(begun)
    stop = true
    await writing
    const config = await target()
    expect(await restore(config, file, passphrase)).toMatchObject({ rows: summary.rows, lost: [] })
    const client = await connect(config.databaseUrl, 'test')
    opened.push(() => client.end())
    await client.query('set role vouch_owner')
    const { rows } = await client.query(
      "select count(*)::int as facts from ledger_entry where kind = 'exception.revoked'",
    )
    expect(rows[0].facts % 5).toBe(0)
    expect(rows[0].facts).toBeGreaterThanOrEqual(begun * 5)
  }, 120_000)

  it('goes into the embedded database as well', async () => {
    const config = quiet({ VOUCH_DATA: join(folder.path, 'embedded') })
    await restore(config, backup, passphrase)
    const restored = await openServices(config, systemClock)
    opened.push(() => restored.close())
    expect(await contentOf(restored.database.connectionString)).toEqual(content)
    expect(readdirSync(config.dataDir)).not.toContain('restore.unfinished')
  }, 120_000)

  it('of an older version is migrated after it was filled', async () => {
    // What the older version knew: all migrations but the last, whose tables nothing was in.
    const older = ownMigrations().slice(0, 2)
    const made = await target()
    await prepareDatabase(made.databaseUrl)
    const client = await connect(made.databaseUrl, 'test')
    opened.push(() => client.end())
    await emptySchema(client)
    await migrateTo(client, older.length)
    await client.query('set role vouch_owner')
    await client.query(
      "insert into organisation (id, slug, name, is_sample, created_at) values (gen_random_uuid(), 'old', 'Old', false, now())",
    )
    const tables = await listTables(client)
    const { rows } = await client.query<{ line: string }>(
      "select concat_ws(e'\\t', id, slug, name, 'f', created_at) || e'\\n' as line from organisation",
    )
    const file = join(folder.path, 'older.backup')
    const orgColumns = tables.find(table => table.name === 'organisation')?.columns
    expect(orgColumns).toEqual(['id', 'slug', 'name', 'is_sample', 'created_at'])
    async function* records() {
      const entry = function* (value: Head, data?: string) {
        yield { type: 'head' as const, value }
        if (data !== undefined) yield { type: 'data' as const, value: Buffer.from(data) }
        yield { type: 'tail' as const, value: { rows: data === undefined ? 0 : 1 } }
      }
      yield* entry({
        kind: 'manifest',
        postgres: '18',
        tables: tables.map(({ name, columns }) => ({ name, columns: [...columns] })),
        sequences: [],
      })
      yield* entry({ kind: 'keys', source: 'file', keys: [Buffer.alloc(32, 1).toString('base64')] })
      for (const { name } of tables)
        yield* entry({ kind: 'table', name }, name === 'organisation' ? rows[0]?.line : undefined)
      yield* entry({ kind: 'end', rows: 1, objects: 0, lost: [] })
    }
    await writeArchive(
      file,
      { vouch: '0.0.1', created_at: new Date().toISOString(), migrations: older },
      passphrase,
      records(),
      { cost },
    )
    const config = await target()
    // The row came over and the schema went up; an organisation without a ledger is then found out, and all of it taken away again.
    await expect(restore(config, file, passphrase)).rejects.toThrow(/no ledger/)
    await expectNothing(config)
  }, 60_000)
})

/** What a refused restore leaves: no data folder, and no table in the database. */
async function expectNothing(config: Config & { readonly databaseUrl: string }): Promise<void> {
  expect(existsSync(config.dataDir)).toBe(false)
  const client = await connect(config.databaseUrl, 'test')
  try {
    const { rows } = await client.query(
      "select oid::regclass from pg_class where relnamespace = 'public'::regnamespace",
    )
    expect(rows).toEqual([])
  } finally {
    await client.end()
  }
}

describe('a restore that cannot succeed', () => {
  it('with a wrong passphrase touches nothing', async () => {
    const config = await target()
    await expect(restore(config, backup, `${passphrase}!`)).rejects.toThrow(/passphrase/)
    expect(existsSync(config.dataDir)).toBe(false)
  })

  it('of a backup that was cut short or changed takes everything away again', async () => {
    const whole = readFileSync(backup)
    const damaged = join(folder.path, 'damaged.backup')
    for (const share of [0.5, 0.97]) {
      const config = await target()
      writeFileSync(damaged, whole)
      truncateSync(damaged, Math.floor(whole.length * share))
      await expect(restore(config, damaged, passphrase)).rejects.toMatchObject({ code: 'integrity' })
      await expectNothing(config)
      const changed = Buffer.from(whole)
      const at = Math.floor(whole.length * share)
      changed[at] = (changed[at] ?? 0) ^ 1
      writeFileSync(damaged, changed)
      await expect(restore(config, damaged, passphrase)).rejects.toMatchObject({ code: 'integrity' })
      await expectNothing(config)
      // The very same place takes the whole one afterwards.
      if (share > 0.9) expect(await restore(config, backup, passphrase)).toMatchObject({ organisations: 2 })
    }
  }, 60_000)

  it('into a folder or a database that is in use changes neither', async () => {
    const config = await target()
    mkdirSync(config.dataDir)
    writeFileSync(join(config.dataDir, 'mine.txt'), 'mine')
    await expect(restore(config, backup, passphrase)).rejects.toThrow(/not empty.*mine.txt/)
    expect(readdirSync(config.dataDir)).toEqual(['mine.txt'])
    const inUse = { ...config, dataDir: join(folder.path, 'fresh'), databaseUrl: services.database.connectionString }
    const before = await contentOf(services.database.connectionString)
    await expect(restore(inUse, backup, passphrase)).rejects.toThrow(/in use/)
    expect(existsSync(inUse.dataDir)).toBe(false)
    expect(await contentOf(services.database.connectionString)).toEqual(before)
    writeFileSync(join(config.dataDir, 'restore.unfinished'), '')
    await expect(restore(config, backup, passphrase)).rejects.toThrow(/interrupted/)
  })

  it('of a newer version says so', async () => {
    const whole = readFileSync(backup)
    const newer = join(folder.path, 'newer.backup')
    writeFileSync(
      newer,
      Buffer.from(whole.toString('latin1').replace('"0001_tenancy"', '"0001_tenancy","9999_future"'), 'latin1'),
    )
    const config = await target()
    await expect(restore(config, newer, passphrase)).rejects.toThrow(/newer than this version knows.*9999_future/)
    expect(existsSync(config.dataDir)).toBe(false)
  })

  it('under another VOUCH_MASTER_KEY says so, and takes the right one from the environment', async () => {
    const wrong = await target({ VOUCH_MASTER_KEY: Buffer.alloc(32, 3).toString('base64') })
    await expect(restore(wrong, backup, passphrase)).rejects.toThrow(
      /VOUCH_MASTER_KEY is not the master key of this backup/,
    )
    await expectNothing(wrong)
    const key = readFileSync(join(services.config.dataDir, 'master.key'), 'utf8').trim()
    const right = await target({ VOUCH_MASTER_KEY: key })
    expect(await restore(right, backup, passphrase)).toMatchObject({ keys: { from: 'file', to: 'environment' } })
    expect(readdirSync(right.dataDir)).not.toContain('master.key')
  }, 60_000)

  it('is found out when what was backed up did not hold together, and leaves nothing', async () => {
    const forge = (text: string) =>
      services.database.operator(trx =>
        sql`update ledger_entry set leaf = ${text} where id = (select min(id) from ledger_entry)`.execute(trx),
      )
    const { rows } = await services.database.operator(trx =>
      sql<{ leaf: string }>`select leaf from ledger_entry order by id limit 1`.execute(trx),
    )
    const leaf = rows[0]?.leaf ?? ''
    await forge(leaf.replace('operator', 'somebody'))
    const file = join(folder.path, 'forged.backup')
    await backUp(source, file, passphrase, { cost })
    await forge(leaf)
    const config = await target()
    await expect(restore(config, file, passphrase)).rejects.toThrow(/does not hold together.*leaves do not lead/)
    await expectNothing(config)
  }, 60_000)

  it('that is stopped takes everything away again', async () => {
    const controller = new AbortController()
    const config = await target()
    const progress = (message: string) => {
      if (message === 'Objects') controller.abort(new Error('stopped by hand'))
    }
    await expect(restore(config, backup, passphrase, { signal: controller.signal, progress })).rejects.toThrow(
      'stopped by hand',
    )
    await expectNothing(config)
  })
})

describe('a backup', () => {
  it('saves the rest when an object is damaged or missing, and names it, then and at the restore', async () => {
    const text = { a: 'a'.repeat(100_000), b: 'b' }
    const damaged = await services.objects.put(Buffer.from(text.a), { compression: 'none' })
    const path = join(services.config.dataDir, 'objects', nameOf(damaged.id, 'none'))
    chmodSync(path, 0o644)
    writeFileSync(path, text.a.replace(/.$/, 'x'))
    const { rows } = await services.database.operator(trx =>
      sql<{ content: string }>`select content from packages_package limit 1`.execute(trx),
    )
    const missing = rows[0]?.content ?? ''
    const chunks: Buffer[] = []
    for await (const chunk of await services.objects.get(missing)) chunks.push(chunk)
    await services.objects.erase(missing)
    const file = join(folder.path, 'lossy.backup')
    const { lost } = await backUp(source, file, passphrase, { cost })
    await services.objects.put(Buffer.concat(chunks))
    await services.objects.erase(damaged.id)
    expect([...lost].sort()).toEqual([damaged.id, missing].sort())
    const config = await target()
    expect((await restore(config, file, passphrase)).lost).toEqual(lost)
    expect(await list(config)).not.toContain(damaged.id)
  }, 60_000)

  it('that is stopped leaves nothing', async () => {
    for (const when of ['Database', 'Objects']) {
      const controller = new AbortController()
      const progress = (message: string, done = 0) => {
        if (message === when && done > 0) controller.abort()
      }
      const file = join(folder.path, 'stopped.backup')
      await expect(backUp(source, file, passphrase, { cost, signal: controller.signal, progress })).rejects.toThrow()
      expect(readdirSync(folder.path).filter(name => name.startsWith('stopped'))).toEqual([])
    }
  })

  it('is refused when the master key does not open the vault', async () => {
    const other = { ...source, masterKeys: () => [masterKeyFrom(Buffer.alloc(32, 9))] }
    await expect(backUp(other, join(folder.path, 'no.backup'), passphrase, { cost })).rejects.toThrow(
      /locked with the master key/,
    )
    expect(existsSync(join(folder.path, 'no.backup'))).toBe(false)
  })

  it('knows every column that names an object', async () => {
    const client = await connect(services.database.connectionString, 'test')
    opened.push(() => client.end())
    const { rows } = await client.query<{ place: string }>(`
      select c.relname || '.' || a.attname as place from pg_constraint k join pg_class c on c.oid = k.conrelid
        join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey)
      where k.contype = 'c' and pg_get_constraintdef(k.oid) like '%[0-9a-f]{64}%' and c.relname not like '%_history'`)
    // Hashes of something that is no object: a check's definition, a package's manifest, an activity.
    const others = [
      'checks_check.version',
      'packages_package.manifest',
      'activity_entry.digest',
      'connections_upload.content',
      'request_key.fingerprint',
    ]
    expect(
      rows
        .map(row => row.place)
        .filter(place => !others.includes(place))
        .sort(),
    ).toEqual(objectColumns.map(([table, column]) => `${table}.${column}`).sort())
  })
})
