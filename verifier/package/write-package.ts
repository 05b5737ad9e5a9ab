import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Readable, Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib'
import { ZipFile } from 'yazl'
import { type NoteSigner, signNote } from '../log/note.ts'
import { formatManifest, type Manifest, manifestNoteText } from './manifest.ts'

/** As zip-layout.ts demands. The date is read in local time, so this is 1980-01-01 00:00 everywhere. */
const entryOptions = { compress: false, mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100664 }
/** With a checksum, so that damage is told as damage and not unpacked as something else. */
const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 6, [constants.ZSTD_c_checksumFlag]: 1 } }
/** Contents up to this size are compressed and written in one piece, which costs a third of a stream's time. */
const smallBytes = 1 << 20

/**
 * Writes a package to `output`, file after file, in memory that does not grow with its size. Every file's size and hash go into the
 * manifest, which `finish` writes, signed.
 */
export class PackageWriter {
  readonly #zip = new ZipFile()
  readonly #files: Manifest['files'][number][] = []
  readonly #written: Promise<void>
  readonly #failed: Promise<never>

  constructor(output: Writable) {
    this.#written = pipeline(this.#zip.outputStream, output)
    this.#failed = new Promise((_, reject) => {
      this.#zip.on('error', reject)
      this.#written.catch(reject)
    })
    // Waited for beside each file; a failure while nothing is awaited is met at the next one.
    this.#failed.catch(() => undefined)
  }

  /** Adds a file of known content. */
  async add(path: string, content: string | Uint8Array): Promise<void> {
    const bytes = Buffer.from(content)
    this.#files.push({ path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })
    await this.#put(path, bytes)
  }

  /** Adds a file of zstd-compressed content. Throws what `content` throws; the package is then lost. */
  async addCompressed(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const chunks = content[Symbol.asyncIterator]()
    const held: Uint8Array[] = []
    let size = 0
    for (let step = await chunks.next(); !step.done; step = await chunks.next()) {
      held.push(step.value)
      size += step.value.length
      if (size > smallBytes) return this.#stream(path, held, chunks)
    }
    await this.add(path, zstdCompressSync(Buffer.concat(held), zstdOptions))
  }

  /**
   * Writes the manifest and its signature, and the end of the ZIP. Returns when `output` has taken everything.
   * `head` is the manifest without its files.
   */
  async finish(head: Omit<Manifest, 'files'>, signers: readonly NoteSigner[]): Promise<{ manifest: string }> {
    const text = formatManifest({ ...head, files: this.#files })
    await this.#put('manifest.json', Buffer.from(text))
    await this.#put('manifest.sig', Buffer.from(signNote(manifestNoteText(head.checkpoint.origin, text), signers)))
    this.#zip.end()
    await this.#written
    return { manifest: createHash('sha256').update(text).digest('hex') }
  }

  /** Gives up: `output` is destroyed with the reason. */
  async abandon(reason: Error): Promise<void> {
    const stream = this.#zip.outputStream
    if (stream instanceof Readable) stream.destroy(reason)
    await this.#written.catch(() => undefined)
  }

  async #put(path: string, bytes: Buffer): Promise<void> {
    if (bytes.length > smallBytes) return this.#pump(path, Readable.from([bytes], { objectMode: false }))
    this.#zip.addBuffer(bytes, path, entryOptions)
    const stream = this.#zip.outputStream
    if ('writableNeedDrain' in stream && stream.writableNeedDrain) {
      await Promise.race([once(stream, 'drain'), this.#failed])
    }
  }

  async #stream(path: string, held: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): Promise<void> {
    const source = async function* () {
      yield* held
      for (let step = await rest.next(); !step.done; step = await rest.next()) yield step.value
    }
    const digest = createHash('sha256')
    let bytes = 0
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        digest.update(chunk)
        bytes += chunk.length
        done(null, chunk)
      },
    })
    const compressing = pipeline(Readable.from(source(), { objectMode: false }), createZstdCompress(zstdOptions), meter)
    await Promise.all([compressing, this.#pump(path, meter)])
    this.#files.push({ path, bytes, sha256: digest.digest('hex') })
  }

  /** Adds a stream and waits until the ZIP has taken all of it. */
  async #pump(path: string, source: Readable): Promise<void> {
    const taken = once(source, 'end')
    this.#zip.addReadStream(source, path, entryOptions)
    await Promise.race([taken, this.#failed])
  }
}
