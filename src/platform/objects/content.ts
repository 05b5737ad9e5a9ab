import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { pipeline, Readable, Transform, type TransformCallback } from 'node:stream'
import { pipeline as finished } from 'node:stream/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import { messageOf, VouchError } from '../errors/errors.ts'
import type { Compression, PutOptions } from './object-store.ts'

/** How the name of a stored object tells its compression. */
export const suffixes: Readonly<Record<Compression, string>> = { zstd: '.zst', none: '.raw' }
export const compressions: readonly Compression[] = ['zstd', 'none']

/** `ab/cd/<id>.zst`: 65,536 folders keep each one small for tens of millions of objects. Throws VouchError('invalid_input'). */
export function nameOf(id: string, compression: Compression): string {
  if (!/^[0-9a-f]{64}$/.test(id)) {
    throw new VouchError('invalid_input', 'An object id is a SHA-256: 64 lower-case hexadecimal digits.')
  }
  return `${id.slice(0, 2)}/${id.slice(2, 4)}/${id}${suffixes[compression]}`
}

/** The id in a stored object's name or path; undefined when it is not one. */
export function idOf(name: string): string | undefined {
  return /(?:^|\/)([0-9a-f]{64})\.(?:zst|raw)$/.exec(name)?.[1]
}

export interface Spooled {
  readonly id: string
  readonly bytes: number
  readonly storedBytes: number
  /** SHA-256 of the stored (compressed) bytes. */
  readonly storedHash: Buffer
}

/**
 * Streams content into a new `file` (mode 0444, on disk when this returns), compressing and hashing it on the way. Leaves no file when
 * it throws: VouchError('integrity') when `options.id` is not the content's, VouchError('storage_full'), or what the source threw.
 */
export async function spool(
  file: string,
  source: AsyncIterable<Uint8Array> | Uint8Array,
  options: PutOptions,
): Promise<Spooled> {
  const content = new Meter()
  const stored = new Meter()
  // What is stored as it is has one length and one hash.
  const compressed = options.compression !== 'none'
  try {
    const input = Readable.from(source instanceof Uint8Array ? slices(source) : source, { objectMode: false })
    // With Node's own 16 KiB between them and the disk, a gibibyte took twice the processor time.
    const highWaterMark = 1024 * 1024
    const output = createWriteStream(file, { flags: 'wx', mode: 0o444, flush: true, highWaterMark })
    await (compressed
      ? finished([input, content, createZstdCompress(), stored, output])
      : finished([input, content, output]))
  } catch (thrown) {
    await rm(file, { force: true })
    throw explainWrite(thrown, file)
  }
  const contentHash = content.digest()
  const id = contentHash.toString('hex')
  if (options.id !== undefined && options.id !== id) {
    await rm(file, { force: true })
    throw new VouchError(
      'integrity',
      `The content's SHA-256 is ${id}, not ${options.id} as was said; it was not stored.`,
    )
  }
  return {
    id,
    bytes: content.bytes,
    storedBytes: compressed ? stored.bytes : content.bytes,
    storedHash: compressed ? stored.digest() : contentHash,
  }
}

function* slices(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

/** A full disk, a quota and a file-size limit as VouchError('storage_full'); anything else as it is. */
export function explainWrite(thrown: unknown, where: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') return thrown
  const message = `There is no room for another object at ${where}. Free some space, or raise the quota, and try again; nothing was stored.`
  return new VouchError('storage_full', message, { cause: thrown })
}

/** The uncompressed content of stored bytes, checked against `id`; fails with VouchError('integrity') when it differs. */
export function restore(id: string, compression: Compression, stored: Readable): Readable {
  // The callback is there because pipeline demands one: its error is also the decompressor's, which the reader meets.
  const content = compression === 'none' ? stored : pipeline(stored, createZstdDecompress(), () => undefined)
  const checked = Readable.from(checkedAtEnd(id, content), { objectMode: false })
  // A reader who leaves before the first byte never started the generator, which would have closed the file or the connection.
  return checked.on('close', () => stored.destroy())
}

async function* checkedAtEnd(id: string, content: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of content) {
      hash.update(chunk)
      yield chunk
    }
  } catch (thrown) {
    throw asDamage(id, thrown)
  }
  const actual = hash.digest('hex')
  if (actual !== id) throw damaged(id, `its SHA-256 is ${actual}`)
}

/** A decompressor meets damage with an error of its own: to the reader it is the same thing. */
function asDamage(id: string, thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return /^ZSTD_|^Z_/.test(code) ? damaged(id, messageOf(thrown)) : thrown
}

function damaged(id: string, how: string): VouchError {
  return new VouchError(
    'integrity',
    `The stored object ${id} is damaged: ${how}. Restore it from a backup; until then what rests on it cannot be vouched for.`,
  )
}

/** Passes bytes on, counting and hashing them. */
class Meter extends Transform {
  readonly #hash = createHash('sha256')
  bytes = 0

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.#hash.update(chunk)
    this.bytes += chunk.length
    done(null, chunk)
  }

  /** The hash of everything; once. */
  digest(): Buffer {
    return this.#hash.digest()
  }
}

/** Makes a folder's entries survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
