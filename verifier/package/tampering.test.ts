import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatReport } from './cli-output.ts'
import { buildOrganisation, honestPackage, type SyntheticOrganisation } from './testing/build-package.ts'
import { Judge } from './testing/judge.ts'
import { append, vkeysOf } from './testing/synthetic-log.ts'
import { alter, alterRecords, copyOf, forge, forgeRotation, forgeries, resealed, whitewash } from './testing/tamper.ts'
import { zipFiles } from './testing/zip-files.ts'

let organisation: SyntheticOrganisation
let honest: Map<string, Buffer>
let zip: Buffer
let key = ''
/** Where each file's bytes lie in the ZIP. */
const places: { path: string; start: number; end: number }[] = []
const judge = new Judge()

beforeAll(async () => {
  organisation = await buildOrganisation()
  honest = honestPackage(organisation)
  zip = zipFiles(honest)
  key = vkeysOf(organisation.log)[0] ?? ''
  let at = 0
  for (const [path, bytes] of honest) {
    const start = at + 30 + Buffer.byteLength(path)
    places.push({ path, start, end: start + bytes.length })
    at = start + bytes.length
  }
})
afterAll(() => judge.close())

const paths = () => [...honest.keys()]
const unlisted = ['manifest.json', 'manifest.sig']
/** Deterministic, so that a failure can be looked at again. */
const often = (numRuns: number) => ({ numRuns, seed: 20_261_122 })

describe('somebody changes the file', () => {
  test('any byte flipped is noticed, and the file it is in is named', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const changed = Buffer.from(zip)
        changed[at] = (changed[at] ?? 0) ^ mask
        const place = places.find(({ start, end }) => at >= start && at < end)
        const { exit, differences } = await judge.of(changed)
        if (place && !unlisted.includes(place.path)) {
          expect(exit).toBe(1)
          expect(differences).toContainEqual(expect.objectContaining({ code: 'file.changed', where: place.path }))
        } else if (place?.path === 'manifest.sig') {
          expect(exit).toBe(1)
          expect(differences).toContainEqual(expect.objectContaining({ code: 'manifest.signature' }))
        } else expect([1, 2]).toContain(exit)
      }),
      often(280),
    )
  })

  test('cut off anywhere it is no package', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length - 1), async length => {
        expect((await judge.of(zip.subarray(0, length))).exit).toBe(2)
      }),
      often(40),
    )
  })

  test('any file removed is named', async () => {
    for (const path of paths()) {
      const files = new Map(honest)
      files.delete(path)
      const { exit, differences } = await judge.of(zipFiles(files))
      expect(exit).toBe(path === 'manifest.json' ? 2 : 1)
      if (path === 'manifest.json') continue
      const code = path === 'manifest.sig' ? 'manifest.signature' : 'file.missing'
      expect(differences).toContainEqual(expect.objectContaining({ code, where: path }))
    }
  })

  test('any file added is named', async () => {
    const parts = fc.stringMatching(/^[a-z0-9]{1,8}$/)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('', 'objects/', 'ledger/', 'derived/'),
        parts,
        fc.uint8Array(),
        async (folder, name, bytes) => {
          const path = `${folder}${name}`
          const { exit, differences } = await judge.of(zipFiles(new Map([...honest, [path, Buffer.from(bytes)]])))
          expect(exit).toBe(1)
          expect(differences).toContainEqual(expect.objectContaining({ code: 'file.unexpected', where: path }))
        },
      ),
      often(30),
    )
  })

  test('any two files swapped are both named, and any file renamed', async () => {
    const listed = paths().filter(path => !unlisted.includes(path))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...listed), fc.constantFrom(...listed), async (a, b) => {
        const [first, second] = [honest.get(a), honest.get(b)]
        if (!first || !second) throw new Error('they are there')
        if (a === b) {
          const files = new Map(honest)
          files.delete(a)
          const renamed = await judge.of(zipFiles(new Map([...files, [`${a}x`, first]])))
          expect(renamed.codes.slice(0, 2)).toEqual(['file.missing', 'file.unexpected'])
        } else if (!first.equals(second)) {
          const { exit, differences } = await judge.of(zipFiles(new Map([...honest, [a, second], [b, first]])))
          expect(exit).toBe(1)
          for (const where of [a, b])
            expect(differences).toContainEqual(expect.objectContaining({ code: 'file.changed', where }))
        }
      }),
      { ...often(70), examples: listed.slice(0, 10).map((path): [string, string] => [path, path]) },
    )
  })
})

/** What somebody may want to have been otherwise. Each returns the leaf that it changes, or undefined when the log gets shorter or longer. */
const changes: Readonly<Record<string, (changed: SyntheticOrganisation, n: number) => number | undefined>> = {
  'the results of a check': (changed, n) => whitewash(changed, n),
  'a record': (changed, n) =>
    alterRecords(changed, n, records =>
      records.map((record, at) => (at === 0 ? { ...record, owner: 'nobody' } : record)),
    ),
  'a record left out': (changed, n) => alterRecords(changed, n, records => records.slice(1)),
  'a query': (changed, n) =>
    alter(changed, 'check.changed', n, content => {
      content.definition = { ...content.definition, sql: `${content.definition.sql} ` }
    }),
  'a parameter': changed =>
    alter(changed, 'check.changed', -1, content => {
      content.parameters = { days: 4_000 }
    }),
  'the scope': changed =>
    alter(changed, 'scope.changed', 0, content => {
      content.categories = ['security', 'availability']
    }),
  'a control': (changed, n) =>
    alter(changed, 'control.changed', n, content => {
      content.not_applicable_reason = 'We do not do that'
    }),
  'an exception': changed =>
    alter(changed, 'exception.granted', 0, content => {
      content.approver = 'Somebody else'
    }),
  'a connection': (changed, n) =>
    alter(changed, 'connection.changed', n, content => {
      content.archived = true
    }),
  'the schedule of a connection': (changed, n) =>
    alter(changed, 'connection.changed', n, content => {
      content.every_hours = 720
    }),
  'a failed collection': (changed, n) =>
    alter(changed, 'collection.failed', n, content => {
      content.reason = 'It was meant to be so'
    }),
  'an explanation of a gap': changed =>
    alter(changed, 'gap.explained', 0, content => {
      content.by = 'Somebody else'
    }),
  'the name of the organisation': changed =>
    alter(changed, 'organisation.created', 0, content => {
      content.name = 'Others'
    }),
  'the counts of a run': (changed, n) =>
    alter(changed, 'checks.completed', n, content => {
      const [run] = content.runs
      if (run) run.passed += 1
    }),
}

describe('somebody without the signing key makes everything else afresh', () => {
  for (const [what, change] of Object.entries(changes)) {
    test(`${what}: noticed however far it is carried`, async () => {
      for (const forgery of forgeries) {
        for (let n = 0; n < 2; n++) {
          const changed = copyOf(organisation)
          const leaf = change(changed, n)
          const { exit, codes, differences, report } = await judge.of(zipFiles(forge(changed, honest, forgery)), {
            key,
          })
          expect({ forgery, exit }).toEqual({ forgery, exit: 1 })
          expect(report?.keyTrusted).toBe(false)
          if (forgery === 'keeps the leaves') {
            expect(codes).toContain('manifest.signature')
            expect(differences).toContainEqual(
              expect.objectContaining({ code: 'opening.changed', where: `leaf ${leaf}` }),
            )
          } else if (forgery === 'keeps the signatures')
            expect(codes).toEqual(expect.arrayContaining(['manifest.signature', 'tree.root']))
          else if (forgery === 'signs with another key') expect(codes).toContain('key.untrusted')
          else expect(codes).toEqual(expect.arrayContaining(['manifest.signature', 'checkpoint.signature']))
        }
      }
    })
  }

  test('without --key too, as long as they have to leave the signatures as they are', async () => {
    for (const change of Object.values(changes)) {
      for (const forgery of forgeries.filter(other => other !== 'signs with another key')) {
        const changed = copyOf(organisation)
        change(changed, 0)
        expect((await judge.of(zipFiles(forge(changed, honest, forgery)))).exit).toBe(1)
      }
    }
  })

  test('and without --key, signed with keys of their own, it agrees with itself and is trusted by nobody', async () => {
    const changed = copyOf(organisation)
    changes['an exception']?.(changed, 0)
    const zipped = zipFiles(forge(changed, honest, 'signs with another key'))
    const { exit, report } = await judge.of(zipped)
    expect({ exit, trusted: report?.keyTrusted }).toEqual({ exit: 0, trusted: false })
    if (report) expect(formatReport(report, false)).toContain('Anyone can make a package that agrees with itself')
    expect((await judge.of(zipped, { key })).codes[0]).toBe('key.untrusted')
  })

  test('leaves taken away, put in or exchanged', async () => {
    const count = organisation.log.entries.length
    const at = fc.integer({ min: 2, max: count - 1 })
    await fc.assert(
      fc.asyncProperty(
        at,
        fc.constantFrom('cut', 'remove', 'insert', 'swap'),
        fc.constantFrom(...forgeries.slice(1)),
        async (place, how, forgery) => {
          const changed = copyOf(organisation)
          const { entries } = changed.log
          if (how === 'cut') entries.length = place
          else if (how === 'remove') entries.splice(place, 1)
          else if (how === 'insert')
            entries.splice(place, 0, {
              ...(entries[place] ?? entries[0]),
              salt: 'ab'.repeat(32),
            } as (typeof entries)[0])
          else [entries[1], entries[place]] = [entries[place], entries[1]] as [(typeof entries)[0], (typeof entries)[0]]
          changed.log.checkpointSizes = [
            ...changed.log.checkpointSizes.filter(size => size < entries.length),
            entries.length,
          ]
          const { exit, codes } = await judge.of(zipFiles(forge(changed, honest, forgery)), { key })
          expect(exit).toBe(1)
          const cause = ['manifest.signature', 'key.untrusted', 'checkpoint.signature', 'key.form']
          expect(codes.some(code => cause.includes(code))).toBe(true)
        },
      ),
      often(60),
    )
  })
})

describe('the log', () => {
  test('ended at an older checkpoint is noticed: nobody signed that manifest', async () => {
    for (const size of organisation.log.checkpointSizes.slice(0, -1)) {
      const changed = copyOf(organisation)
      changed.log.entries.length = size
      changed.log.checkpointSizes = changed.log.checkpointSizes.filter(other => other <= size)
      changed.log.keys = changed.log.keys.filter(other => other.from < size)
      const older = forge(changed, honest, 'keeps the leaves')
      // Everything below ledger/ is as it honestly was then, signatures included.
      const atThatTime = honestPackage(changed)
      for (const path of older.keys()) if (path.startsWith('ledger/')) older.delete(path)
      for (const [path, bytes] of atThatTime) if (path.startsWith('ledger/')) older.set(path, bytes)
      const { codes, exit } = await judge.of(zipFiles(older), { key: vkeysOf(changed.log)[0] })
      expect(exit).toBe(1)
      expect(codes).toContain('manifest.signature')
    }
  })

  test('with its checkpoint exchanged for an older one is noticed', async () => {
    for (const size of organisation.log.checkpointSizes.slice(0, -1)) {
      const note = honest.get(`ledger/checkpoints/${size}`)
      if (!note) throw new Error('it is there')
      const { codes, exit } = await judge.of(zipFiles(new Map([...honest, ['ledger/checkpoint', note]])), { key })
      expect(exit).toBe(1)
      expect(codes).toEqual(expect.arrayContaining(['file.changed', 'checkpoint.inconsistent']))
    }
  })

  test('gone over to a key that its old key did not sign for is noticed', async () => {
    const changed = copyOf(organisation)
    forgeRotation(changed)
    const files = honestPackage(changed)
    // The forger cannot sign for the old key, so the first checkpoint with the rotation bears one signature only.
    const lines = files.get('ledger/checkpoint')?.toString().split('\n') ?? []
    const last = lines.findLastIndex(line => line.startsWith('—'))
    const note = lines.filter((line, at) => !line.startsWith('—') || at === last).join('\n')
    const sealed = resealed(new Map([...files, ['ledger/checkpoint', Buffer.from(note)]]), changed)
    const { exit, codes, report } = await judge.of(zipFiles(sealed), { key })
    expect(exit).toBe(1)
    expect(codes).toContain('key.rotation')
    expect(report?.keyTrusted).toBe(false)
  })

  test('that says that it is no sample is noticed, and it still says sample first', async () => {
    const changed = copyOf(organisation)
    alter(changed, 'organisation.created', 0, content => {
      content.sample = false
    })
    const { codes, report } = await judge.of(zipFiles(honestPackage(changed)), { key })
    expect(codes).toContain('organisation.changed')
    expect(report?.sample).toBe(true)
  })

  test('with a fact of a kind that nobody knows is not said to agree', async () => {
    const changed = copyOf(organisation)
    append(changed.log, 'exception.revoked', changed.createdAt, { exception: '0b8f3a52-4a5e-4f2c-9a51-3f0a8d7c1e10' })
    const last = changed.log.entries.at(-1)
    if (last) last.kind = 'toString'
    changed.log.checkpointSizes.push(changed.log.entries.length)
    const { codes } = await judge.of(zipFiles(honestPackage(changed)), { key })
    expect(codes).toContain('leaf.form')
  })
})

test('at least 500 packages were judged', () => {
  expect(judge.judged).toBeGreaterThanOrEqual(500)
})
