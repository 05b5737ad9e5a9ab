import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chunkLength, openChunks, sealChunks } from '../../platform/vault/sealed-stream.ts'
import { readArchive, readHeader, writeArchive } from './archive.ts'
import { type ArchiveRecord, decodeRecords, encodeRecords, type Head } from './records.ts'

const key = Buffer.alloc(32, 7)
const context = Buffer.from('context')
const passphrase = 'correct horse battery staple'
const cost = 2 ** 10
const about = { vouch: '0.1.0', created_at: '2026-01-02T03:04:05.000Z', migrations: ['0001_first', '0002_second'] }
const manifest: Head = { kind: 'manifest', postgres: '18', tables: [], sequences: [] }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vouch-archive-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const bytes of source) all.push(bytes)
  return Buffer.concat(all)
}

const seal = (content: Uint8Array): Promise<Buffer> => collect(sealChunks(from([content]), key, context))
const unseal = (sealed: Uint8Array, how = { key, context }): Promise<Buffer> =>
  collect(openChunks(from([sealed]), how.key, how.context))
const refused = { code: 'integrity' }

describe('a sealed stream', () => {
  it('opens to what it was made of, however it was cut into pieces', async () => {
    const lengths = fc.oneof(
      fc.nat(300),
      fc.constantFrom(0, chunkLength - 1, chunkLength, chunkLength + 1, 2 * chunkLength, 3 * chunkLength + 5),
    )
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 100_000 }), async (length, step) => {
        const content = Buffer.alloc(length, 'vouch')
        const pieces = (bytes: Buffer) => {
          const cut: Buffer[] = []
          for (let at = 0; at < bytes.length; at += step) cut.push(bytes.subarray(at, at + step))
          return from(step < 50 ? [bytes] : cut)
        }
        const sealed = await collect(sealChunks(pieces(content), key, context))
        expect(sealed.length).toBe(length + 16 * Math.max(1, Math.ceil(length / chunkLength)))
        expect((await collect(openChunks(pieces(sealed), key, context))).equals(content)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('is refused when any bit is flipped, or it is cut short or made longer anywhere', async () => {
    const sealed = await seal(Buffer.alloc(2 * chunkLength + 100, 'x'))
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = Buffer.from(sealed)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
        await expect(unseal(flipped)).rejects.toMatchObject(refused)
        await expect(unseal(sealed.subarray(0, at))).rejects.toMatchObject(refused)
        await expect(unseal(Buffer.concat([sealed, sealed.subarray(0, at + 1)]))).rejects.toMatchObject(refused)
      }),
      { numRuns: 100 },
    )
  })

  it('is refused when it ends exactly after a chunk, or chunks are swapped, repeated or left out', async () => {
    const size = chunkLength + 16
    const sealed = await seal(Buffer.alloc(3 * chunkLength, 'x'))
    const [a, b, c] = [sealed.subarray(0, size), sealed.subarray(size, 2 * size), sealed.subarray(2 * size)]
    for (const chunks of [[a], [a, b], [a, c], [b, a, c], [a, b, b, c], [a, b, c, c], [c]]) {
      await expect(unseal(Buffer.concat(chunks))).rejects.toMatchObject(refused)
    }
    expect(await unseal(Buffer.concat([a, b, c]))).toHaveLength(3 * chunkLength)
  })

  it('is refused under another key or in another context', async () => {
    const sealed = await seal(Buffer.from('secret'))
    await expect(unseal(sealed, { key: Buffer.alloc(32, 8), context })).rejects.toMatchObject(refused)
    await expect(unseal(sealed, { key, context: Buffer.from('other') })).rejects.toMatchObject(refused)
  })
})

describe('records', () => {
  it('come back as they were written, however the bytes are cut', async () => {
    const head: Head = { kind: 'object', id: 'a'.repeat(64) }
    const record = fc.oneof(
      fc.constant<ArchiveRecord>({ type: 'head', value: head }),
      fc
        .uint8Array({ minLength: 1, maxLength: 300 })
        .map((value): ArchiveRecord => ({ type: 'data', value: Buffer.from(value) })),
      fc.nat().map((rows): ArchiveRecord => ({ type: 'tail', value: { rows } })),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(record), fc.integer({ min: 1, max: 40 }), async (records, step) => {
        const bytes = await collect(encodeRecords(from(records)))
        const pieces: Buffer[] = []
        for (let at = 0; at < bytes.length; at += step) pieces.push(bytes.subarray(at, at + step))
        const seen: ArchiveRecord[] = []
        for await (const one of decodeRecords(from(pieces))) seen.push(one)
        expect(seen).toEqual(records)
      }),
    )
  })
})

const file = (): string => join(folder, 'a.backup')

async function* sample(size = 200_000): AsyncGenerator<ArchiveRecord> {
  yield { type: 'head', value: manifest }
  yield { type: 'tail', value: {} }
  yield { type: 'head', value: { kind: 'table', name: 'organisation' } }
  // What does not compress, so that the file has several chunks.
  for (let at = 0; at < size; at += 1000) {
    yield {
      type: 'data',
      value: Buffer.from(Array.from({ length: 1000 }, (_, n) => (at * 31 + n * n * 7 + (at ^ (n << 3))) & 255)),
    }
  }
  yield { type: 'tail', value: { rows: 3 } }
  yield { type: 'head', value: { kind: 'end', rows: 3, objects: 0, lost: [] } }
  yield { type: 'tail', value: {} }
}

async function readAll(path: string, phrase = passphrase): Promise<{ kinds: string[]; data: Buffer }> {
  const kinds: string[] = []
  let data: Buffer = Buffer.alloc(0)
  for await (const entry of readArchive(path, phrase)) {
    kinds.push(entry.head.kind)
    const bytes = await collect(entry.data)
    if (entry.head.kind === 'table') {
      data = bytes
      expect(entry.tail()).toEqual({ rows: 3 })
    }
  }
  return { kinds, data }
}

describe('a backup file', () => {
  it('is read back, is its owner’s alone, and tells what it is without the passphrase', async () => {
    await writeArchive(file(), about, passphrase, sample(), { cost })
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['a.backup'])
    expect((await readHeader(file())).header).toMatchObject(about)
    const { kinds, data } = await readAll(file())
    expect(kinds).toEqual(['manifest', 'table', 'end'])
    expect(data).toHaveLength(200_000)
    expect(readFileSync(file()).includes('organisation')).toBe(false)
  })

  it('takes a passphrase in either form of Unicode, and no other', async () => {
    await writeArchive(file(), about, 'Zürich, überall', sample(10), { cost })
    expect((await readAll(file(), 'Zu\u0308rich, u\u0308berall')).kinds).toHaveLength(3)
    await expect(readAll(file(), 'Zurich, uberall')).rejects.toThrow(/passphrase/)
  })

  it('is refused when any byte is changed or it is cut short anywhere, its header included', async () => {
    await writeArchive(file(), about, passphrase, sample(3_000), { cost })
    const whole = readFileSync(file())
    const other = join(folder, 'b.backup')
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(whole)
        changed[at] = (changed[at] ?? 0) ^ change
        writeFileSync(other, changed)
        await expect(readAll(other)).rejects.toMatchObject({ name: 'VouchError' })
        writeFileSync(other, whole.subarray(0, at))
        await expect(readAll(other)).rejects.toMatchObject({ name: 'VouchError' })
      }),
      { numRuns: 150 },
    )
  })

  it('leaves nothing when what goes into it fails, or it is stopped', async () => {
    async function* failing(): AsyncGenerator<ArchiveRecord> {
      yield { type: 'head', value: manifest }
      throw new Error('the database went away')
    }
    await expect(writeArchive(file(), about, passphrase, failing(), { cost })).rejects.toThrow('the database went away')
    const controller = new AbortController()
    async function* stopped(): AsyncGenerator<ArchiveRecord> {
      for await (const record of sample()) {
        if (record.type === 'data') controller.abort()
        yield record
      }
    }
    await expect(
      writeArchive(file(), about, passphrase, stopped(), { cost, signal: controller.signal }),
    ).rejects.toThrow()
    expect(readdirSync(folder)).toEqual([])
  })

  it('never takes the place of another file', async () => {
    writeFileSync(file(), 'precious')
    await expect(writeArchive(file(), about, passphrase, sample(), { cost })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(readFileSync(file(), 'utf8')).toBe('precious')
  })

  it('without its end is refused, although every byte is authentic', async () => {
    async function* endless(): AsyncGenerator<ArchiveRecord> {
      for await (const record of sample(10)) {
        if (record.type === 'head' && record.value.kind === 'end') return
        yield record
      }
    }
    await writeArchive(file(), about, passphrase, endless(), { cost })
    await expect(readAll(file())).rejects.toThrow(/end is missing/)
  })

  it('of a later format, and a file that is none, are told apart', async () => {
    writeFileSync(file(), 'vouch-backup 2\nwhatever')
    await expect(readHeader(file())).rejects.toThrow(/newer version/)
    writeFileSync(file(), 'PK')
    await expect(readHeader(file())).rejects.toThrow(/not a backup/)
    await expect(readHeader(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
