import { concatBytes, readUint64, uint64Bytes, utf8 } from './bytes.ts'
import { ed25519FromSeed, ed25519Verifier } from './ed25519.ts'
import { LogError } from './log-error.ts'
import { keyId, type NoteVerifier } from './note.ts'
import { COSIGNATURE, isKeyName, type NoteSignature, type VerifierKey } from './note-text.ts'

/** A verified statement of a witness: at `time` this was the largest consistent tree of the log that it had seen. */
export interface Cosignature {
  readonly name: string
  readonly keyId: number
  /** Seconds since 1970. */
  readonly time: number
}

/** Recognises one witness's cosignatures; marked, so that the key of a log cannot pass for a witness. */
export interface CosignatureVerifier extends NoteVerifier {
  readonly cosigns: true
}

/** A witness's signing half, for tests and for a witness of our own. */
export interface Cosigner {
  readonly key: VerifierKey
  /** The signature line's content over a checkpoint's note text, at a time in whole seconds since 1970. */
  cosign(checkpointText: string, time: number): NoteSignature
}

/** C2SP tlog-cosignature ("Ed25519 signed message"): a header line, a time line, the whole note text of the checkpoint. */
export function cosignedMessage(checkpointText: string, time: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${checkpointText}`)
}

/** A cosigner from a 32-byte secret seed. Throws `malformed` for a bad name. */
export function cosigner(name: string, seed: Uint8Array): Cosigner {
  if (!isKeyName(name))
    throw new LogError('malformed', 'A key name must not be empty and may hold no space and no plus sign.')
  const pair = ed25519FromSeed(seed)
  const key = {
    name,
    keyId: keyId(name, COSIGNATURE, pair.publicKey),
    algorithm: COSIGNATURE,
    publicKey: pair.publicKey,
  }
  return {
    key,
    cosign(checkpointText, time) {
      const signature = concatBytes(uint64Bytes(time), pair.sign(cosignedMessage(checkpointText, time)))
      return { name, keyId: key.keyId, signature }
    },
  }
}

/** The verifier of a witness key (type 0x04). Throws `malformed` for a key of another type. */
export function cosignatureVerifier(key: VerifierKey): CosignatureVerifier {
  if (key.algorithm !== COSIGNATURE)
    throw new LogError('malformed', `The key ${key.name} is not for cosignatures (type 0x04).`)
  const check = ed25519Verifier(key.publicKey)
  return {
    name: key.name,
    keyId: key.keyId,
    cosigns: true,
    verify(text, signature) {
      if (signature.length !== 72) return false
      const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0)
      if (time > BigInt(Number.MAX_SAFE_INTEGER)) return false
      return check(cosignedMessage(text, Number(time)), signature.subarray(8))
    },
  }
}

/** The time, in seconds since 1970, that a cosignature (eight bytes of time, then the signature) states. Verifies nothing. */
export function cosignatureTime(signature: Uint8Array): number {
  return readUint64(signature)
}
