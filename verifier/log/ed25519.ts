import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { concatBytes } from './bytes.ts'
import { LogError } from './log-error.ts'

// The fixed DER that precedes a raw 32-byte key: SubjectPublicKeyInfo and PrivateKeyInfo of RFC 8410 sections 4 and 7.
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

function require32(bytes: Uint8Array, what: string): void {
  if (bytes.length !== 32) throw new LogError('malformed', `An Ed25519 ${what} is 32 bytes, not ${bytes.length}.`)
}

/** A private key and its public half, ready for use. */
export interface Ed25519Key {
  /** 32 bytes, RFC 8032 section 5.1.2. */
  readonly publicKey: Uint8Array
  /** The 64-byte signature of a message (RFC 8032 section 5.1.6). */
  sign(message: Uint8Array): Uint8Array
}

/** The key pair of a 32-byte secret seed (RFC 8032 section 5.1.5). */
export function ed25519FromSeed(seed: Uint8Array): Ed25519Key {
  require32(seed, 'seed')
  const privateKey = createPrivateKey({
    key: Buffer.from(concatBytes(pkcs8Prefix, seed)),
    format: 'der',
    type: 'pkcs8',
  })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return {
    publicKey: new Uint8Array(spki.subarray(spkiPrefix.length)),
    sign: message => new Uint8Array(sign(null, message, privateKey)),
  }
}

/** A function that says whether a signature of a message is by this 32-byte public key; it never throws. */
export function ed25519Verifier(publicKey: Uint8Array): (message: Uint8Array, signature: Uint8Array) => boolean {
  require32(publicKey, 'public key')
  const key: KeyObject = createPublicKey({
    key: Buffer.from(concatBytes(spkiPrefix, publicKey)),
    format: 'der',
    type: 'spki',
  })
  return (message, signature) => signature.length === 64 && verify(null, message, key, signature)
}
