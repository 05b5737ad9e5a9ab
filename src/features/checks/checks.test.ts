import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inOrder, programAt, programStatus } from '../../../verifier/rules/program.ts'
import { controlStatuses } from '../../../verifier/rules/status.ts'
import { SimulatedClock } from '../../platform/clock/clock.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { collectNow, connectFiles, writeFiles } from '../connections/builders.ts'
import { changeControl } from '../controls/change-control.ts'
import { readProgramStatus } from '../controls/read-status.ts'
import { fileDocument } from '../evidence/documents.ts'
import { soc2, soc2Id } from '../frameworks/content.ts'
import { integrate } from '../ledger/integrate.ts'
import { changeScope } from '../scope/change-scope.ts'
import { checkNow, makeFullOrganisation, openLedger } from './builders.ts'
import { changeCheck, resetCheck } from './change-check.ts'
import { grantException, revokeException } from './exceptions.ts'
import { pageOfFindings, readFigures, selectFindings } from './findings-store.ts'
import { checksJob } from './jobs.ts'
import { previewCheck } from './preview-check.ts'
import { readCheck } from './read-checks.ts'
import { selectRuns } from './runs-store.ts'
import { listStoredChecks } from './store.ts'
import { checkSupport } from './support.ts'

const check = 'people.devices_encrypted'
const control = 'disk-encryption'
const day = 86_400_000

let services: TestServices<SimulatedClock>
let orgId = ''
let connectionId = ''

beforeAll(async () => {
  services = await testServices({ clock: new SimulatedClock(new Date('2026-06-01T08:00:00Z')) })
  orgId = await makeFullOrganisation(services)
  connectionId = await connectFiles(services, orgId, devices({}))
  // Two checks of devices are enough to tell apart; each one that runs waits for the disk.
  await inOrg(async tx => {
    for (const { id, definition } of await listStoredChecks(tx)) {
      const reads = definition.metadata.resources.includes('asset.device')
      if (reads && id !== check && id !== 'people.devices_lock')
        await changeCheck(tx, id, { enabled: false }, 'operator')
    }
  })
})
afterAll(() => services.close())

const inOrg = <T>(work: (tx: TenantTx) => Promise<T>) => services.database.tenant(orgId, services.clock, work)

/** A file of devices: serial number → whether its disk is encrypted; `retired` and nothing are possible too. */
function devices(serials: Readonly<Record<string, 'true' | 'false' | '' | 'retired'>>) {
  const rows = Object.entries(serials).map(([serial, is]) =>
    is === 'retired' ? `${serial},false,retired` : `${serial},${is},in_use`,
  )
  return { 'asset.device': ['serial,disk_encrypted,status', ...rows, ''].join('\n') }
}

const nextDay = (days = 1) => services.clock.moveTo(new Date(services.clock.now().getTime() + days * day))

/** The next day: collects what the devices are then, unless nothing is collected, and runs the checks. Returns the check's run. */
async function live(
  serials: Parameters<typeof devices>[0] | undefined,
  options: { days?: number; incomplete?: boolean } = {},
) {
  nextDay(options.days)
  if (serials) {
    writeFiles(services, devices(serials))
    await collectNow(services, orgId, connectionId)
  }
  if (options.incomplete)
    await tamper('update evidence_snapshot set complete = false where collected_at = $1', [services.clock.now()])
  await checkNow(services, orgId)
  await integrate(services, orgId)
  await expectAgreement()
  const run = await newestRun()
  // What a test does next is done later, if only by a minute.
  nextDay(1 / 1_440)
  return run
}

async function tamper(statement: string, values: unknown[]) {
  const superuser = await services.database.dedicatedClient('test')
  await superuser.query(statement, values)
  await superuser.end()
}

const newestRun = () =>
  inOrg(tx => selectRuns(tx).where('check_id', '=', check).orderBy('checks_run.as_of', 'desc').executeTakeFirst())

/** What the pages show follows from the ledger's facts alone, word for word; so do the points of the trend. */
async function expectAgreement(atPoints = 1) {
  const facts = inOrder(await openLedger(services, orgId))
  const framework = await soc2()
  const now = services.clock.now().toISOString()
  expect(await inOrg(tx => readProgramStatus(tx, checkSupport))).toEqual(
    programStatus(programAt(facts, now), framework),
  )
  const points = await inOrg(tx =>
    tx.sql.selectFrom('controls_point').selectAll().orderBy('time', 'desc').limit(atPoints).execute(),
  )
  for (const point of points) {
    const { controls, criteria } = programStatus(programAt(facts, point.time.toISOString()), framework)
    const short = (list: typeof controls) => Object.fromEntries(list.map(({ id, status }) => [id, status]))
    const counts = Object.fromEntries(
      controlStatuses.map(name => [name, controls.filter(item => item.status === name).length]),
    )
    expect(point).toMatchObject({ controls: short(controls), criteria: short(criteria), counts })
  }
  await expectFigures()
}

/** What lists show without counting is what counting finds. */
async function expectFigures() {
  await inOrg(async tx => {
    const [figures, runs] = [await readFigures(tx), await selectRuns(tx).orderBy('checks_run.as_of').execute()]
    const states = (await selectFindings(tx).execute()).map(row => ({
      check: row.check_id,
      state: row.resolved_at ? ('resolved' as const) : row.exception_id ? ('excepted' as const) : ('open' as const),
    }))
    const list = { limit: 1, sort: '-opened_at' }
    for (const state of ['open', 'excepted', 'resolved', undefined] as const) {
      const counted = states.filter(item => state === undefined || item.state === state)
      expect((await pageOfFindings(tx, { ...list, state })).total).toBe(counted.length)
      const ofCheck = counted.filter(item => item.check === check).length
      expect((await pageOfFindings(tx, { ...list, state, check_id: check })).total).toBe(ofCheck)
    }
    expect([...figures.keys()].sort()).toEqual([...new Set(runs.map(run => run.check_id))].sort())
    for (const [id, { past, open, excepted, resolved }] of figures) {
      const outcomes = runs.filter(run => run.check_id === id)
      expect(past).toEqual(outcomes.slice(-60).map(({ as_of, outcome }) => ({ as_of: as_of.toISOString(), outcome })))
      const count = (...wanted: string[]) =>
        states.filter(item => item.check === id && wanted.includes(item.state)).length
      expect({ open, excepted, resolved }).toEqual({
        open: count('open', 'excepted'),
        excepted: count('excepted'),
        resolved: count('resolved'),
      })
    }
  })
}

const controlStatus = async () =>
  (await inOrg(tx => readProgramStatus(tx, checkSupport))).controls.find(item => item.id === control)

/** The check's findings, oldest first, in short. */
const findings = async () => {
  const rows = await inOrg(tx =>
    selectFindings(tx).where('f.check_id', '=', check).orderBy('f.opened_at').orderBy('f.subject_id').execute(),
  )
  return rows.map(
    row =>
      [
        row.subject_id.replace('Files/', ''),
        row.resolved_at ? 'resolved' : row.exception_id ? 'excepted' : 'open',
        row.reason,
      ] as const,
  )
}
const states = async () => Object.fromEntries((await findings()).map(([subject, state]) => [subject, state]))
const facts = async (kind: string) => (await openLedger(services, orgId)).filter(fact => fact.kind === kind)

// A batch of checks starts a process of its own and waits for the disk: on a busy machine that takes seconds.
const patient = { timeout: 90_000 }

describe('checks, day after day', patient, () => {
  it('run only where something is connected that they read', async () => {
    expect(await checkNow(services, orgId)).toBeUndefined()
    expect(await facts('checks.completed')).toEqual([])
    await integrate(services, orgId)
    expect(await controlStatus()).toMatchObject({ status: 'not_implemented' })
  })

  it('say what passes, fails, is unknown and does not apply, and open a finding for each failure', async () => {
    const run = await live({ S1: 'true', S2: 'false', S3: '', S4: 'retired' })
    expect(run).toMatchObject({
      outcome: 'fail',
      passed: 1,
      failed: 1,
      unknown: 1,
      not_applicable: 1,
      excepted: 0,
      error: null,
      parameters: { unseen_days: 30 },
    })
    expect(run?.inputs).toMatchObject([{ resource: 'asset.device', connection: 'Files', complete: true }])
    expect(await findings()).toEqual([['S2', 'open', 'Its storage is not encrypted.']])
    expect(await controlStatus()).toMatchObject({ status: 'failing' })
    const [batch] = await facts('checks.completed')
    expect(batch).toMatchObject({
      content: { runs: expect.arrayContaining([expect.objectContaining({ check, results: run?.results })]) },
    })
  })

  it('keep what still fails open since it began, and leave open what became unknown', async () => {
    const opened = await inOrg(tx =>
      selectFindings(tx).select('f.opened_batch').where('f.check_id', '=', check).execute(),
    )
    const run = await live({ S1: 'false', S2: 'false', S3: 'true' })
    const still = await inOrg(tx =>
      selectFindings(tx)
        .select('f.opened_batch')
        .where('f.check_id', '=', check)
        .where('f.subject_id', '=', 'Files/S2')
        .execute(),
    )
    expect(still).toMatchObject([
      {
        id: opened[0]?.id,
        opened_batch: opened[0]?.opened_batch,
        opened_at: opened[0]?.opened_at,
        last_failed_at: run?.as_of,
      },
    ])
    expect(await states()).toEqual({ S1: 'open', S2: 'open' })
    expect(await live({ S1: 'true', S2: '', S3: 'true' })).toMatchObject({ outcome: 'unknown', passed: 2, unknown: 1 })
    expect(await states()).toEqual({ S1: 'resolved', S2: 'open' })
    expect(await controlStatus()).toMatchObject({ status: 'unknown' })
  })

  it('do not take for resolved what an incomplete snapshot does not show, nor for a pass', async () => {
    const run = await live({ S1: 'true', S3: 'true' }, { incomplete: true })
    expect(run).toMatchObject({ outcome: 'unknown', passed: 2, failed: 0, unknown: 0 })
    expect(run?.inputs).toMatchObject([{ complete: false }])
    expect(await states()).toEqual({ S1: 'resolved', S2: 'open' })
    await live({ S1: 'true', S3: 'true' })
    expect(await states()).toEqual({ S1: 'resolved', S2: 'resolved' })
    expect(await controlStatus()).toMatchObject({ status: 'effective' })
  })

  it('open a new finding for what fails again', async () => {
    await live({ S1: 'true', S2: 'false', S3: 'true' })
    expect((await findings()).filter(([subject]) => subject === 'S2').map(([, state]) => state)).toEqual([
      'resolved',
      'open',
    ])
  })

  it('do not count what is excepted, until the exception expires or is revoked', async () => {
    const except = (subject: string, days: number) =>
      inOrg(tx =>
        grantException(
          tx,
          {
            check_id: check,
            subject_id: `Files/${subject}`,
            reason: 'It never leaves the building.',
            approver: 'A. Person',
            expires_at: new Date(tx.clock.now().getTime() + days * day).toISOString(),
          },
          'operator',
        ),
      )
    await except('S2', 3)
    await expect(except('S2', 5)).rejects.toMatchObject({ code: 'conflict' })
    for (const days of [0, -1, 367]) await expect(except('S1', days)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await live({ S1: 'true', S2: 'false', S3: 'true' })).toMatchObject({
      outcome: 'pass',
      passed: 2,
      failed: 1,
      excepted: 1,
    })
    expect((await findings()).at(-1)?.[1]).toBe('excepted')
    expect(await controlStatus()).toMatchObject({ status: 'effective' })
    expect(await live(undefined, { days: 2 })).toMatchObject({ outcome: 'fail', excepted: 0 })
    expect((await findings()).at(-1)?.[1]).toBe('open')
    const { id } = await except('S2', 300)
    expect(await live(undefined)).toMatchObject({ outcome: 'pass', excepted: 1 })
    nextDay()
    await inOrg(tx => revokeException(tx, id, 'operator'))
    await expect(inOrg(tx => revokeException(tx, id, 'operator'))).rejects.toMatchObject({ code: 'conflict' })
    expect(await live(undefined)).toMatchObject({ outcome: 'fail', excepted: 0 })
  })

  it('do not write again the results that are there', async () => {
    const versions = async () => {
      const superuser = await services.database.dedicatedClient('test')
      const { rows } = await superuser.query(
        'select subject_id, xmin::text from checks_result where check_id = $1 order by 1',
        [check],
      )
      await superuser.end()
      return rows
    }
    const before = await versions()
    expect(before).toHaveLength(3)
    await live({ S3: 'true', S2: 'false', S1: 'true' })
    expect(await versions()).toEqual(before)
    await live({ S1: 'true', S2: 'true' })
    expect((await versions()).map(row => row.subject_id)).toEqual(['Files/S1', 'Files/S2'])
  })

  it('with nothing to look at are unknown, and where nothing applies not applicable', async () => {
    expect(await live({})).toMatchObject({ outcome: 'unknown', passed: 0, failed: 0, unknown: 0, not_applicable: 0 })
    expect(await live({ S1: 'retired' })).toMatchObject({ outcome: 'not_applicable', not_applicable: 1 })
    expect((await controlStatus())?.status).not.toBe('effective')
  })

  it('that are not run any more decay to unknown', async () => {
    await live({ S1: 'true' })
    expect(await controlStatus()).toMatchObject({ status: 'effective' })
    nextDay(30)
    expect(await controlStatus()).toMatchObject({ status: 'unknown' })
    await expectAgreement()
  })

  it('count with everything else that people say and file', async () => {
    nextDay()
    await inOrg(async tx => {
      await changeScope(
        tx,
        { framework: soc2Id, categories: ['security', 'availability'], period_from: null, period_to: null },
        'operator',
      )
      await changeControl(tx, 'physical-security', { implemented: true }, 'operator').catch(() => {})
      await changeControl(tx, control, { not_applicable_reason: 'No device holds anything.' }, 'operator')
    })
    const [manual] = (await inOrg(tx => readProgramStatus(tx, checkSupport))).controls.filter(
      item => item.status === 'not_implemented',
    )
    const filed = {
      controlId: manual?.id ?? '',
      title: 'Proof',
      fileName: 'proof.txt',
      mediaType: 'text/plain',
      coversFrom: '2026-01-01',
      coversTo: '2026-12-31',
      freshForDays: 10,
      sourceUrl: null,
      content: await services.objects.put(Buffer.from('proof')),
    }
    await fileDocument(services, orgId, filed, 'operator')
    await live({ S1: 'false' })
    expect(await controlStatus()).toEqual({
      id: control,
      status: 'not_applicable',
      reasons: ['No device holds anything.'],
    })
    await live(undefined, { days: 20 })
    await inOrg(tx => changeControl(tx, control, { not_applicable_reason: null }, 'operator'))
    await live(undefined)
    expect(await controlStatus()).toMatchObject({ status: 'failing' })
  })
})

describe('two changes of a control at once', patient, () => {
  it('are both in the last fact', async () => {
    nextDay()
    await Promise.all([
      inOrg(tx => changeControl(tx, control, { implemented: true }, 'operator')),
      inOrg(tx => changeControl(tx, control, { not_applicable_reason: 'Because.' }, 'operator')),
    ])
    await integrate(services, orgId)
    await expectAgreement()
    expect((await facts('control.changed')).at(-1)?.content).toMatchObject({
      id: control,
      implemented: true,
      not_applicable_reason: 'Because.',
    })
    await inOrg(tx => changeControl(tx, control, { not_applicable_reason: null }, 'operator'))
    await integrate(services, orgId)
  })
})

describe('a check', patient, () => {
  const changed = async () =>
    (await facts('check.changed')).filter(fact => fact.subject === check).map(fact => fact.content)

  it('that cannot be executed is unknown, says why, and leaves results and findings as they were', async () => {
    await live({ S1: 'true', S2: 'false' })
    const before = await states()
    await inOrg(tx => changeCheck(tx, check, { sql: 'select nonsense from asset_device' }, 'operator'))
    expect(await live({ S1: 'false', S2: 'true' })).toMatchObject({
      outcome: 'unknown',
      results: null,
      error: expect.stringMatching(/^sql: .*nonsense/),
      passed: 0,
      failed: 0,
    })
    expect(await states()).toEqual(before)
    await inOrg(tx => resetCheck(tx, check, 'operator'))
    expect(await live(undefined)).toMatchObject({ outcome: 'fail', error: null })
    expect(await states()).toMatchObject({ S1: 'open', S2: 'resolved' })
  })

  it('has a version for each change, which its runs name, and goes back to what was shipped', async () => {
    const shipped = await inOrg(tx => readCheck(tx, check))
    expect(shipped.edited).toBe(false)
    await inOrg(tx => changeCheck(tx, check, { sql: `${shipped.sql} where true` }, 'operator'))
    const edited = await inOrg(tx => readCheck(tx, check))
    expect(edited).toMatchObject({ edited: true, version: expect.not.stringContaining(shipped.version) })
    expect((await live({ S1: 'true' }))?.version).toBe(edited.version)
    await inOrg(tx => resetCheck(tx, check, 'operator'))
    expect(await inOrg(tx => readCheck(tx, check))).toMatchObject({
      edited: false,
      version: shipped.version,
      sql: shipped.sql,
    })
    await integrate(services, orgId)
    expect((await changed()).slice(-2)).toMatchObject([
      { version: edited.version, definition: { sql: edited.sql } },
      { version: shipped.version },
    ])
    await expect(inOrg(tx => changeCheck(tx, 'no.such', { enabled: true }, 'operator'))).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('runs with the parameters it was given, of their types', async () => {
    const wrong: Record<string, string | number>[] = [{ unheard: 1 }, { unseen_days: 'many' }, { unseen_days: 1.5 }]
    for (const parameters of wrong) {
      await expect(
        inOrg(tx => changeCheck(tx, check, { parameters }, 'operator')),
        JSON.stringify(parameters),
      ).rejects.toMatchObject({ code: 'invalid_input' })
    }
    await inOrg(tx => changeCheck(tx, check, { parameters: { unseen_days: 7 } }, 'operator'))
    expect(await live({ S1: 'true' })).toMatchObject({ parameters: { unseen_days: 7 } })
    expect((await changed()).at(-1)).toMatchObject({ parameters: { unseen_days: 7 } })
    await inOrg(tx => resetCheck(tx, check, 'operator'))
  })

  it('that is switched off is not run, and says nothing for its controls', async () => {
    await live({ S1: 'false' })
    const batches = await inOrg(tx => selectRuns(tx).where('check_id', '=', check).execute())
    await inOrg(tx => changeCheck(tx, check, { enabled: false }, 'operator'))
    await live({ S1: 'false' })
    expect(await inOrg(tx => selectRuns(tx).where('check_id', '=', check).execute())).toHaveLength(batches.length)
    expect((await controlStatus())?.status).not.toBe('failing')
    await inOrg(tx => changeCheck(tx, check, { enabled: true }, 'operator'))
  })

  it('can be tried, and nothing is kept of it', async () => {
    const count = async () => {
      const superuser = await services.database.dedicatedClient('test')
      const { rows } = await superuser.query(
        "select (select count(*) from ledger_entry) as facts, (select count(*) from checks_run) as runs, (select count(*) from checks_result) as results, (select string_agg(version, ',' order by id) from checks_check) as versions",
      )
      await superuser.end()
      return rows[0]
    }
    await live({ S1: 'true', S2: 'false', S3: '' })
    const before = await count()
    const sql =
      "select connection || '/' || serial as subject_id, if(disk_encrypted, 'fail', 'pass') as status, 'the other way around' as reason, $unseen_days as days from asset_device"
    expect(await previewCheck(services, orgId, check, { sql, parameters: { unseen_days: 9 } })).toMatchObject({
      ok: true,
      failed: 1,
      passed: 2,
      rows: expect.arrayContaining([
        { subject_id: 'Files/S1', status: 'fail', reason: 'the other way around', columns: { days: 9 } },
      ]),
    })
    for (const [wrong, says] of [
      ["select 'a' as subject_id, 'maybe' as status, '' as reason", 'maybe'],
      ["select * from read_csv('/etc/passwd')", ''],
    ] as const) {
      expect(await previewCheck(services, orgId, check, { sql: wrong }), wrong).toMatchObject({
        ok: false,
        rows: [],
        error: expect.stringContaining(says),
      })
    }
    await expect(previewCheck(services, orgId, check, { sql, parameters: { unheard: 1 } })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    await expect(previewCheck(services, orgId, 'no.such', { sql })).rejects.toMatchObject({ code: 'not_found' })
    expect(await count()).toEqual(before)
  })

  it('run by a job that is taken up again, when its batch was whole already, is not run twice', async () => {
    const context = {
      orgId,
      jobId: randomUUID(),
      clock: services.clock,
      signal: new AbortController().signal,
      progress: () => {},
    }
    const first = await checksJob(services).run(context, { cause: 'demand' })
    expect(first).toMatchObject({ batch_id: expect.any(String), runs: 3 })
    const batches = await inOrg(tx => tx.sql.selectFrom('checks_batch').select('id').execute())
    expect(await checksJob(services).run(context, { cause: 'demand' })).toEqual(first)
    expect(await inOrg(tx => tx.sql.selectFrom('checks_batch').select('id').execute())).toEqual(batches)
    await integrate(services, orgId)
  })

  it('run that is stopped publishes nothing', async () => {
    const batches = (await facts('checks.completed')).length
    await expect(checkNow(services, orgId, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow()
    await integrate(services, orgId)
    expect(await facts('checks.completed')).toHaveLength(batches)
    await expectAgreement(100)
  })
})
