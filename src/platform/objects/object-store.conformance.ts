import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { VouchError } from '../errors/errors.ts'
import type { Compression, ObjectStore } from './object-store.ts'

export interface StoreUnderTest {
  readonly store: ObjectStore
  /** Another way into the same storage, as another process has it. */
  readonly second: ObjectStore
  /** Rewrites the stored bytes of an object behind the store's back. */
  damage(id: string, change: (stored: Buffer) => Buffer): Promise<void>
  close(): Promise<void>
}

export const idOfContent = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** The VouchError's code that `work` fails with; 'none' when it succeeds. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (thrown) {
    if (thrown instanceof VouchError) return thrown.code
    throw thrown
  }
}

/** Everything an asynchronous iterable gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

/** Bytes that do not compress, the same for the same arguments (a failing property can be repeated from what it prints). */
function noise(seed: number, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : createHash('shake256', { outputLength: length }).update(String(seed)).digest()
}

async function* chunks(content: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}

/** What ObjectStore's documentation demands, as tests. Call it inside `describe`. */
export function objectStoreConformance(open: () => Promise<StoreUnderTest>, runs = 60): void {
  let under: StoreUnderTest
  beforeEach(async () => {
    under = await open()
  })
  afterEach(() => under.close())

  const read = async (id: string): Promise<Buffer> => buffer(await under.store.get(id))

  it('gives back what was put, for any bytes, any chunks, either compression', async () => {
    const recipe = fc.record({
      seed: fc.nat(),
      kind: fc.constantFrom('noise', 'text'),
      length: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 400_000 })),
      chunk: fc.integer({ min: 1000, max: 100_000 }),
      compression: fc.constantFrom<Compression>('zstd', 'none'),
    })
    await fc.assert(
      fc.asyncProperty(recipe, async ({ seed, kind, length, chunk, compression }) => {
        const content = kind === 'noise' ? noise(seed, length) : Buffer.alloc(length, `record ${seed} `)
        const put = await under.store.put(chunks(content, chunk), { compression })
        expect(put.id).toBe(idOfContent(content))
        expect(put.bytes).toBe(content.length)
        expect(Buffer.compare(await read(put.id), content)).toBe(0)
      }),
      { numRuns: runs },
    )
  })

  it('keeps the same content once, also when it comes several times at once', async () => {
    const content = randomBytes(200_000)
    const puts = await Promise.all([
      under.store.put(content),
      under.second.put(chunks(content, 999)),
      under.store.put(content),
      under.second.put(content),
    ])
    expect(new Set(puts.map(put => put.id)).size).toBe(1)
    const again = await under.store.put(content, { compression: 'none', id: idOfContent(content) })
    expect(again).toMatchObject({ created: false, bytes: content.length })
    // In other chunks it compresses to another size, and whichever came last is there.
    expect(puts.map(put => put.storedBytes)).toContain(again.storedBytes)
    const listed = await collect(under.second.list())
    expect(listed).toEqual([{ id: again.id, storedBytes: again.storedBytes }])
  })

  it('compresses what compresses', async () => {
    const content = Buffer.alloc(1_000_000, 'a record like the one before\n')
    expect((await under.store.put(content)).storedBytes).toBeLessThan(2000)
  })

  it('stores nothing when the content is not what was announced, or its source fails', async () => {
    const content = randomBytes(5000)
    expect(await codeOf(under.store.put(content, { id: idOfContent(randomBytes(9)) }))).toBe('integrity')
    const broken = async function* (): AsyncIterable<Uint8Array> {
      yield content
      throw new Error('the source broke off')
    }
    await expect(under.store.put(broken())).rejects.toThrow('the source broke off')
    expect(await collect(under.store.list())).toEqual([])
    expect(await under.store.has(idOfContent(content))).toBe(false)
  })

  it.each<Compression>(['zstd', 'none'])('tells damage of any kind (%s)', async compression => {
    const content = Buffer.concat([randomBytes(3000), Buffer.alloc(90_000, 'text ')])
    const changes: ((stored: Buffer) => Buffer)[] = [
      stored =>
        Buffer.concat([stored.subarray(0, 1500), Buffer.from([(stored[1500] ?? 0) ^ 1]), stored.subarray(1501)]),
      stored => stored.subarray(0, stored.length - 5),
      stored => stored.subarray(0, 0),
      () => Buffer.from('nothing like it'),
      stored => (compression === 'none' ? Buffer.concat([stored, Buffer.from('x')]) : Buffer.alloc(stored.length)),
    ]
    for (const [index, change] of changes.entries()) {
      const { id } = await under.store.put(Buffer.concat([content, Buffer.from([index])]), { compression })
      await under.damage(id, change)
      expect(await codeOf(read(id)), `change ${index}`).toBe('integrity')
    }
  })

  it('refuses what is no id, and says what is not there', async () => {
    const missing = idOfContent(randomBytes(8))
    expect(await codeOf(under.store.get(missing))).toBe('not_found')
    expect(await under.store.has(missing)).toBe(false)
    for (const id of ['', '../../etc/passwd', missing.toUpperCase(), `${missing}0`, `${missing}\n`]) {
      expect(await codeOf(under.store.get(id))).toBe('invalid_input')
      expect(await codeOf(under.store.has(id))).toBe('invalid_input')
      expect(await codeOf(under.store.erase(id))).toBe('invalid_input')
    }
  })

  it('erases what was put at the same time in both forms', async () => {
    const content = randomBytes(50_000)
    const [{ id }] = await Promise.all([
      under.store.put(content, { compression: 'none' }),
      under.second.put(content, { compression: 'zstd' }),
    ])
    expect(Buffer.compare(await read(id), content)).toBe(0)
    expect(await under.store.erase(id)).toBe(true)
    expect(await collect(under.store.list())).toEqual([])
  })

  it('erases for good, and only what it was told', async () => {
    const [kept, gone] = [await under.store.put(randomBytes(100)), await under.store.put(randomBytes(101))]
    expect(await under.store.erase(gone.id)).toBe(true)
    expect(await under.store.erase(gone.id)).toBe(false)
    expect(await codeOf(under.second.get(gone.id))).toBe('not_found')
    expect(await collect(under.store.list())).toEqual([{ id: kept.id, storedBytes: kept.storedBytes }])
  })
}
