import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FactContent, LoggedFact } from '../records/facts.ts'
import { coverageDays, coveredShare, monitoredFacts, monitoringOf } from './monitoring.ts'

const hour = 3_600_000
const begin = Date.UTC(2026, 0, 1)
const time = (hours: number) => new Date(begin + hours * hour).toISOString()
const one = '0b8f3a52-4a5e-4f2c-9a51-3f0a8d7c1e10'
const two = '7d1b6c1e-0c51-4d0f-8a53-0d4d2a7d9f11'
const hash = 'a'.repeat(64)

/** Facts in the order of the log, each an index higher than the one before. */
class Log {
  readonly facts: LoggedFact[] = []

  add<Kind extends LoggedFact['kind']>(kind: Kind, hours: number, content: FactContent<Kind>): this {
    this.facts.push({ index: this.facts.length, kind, time: time(hours), actor: 'a', subject: 's', content })
    return this
  }
  connect(hours: number, id: string, name: string, every_hours: number | null | undefined, archived = false): this {
    const content = { id, kind: 'files', name, settings: hash, archived }
    return this.add('connection.changed', hours, every_hours === undefined ? content : { ...content, every_hours })
  }
  collect(hours: number, connection: string, resources: readonly string[] = ['hr.employee']): this {
    return this.add('collection.completed', hours, {
      run: one,
      connection,
      connection_name: 'n',
      connection_kind: 'files',
      started_at: time(hours),
      finished_at: time(hours),
      snapshots: resources.map(resource => ({
        id: one,
        resource,
        declaration: {} as never,
        content: hash,
        records: 1,
        bytes: 1,
        complete: true,
        incomplete_reason: null,
        source_total: null,
        questions: [],
      })),
    })
  }
  fail(hours: number, connection: string): this {
    const content = { run: one, connection, connection_name: 'n', started_at: time(hours), reason: 'no answer' }
    return this.add('collection.failed', hours, content)
  }
  check(hours: number, id: string, resources: readonly string[], enabled = true): this {
    const metadata = { resources, optional_resources: [] } as never
    return this.add('check.changed', hours, {
      id,
      version: hash,
      enabled,
      parameters: {},
      definition: { metadata, sql: '' },
    })
  }
  explain(hours: number, connection: string, since: string, text: string): this {
    return this.add('gap.explained', hours, { explanation: two, connection, since, text, by: 'Somebody' })
  }
  monitoring(from: number, to: number, facts: readonly LoggedFact[] = this.facts) {
    const { connections, checks } = monitoredFacts(facts)
    return monitoringOf(connections, checks, time(from), time(to))
  }
}

describe('the monitoring of a period', () => {
  it('has every connection in use in it, its intervals making up the period, absence included', () => {
    const log = new Log()
      .connect(10, one, 'One', 24)
      .collect(10, one)
      .connect(0, two, 'Two', 24)
      .connect(5, two, 'Two', 24, true)
    const { connections } = log.monitoring(8, 20)
    expect(connections.map(({ name, intervals }) => [name, intervals])).toEqual([
      [
        'One',
        [
          { state: 'absent', from: time(8), to: time(10) },
          { state: 'covered', from: time(10), to: time(20) },
        ],
      ],
    ])
    // Two was removed before ten hours had passed, and its leaf of an older time counts from ten minutes before that of One.
    expect(log.monitoring(0, 20).connections.map(({ name }) => name)).toEqual(['One'])
  })

  it('of a gap that began before says since when, and counts what lies within', () => {
    const log = new Log().connect(0, one, 'One', 24).collect(0, one).fail(30, one).collect(60, one)
    const [coverage] = log.monitoring(40, 70).connections
    expect(coverage?.gaps).toMatchObject([
      { state: 'failed', since: time(25.45), from: time(40), to: time(60), open: false, failures: 1 },
    ])
    expect(coverage?.totals).toMatchObject({ failed: 20 * hour, covered: 10 * hour })
    expect(coverage && coveredShare([coverage])).toBeCloseTo(1 / 3)
  })

  it('names the enabled checks that read what was lost, and joins their gaps over connections', () => {
    const log = new Log()
      .connect(0, one, 'One', 24)
      .connect(0, two, 'Two', 24)
      .check(0, 'joined', ['hr.employee', 'idp.account'])
      .check(0, 'other', ['git.commit'])
      .check(0, 'off', ['hr.employee'], false)
      .collect(0, one)
      .collect(1, two, ['idp.account'])
      .collect(30, one)
      .collect(31, two, ['idp.account'])
    const { connections, checks } = log.monitoring(0, 45)
    expect(connections.flatMap(({ gaps }) => gaps.map(gap => gap.checks))).toEqual([['joined'], ['joined']])
    expect(checks).toEqual([
      {
        check: 'joined',
        milliseconds: 5.55 * hour,
        without: [{ from: time(25.45), to: time(31) }],
      },
    ])
  })

  it('prints what was said beside the gap it was said of, also when it was said later, and takes nothing of the gap away', () => {
    const log = new Log().connect(0, one, 'One', 24).collect(0, one).collect(60, one)
    const before = log.monitoring(0, 70)
    log
      .explain(200, one, time(25.45), 'We moved.')
      .explain(201, one, time(26), 'Of nothing.')
      .explain(202, two, time(25.45), 'Of another.')
    const after = log.monitoring(0, 70)
    expect(after.connections[0]?.gaps[0]?.explanations).toEqual([{ at: time(200), by: 'Somebody', text: 'We moved.' }])
    expect(after.connections.map(({ totals, intervals }) => ({ totals, intervals }))).toEqual(
      before.connections.map(({ totals, intervals }) => ({ totals, intervals })),
    )
  })

  it('promises nothing on demand, nor where the log does not say how often', () => {
    for (const every of [null, undefined]) {
      const [coverage] = new Log().connect(0, one, 'One', every).collect(0, one).monitoring(0, 500).connections
      expect(coverage?.intervals.map(({ state }) => state)).toEqual(['unscheduled'])
      expect(coverage && coveredShare([coverage])).toBeUndefined()
    }
  })

  it('takes the name that the connection had at its end', () => {
    const log = new Log().connect(0, one, 'Before', 24).collect(0, one).connect(20, one, 'After', 24)
    expect(log.monitoring(0, 10).connections[0]?.name).toBe('Before')
    expect(log.monitoring(0, 30).connections[0]?.name).toBe('After')
  })

  it('does not let a leaf of an old date that was logged later close a gap or end a schedule', () => {
    const honest = new Log().connect(0, one, 'One', 24).collect(0, one).fail(100, one)
    const gap = (log: Log) => log.monitoring(0, 100).connections[0]?.gaps
    expect(gap(honest)).toHaveLength(1)
    const collected = new Log().connect(0, one, 'One', 24).collect(0, one).fail(100, one).collect(24, one)
    const ended = new Log().connect(0, one, 'One', 24).collect(0, one).fail(100, one).connect(24, one, 'One', null)
    // All but the ten minutes by which clocks and transactions may differ.
    for (const log of [collected, ended])
      expect(gap(log)).toMatchObject([{ since: time(25.45), to: time(100 - 1 / 6) }])
  })

  it('is the same whatever the order in which the facts are given', () => {
    const actions = fc.array(
      fc.tuple(fc.constantFrom('connect', 'pause', 'collect', 'fail', 'check'), fc.constantFrom(one, two), fc.nat(40)),
      { maxLength: 25 },
    )
    fc.assert(
      fc.property(actions, fc.nat(), (given, seed) => {
        const log = new Log()
        let now = 0
        for (const [action, id, wait] of given) {
          now += wait / 4
          if (action === 'connect') log.connect(now, id, id, 6)
          else if (action === 'pause') log.connect(now, id, id, null)
          else if (action === 'collect') log.collect(now, id)
          else if (action === 'fail') log.fail(now, id)
          else log.check(now, `check ${wait}`, ['hr.employee'])
        }
        const shuffled = log.facts.toSorted((a, b) => ((a.index * 7 + seed) % 11) - ((b.index * 7 + seed) % 11))
        const { connections } = log.monitoring(2, 200)
        expect(log.monitoring(2, 200, shuffled)).toEqual(log.monitoring(2, 200))
        for (const coverage of connections) {
          expect(coverage.intervals[0]?.from).toBe(time(2))
          expect(coverage.intervals.at(-1)?.to).toBe(time(200))
          for (const [at, interval] of coverage.intervals.entries())
            if (at > 0) expect(interval.from).toBe(coverage.intervals[at - 1]?.to)
          expect(Object.values(coverage.totals).reduce((a, b) => a + b, 0)).toBe(198 * hour)
          const days = coverageDays(coverage)
          expect(days.map(({ day }) => day)).toEqual([...new Set(days.map(({ day }) => day))])
          expect(days[0]?.day).toBe('2026-01-01')
        }
      }),
    )
  })
})

describe('a day', () => {
  it('is as well as its worst moment, in UTC', () => {
    const log = new Log().connect(0, one, 'One', 24).collect(0, one).collect(26, one).collect(48, one)
    const [coverage] = log.monitoring(0, 72).connections
    expect(coverage && coverageDays(coverage).map(({ day, state }) => `${day} ${state}`)).toEqual([
      '2026-01-01 covered',
      '2026-01-02 late',
      '2026-01-03 covered',
    ])
  })
})
