import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson, type Json, type JsonObject } from '../../../verifier/records/canonical.ts'
import { readLines } from '../../../verifier/records/lines.ts'
import { type ColumnType, declareResource } from '../../../verifier/records/resource.ts'
import { SnapshotWriter } from './snapshot-writer.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vouch-writer-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const column = (type: ColumnType) => ({ type, description: 'something' })
const resource = declareResource({
  name: 'test.thing',
  title: 'Things',
  description: 'Things.',
  key: ['kind', 'id'],
  columns: {
    kind: column('text'),
    id: column('integer'),
    on: column('boolean'),
    size: column('number'),
    at: column('timestamp'),
    day: column('date'),
    extra: column('json'),
  },
})

async function write(records: readonly JsonObject[], partBytes?: number): Promise<{ bytes: Buffer; parts: number }> {
  const own = mkdtempSync(join(folder, 'run-'))
  const writer = new SnapshotWriter(resource, own, partBytes)
  for (const record of records) await writer.add(record)
  const parts = readdirSync(own).length
  const chunks: Uint8Array[] = []
  for await (const chunk of writer.content()) chunks.push(chunk)
  expect(writer.records).toBe(records.length)
  return { bytes: Buffer.concat(chunks), parts }
}

// Characters on which sorting and dividing into lines go wrong.
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    '\t',
    '\n',
    '\r',
    '\u2028',
    '\u2029',
    '"',
    '\\',
    '\u00e9',
    '\uffff',
    '\u{10000}',
    '\0',
    ' ',
  ),
})
const record = fc.record({ kind: text, id: fc.integer(), extra: fc.jsonValue() as fc.Arbitrary<Json>, unknown: text })
const records = fc.uniqueArray(record, { selector: ({ kind, id }) => JSON.stringify([kind, id]), maxLength: 40 })

describe('a snapshot', () => {
  it('is its records in canonical JSON, by the bytes of their keys, in whatever order they came and however many parts they took', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.integer({ min: 1, max: 400 }), async (given, partBytes) => {
        const { bytes } = await write(given)
        const byKey = (value: JsonObject) => Buffer.from(canonicalJson([value.kind ?? null, value.id ?? null]))
        const expected = given
          .toSorted((a, b) => Buffer.compare(byKey(a), byKey(b)))
          .map(value => `${canonicalJson(value)}\n`)
        expect(bytes.toString()).toBe(expected.join(''))
        const spilled = await write(given.toReversed(), partBytes)
        expect(spilled.bytes.equals(bytes)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('spills to disk in parts, so that memory stays flat', async () => {
    const many = Array.from({ length: 5_000 }, (_, id) => ({
      kind: `k${id % 7}`,
      id: (id * 7_919) % 5_000,
      extra: 'x'.repeat(50),
    }))
    const { bytes, parts } = await write(many, 20_000)
    expect(parts).toBeGreaterThan(10)
    expect(bytes.equals((await write(many)).bytes)).toBe(true)
    let lines = 0
    for await (const line of readLines([bytes] as unknown as AsyncIterable<Uint8Array>)) lines += line === '' ? 0 : 1
    expect(lines).toBe(5_000)
  })

  it('has each key once, also when its records lie in different parts', async () => {
    const twice: JsonObject[] = [
      { kind: 'a', id: 1 },
      { kind: 'b', id: 1 },
      { kind: 'a', id: 1, on: true },
    ]
    for (const partBytes of [undefined, 1])
      await expect(write(twice, partBytes)).rejects.toMatchObject({
        code: 'source_failed',
        message: expect.stringContaining('["a",1]'),
      })
  })

  it('refuses a record without its key', async () => {
    const keyless: JsonObject[] = [{ kind: 'a' }, { kind: null, id: 1 }, { id: 1 }]
    for (const wrong of keyless) {
      await expect(write([wrong])).rejects.toMatchObject({
        code: 'source_failed',
        message: expect.stringMatching(/test\.thing.*(kind|id)/),
      })
    }
  })

  const right: Readonly<Record<string, readonly Json[]>> = {
    on: [true, false, null],
    id: [0, -1, Number.MAX_SAFE_INTEGER],
    size: [0, -1.5, 1e300, null],
    at: ['2026-01-31T23:59:59Z', '2024-02-29T00:00:00.123456789Z', null],
    day: ['2024-02-29', '0001-01-01', '9999-12-31', null],
    extra: [null, 1, 'x', [], {}],
  }
  const wrong: Readonly<Record<string, readonly Json[]>> = {
    kind: [1, true, {}],
    on: ['true', 0, 1],
    id: ['1', 1.5, 2 ** 53],
    size: ['1', true],
    at: [
      '2026-01-31',
      '2026-01-31T12:00:00',
      '2026-01-31T12:00:00+01:00',
      '2026-02-29T12:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:60:00Z',
      'now',
      0,
    ],
    day: ['2026-02-29', '2026-02-30', '2026-13-01', '2026-00-10', '2026-1-1', '2026-01-31T00:00:00Z', 20260101],
  }
  for (const [name, values] of Object.entries(right)) {
    it(`takes what a ${name} may be`, async () => {
      for (const value of values)
        expect((await write([{ kind: 'k', id: 1, [name]: value }])).bytes.length).toBeGreaterThan(0)
    })
  }
  for (const [name, values] of Object.entries(wrong)) {
    it(`refuses what is no ${name}`, async () => {
      for (const value of values) {
        await expect(write([{ kind: 'k', id: 1, [name]: value }]), JSON.stringify(value)).rejects.toMatchObject({
          code: 'source_failed',
          message: expect.stringContaining(name),
        })
      }
    })
  }
})
