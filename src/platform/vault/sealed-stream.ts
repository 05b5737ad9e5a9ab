import { createCipheriv, createDecipheriv } from 'node:crypto'
import { VouchError } from '../errors/errors.ts'

/** Bytes of plaintext in every chunk but the last. */
export const chunkLength = 65_536
const tagLength = 16
const sealedLength = chunkLength + tagLength

/**
 * Encrypts a stream in chunks of 64 KiB (AES-256-GCM, NIST SP 800-38D), each authenticated by itself, so that it is read with little memory and nothing
 * unauthenticated is ever handed on. The nonce is the chunk's number (11 bytes, big-endian) and one byte that is 1 for the last chunk alone (the STREAM
 * construction of Hoang, Reyhanitabar, Rogaway and Vizár): a chunk that was moved, repeated or left out, a stream cut short or made longer, does not open.
 * `key` (32 bytes) MUST be used for one stream only. `context` is authenticated with every chunk.
 */
export async function* sealChunks(
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  context: Uint8Array,
): AsyncGenerator<Buffer> {
  let index = 0
  for await (const { bytes, last } of inPieces(source, chunkLength)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index++, last), { authTagLength: tagLength })
    cipher.setAAD(context)
    const ciphertext = cipher.update(bytes)
    cipher.final()
    yield Buffer.concat([ciphertext, cipher.getAuthTag()])
  }
}

/**
 * The plaintext of `sealChunks`, chunk by chunk. Throws VouchError('integrity') at the first chunk that is not as it was sealed, or when the stream does
 * not end with its last chunk; callers MUST NOT act on what came before until the stream has ended well.
 */
export async function* openChunks(
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  context: Uint8Array,
): AsyncGenerator<Buffer> {
  let index = 0
  for await (const { bytes, last } of inPieces(source, sealedLength)) {
    yield openChunk(bytes, key, context, index++, last)
  }
}

function openChunk(bytes: Buffer, key: Uint8Array, context: Uint8Array, index: number, last: boolean): Buffer {
  const end = bytes.length - tagLength
  // Only an empty stream has an empty last chunk: otherwise a chunk could be split off unseen.
  if (end < 0 || (end === 0 && index > 0)) throw damaged(index)
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, last), { authTagLength: tagLength })
  decipher.setAAD(context)
  decipher.setAuthTag(bytes.subarray(end))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, end)), decipher.final()])
  } catch (cause) {
    throw damaged(index, cause)
  }
}

function damaged(index: number, cause?: unknown): VouchError {
  const message =
    index === 0
      ? 'The backup does not open: the passphrase is not the one it was made with, or its beginning was changed. Check the passphrase, or use another copy.'
      : `The backup is damaged or cut short, ${index * sealedLength} bytes or a little more after its header. Use another copy of it, or another backup.`
  return new VouchError('integrity', message, { cause })
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(index), 3)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** The stream in pieces of exactly `length` bytes, and a last one of as much as is left; one empty piece when there is nothing. */
async function* inPieces(
  source: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<{ bytes: Buffer; last: boolean }> {
  let waiting: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    waiting.push(chunk)
    size += chunk.length
    // A full piece is held back until something follows it: only then is it known not to be the last.
    if (size <= length) continue
    let all = Buffer.concat(waiting)
    for (; all.length > length; all = all.subarray(length)) yield { bytes: all.subarray(0, length), last: false }
    waiting = [all]
    size = all.length
  }
  yield { bytes: Buffer.concat(waiting), last: true }
}
