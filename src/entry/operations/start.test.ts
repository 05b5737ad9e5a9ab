import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareDatabase } from '../../platform/db/prepare-database.ts'
import { startEmbeddedPostgres } from '../../platform/postgres/embedded-postgres.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing/postgres.ts'
import { connect } from './parts.ts'
import { temporaryFolder } from './testing.ts'

const vouch = join(import.meta.dirname, '..', '..', '..', 'vouch')
/** Each command is a process of its own, which takes seconds on a busy machine. */
const patience = { timeout: 300_000 }
const folder = temporaryFolder()
let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase({ template: prepareDatabase })
})
afterAll(async () => {
  await database?.drop()
  folder.remove()
})

interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `vouch` with nothing but these variables set, to its end. */
async function run(
  args: readonly string[],
  env: Record<string, string>,
  options: { uid?: number; gid?: number; command?: string } = {},
): Promise<Outcome> {
  const { command = vouch, ...user } = options
  const child: ChildProcess = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  })
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  if (!child.stdout || !child.stderr) throw new Error('the child has no output')
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr }
}

/** One line, no stack, exit code 1: what a person can act on. */
function expectOneMessage(outcome: Outcome, message: RegExp): void {
  expect(outcome.stderr).toMatch(message)
  expect(outcome.stderr).not.toMatch(/\n\s+at |inside Vouch/)
  expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
  expect(outcome.stdout).toBe('')
  expect(outcome.code).toBe(1)
}

const data = (name: string): string => join(folder.path, name)

describe('vouch start', patience, () => {
  it('says that the database cannot be reached, without its password', async () => {
    const outcome = await run(['start'], {
      VOUCH_DATA: data('unreachable'),
      DATABASE_URL: 'postgresql://me:hunter2@127.0.0.1:1/x',
    })
    expectOneMessage(outcome, /PostgreSQL cannot be reached.*ECONNREFUSED.*DATABASE_URL/)
    expect(outcome.stderr).not.toContain('hunter2')
  })

  it('refuses a database that a newer Vouch migrated, and leaves it as it is', async () => {
    const client = await connect(database.connectionString, 'test')
    await client.query("insert into schema_migration (name, run_on) values ('9999_future', now())")
    expectOneMessage(
      await run(['start'], { VOUCH_DATA: data('newer'), DATABASE_URL: database.connectionString }),
      /newer Vouch.*9999_future/,
    )
    const { rows } = await client.query("delete from schema_migration where name = '9999_future' returning name")
    expect(rows).toHaveLength(1)
    await client.end()
  })

  it('says that its port is taken', async () => {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = String(typeof address === 'object' ? address?.port : '')
    const env = {
      VOUCH_DATA: data('port'),
      DATABASE_URL: database.connectionString,
      VOUCH_PORT: port,
      VOUCH_LOG_LEVEL: 'silent',
    }
    expectOneMessage(await run(['start'], env), /Port \d+ cannot be listened on.*VOUCH_PORT/)
    server.close()
  })

  it('says that its data folder cannot be written to', async () => {
    const dataDir = data('closed')
    mkdirSync(dataDir, { mode: 0o755 })
    const env = { VOUCH_DATA: dataDir, DATABASE_URL: database.connectionString }
    // Root may write anywhere: there, the folder is a file.
    if (process.getuid?.() === 0) {
      const file = data('file')
      writeFileSync(file, '')
      expectOneMessage(await run(['start'], { ...env, VOUCH_DATA: file }), /data folder .* cannot be used/)
      // And an ordinary user, where there is one that can read this checkout.
      const nobody = { uid: 65_534, gid: 65_534 }
      if (spawnSync(vouch, ['--version'], { ...nobody }).status === 0) {
        chownSync(folder.path, 0, nobody.gid)
        spawnSync('chmod', ['711', folder.path])
        expectOneMessage(await run(['start'], env, nobody), /data folder .* cannot be used.*EACCES/)
      }
    } else {
      spawnSync('chmod', ['500', dataDir])
      expectOneMessage(await run(['start'], env), /data folder .* cannot be used.*EACCES/)
    }
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('refuses a data folder with the database of another PostgreSQL, or a half-made restore', async () => {
    const old = data('old')
    mkdirSync(join(old, 'postgres', 'data'), { recursive: true })
    writeFileSync(join(old, 'postgres', 'data', 'PG_VERSION'), '13\n')
    expectOneMessage(await run(['start'], { VOUCH_DATA: old }), /made by PostgreSQL 13.*vouch backup/)
    const half = data('half')
    mkdirSync(half)
    writeFileSync(join(half, 'restore.unfinished'), '')
    expectOneMessage(await run(['start'], { VOUCH_DATA: half }), /restore into .* was interrupted/)
    expect(readdirSync(half)).toEqual(['restore.unfinished'])
  })
})

describe('vouch backup', patience, () => {
  it('wants a passphrase, and says so before anything else', async () => {
    const env = { VOUCH_DATA: data('none'), DATABASE_URL: database.connectionString }
    expectOneMessage(await run(['backup', data('a.backup')], env), /VOUCH_BACKUP_PASSPHRASE.*--passphrase-file/)
    expectOneMessage(
      await run(['backup', data('a.backup')], { ...env, VOUCH_BACKUP_PASSPHRASE: 'short' }),
      /12 characters/,
    )
    expect(existsSync(data('a.backup'))).toBe(false)
  })

  it('and restore work on the command line, embedded; a full disk leaves nothing', async () => {
    const env = {
      VOUCH_DATA: data('mine'),
      VOUCH_BACKUP_PASSPHRASE: 'a long enough passphrase',
      VOUCH_LOG_LEVEL: 'silent',
    }
    expect((await run(['init', '--name', 'Mine'], env)).code).toBe(0)
    const file = data('mine.backup')
    // The shell's file-size limit stands in for a full disk: the system refuses the write. The database's server runs already, without it.
    const server = await startEmbeddedPostgres({ dataDir: data('mine') })
    const limited = ['-c', 'ulimit -f 8; exec "$@"', 'sh', vouch, 'backup', file]
    expectOneMessage(await run(limited, env, { command: 'sh' }), /no room for the backup.*nothing was left behind/)
    expect(readdirSync(folder.path).filter(name => name.includes('.backup'))).toEqual([])
    await server.stop()
    expect(await run(['backup', file], env)).toMatchObject({ code: 0, stderr: '' })
    const restored = await run(['restore', file], { ...env, VOUCH_DATA: data('again') })
    expect(restored).toMatchObject({ code: 0, stderr: '' })
    expect(restored.stdout).toMatch(/Proved: .* 1 organisations/)
    const keys = await run(['ledger', 'key'], env)
    expect(keys.stdout).toMatch(/^vouch\/mine-[0-9a-f]{8}\+[0-9a-f]{8}\+\S+\n$/)
    expect((await run(['ledger', 'key'], { ...env, VOUCH_DATA: data('again') })).stdout).toBe(keys.stdout)
    expect(await run(['ledger', 'check'], { ...env, VOUCH_DATA: data('again') })).toMatchObject({ code: 0 })
    const doctor = await run(['doctor', '--json'], { ...env, VOUCH_DATA: data('again') })
    expect(JSON.parse(doctor.stdout)).toMatchObject({ ok: true })
    expect(doctor.code).toBe(0)
    expectOneMessage(await run(['restore', file], { ...env, VOUCH_DATA: data('again') }), /is not empty/)
    expectOneMessage(
      await run(['restore', file], {
        ...env,
        VOUCH_DATA: data('third'),
        VOUCH_BACKUP_PASSPHRASE: 'another passphrase',
      }),
      /passphrase is not the one/,
    )
    expect(existsSync(data('third'))).toBe(false)
  })
})
