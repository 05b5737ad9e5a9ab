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
import { sha256 } from '../records/canonical.ts'
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

  test('a framework that is another is named', async () => {
    const path = [...honest.keys()].find(name => name.startsWith('frameworks/')) ?? ''
    const { codes } = await judgedFiles(
      files => void files.set(path, Buffer.from(json(files, path).replace('Leavers', 'Stayers'))),
    )
    expect(codes).toContain('framework.changed')
  })
})

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
