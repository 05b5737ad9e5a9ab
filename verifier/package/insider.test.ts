import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkVersion } from '../checks/check.ts'
import { cosigner } from '../log/cosignature.ts'
import { formatSignatureLine, formatVerifierKey, parseNote } from '../log/note-text.ts'
import { OpensslAuthority, timestampingExtensions } from '../log/testing/openssl-authority.ts'
import { timestampRequest } from '../log/timestamp-request.ts'
import { canonicalJson, type Json, sha256 } from '../records/canonical.ts'
import { monitoredFacts, monitoringOf } from '../rules/monitoring.ts'
import { isKind, objectPath } from './contents.ts'
import { buildOrganisation, factsOf, honestPackage, type SyntheticOrganisation } from './testing/build-package.ts'
import { Judge } from './testing/judge.ts'
import { ledgerFiles, vkeysOf } from './testing/synthetic-log.ts'
import { alter, alterRecords, copyOf, resealed, whitewash } from './testing/tamper.ts'
import { zipFiles } from './testing/zip-files.ts'

/*
 * Whoever has the signing key can sign what they like: every signature, hash and proof of these packages holds. What gives them away is
 * that nothing in them is taken on trust.
 */

let organisation: SyntheticOrganisation
let honest: Map<string, Buffer>
let key = ''
const judge = new Judge()

beforeAll(async () => {
  organisation = await buildOrganisation()
  honest = honestPackage(organisation)
  key = vkeysOf(organisation.log)[0] ?? ''
})
afterAll(() => judge.close())

/** Judges an organisation's package after a change, signed by its own key. Checks are performed again when nothing differs before. */
async function judged(change: (changed: SyntheticOrganisation) => unknown) {
  const changed = copyOf(organisation)
  change(changed)
  return judge.of(zipFiles(honestPackage(changed)), { key })
}

/** Judges the honest package after a change of its files, listed and signed again. */
async function judgedFiles(change: (files: Map<string, Buffer>) => void) {
  const files = new Map(honest)
  change(files)
  return judge.of(zipFiles(resealed(files, organisation)), { key })
}

test('the honest package agrees', async () => {
  expect(await judged(() => undefined)).toMatchObject({ exit: 0, codes: [], report: { keyTrusted: true } })
})

describe('a run of a check', () => {
  test('whose results say that all is well is found out, subject by subject', async () => {
    const { exit, differences } = await judged(changed => whitewash(changed, 0))
    expect(exit).toBe(1)
    expect(differences).toContainEqual({
      code: 'run.results',
      where: expect.stringMatching(
        /^people\.second_factor at 2026-03-04T06:04:00\.000Z, batch [0-9a-f-]{36}, subject "build-robot"$/,
      ),
      expected: 'fail: Has no second factor {"owner":null}',
      found: 'pass: As it should be {"owner":null}',
      message: expect.stringContaining('says something else of "build-robot"'),
    })
    expect(differences.map(item => item.code)).toContain('run.counts')
  })

  test('over records that were changed in every place is found out by its results', async () => {
    const { codes } = await judged(changed =>
      alterRecords(changed, 4, records =>
        records.map(record => (record.id === 'build-robot' ? { ...record, mfa: true } : record)),
      ),
    )
    expect(codes).toContain('run.results')
  })

  const nowhere = '3f3a9c5e-0000-4000-8000-000000000000'
  const runs: [what: string, code: string, change: (run: Run) => Partial<Run>][] = [
    ['with other counts', 'run.counts', run => ({ passed: run.passed + 1 })],
    ['with more exceptions than there are', 'run.excepted', run => ({ excepted: run.excepted + 1 })],
    ['with a better outcome', 'run.outcome', () => ({ outcome: 'pass' })],
    ['with another reason', 'run.outcome', () => ({ outcome_reason: 'All is well.' })],
    ['in a version that never was', 'run.version', () => ({ version: sha256('another') })],
    ['with parameters that never were', 'run.parameters', () => ({ parameters: { days: 4_000 } })],
    ['that read less than there was', 'run.inputs', () => ({ inputs: [] })],
    [
      'that read another content than was logged',
      'run.inputs',
      run => ({ inputs: run.inputs.map(input => ({ ...input, content: sha256('x') })) }),
    ],
    [
      'that read what was not complete as if it were',
      'run.inputs',
      run => ({ inputs: run.inputs.map(input => ({ ...input, complete: false })) }),
    ],
    [
      'that read a snapshot of nowhere',
      'run.inputs',
      run => ({ inputs: run.inputs.map(input => ({ ...input, snapshot: nowhere })) }),
    ],
    [
      'that hides its results behind an error',
      'run.failed',
      () => ({ ...nothing, results: null, error: 'sql: it did not work' }),
    ],
    [
      'that claims counts without results',
      'run.outcome',
      () => ({ ...nothing, results: null, error: 'timeout: it took long', passed: 3, outcome: 'pass' }),
    ],
  ]
  const nothing = { passed: 0, failed: 0, unknown: 0, not_applicable: 0, excepted: 0, outcome: 'unknown' as const }
  type Run = Parameters<Parameters<typeof alter<'checks.completed'>>[3]>[0]['runs'][number]
  test.each(runs)('%s: %s', async (_what, code, change) => {
    const { exit, codes } = await judged(changed =>
      alter(changed, 'checks.completed', -1, content => {
        const [run] = content.runs
        if (run) Object.assign(run, change(run))
      }),
    )
    expect(exit).toBe(1)
    expect(codes).toContain(code)
  })

  test('that read an old snapshot when there was a newer one', async () => {
    const older = factsOf(organisation.log).find(fact => fact.kind === 'checks.completed')?.content as { runs: Run[] }
    const { codes } = await judged(changed =>
      alter(changed, 'checks.completed', -1, content => {
        for (const [at, run] of content.runs.entries()) run.inputs = older.runs[at]?.inputs ?? []
      }),
    )
    expect(codes).toContain('run.inputs')
  })

  test('at a time still to come', async () => {
    const { codes } = await judged(changed =>
      alter(changed, 'checks.completed', -1, content => Object.assign(content, { as_of: '2027-01-01T00:00:00.000Z' })),
    )
    expect(codes).toContain('run.time')
  })

  test('whose SQL attacks the machine does nothing but fail', async () => {
    const target = join(tmpdir(), `vouch-attack-${process.pid}`)
    const definition = { sql: `copy (select 'x') to '${target}'` }
    const { exit, differences } = await judged(changed => {
      const version = { value: '' }
      alter(changed, 'check.changed', 0, content => {
        content.definition = { ...content.definition, ...definition }
        content.version = checkVersion(content.definition)
        version.value = content.version
      })
      for (let n = 0; n < 4; n++) {
        alter(changed, 'checks.completed', n, content => {
          const [run] = content.runs
          if (run) run.version = version.value
        })
      }
    })
    expect(exit).toBe(1)
    expect(differences).toContainEqual(
      expect.objectContaining({ code: 'run.failed', message: expect.stringContaining('performed again it fails') }),
    )
    expect(existsSync(target)).toBe(false)
  })
})

describe('a check', () => {
  test('whose version is not the hash of its definition', async () => {
    const { codes } = await judged(changed =>
      alter(changed, 'check.changed', 0, content => Object.assign(content, { version: sha256('other') })),
    )
    expect(codes).toContain('check.version')
  })
})

describe('a snapshot', () => {
  test('with other counts than it has', async () => {
    const { codes } = await judged(changed =>
      alter(changed, 'collection.completed', -1, content =>
        Object.assign(content, { snapshots: content.snapshots.map(item => ({ ...item, records: 7 })) }),
      ),
    )
    expect(codes).toContain('snapshot.counts')
  })

  test('whose records are out of order, or twice the same', async () => {
    for (const change of [
      <T>(records: T[]) => records.toReversed(),
      <T>(records: T[]) => [...records, ...records.slice(-1)],
    ]) {
      const { codes } = await judged(changed => alterRecords(changed, 4, change))
      expect(codes).toContain('snapshot.form')
    }
  })

  test('that is missing, another, no zstd, or a bomb', async () => {
    const last = factsOf(organisation.log).findLast(fact => isKind(fact, 'collection.completed'))
    const [snapshot] = last && isKind(last, 'collection.completed') ? last.content.snapshots : []
    const path = objectPath(snapshot?.content ?? '')
    const missing = await judgedFiles(files => void files.delete(path))
    expect(missing.differences).toContainEqual(expect.objectContaining({ code: 'object.missing', where: path }))
    for (const bytes of [zstdCompressSync('{}\n'), Buffer.from('no zstd'), zstdCompressSync(Buffer.alloc(1 << 28))]) {
      const { differences } = await judgedFiles(files => void files.set(path, bytes))
      expect(differences).toContainEqual(
        expect.objectContaining({
          code: 'object.changed',
          where: path,
          message: expect.stringContaining('committed to 3 records of hr.employee'),
        }),
      )
    }
  })
})

describe('what follows', () => {
  const json = (files: Map<string, Buffer>, path: string) => files.get(path)?.toString() ?? ''
  test.each([
    [
      'derived/status.json',
      'status.control',
      '"status":"failing"',
      '"status":"effective"',
      'control accounts-protected',
    ],
    [
      'derived/history.json',
      'history.changed',
      '"accounts-protected":"failing"',
      '"accounts-protected":"effective"',
      ' accounts-protected',
    ],
    ['index.html', 'index.changed', 'Failing', 'Effective', ''],
  ])('%s: %s', async (path, code, before, after, where) => {
    expect(json(honest, path)).toContain(before)
    const { differences } = await judgedFiles(
      files => void files.set(path, Buffer.from(json(files, path).replace(before, after))),
    )
    expect(differences).toEqual([expect.objectContaining({ code, where: expect.stringContaining(where) })])
  })

  test('an index.html that shows a gap as covered, or leaves its explanation out, is found out', async () => {
    const path = 'index.html'
    for (const [before, after] of [
      [
        '<td class="day failed"><abbr title="Failed">F</abbr>',
        '<td class="day covered"><abbr title="Covered">·</abbr>',
      ],
      ['Head of samples, 2026-03-02', 'Somebody else, 2026-03-02'],
    ] as const) {
      expect(json(honest, path)).toContain(before)
      const { codes } = await judgedFiles(
        files => void files.set(path, Buffer.from(json(files, path).replace(before, after))),
      )
      expect(codes).toEqual(['index.changed'])
    }
  })

  test('a framework that is another is named', async () => {
    const path = [...honest.keys()].find(name => name.startsWith('frameworks/')) ?? ''
    const { codes } = await judgedFiles(
      files => void files.set(path, Buffer.from(json(files, path).replace('Leavers', 'Stayers'))),
    )
    expect(codes).toContain('framework.changed')
  })
})

describe('a gap in monitoring', () => {
  type Claim = Record<string, unknown> & { gaps: Record<string, unknown>[]; intervals: { state: string }[] }
  const path = 'derived/monitoring.json'
  const claims = (files: Map<string, Buffer>) =>
    JSON.parse(files.get(path)?.toString() ?? '') as { connections: Claim[]; checks: unknown[] }
  const tampered = (change: (connections: Claim[]) => void) =>
    judgedFiles(files => {
      const value = claims(files)
      change(value.connections)
      files.set(path, Buffer.from(canonicalJson(value as unknown as Json)))
    })
  const [failed, late] = ['devices', 'identities'].map(name => (connections: Claim[]) => {
    const found = connections.find(connection => connection.name === name)
    if (!found) throw new Error(`there is no ${name}`)
    return found
  }) as [(connections: Claim[]) => Claim, (connections: Claim[]) => Claim]

  test('is in the honest package: of the source that never answered, and of the one that is read too seldom', () => {
    const { connections, checks } = claims(honest)
    expect(failed(connections).gaps).toMatchObject([
      { state: 'failed', since: '2026-02-28T07:27:00.000Z', failures: 3, open: true },
    ])
    expect(failed(connections).gaps[0]?.explanations).toMatchObject([{ by: 'Head of samples' }])
    expect(late(connections).gaps.map(gap => [gap.state, gap.checks])).toContainEqual([
      'late',
      expect.arrayContaining(['people.second_factor']),
    ])
    expect(checks.length).toBeGreaterThan(0)
  })

  const tampers: [what: string, change: (connections: Claim[]) => void][] = [
    ['hidden', connections => void failed(connections).gaps.splice(0)],
    [
      'made shorter',
      connections => Object.assign(failed(connections).gaps[0] ?? {}, { from: '2026-03-04T06:00:00.000Z' }),
    ],
    ['said to be late only', connections => Object.assign(failed(connections).gaps[0] ?? {}, { state: 'late' })],
    ['with another reason', connections => Object.assign(failed(connections).gaps[0] ?? {}, { reason: 'Planned.' })],
    ['without its explanation', connections => Object.assign(failed(connections).gaps[0] ?? {}, { explanations: [] })],
    ['with half a character', connections => Object.assign(failed(connections).gaps[0] ?? {}, { reason: '\ud800' })],
  ]
  test.each(tampers)('%s is named', async (what, change) => {
    // Canonical JSON has no half characters, so that a forger writes them by hand.
    const { exit, differences } =
      what === 'with half a character'
        ? await judgedFiles(files => {
            const value = claims(files)
            change(value.connections)
            files.set(path, Buffer.from(JSON.stringify(value)))
          })
        : await tampered(change)
    expect(exit).toBe(1)
    expect(differences).toEqual([
      expect.objectContaining({
        code: 'monitoring.gap',
        where: expect.stringMatching(/^gap of connection [0-9a-f-]{36} since 2026-02-28T07:27:00\.000Z$/),
        message: expect.stringContaining('devices'),
      }),
    ])
  })

  test('that never was is named, and so is a calendar that says covered, or a connection left out', async () => {
    const invented = await tampered(connections => {
      const coverage = late(connections)
      coverage.gaps.push({ ...coverage.gaps[0], since: '2026-03-02T00:00:00.000Z' })
    })
    expect(invented.codes).toEqual(['monitoring.gap'])
    const painted = await tampered(connections => {
      for (const interval of late(connections).intervals) interval.state = 'covered'
    })
    expect(painted.codes).toEqual(['monitoring.changed'])
    const removed = await tampered(connections => void connections.splice(connections.indexOf(failed(connections)), 1))
    expect(removed.codes).toEqual(['monitoring.gap'])
  })

  test('stays when the failure is struck from the log, and when a collection is put in afterwards with an old date', async () => {
    const facts = factsOf(organisation.log)
    const quiet = facts.filter(fact => fact.kind !== 'collection.failed')
    const { from, to } = organisation.period
    const gapsOf = (given: typeof facts) => {
      const { connections, checks } = monitoredFacts(given)
      return monitoringOf(connections, checks, from, to).connections.find(({ name }) => name === 'devices')?.gaps ?? []
    }
    expect(gapsOf(quiet)).toMatchObject([{ state: 'missing', from, to }])
    const [collection] = facts.flatMap(fact => (isKind(fact, 'collection.completed') ? [fact] : []))
    if (!collection) throw new Error('there is a collection')
    const connection = failedConnection(facts)
    const backdated = {
      ...collection,
      index: facts.length,
      time: '2026-03-02T06:00:00.000Z',
      content: { ...collection.content, connection },
    }
    const [gap] = gapsOf([...facts, backdated])
    const last = facts.at(-1)?.time ?? ''
    expect(gap).toMatchObject({ state: 'failed', from, to: new Date(Date.parse(last) - 600_000).toISOString() })
  })
})

/** The connection whose collections fail. */
function failedConnection(facts: ReturnType<typeof factsOf>): string {
  const failure = facts.find(fact => isKind(fact, 'collection.failed'))
  if (!failure || !isKind(failure, 'collection.failed')) throw new Error('there is a failure')
  return failure.content.connection
}

describe('an opening', () => {
  test('that may not be missing is named; an erased exception or document may be, and is told', async () => {
    const at = (kind: string) => organisation.log.entries.findIndex(entry => entry.kind === kind)
    const hide = (kind: string) => (changed: SyntheticOrganisation) => {
      const entry = changed.log.entries[at(kind)]
      if (entry) entry.opened = false
    }
    const scope = await judged(hide('scope.changed'))
    expect(scope.differences).toContainEqual(
      expect.objectContaining({ code: 'opening.missing', where: `leaf ${at('scope.changed')}` }),
    )
    const erased = await judged(hide('exception.granted'))
    expect(erased).toMatchObject({ exit: 0, report: { counts: { erased: 1 } } })
    expect(erased.report?.notes.join(' ')).toContain('exceptions that were erased')
    expect((await judged(hide('document.filed'))).exit).toBe(0)
    expect((await judged(hide('gap.explained'))).exit).toBe(0)
  })
})

describe('time stamps and cosignatures', () => {
  test('hold, and name the one that does not', async () => {
    const authority = await OpensslAuthority.create()
    try {
      await authority.certificate('tsa', { extensions: timestampingExtensions })
      const { files } = ledgerFiles(organisation.log)
      const [note, size] = [files.get('ledger/checkpoint') ?? Buffer.alloc(0), organisation.log.entries.length]
      const token = await authority.reply(timestampRequest(hash('sha256', note, 'buffer')).der, 'tsa')
      const withToken = (name: string) => (changed: SyntheticOrganisation) =>
        void changed.log.timestamps.set(name, Buffer.from(token))
      expect(await judged(withToken(`${size}-1`))).toMatchObject({ exit: 0, report: { counts: { timestamps: 1 } } })
      const wrong = await judged(withToken(`${organisation.log.checkpointSizes[0]}-1`))
      expect(wrong.differences).toContainEqual(expect.objectContaining({ code: 'timestamp.invalid' }))
      const backdated = copyOf(organisation)
      const last = backdated.log.entries.at(-1)
      if (last) last.time = '2090-01-01T00:00:00.000Z'
      backdated.createdAt = '2090-01-02T00:00:00.000Z'
      const later = ledgerFiles(backdated.log).files.get('ledger/checkpoint') ?? Buffer.alloc(0)
      backdated.log.timestamps.set(
        `${size}-1`,
        Buffer.from(await authority.reply(timestampRequest(hash('sha256', later, 'buffer')).der, 'tsa')),
      )
      const contradicted = await judge.of(zipFiles(honestPackage(backdated)), { key })
      expect(contradicted.differences).toEqual([
        expect.objectContaining({ code: 'timestamp.contradiction', where: `leaf ${size - 1}` }),
      ])
    } finally {
      await authority.remove()
    }
  }, 60_000)

  test('by a witness whose key is given are judged', async () => {
    const witness = cosigner('witness.example', hash('sha256', 'witness', 'buffer'))
    const vkey = formatVerifierKey(witness.key)
    const { files } = ledgerFiles(organisation.log)
    const { text } = parseNote(files.get('ledger/checkpoint') ?? Buffer.alloc(0))
    const size = organisation.log.entries.length
    const judgedWith = (signed: string) => {
      const changed = copyOf(organisation)
      changed.log.cosignatures.push({ line: formatSignatureLine(witness.cosign(signed, 1_770_000_000)), size })
      return judge.of(zipFiles(honestPackage(changed)), { key, witnesses: [vkey] })
    }
    expect(await judgedWith(text)).toMatchObject({ exit: 0, report: { counts: { cosignatures: 1 } } })
    expect((await judgedWith(`${text}more\n`)).codes).toContain('cosignature.invalid')
  })
})
