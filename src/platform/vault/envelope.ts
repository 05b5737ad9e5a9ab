import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { VouchError } from '../errors/errors.ts'

/**
 * Sealed bytes, version 1: one byte 0x01, a 12-byte random nonce, the ciphertext (as long as the plaintext), a 16-byte tag. AES-256-GCM
 * (NIST SP 800-38D); random nonces are safe for 2^32 messages under one key (section 8.3).
 */
const version = 1
const nonceLength = 12
const tagLength = 16
export const keyLength = 32

/** What sealed bytes belong to (a purpose, an organisation, a name): they open only in the same context. Never stored with them. */
export type SealContext = readonly string[]

/** Encrypts and authenticates. `key` is 32 bytes (RangeError otherwise). */
export function seal(key: Uint8Array, plaintext: Uint8Array, context: SealContext): Buffer {
  checkKey(key)
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  cipher.setAAD(encodeContext(context))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([Buffer.of(version), nonce, ciphertext, cipher.getAuthTag()])
}

/** The plaintext. Throws VouchError('integrity') for another key, another context, or bytes that are not as they were sealed. */
export function open(key: Uint8Array, sealed: Uint8Array, context: SealContext): Buffer {
  checkKey(key)
  if (sealed[0] !== version) {
    throw new VouchError(
      'integrity',
      sealed.length === 0
        ? 'A sealed secret is empty. Restore it from a backup, or enter the secret again.'
        : `A sealed secret has format ${sealed[0]}, which this version of Vouch does not know. Use the version that wrote it, or enter the secret again.`,
    )
  }
  const ciphertextEnd = sealed.length - tagLength
  if (ciphertextEnd < 1 + nonceLength) throw wontOpen()
  const nonce = sealed.subarray(1, 1 + nonceLength)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  decipher.setAAD(encodeContext(context))
  decipher.setAuthTag(sealed.subarray(ciphertextEnd))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(1 + nonceLength, ciphertextEnd)), decipher.final()])
  } catch (thrown) {
    throw wontOpen(thrown)
  }
}

function wontOpen(cause?: unknown): VouchError {
  return new VouchError(
    'integrity',
    'A sealed secret does not open: it was changed, belongs to another place, or was sealed with another key. Restore the database and the master key from one backup, or enter the secret again.',
    { cause },
  )
}

function checkKey(key: Uint8Array): void {
  if (key.length !== keyLength) throw new RangeError(`an AES-256 key has ${keyLength} bytes, not ${key.length}`)
}

/** The version, then each part behind its length in bytes (4, big-endian): no two contexts give the same bytes. */
function encodeContext(context: SealContext): Buffer {
  const parts = context.flatMap(part => {
    const bytes = Buffer.from(part, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return [length, bytes]
  })
  return Buffer.concat([Buffer.of(version), ...parts])
}
