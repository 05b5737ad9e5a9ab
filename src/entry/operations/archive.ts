import { createHash, randomBytes, scrypt } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pipeline as piped, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import { z } from 'zod'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { explainWrite, syncFolder } from '../../platform/objects/content.ts'
import { openChunks, sealChunks } from '../../platform/vault/sealed-stream.ts'
import { type ArchiveRecord, decodeRecords, encodeRecords, type Head, malformed, type Tail } from './records.ts'

const magic = 'vouch-backup 1\n'
const longestHeader = 256 * 1024
/** RFC 7914: 128 MiB and about half a second for each guess. */
const defaultCost = 2 ** 17
const kdfSchema = z.strictObject({
  name: z.literal('scrypt'),
  salt: z.string().regex(/^[0-9a-f]{64}$/),
  n: z
    .int()
    .min(2 ** 10)
    .max(2 ** 20)
    .refine(n => Number.isInteger(Math.log2(n))),
  r: z.literal(8),
  p: z.literal(1),
})
const headerSchema = z.strictObject({
  /** The version of Vouch that wrote it. */
  vouch: z.string(),
  created_at: z.iso.datetime(),
  /** Names of the migrations that its database had, in order. */
  migrations: z.array(z.string()).min(1),
  kdf: kdfSchema,
})

/** What anyone can read of a backup: its second line. Opening the backup proves that it was not changed. */
export type BackupHeader = z.infer<typeof headerSchema>

/**
 * Writes a backup file, mode 0600: the line `vouch-backup 1`, a line of JSON (`BackupHeader`), and then the records (`records.ts`), compressed as one
 * zstd stream (RFC 8878) and sealed (`sealed-stream.ts`) under scrypt of the passphrase (UTF-8, NFC) with the SHA-256 of both lines as context.
 * The file appears whole, on disk, or not at all. Throws VouchError('conflict') when there is a file of that name, 'storage_full', or what `records` threw.
 */
export async function writeArchive(
  file: string,
  about: Omit<BackupHeader, 'kdf'>,
  passphrase: string,
  records: AsyncIterable<ArchiveRecord>,
  options: { cost?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const path = resolve(file)
  refuseExisting(path)
  const kdf = {
    name: 'scrypt',
    salt: randomBytes(32).toString('hex'),
    n: options.cost ?? defaultCost,
    r: 8,
    p: 1,
  } as const
  const header = Buffer.from(`${magic}${JSON.stringify({ ...about, kdf } satisfies BackupHeader)}\n`)
  const key = await deriveKey(passphrase, kdf)
  const unfinished = `${path}.unfinished-${randomBytes(4).toString('hex')}`
  try {
    const output = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(
      Readable.from(encodeRecords(records), { objectMode: false }),
      createZstdCompress(),
      compressed => behind(header, sealChunks(compressed, key, contextOf(header))),
      output,
      { signal: options.signal },
    )
    refuseExisting(path)
    await rename(unfinished, path)
    await syncFolder(dirname(path))
  } catch (thrown) {
    await rm(unfinished, { force: true })
    throw explainWriting(thrown, path)
  }
}

async function* behind(header: Buffer, sealed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield header
  yield* sealed
}

function refuseExisting(path: string): void {
  if (existsSync(path))
    throw new VouchError(
      'conflict',
      `${path} is there already, and a backup is never overwritten. Choose another name.`,
    )
}

function explainWriting(thrown: unknown, path: string): unknown {
  const explained = explainWrite(thrown, path)
  if (explained instanceof VouchError && explained.code === 'storage_full') {
    return new VouchError(
      'storage_full',
      `There is no room for the backup in ${dirname(path)}. Free some space there, or choose another place; nothing was left behind.`,
      { cause: thrown },
    )
  }
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR' || code === 'EROFS') {
    return new VouchError(
      'invalid_input',
      `A backup cannot be written to ${path}: ${messageOf(thrown)}. Choose a folder that is there and may be written to.`,
      { cause: thrown },
    )
  }
  return explained
}

/** The header of a backup, as it claims to be. Throws VouchError: 'invalid_input' when there is no such file, 'integrity' when it is no backup. */
export async function readHeader(file: string): Promise<{ header: BackupHeader; bytes: Buffer }> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new VouchError('invalid_input', `${file} cannot be read: ${messageOf(cause)}. Give the path of a backup.`, {
      cause,
    })
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestHeader), 0, longestHeader, 0)
    const start = buffer.subarray(0, bytesRead)
    if (!start.subarray(0, magic.length).equals(Buffer.from(magic))) {
      throw /^vouch-backup \d+\n/.test(start.subarray(0, 40).toString('latin1'))
        ? new VouchError(
            'unprocessable',
            'This backup has a format that this version of Vouch does not know. Restore it with a newer version.',
          )
        : malformed('it does not begin like one')
    }
    const end = start.indexOf('\n', magic.length)
    if (end === -1) throw malformed('its header has no end')
    const bytes = Buffer.from(start.subarray(0, end + 1))
    const header = headerSchema.safeParse(parseJson(bytes.subarray(magic.length, end).toString('utf8')))
    if (!header.success) throw malformed('its header cannot be read', header.error)
    return { header: header.data, bytes }
  } finally {
    await handle.close()
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed('its header is not JSON', cause)
  }
}

/** One entry of a backup. `data` is read to its end before the next entry is asked for; then `tail()` answers. */
export interface ArchiveEntry {
  readonly head: Head
  readonly data: AsyncGenerator<Uint8Array>
  tail(): Tail
}

/**
 * The entries of a backup, in order, and nothing of a backup that was changed: every byte is authenticated before it is handed on. That it is whole is
 * known when the generator ends well; before that nothing may be made final. Throws VouchError('integrity').
 */
export async function* readArchive(file: string, passphrase: string): AsyncGenerator<ArchiveEntry> {
  const { header, bytes } = await readHeader(file)
  const key = await deriveKey(passphrase, header.kdf)
  const sealed = createReadStream(file, { start: bytes.length, highWaterMark: 256 * 1024 })
  const compressed = Readable.from(openChunks(sealed, key, contextOf(bytes)), { objectMode: false })
  // The callback is there because it is demanded: its error is also the decompressor's, which the reader meets.
  const plain = piped(compressed, createZstdDecompress(), () => undefined)
  try {
    yield* entriesOf(decodeRecords(plain))
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
    throw /^ZSTD_|^Z_/.test(code) ? malformed(messageOf(thrown), thrown) : thrown
  } finally {
    plain.destroy()
    sealed.destroy()
  }
}

async function* entriesOf(records: AsyncGenerator<ArchiveRecord>): AsyncGenerator<ArchiveEntry> {
  let last: Head['kind'] | undefined
  for (let next = await records.next(); !next.done; next = await records.next()) {
    if (next.value.type !== 'head' || last === 'end') throw malformed('its records are out of order')
    const head = next.value.value
    if ((head.kind === 'manifest') !== (last === undefined)) throw malformed('its manifest is out of order')
    const state: { tail?: Tail } = {}
    const data = dataOf(records, tail => {
      state.tail = tail
    })
    yield {
      head,
      data,
      tail() {
        if (!state.tail) throw new Error(`the entry ${head.kind} was not read to its end`)
        return state.tail
      },
    }
    // Whoever did not want the data leaves it to be skipped.
    for await (const _ of data);
    last = head.kind
  }
  if (last !== 'end') throw malformed('its end is missing')
}

async function* dataOf(
  records: AsyncGenerator<ArchiveRecord>,
  ended: (tail: Tail) => void,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const next = await records.next()
    if (next.done || next.value.type === 'head') throw malformed('an entry has no end')
    if (next.value.type === 'tail') return ended(next.value.value)
    yield next.value.value
  }
}

const contextOf = (header: Uint8Array): Buffer => createHash('sha256').update(header).digest()

function deriveKey(passphrase: string, { salt, n, r, p }: z.infer<typeof kdfSchema>): Promise<Buffer> {
  return new Promise((done, fail) => {
    const options = { N: n, r, p, maxmem: 256 * n * r }
    scrypt(passphrase.normalize('NFC'), Buffer.from(salt, 'hex'), 32, options, (error, key) =>
      error ? fail(error) : done(key),
    )
  })
}
