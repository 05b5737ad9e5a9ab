import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TenantTx } from '../../platform/db/database.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { collectNow, connectFiles } from '../connections/builders.ts'
import { addConnection } from '../connections/change-connection.ts'
import { pushRecords } from '../connections/push/push-records.ts'
import { readControl } from '../controls/read-controls.ts'
import { integrate } from '../ledger/integrate.ts'
import { addCheck, freeId, previewNewCheck, readTables } from './add-check.ts'
import { checkNow, makeFullOrganisation, openLedger } from './builders.ts'
import { changeCheck, resetCheck } from './change-check.ts'
import { readCheck, readChecks } from './read-checks.ts'
import { checkSupport } from './support.ts'

let services: TestServices
let orgId = ''

beforeAll(async () => {
  services = await testServices()
  orgId = await makeFullOrganisation(services)
  const devices = 'serial,disk_encrypted,status\nS1,true,in_use\nS2,false,in_use\nS3,,in_use\n'
  await collectNow(services, orgId, await connectFiles(services, orgId, { 'asset.device': devices }))
})
afterAll(() => services.close())

const inOrg = <T>(work: (tx: TenantTx) => Promise<T>) => services.database.tenant(orgId, services.clock, work)

const sql = `
  select serial as subject_id, case when disk_encrypted then 'pass' when not disk_encrypted then 'fail' else 'unknown' end as status,
    'Its disk.' as reason from asset_device`

/** A check of one's own, valid but for what `change` makes of it. */
const draft = (change: Partial<Parameters<typeof addCheck>[2]> = {}) => ({
  title: 'Laptops are sealed',
  description: 'Looks at disks.',
  subject: 'laptop',
  resources: ['asset.device'],
  controls: ['disk-encryption'],
  severity: 'high' as const,
  fresh_for_hours: 48,
  remediation: 'Seal it.',
  sql,
  ...change,
})
const add = (change: Parameters<typeof draft>[0] = {}) => addCheck(services, orgId, draft(change), 'operator')

describe('a check of one’s own', () => {
  it('runs with the others, has results and findings, supports its control, and is a fact', async () => {
    const id = await add()
    expect(id).toBe('custom.laptops_are_sealed')
    await checkNow(services, orgId)
    expect(await inOrg(tx => readCheck(tx, id))).toMatchObject({
      own: true,
      edited: false,
      latest: { outcome: 'fail', passed: 1, failed: 1, unknown: 1, not_applicable: 0 },
      open_findings: 1,
      tables: [{ table: 'asset_device' }],
    })
    const control = await inOrg(tx => readControl(tx, checkSupport, 'disk-encryption'))
    expect(control.checks.map(check => check.id)).toContain(id)
    await integrate(services, orgId)
    const facts = await openLedger(services, orgId)
    expect(facts.filter(fact => fact.kind === 'check.changed' && fact.subject === id)).toHaveLength(1)
  })

  it('gets an id of its own, also when two are added at once', async () => {
    const ids = await Promise.all([add({ title: 'Twice: at once!' }), add({ title: 'Twice, at once' })])
    expect(ids.toSorted()).toEqual(['custom.twice_at_once', 'custom.twice_at_once_2'])
  })

  it.each([
    ['a resource that nothing gives', { resources: ['no.such'] }, 'resources'],
    ['a control that is not there', { controls: ['disk-encryption', 'no-such'] }, 'controls'],
    ['what is no SELECT', { sql: "copy (select 1) to '/tmp/x'" }, 'sql'],
    ['a table that it did not name', { sql: 'select * from hr_employee' }, 'sql'],
    ['a status that there is not', { sql: "select 'a' as subject_id, 'maybe' as status, '' as reason" }, 'sql'],
    ['a subject twice', { sql: "select 'a' as subject_id, 'pass' as status, '' as reason from asset_device" }, 'sql'],
  ])('is refused with %s, and nothing is kept', async (_what, change, path) => {
    const before = await inOrg(readChecks)
    await expect(add({ title: 'Refused', ...change })).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ path }],
    })
    expect(await inOrg(readChecks)).toEqual(before)
  })

  it('is changed in what is said of it, as no check that Vouch ships is', async () => {
    const id = await add({ title: 'To be changed' })
    const before = await inOrg(tx => readCheck(tx, id))
    await inOrg(tx => changeCheck(tx, id, { details: { severity: 'low', subject: 'device' } }, 'operator'))
    const after = await inOrg(tx => readCheck(tx, id))
    expect(after).toMatchObject({ severity: 'low', subject: 'device', title: 'To be changed', sql: before.sql })
    expect(after.version).not.toBe(before.version)
    const shipped = inOrg(tx =>
      changeCheck(tx, 'people.devices_encrypted', { details: { severity: 'low' } }, 'operator'),
    )
    await expect(shipped).rejects.toMatchObject({ code: 'conflict' })
    await expect(inOrg(tx => resetCheck(tx, id, 'operator'))).rejects.toMatchObject({ code: 'conflict' })
  })

  it('can be tried before it is one', async () => {
    const before = await inOrg(readChecks)
    expect(await previewNewCheck(services, orgId, { resources: ['asset.device'], sql })).toMatchObject({
      ok: true,
      passed: 1,
      failed: 1,
      unknown: 1,
    })
    expect(await previewNewCheck(services, orgId, { resources: ['asset.device'], sql: 'select' })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/./),
    })
    await expect(previewNewCheck(services, orgId, { resources: ['x.y'], sql })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect(await inOrg(readChecks)).toEqual(before)
  })

  it('is offered the resources that there are, those with records first', async () => {
    const { items } = await inOrg(readTables)
    expect(items[0]).toMatchObject({ resource: 'asset.device', table: 'asset_device', records: 3 })
    expect(items[1]).toMatchObject({ resource: 'vouch.redaction', records: 1 })
    expect(items.slice(2).every(item => item.records === null)).toBe(true)
    expect(items.length).toBeGreaterThan(15)
  })
})

describe('the id of a check', () => {
  it.each([
    ['Žluťoučký kůň', 'custom.zlutoucky_kun'],
    ['  2FA: everywhere?  ', 'custom.fa_everywhere'],
    ['会社', 'custom.check'],
    [`${'a'.repeat(49)} b`, `custom.${'a'.repeat(49)}`],
  ])('is made from the words of its title: %s', (title, id) => {
    expect(freeId(title, new Set())).toBe(id)
    expect(freeId(title, new Set([id, `${id}_2`]))).toBe(`${id}_3`)
  })
})

describe('records that were pushed', () => {
  it('of a kind of one’s own are what a check of one’s own looks at', async () => {
    const settings = {
      resource: 'custom',
      name: 'backup',
      key: ['id'],
      columns: [
        { name: 'id', type: 'text' },
        { name: 'ok', type: 'boolean' },
      ],
    }
    const backups = {
      resources: ['custom.backup'],
      sql: "select id as subject_id, if(ok, 'pass', 'fail') as status, 'so' as reason from custom_backup",
    }
    const connectionId = await inOrg(tx =>
      addConnection(services, tx, { kind: 'push', name: 'Backups', settings, every_hours: 24 }, 'operator'),
    )
    await expect(add({ ...backups, title: 'Too early' })).rejects.toMatchObject({ code: 'invalid_input' })
    const push = { connectionId, resource: 'custom.backup', incompleteReason: null, total: 2, sourceClock: null }
    const body = (async function* () {
      yield Buffer.from('{"id":"1","ok":true}\n{"id":"2","ok":false}\n')
    })()
    const hooks = { onRead: () => {}, onPublished: async () => {} }
    await pushRecords(services, orgId, { ...push, actor: 'key:1', body }, hooks)
    const { items } = await inOrg(readTables)
    expect(items.find(({ resource }) => resource === 'custom.backup')).toMatchObject({
      table: 'custom_backup',
      records: 2,
    })
    const id = await add({ ...backups, title: 'Backups succeed' })
    await checkNow(services, orgId)
    expect((await inOrg(tx => readCheck(tx, id))).latest).toMatchObject({ outcome: 'fail', passed: 1, failed: 1 })
  })
})
