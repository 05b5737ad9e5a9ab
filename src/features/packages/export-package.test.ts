import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPackage } from '../../../verifier/package/read-package.ts'
import { verifyPackage } from '../../../verifier/package/verify-package.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing/postgres.ts'
import { addCheck } from '../checks/add-check.ts'
import { grantException } from '../checks/exceptions.ts'
import { changeControl } from '../controls/change-control.ts'
import { fileDocument } from '../evidence/documents.ts'
import { integrate } from '../ledger/integrate.ts'
import { rotateKey } from '../ledger/keys.ts'
import { listKeys } from '../ledger/store.ts'
import {
  connectFiles,
  liveOneDay,
  makeTestOrganisation,
  openTestServices,
  type TestServices,
  writeFiles,
} from './builders.ts'
import { exportPackage } from './export-package.ts'
import { makePackage } from './make-package.ts'
import { selectPackages } from './store.ts'

const day = 86_400_000
const start = new Date('2026-02-02T05:00:00.000Z')
const employees =
  'employee_id,name,email,status,start_date\ne1,Ada Example,ada@sample.example,active,2024-01-01\ne2,Émile Example,emile@sample.example,left,2024-01-01\n'
const accounts = (mfa: string) =>
  `account_id,email,status,mfa_enabled\na1,ada@sample.example,active,true\na2,emile@sample.example,active,${mfa}\n`

let dir = ''
let server: TestDatabase
let services: TestServices
let orgId = ''
const path = () => join(dir, 'package.zip')

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vouch-export-'))
  server = await testDatabase()
  services = await openTestServices(server.connectionString, start)
  orgId = await makeTestOrganisation(services)
  const connection = await connectFiles(services, orgId, { 'hr.employee': employees, 'idp.account': accounts('false') })
  const inTenant = <T>(work: Parameters<typeof services.database.tenant<T>>[2]) =>
    services.database.tenant(orgId, services.clock, work)
  await liveOneDay(services, orgId, connection)
  services.clock.moveTo(new Date(start.getTime() + day))
  await inTenant(async tx => {
    const finding = await tx.sql.selectFrom('checks_finding').selectAll().orderBy('check_id').executeTakeFirstOrThrow()
    const expires_at = new Date(start.getTime() + 90 * day).toISOString()
    await grantException(
      tx,
      {
        check_id: finding.check_id,
        subject_id: finding.subject_id,
        reason: 'For a test',
        approver: 'Somebody',
        expires_at,
      },
      'system',
    )
    const control = await tx.sql.selectFrom('controls_control').select('id').orderBy('id').executeTakeFirstOrThrow()
    await changeControl(tx, control.id, { implemented: true }, 'system')
    await rotateKey(services, tx, 'system')
  })
  const document = {
    controlId: 'risk-assessment',
    title: 'Risks',
    fileName: 'risks.txt',
    mediaType: 'text/plain',
    coversFrom: '2026-01-01',
    coversTo: '2026-12-31',
    freshForDays: 365,
    sourceUrl: 'https://ci.company.example/run/1',
    content: await services.objects.put(Buffer.from('None.')),
  }
  await addCheck(
    services,
    orgId,
    {
      title: 'Accounts have a second factor',
      description: 'Looks at accounts.',
      subject: 'account',
      resources: ['idp.account'],
      controls: ['risk-assessment'],
      severity: 'low',
      fresh_for_hours: 48,
      remediation: 'Ask for a second factor.',
      sql: "select account_id as subject_id, if(mfa_enabled, 'pass', 'fail') as status, 'so' as reason from idp_account",
    },
    'system',
  )
  await fileDocument(services, orgId, document, 'system')
  await liveOneDay(services, orgId, connection)
  services.clock.moveTo(new Date(start.getTime() + 2 * day))
  writeFiles(services, { 'idp.account': accounts('true') })
  await liveOneDay(services, orgId, connection)
}, 120_000)

afterAll(async () => {
  await services?.close()
  await server?.drop()
  rmSync(dir, { recursive: true, force: true })
})

describe('an exported package', () => {
  test('agrees when it is verified, under each key that the log ever had', async () => {
    await makePackage(services, orgId, {}, { actor: 'system', copyTo: path() })
    const keys = await services.database.tenant(orgId, services.clock, listKeys)
    expect(keys).toHaveLength(2)
    for (const { vkey } of keys) {
      const report = await verifyPackage(path(), { key: vkey })
      expect(report.differences).toEqual([])
      expect(report).toMatchObject({ ok: true, keyTrusted: true, sample: true })
      expect(report.counts).toMatchObject({ batches: 3, snapshots: 9, documents: 1, criteria: 61, history: 3 })
      expect(report.counts.checkRuns).toBeGreaterThan(10)
    }
  }, 60_000)

  test('is kept, listed, logged and the same bytes as the copy', async () => {
    const [row] = await services.database.tenant(orgId, services.clock, tx => selectPackages(tx).execute())
    if (!row) throw new Error('no package is listed')
    const chunks: Buffer[] = []
    for await (const chunk of await services.objects.get(row.content)) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(readFileSync(path()))).toBe(true)
    const { rows } = await services.database.tenant(orgId, services.clock, tx =>
      sql<{ kind: string }>`select kind from ledger_entry where id = ${row.ledger_entry_id}`.execute(tx.sql),
    )
    expect(rows).toEqual([{ kind: 'package.exported' }])
  })

  test('of a later period holds what was collected before and read in it, and agrees', async () => {
    const made = await makePackage(
      services,
      orgId,
      { from: '2026-02-03', to: '2026-02-03' },
      { actor: 'system', copyTo: path() },
    )
    expect(made).toMatchObject({ from: '2026-02-03T00:00:00.000Z', to: '2026-02-03T23:59:59.999Z' })
    const report = await verifyPackage(path())
    expect(report.differences).toEqual([])
    expect(report.counts).toMatchObject({ batches: 1, snapshots: 3, documents: 1, history: 1 })
  }, 60_000)
})

describe('an export', () => {
  test('of a period that ends before it begins is refused, and leaves nothing', async () => {
    const before = await services.database.tenant(orgId, services.clock, tx => selectPackages(tx).execute())
    await expect(
      makePackage(services, orgId, { from: '2026-02-04', to: '2026-02-03' }, { actor: 'system' }),
    ).rejects.toMatchObject({ code: 'invalid_input' })
    expect(readdirSync(join(services.config.dataDir, 'tmp', 'packages'))).toEqual([])
    expect(await services.database.tenant(orgId, services.clock, tx => selectPackages(tx).execute())).toHaveLength(
      before.length,
    )
  })

  test('that is cancelled stops, and leaves nothing', async () => {
    const controller = new AbortController()
    const onProgress = (message: string) => {
      if (message === 'Evidence') controller.abort(new Error('stopped by hand'))
    }
    await expect(
      makePackage(
        services,
        orgId,
        {},
        { actor: 'system', signal: controller.signal, onProgress, copyTo: join(dir, 'never.zip') },
      ),
    ).rejects.toThrow('stopped by hand')
    expect(readdirSync(join(services.config.dataDir, 'tmp', 'packages'))).toEqual([])
    expect(readdirSync(dir)).not.toContain('never.zip')
  })

  test('whose output fails, fails', async () => {
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('no room')) })
    await expect(exportPackage(services, orgId, {}, broken)).rejects.toThrow('no room')
  })

  test('of a log whose past was changed is refused', async () => {
    const at = await services.database.operator(async trx => {
      const { rows } = await sql<{
        entry_id: number
        content: string
      }>`select entry_id, content from ledger_opening order by entry_id limit 1`.execute(trx)
      await sql`update ledger_opening set content = replace(content, 'Test', 'Best') where entry_id = ${rows[0]?.entry_id}`.execute(
        trx,
      )
      return rows[0]
    })
    await expect(makePackage(services, orgId, {}, { actor: 'system' })).rejects.toMatchObject({ code: 'integrity' })
    await services.database.operator(trx =>
      sql`update ledger_opening set content = ${at?.content} where entry_id = ${at?.entry_id}`.execute(trx),
    )
    await integrate(services, orgId)
  })

  test('without one of its objects is refused, and says which', async () => {
    const file = join(dir, 'readable.zip')
    await makePackage(services, orgId, {}, { actor: 'system', copyTo: file })
    const opened = await openPackage(file)
    const [object] = [...opened.files.keys()].filter(name => name.startsWith('objects/'))
    await opened.close()
    const id = object?.slice('objects/'.length, -'.zst'.length) ?? ''
    await services.objects.erase(id)
    await expect(makePackage(services, orgId, {}, { actor: 'system' })).rejects.toThrow(id)
  })
})
