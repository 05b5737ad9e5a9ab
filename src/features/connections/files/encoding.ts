import { createHash } from 'node:crypto'
import { VouchError } from '../../../platform/errors/errors.ts'
import type { Encoding } from './settings.ts'

/** What one pass over a file's bytes found. */
export interface Inspection {
  readonly sha256: string
  readonly size: number
  readonly encoding: Encoding
}

/**
 * Hashes the bytes and finds out their encoding: a byte order mark decides; then UTF-16 shows by its NULs; bytes that are valid UTF-8
 * to the end are UTF-8; anything else is Windows-1252, in which every byte has a meaning. `partial` says that the bytes are only a
 * beginning, which may end inside a character.
 */
export async function inspectBytes(chunks: AsyncIterable<Buffer>, partial = false): Promise<Inspection> {
  const hash = createHash('sha256')
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let valid = true
  let size = 0
  let head = Buffer.alloc(0)
  for await (const chunk of chunks) {
    hash.update(chunk)
    size += chunk.length
    if (head.length < 4096) head = Buffer.concat([head, chunk.subarray(0, 4096)])
    if (valid) valid = decodes(() => utf8.decode(chunk, { stream: true }))
  }
  if (valid && !partial) valid = decodes(() => utf8.decode())
  return { sha256: hash.digest('hex'), size, encoding: encodingOf(head, valid) }
}

function decodes(decode: () => unknown): boolean {
  try {
    decode()
    return true
  } catch {
    return false
  }
}

function encodingOf(head: Buffer, validUtf8: boolean): Encoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const nuls = [0, 0]
  head.forEach((byte, n) => {
    if (byte === 0) nuls[n % 2] = (nuls[n % 2] ?? 0) + 1
  })
  const [even = 0, odd = 0] = nuls
  // Mostly Latin text in UTF-16 has a NUL in nearly every other byte.
  if (odd > head.length / 4 && even < head.length / 20) return 'utf-16le'
  if (even > head.length / 4 && odd < head.length / 20) return 'utf-16be'
  return validUtf8 ? 'utf-8' : 'windows-1252'
}

/** The text of the bytes, without a byte order mark. Throws VouchError `unprocessable` when they are not text in that encoding. */
export async function* textOf(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  try {
    for await (const chunk of chunks) {
      const text = decoder.decode(chunk, { stream: true })
      if (text !== '') yield text
    }
    const rest = decoder.decode()
    if (rest !== '') yield rest
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown
    throw new VouchError(
      'unprocessable',
      `it is not text in ${encoding}. Choose another encoding, or leave it empty to have it found out.`,
      {
        cause: thrown,
      },
    )
  }
}
