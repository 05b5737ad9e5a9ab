import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LoggedFact } from '../../../verifier/records/facts.ts'
import { monitoredFacts, monitoringOf } from '../../../verifier/rules/monitoring.ts'
import { SimulatedClock } from '../../platform/clock/clock.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { readFactsOf } from '../ledger/read-ledger.ts'
import { makeOrganisation } from '../scope/builders.ts'
import { collectNow, connectFiles, writeFiles } from './builders.ts'
import { changeConnection, removeConnection } from './change-connection.ts'
import { explainGap } from './explain-gap.ts'
import { readCoverage, readGap, readMonitoring } from './read-monitoring.ts'

const hour = 3_600_000
const start = Date.parse('2026-01-01T06:00:00.000Z')
const at = (hours: number) => new Date(start + hours * hour).toISOString()
const employees = (date = '2024-01-01') => ({
  'hr.employee': `employee_id,email,status,start_date\ne1,ada@sample.example,active,${date}\n`,
})

let services: TestServices<SimulatedClock>
let orgId = ''
let connection = ''
const inOrg = <T>(work: (tx: TenantTx) => Promise<T>) => services.database.tenant(orgId, services.clock, work)
const goTo = (hours: number) => services.clock.moveTo(new Date(start + hours * hour))
const folder = () => join(services.config.dataDir, 'sample-source')

/** Two weeks of a daily source: whole, away for three days, back, incomplete once, paused, resumed and removed. */
beforeAll(async () => {
  services = await testServices({ clock: new SimulatedClock(new Date(start)) })
  orgId = await makeOrganisation(services)
  connection = await connectFiles(services, orgId, employees())
  const collect = () => collectNow(services, orgId, connection)
  await collect()
  goTo(24)
  await collect()
  rmSync(folder(), { recursive: true })
  for (const hours of [48, 72]) {
    goTo(hours)
    await expect(collect()).rejects.toMatchObject({ code: 'not_found' })
  }
  goTo(96)
  writeFiles(services, employees('some day'))
  await collect()
  goTo(100)
  writeFiles(services, employees())
  await collect()
  goTo(110)
  await inOrg(tx => changeConnection(services, tx, connection, { every_hours: null }, 'operator'))
  goTo(200)
  await inOrg(tx => changeConnection(services, tx, connection, { every_hours: 24, name: 'Renamed' }, 'operator'))
  goTo(250)
  await collect()
  goTo(260)
  await inOrg(tx => removeConnection(services, tx, connection, 'operator'))
  goTo(300)
}, 120_000)
afterAll(() => services?.close())

const away = at(24 + 25.45)
const expected = [
  ['failed', away, at(96)],
  ['incomplete', at(96), at(100)],
  ['missing', at(201.45), at(250)],
]

describe('the monitoring of a source', () => {
  it('tells each gap with its state and reason, and every day in UTC, also of a source that was removed since', async () => {
    const coverage = await inOrg(tx => readCoverage(tx, connection, 30))
    expect(coverage).toMatchObject({ name: 'Renamed', in_use: false, every_hours: 24 })
    expect(coverage.gaps.map(({ state, from, to }) => [state, from, to])).toEqual(expected)
    expect(coverage.gaps.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^2 collections failed\. The last, at 2026-01-04 06:00 UTC: .*does not exist/),
      expect.stringMatching(/^Not read whole: hr\.employee \(.+\)\.$/),
      'No collection was attempted. The last collection before it was at 2026-01-05 10:00 UTC.',
    ])
    expect(coverage.milliseconds).toMatchObject({ unscheduled: 90 * hour, incomplete: 4 * hour })
    const stateOn = (day: string) => coverage.days.find(item => item.day === day)?.state
    expect(coverage.days).toHaveLength(30)
    expect(
      ['2025-12-31', '2026-01-01', '2026-01-03', '2026-01-05', '2026-01-07', '2026-01-10', '2026-01-13'].map(stateOn),
    ).toEqual(['absent', 'covered', 'failed', 'failed', 'unscheduled', 'missing', 'absent'])
  })

  it('is, of all sources, the same, and says what share of what was scheduled was covered', async () => {
    const { connections, share, from } = await inOrg(tx => readMonitoring(tx, 30))
    expect(from).toBe('2025-12-15T00:00:00.000Z')
    expect(connections).toEqual([await inOrg(tx => readCoverage(tx, connection, 30))])
    const covered = 49.45 + 10 + 10
    expect(share).toBeCloseTo(covered / (covered + 46.55 + 4 + 1.45 + 48.55), 6)
  })

  it('is what a package derives from the facts alone', async () => {
    const facts: LoggedFact[] = await inOrg(tx =>
      readFactsOf(tx, ['connection.changed', 'collection.completed', 'collection.failed', 'gap.explained']),
    )
    const { connections, checks } = monitoredFacts(facts)
    const [derived] = monitoringOf(connections, checks, '2025-12-15T00:00:00.000Z', at(300)).connections
    const shown = await inOrg(tx => readCoverage(tx, connection, 30))
    expect(derived?.gaps).toEqual(shown.gaps)
    expect(derived?.totals).toEqual(shown.milliseconds)
  })

  it('is of nobody else', async () => {
    const stranger = await makeOrganisation(services)
    await services.database.tenant(stranger, services.clock, async tx => {
      expect((await readMonitoring(tx, 30)).connections).toEqual([])
      await expect(readCoverage(tx, connection, 30)).rejects.toMatchObject({ code: 'not_found' })
      const explanation = { since: away, text: 'Not ours.', by: 'Nobody' }
      await expect(explainGap(tx, connection, explanation, 'operator')).rejects.toMatchObject({ code: 'not_found' })
    })
  })
})

describe('an explanation', () => {
  it('stands beside the gap that it names and takes nothing of it away; more may be said', async () => {
    const before = await inOrg(tx => readGap(tx, connection, away))
    expect(before.explanations).toEqual([])
    for (const text of ['The folder was moved.', 'It is watched now.']) {
      goTo(services.clock.now().getTime() / hour - start / hour + 1)
      await inOrg(tx => explainGap(tx, connection, { since: away, text, by: 'Somebody' }, 'operator'))
    }
    const { gaps } = await inOrg(tx => readCoverage(tx, connection, 30))
    expect(gaps.map(({ state, from, to }) => [state, from, to])).toEqual(expected)
    expect(gaps.map(({ explanations }) => explanations)).toEqual([
      [
        { at: at(301), by: 'Somebody', text: 'The folder was moved.' },
        { at: at(302), by: 'Somebody', text: 'It is watched now.' },
      ],
      [],
      [],
    ])
  })

  it('of what is no gap is refused, and nothing is logged', async () => {
    const logged = () => inOrg(tx => readFactsOf(tx, ['gap.explained']))
    const before = await logged()
    for (const since of [at(0), at(50), at(500)])
      await expect(
        inOrg(tx => explainGap(tx, connection, { since, text: 'For no reason.', by: 'Somebody' }, 'operator')),
      ).rejects.toMatchObject({ code: 'not_found' })
    expect(await logged()).toEqual(before)
  })
})
