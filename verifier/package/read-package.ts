import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, fromFdPromise } from 'yauzl'
import { UnusablePackage } from './package-error.ts'
import type { Difference } from './report.ts'
import { centralRecord, dataDescriptor, endOfZip, localHeader, type ZipEntry } from './zip-layout.ts'

/** One file of an opened package, with the SHA-256 of its stored bytes as they were read. */
export interface PackageFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** Where its bytes begin in the ZIP. */
  readonly start: number
}

/** More files than any package has; bounds the work that a hostile one causes. */
const maxFiles = 500_000
const maxPathBytes = 512
const chunkBytes = 1 << 20

/**
 * An opened package. Opening has read every byte once: each file's hash is known, and the bytes between the files are what they must be,
 * or are named in `layout`. Nothing is unpacked: files are stored as they are, so they are read from their place.
 */
export class OpenPackage {
  readonly files: ReadonlyMap<string, PackageFile>
  /** Bytes of the ZIP itself that are not what they must be. */
  readonly layout: readonly Difference[]
  readonly #handle: FileHandle

  constructor(handle: FileHandle, files: ReadonlyMap<string, PackageFile>, layout: readonly Difference[]) {
    this.#handle = handle
    this.files = files
    this.layout = layout
  }

  /** The bytes of one file; undefined when it is not there. Throws UnusablePackage when it is larger than `limit`. */
  async read(path: string, limit: number): Promise<Buffer | undefined> {
    const file = this.files.get(path)
    if (!file) return undefined
    if (file.bytes > limit) throw new UnusablePackage(`${path} has ${file.bytes} bytes; at most ${limit} are read.`)
    const bytes = Buffer.alloc(file.bytes)
    await readFully(this.#handle, bytes, file.start)
    return bytes
  }

  /** The bytes of one file, piece by piece. Throws Error when it is not there. */
  stream(path: string): Readable {
    const file = this.files.get(path)
    if (!file) throw new Error(`${path} is not in the package`)
    return Readable.from(pieces(this.#handle, file.start, file.bytes), { objectMode: false })
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}

/**
 * Opens a package and reads it once from end to end. The caller closes it.
 * Throws UnusablePackage for anything but a plain ZIP of stored files with safe, unique names that follow one another without a gap:
 * encrypted or compressed entries, folders, links, absolute paths and `..`, overlaps, a truncated file.
 */
export async function openPackage(path: string, signal?: AbortSignal): Promise<OpenPackage> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (cause) {
    throw new UnusablePackage(`${path} cannot be opened: is the name right, and may you read it?`, { cause })
  }
  try {
    const info = await handle.stat()
    if (!info.isFile()) throw new UnusablePackage(`${path} is not a file.`)
    const entries = await readDirectory(handle)
    return await readThrough(handle, info.size, entries, signal)
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** The entries of the central directory in the order of their places, each allowed. */
async function readDirectory(handle: FileHandle): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = []
  const names = new Set<string>()
  try {
    const zip = await fromFdPromise(handle.fd, { autoClose: false, strictFileNames: true, validateEntrySizes: true })
    if (zip.entryCount > maxFiles) throw new UnusablePackage(`It says that it has ${zip.entryCount} files.`)
    for await (const entry of zip.eachEntry()) {
      if (entries.length >= maxFiles) throw new UnusablePackage(`It has more than ${maxFiles} files.`)
      const accepted = acceptEntry(entry)
      if (names.has(accepted.path)) throw new UnusablePackage(`It has two files named ${quote(accepted.path)}.`)
      names.add(accepted.path)
      entries.push(accepted)
    }
  } catch (error) {
    if (error instanceof UnusablePackage) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UnusablePackage(`It is not a ZIP file that can be read: ${reason}`, { cause: error })
  }
  return entries.sort((a, b) => a.offset - b.offset)
}

function acceptEntry(entry: Entry): ZipEntry {
  const path = entry.fileName
  const refuse = (why: string) => new UnusablePackage(`The entry ${quote(path)} ${why}; a package has no such thing.`)
  if (path.endsWith('/')) throw refuse('is a folder')
  if (!isSafePath(path)) throw refuse('has a name that is not a plain relative path')
  if (Buffer.byteLength(path) !== entry.fileNameLength) throw refuse('has two names')
  if (entry.isEncrypted()) throw refuse('is encrypted')
  if (entry.compressionMethod !== 0) throw refuse('is compressed by the ZIP')
  const type = (entry.externalFileAttributes >>> 16) & 0o170000
  if (type !== 0 && type !== 0o100000) throw refuse('is a link or a device')
  const streamed = (entry.generalPurposeBitFlag & 8) !== 0
  return {
    path,
    offset: entry.relativeOffsetOfLocalHeader,
    bytes: entry.uncompressedSize,
    crc32: entry.crc32,
    streamed,
  }
}

/** Whether a name is relative, uses `/` alone, and has no empty, `.` or `..` part, no control character and no drive. */
export function isSafePath(path: string): boolean {
  if (path === '' || Buffer.byteLength(path) > maxPathBytes || !path.isWellFormed()) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\\:\u0000-\u001f\u007f]/.test(path)) return false
  return path.split('/').every(part => part !== '' && part !== '.' && part !== '..')
}

/** One pass over the whole file: hashes each entry's bytes and compares everything else with what must be there. */
async function readThrough(
  handle: FileHandle,
  size: number,
  entries: readonly ZipEntry[],
  signal: AbortSignal | undefined,
): Promise<OpenPackage> {
  const files = new Map<string, PackageFile>()
  const layout: Difference[] = []
  const reader = new SequentialReader(handle, size)
  const expect = async (expected: Buffer, where: string) => {
    const start = reader.position
    const found = await reader.take(expected.length)
    if (found.equals(expected)) return
    const at = start + found.findIndex((byte, i) => byte !== expected[i])
    const message = `Byte ${at} of the ZIP, in ${where}, is not what it must be. It belongs to no file's content.`
    layout.push({ code: 'zip.layout', where: `byte ${at}`, message })
  }
  for (const entry of entries) {
    signal?.throwIfAborted()
    if (entry.offset !== reader.position) {
      throw new UnusablePackage(
        `Its files do not follow one another at ${quote(entry.path)}: they overlap, or something lies between.`,
      )
    }
    await expect(localHeader(entry), `the header of ${entry.path}`)
    const start = reader.position
    const { sha256, crc } = await reader.hash(entry.bytes)
    files.set(entry.path, { path: entry.path, bytes: entry.bytes, sha256, start })
    // A wrong checksum beside changed content is the content's fault, which the manifest tells.
    const sound = crc === entry.crc32 ? entry : { ...entry, crc32: crc }
    if (sound !== entry) {
      const message = `The ZIP's checksum of ${entry.path} is not that of its bytes.`
      layout.push({ code: 'zip.checksum', where: entry.path, message })
    }
    await expect(dataDescriptor(entry), `what follows ${entry.path}`)
  }
  const directory = Buffer.concat(entries.map(centralRecord))
  const end = endOfZip(entries.length, reader.position, directory.length)
  if (size - reader.position !== directory.length + end.length) {
    throw new UnusablePackage('Its directory is not right behind its files, or it has something besides them.')
  }
  await expect(directory, 'the directory')
  await expect(end, 'the end of the directory')
  return new OpenPackage(handle, files, layout)
}

/** Reads a file from its beginning to its end in large pieces. */
class SequentialReader {
  readonly #handle: FileHandle
  readonly #size: number
  readonly #buffer = Buffer.alloc(chunkBytes)
  #held = 0
  #used = 0
  position = 0

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle
    this.#size = size
  }

  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = []
    await this.#each(count, part => void parts.push(Buffer.from(part)))
    return Buffer.concat(parts)
  }

  async hash(count: number): Promise<{ sha256: string; crc: number }> {
    const digest = createHash('sha256')
    let crc = 0
    await this.#each(count, part => {
      digest.update(part)
      crc = crc32(part, crc)
    })
    return { sha256: digest.digest('hex'), crc }
  }

  async #each(count: number, use: (part: Buffer) => void): Promise<void> {
    if (count > this.#size - this.position)
      throw new UnusablePackage('The ZIP ends in the middle of a file: it is truncated.')
    for (let left = count; left > 0; ) {
      if (this.#used === this.#held) {
        const { bytesRead } = await this.#handle.read(this.#buffer, 0, chunkBytes, this.position)
        if (bytesRead === 0) throw new UnusablePackage('The file became shorter while it was read.')
        this.#held = bytesRead
        this.#used = 0
      }
      const part = this.#buffer.subarray(this.#used, Math.min(this.#held, this.#used + left))
      use(part)
      this.#used += part.length
      this.position += part.length
      left -= part.length
    }
  }
}

async function* pieces(handle: FileHandle, start: number, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; at += chunkBytes) {
    const piece = Buffer.alloc(Math.min(chunkBytes, bytes - at))
    await readFully(handle, piece, start + at)
    yield piece
  }
}

async function readFully(handle: FileHandle, into: Buffer, position: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done)
    if (bytesRead === 0) throw new UnusablePackage('The file became shorter while it was read.')
    done += bytesRead
  }
}

/** A name as it may be shown on a terminal: no control characters, not endless. */
function quote(name: string): string {
  return JSON.stringify(name.slice(0, 120))
}
