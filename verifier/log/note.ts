import { utf8 } from './bytes.ts'
import { ed25519FromSeed, ed25519Verifier } from './ed25519.ts'
import { LogError } from './log-error.ts'
import { sha256 } from './merkle.ts'
import {
  ED25519,
  formatNote,
  isKeyName,
  keyIdInput,
  type NoteSignature,
  parseNote,
  readKeyId,
  requireNoteText,
  splitVerifierKey,
  type VerifierKey,
} from './note-text.ts'

/** Something that signs the text of notes, under a name. */
export interface NoteSigner {
  /** The public half; `formatVerifierKey` turns it into the text to publish. */
  readonly key: VerifierKey
  /** The signature line's content for a note text. */
  sign(text: string): NoteSignature
}

/** Something that recognises one key's signatures on note texts. */
export interface NoteVerifier {
  readonly name: string
  readonly keyId: number
  /** Whether `signature` (without the key id) is this key's over `text`. Never throws. */
  verify(text: string, signature: Uint8Array): boolean
}

/** A note whose known signatures all verify. */
export interface OpenedNote {
  readonly text: string
  /** Signatures by known keys, one for each key, verified. */
  readonly verified: readonly NoteSignature[]
  /** Signatures by keys that the caller does not know: say nothing. */
  readonly unverified: readonly NoteSignature[]
}

/** The id of a key: the first four bytes of SHA-256(name ‖ 0x0A ‖ algorithm ‖ public key) (C2SP signed-note, "Signatures"). */
export function keyId(name: string, algorithm: number, publicKey: Uint8Array): number {
  return readKeyId(sha256(keyIdInput(name, algorithm, publicKey)))
}

/** Reads `name+id+key` and checks that the id belongs to name and key. Throws `malformed`. */
export function parseVerifierKey(vkey: string): VerifierKey {
  const { key, keyIdInput: input } = splitVerifierKey(vkey)
  if (readKeyId(sha256(input)) !== key.keyId) {
    throw new LogError(
      'malformed',
      'The id in the verifier key does not belong to its name and key: it was copied wrongly.',
    )
  }
  return key
}

/** A signer of notes from a 32-byte secret seed (C2SP signed-note, "Ed25519 signatures"). Throws `malformed` for a bad name. */
export function noteSigner(name: string, seed: Uint8Array): NoteSigner {
  if (!isKeyName(name))
    throw new LogError('malformed', 'A key name must not be empty and may hold no space and no plus sign.')
  const pair = ed25519FromSeed(seed)
  const key = { name, keyId: keyId(name, ED25519, pair.publicKey), algorithm: ED25519, publicKey: pair.publicKey }
  return { key, sign: text => ({ name, keyId: key.keyId, signature: pair.sign(utf8(text)) }) }
}

/** The verifier of a plain note key (type 0x01). Throws `malformed` for a key of another type. */
export function noteVerifier(key: VerifierKey): NoteVerifier {
  if (key.algorithm !== ED25519)
    throw new LogError('malformed', `The key ${key.name} is not for signing notes (type 0x01).`)
  const check = ed25519Verifier(key.publicKey)
  return { name: key.name, keyId: key.keyId, verify: (text, signature) => check(utf8(text), signature) }
}

/** A note of a text (ending with a newline) signed by each signer. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  requireNoteText(text)
  return formatNote(
    text,
    signers.map(signer => signer.sign(text)),
  )
}

/**
 * Opens a note: its text may be believed as far as the `verified` keys are trusted. Throws `malformed`; `bad_signature` when no known
 * key signed, or when any signature under a known key's name and id is wrong (C2SP signed-note, "Signatures").
 */
export function openNote(note: string | Uint8Array, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures } = parseNote(note)
  const verified = new Map<NoteVerifier, NoteSignature>()
  const unverified: NoteSignature[] = []
  for (const signature of signatures) {
    const known = verifiers.filter(v => v.name === signature.name && v.keyId === signature.keyId)
    if (known.length > 1)
      throw new LogError('bad_signature', `Two known keys share the name ${signature.name} and an id.`)
    const [verifier] = known
    if (!verifier) unverified.push(signature)
    else if (!verifier.verify(text, signature.signature)) {
      throw new LogError(
        'bad_signature',
        `The signature by ${signature.name} is not valid: the text or the signature was changed.`,
      )
    } else if (!verified.has(verifier)) verified.set(verifier, signature)
  }
  if (verified.size === 0) throw new LogError('bad_signature', 'The note is signed by no key that is known here.')
  return { text, verified: [...verified.values()], unverified }
}
