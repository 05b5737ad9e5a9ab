import { zstdCompressSync } from 'node:zlib'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Compression } from '../../platform/objects/object-store.ts'

/** Enough to tell what a file is, and whether it compresses. */
const headBytes = 64 * 1024

interface Kind {
  readonly name: string
  /** What it is called when the sender did not say, or said no more than that it is bytes. */
  readonly type: string
  /** Media types that begin with these bytes too. */
  readonly also: RegExp
}

const none = /^$/
const kinds: readonly (readonly [hex: string, kind: Kind])[] = [
  ['25504446', { name: 'a PDF', type: 'application/pdf', also: /^application\/x-pdf$/ }],
  ['89504e470d0a1a0a', { name: 'a PNG picture', type: 'image/png', also: none }],
  ['ffd8ff', { name: 'a JPEG picture', type: 'image/jpeg', also: /^image\/(jpg|pjpeg)$/ }],
  ['474946383', { name: 'a GIF picture', type: 'image/gif', also: none }],
  [
    '504b0304',
    {
      name: 'a ZIP or an Office file',
      type: 'application/zip',
      also: /^application\/(x-zip.*|vnd\..*|epub\+zip|java-archive|.*\+zip)$/,
    },
  ],
  [
    '1f8b',
    { name: 'compressed with gzip', type: 'application/gzip', also: /^application\/(x-gzip|x-gtar|x-tgz|x-tar)$/ },
  ],
  ['28b52ffd', { name: 'compressed with zstd', type: 'application/zstd', also: none }],
  ['377abcaf271c', { name: 'a 7z archive', type: 'application/x-7z-compressed', also: none }],
  ['7f454c46', { name: 'a program', type: 'application/x-executable', also: /^application\/x-(elf|sharedlib)$/ }],
  [
    'd0cf11e0a1b11ae1',
    { name: 'an old Office file', type: 'application/x-ole-storage', also: /^application\/(msword|vnd\..*)$/ },
  ],
]
/** What says nothing: what clients send when they do not know. */
const unsaid = /^(|application\/octet-stream|text\/plain)$/

export interface Sniffed {
  readonly mediaType: string
  /** What does not get smaller is kept as it is: compressing it again took three quarters of an upload's time. */
  readonly compression: Compression
  /** The whole content, its beginning included. */
  readonly content: AsyncIterable<Uint8Array>
}

/**
 * Looks at the beginning of a file. Throws VouchError `unsupported_media_type` when it is something else than its sender says, by the bytes with which such files begin, and
 * `invalid_input` when it is empty.
 */
export async function sniffDocument(bytes: AsyncIterable<Uint8Array>, name: string, said: string): Promise<Sniffed> {
  const rest = bytes[Symbol.asyncIterator]()
  try {
    return await look(rest, name, said)
  } catch (thrown) {
    await rest.return?.()
    throw thrown
  }
}

async function look(rest: AsyncIterator<Uint8Array>, name: string, said: string): Promise<Sniffed> {
  let head = Buffer.alloc(0)
  while (head.length < headBytes) {
    const next = await rest.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  if (head.length === 0) throw new VouchError('invalid_input', `"${name}" is empty.`)
  const mediaType = typeOf(head, name, said.toLowerCase())
  const sample = head.subarray(0, headBytes)
  const compression = zstdCompressSync(sample).length > sample.length * 0.9 ? 'none' : 'zstd'
  return { mediaType, compression, content: joined(head, rest) }
}

async function* joined(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    // Whoever stops reading lets go of the upload too.
    await rest.return?.()
  }
}

function typeOf(head: Buffer, name: string, said: string): string {
  const start = head.subarray(0, 16).toString('hex')
  const found = kinds.find(([hex]) => start.startsWith(hex))?.[1]
  if (found && (said === found.type || found.also.test(said))) return said
  if (found && unsaid.test(said)) return found.type
  const claimed = kinds.find(([, kind]) => kind.type === said)?.[1]
  if (!found && !claimed) return said === '' ? 'application/octet-stream' : said
  throw new VouchError(
    'unsupported_media_type',
    `By its content "${name}" is ${found?.name ?? `not ${claimed?.name}`}, and it was sent as ${said}. Send it as what it is, or as application/octet-stream.`,
  )
}
