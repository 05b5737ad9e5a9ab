import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemActor } from '../../features/ledger/append-fact.ts'
import { startMailServer } from '../../platform/testing/mail-server.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing/postgres.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { setUpOrganisation } from '../set-up.ts'
import { type Diagnosis, diagnose, formatDiagnosis } from './doctor.ts'
import type { State } from './finding.ts'
import { ownMigrations } from './parts.ts'
import { temporaryFolder } from './testing.ts'

let services: TestServices
let empty: TestDatabase
let orgId = ''
beforeAll(async () => {
  services = await testServices()
  empty = await testDatabase()
  orgId = await setUpOrganisation(services, { slug: 'doctored', name: 'Doctored', isSample: false }, systemActor)
})
afterAll(async () => {
  await services?.close()
  await empty?.drop()
})

const look = (env: Record<string, string> = {}): Promise<Diagnosis> =>
  diagnose({ VOUCH_DATA: services.config.dataDir, DATABASE_URL: services.database.connectionString, ...env })

function stateOf({ checks }: Diagnosis, about: string): State[] {
  return checks.filter(check => check.about === about).map(check => check.state)
}

/** Changes the database as vouch_owner, looks, and changes it back. */
async function lookAfter(change: string, back: string): Promise<Diagnosis> {
  await services.database.operator(trx => sql.raw(change).execute(trx))
  try {
    return await look()
  } finally {
    await services.database.operator(trx => sql.raw(back).execute(trx))
  }
}

describe('vouch doctor', () => {
  it('finds no problem where there is none, and says what to do in each warning', async () => {
    const found = await look()
    expect(found.checks.filter(check => check.state === 'problem')).toEqual([])
    expect(found.ok).toBe(true)
    for (const check of found.checks) expect(check.next !== undefined).toBe(check.state !== 'ok')
    for (const about of [
      'node',
      'data folder',
      'database',
      'schema',
      'roles',
      'row-level security',
      'append-only',
      'activity',
      'objects',
      'vault',
      'ledger doctored',
    ]) {
      expect(stateOf(found, about)).toContain('ok')
    }
    expect(formatDiagnosis(found)).toMatch(/No problem; \d+ warnings\.\n$/)
  })

  it('looks whether the mail server lets us in, and tells nobody the password', async () => {
    expect((await look()).configuration.mail).toBe('none')
    const server = await startMailServer()
    const mail = { VOUCH_SMTP_URL: `smtp://127.0.0.1:${server.port}`, VOUCH_MAIL_FROM: 'vouch@acme.example' }
    const found = await look(mail)
    expect(stateOf(found, 'mail')).toEqual(['ok'])
    expect(found.configuration.mail).toBe(`127.0.0.1:${server.port}, from vouch@acme.example`)
    await server.close()
    const broken = await look({ ...mail, VOUCH_SMTP_URL: `smtp://me:hunter2@127.0.0.1:${server.port}` })
    expect(stateOf(broken, 'mail')).toEqual(['problem'])
    expect(JSON.stringify(broken) + formatDiagnosis(broken)).not.toContain('hunter2')
  })

  it('says that the database is down, and still looks at the rest', async () => {
    const url = 'postgresql://somebody:hunter2@127.0.0.1:1/vouch'
    const found = await look({ DATABASE_URL: url, VOUCH_TSA_URL: 'https://me:hunter2@tsa.example/x?token=hunter2' })
    expect(found.ok).toBe(false)
    expect(stateOf(found, 'database')).toEqual(['problem'])
    expect(stateOf(found, 'data folder')).toEqual(['ok'])
    expect(formatDiagnosis(found)).toContain('PostgreSQL cannot be reached')
    expect(JSON.stringify(found) + formatDiagnosis(found)).not.toContain('hunter2')
  })

  it('tells a newer schema, an older one and an empty database apart', async () => {
    const newer = await lookAfter(
      "insert into schema_migration (name, run_on) values ('9999_future', now())",
      "delete from schema_migration where name = '9999_future'",
    )
    expect(stateOf(newer, 'schema')).toEqual(['problem'])
    expect(formatDiagnosis(newer)).toContain('9999_future')
    const last = ownMigrations().at(-1)
    const older = await lookAfter(
      `delete from schema_migration where name = '${last}'`,
      `insert into schema_migration (name, run_on) values ('${last}', now())`,
    )
    expect(stateOf(older, 'schema')).toEqual(['warning'])
    expect(stateOf(await look({ DATABASE_URL: empty.connectionString }), 'schema')).toEqual(['warning'])
  })

  it('sees row-level security that is not forced, a right to rewrite, changes that are not recorded, and a policy without a condition', async () => {
    const unforced = await lookAfter(
      'alter table ledger_entry no force row level security',
      'alter table ledger_entry force row level security',
    )
    expect(stateOf(unforced, 'row-level security')).toEqual(['problem'])
    const rewritable = await lookAfter(
      'grant update on ledger_entry to vouch_app',
      'revoke update on ledger_entry from vouch_app',
    )
    expect(stateOf(rewritable, 'append-only')).toEqual(['problem'])
    const readable = await lookAfter(
      'grant select on auth_session to vouch_app',
      'revoke select on auth_session from vouch_app',
    )
    expect(stateOf(readable, 'sign-in')).toEqual(['problem'])
    const silent = await lookAfter(
      'alter table controls_control disable trigger recorded_update',
      'alter table controls_control enable trigger recorded_update',
    )
    expect(stateOf(silent, 'activity')).toEqual(['problem'])
    const open = await lookAfter('create policy open on job to vouch_app using (true)', 'drop policy open on job')
    expect(open.checks.find(check => check.about === 'row-level security')?.message).toContain('job')
  })

  it('sees a tree that does not lead to its checkpoint', async () => {
    const flip = 'update ledger_leaf set hash = set_byte(hash, 0, 255 - get_byte(hash, 0)) where index = 0'
    const found = await lookAfter(flip, flip)
    expect(stateOf(found, 'ledger doctored')).toEqual(['problem'])
    expect(found.ok).toBe(false)
  })

  it('sees stamps that are late, and entries that wait', async () => {
    const late = await lookAfter(
      "update ledger_checkpoint set created_at = now() - interval '2 hours'",
      'update ledger_checkpoint set created_at = now()',
    )
    expect(stateOf(late, 'ledger doctored')).toEqual(['ok', 'warning'])
    await services.database.operator(trx =>
      sql`update ledger_checkpoint set created_at = now() - interval '2 hours'`.execute(trx),
    )
    const found = await look({
      VOUCH_TSA_URL: 'https://tsa.example',
      VOUCH_WITNESS_URL: 'https://w.example',
      VOUCH_WITNESS_KEY: 'k',
    })
    expect(found.checks.map(check => check.message).join('\n')).toMatch(
      /time-stamped for more than an hour[\s\S]*cosigned by the witness for more than an hour/,
    )
    const entries =
      'insert into ledger_queue select org_id, id from ledger_entry where id = (select min(id) from ledger_entry)'
    await services.database.operator(trx =>
      sql.raw(`${entries}; update ledger_entry set time = now() - interval '1 hour'`).execute(trx),
    )
    expect((await look()).checks.map(check => check.message).join('\n')).toMatch(/waited for their place in the tree/)
    await services.database.operator(trx => sql`delete from ledger_queue`.execute(trx))
  })

  it('sees jobs that nobody works on, that were given up, and that are lost', async () => {
    await services.database.operator(async trx => {
      await sql`insert into job (org_id, id, kind) values (${orgId}, gen_random_uuid(), 'lost')`.execute(trx)
      await sql`select graphile_worker.add_job('job', '{}', max_attempts => 1)`.execute(trx)
    })
    const found = await look()
    expect(found.checks.filter(check => check.about === 'jobs').map(check => check.state)).toEqual([
      'problem',
      'warning',
    ])
    await services.database.operator(async trx => {
      await sql`delete from job`.execute(trx)
      await sql`update graphile_worker._private_jobs set attempts = 1`.execute(trx)
    })
    expect(formatDiagnosis(await look())).toContain('1 jobs were given up')
    await services.database.operator(trx => sql`delete from graphile_worker._private_jobs`.execute(trx))
  })

  it('sees a master key that is gone, is another, or may be read by others, and never makes one', async () => {
    const file = join(services.config.dataDir, 'master.key')
    chmodSync(file, 0o644)
    expect(formatDiagnosis(await look())).toContain('may be read by others')
    chmodSync(file, 0o600)
    renameSync(file, `${file}.away`)
    expect(stateOf(await look(), 'vault')).toEqual(['problem'])
    writeFileSync(file, `${Buffer.alloc(32, 5).toString('base64')}\n`, { mode: 0o600 })
    const other = await look()
    expect(stateOf(other, 'vault')).toEqual(['problem'])
    expect(JSON.stringify(other)).not.toContain(Buffer.alloc(32, 5).toString('base64'))
    renameSync(`${file}.away`, file)
    expect(stateOf(await look(), 'vault')).toEqual(['ok'])
  })

  it('sees a data folder that others may write to, and a restore that was interrupted', async () => {
    const folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    mkdirSync(dataDir)
    chmodSync(dataDir, 0o777)
    writeFileSync(join(dataDir, 'restore.unfinished'), '')
    const found = await diagnose({ VOUCH_DATA: dataDir })
    expect(stateOf(found, 'data folder')).toEqual(['problem', 'problem'])
    expect(formatDiagnosis(found)).toContain('Delete the folder, and restore again')
    folder.remove()
  })

  it('says which variable is wrong without repeating it', async () => {
    const found = await diagnose({ VOUCH_PORT: 'hunter2' })
    expect(found.ok).toBe(false)
    expect(formatDiagnosis(found)).toContain('VOUCH_PORT')
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })
})
