import { concatBytes, fromBase64, textOf, toBase64, toHex } from './bytes.ts'
import { LogError } from './log-error.ts'

/*
 * The text form of C2SP signed notes and verifier keys: no cryptography, so the browser uses it too.
 */

/** Signature type bytes of C2SP signed-note ("Signature types") that this project knows. */
export const ED25519 = 0x01
export const COSIGNATURE = 0x04

/** One signature line. `signature` is what follows the four bytes of the key id. */
export interface NoteSignature {
  readonly name: string
  /** The first four bytes of the key's hash as a big-endian number. */
  readonly keyId: number
  readonly signature: Uint8Array
}

/** A note as it stands, its signatures not verified: nothing in it may be believed yet. */
export interface SignedNote {
  /** What is signed: ends with a newline, does not include the blank line before the signatures. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** A public key as C2SP signed-note encodes it ("Verifier keys"). */
export interface VerifierKey {
  readonly name: string
  readonly keyId: number
  readonly algorithm: number
  readonly publicKey: Uint8Array
}

/** Longer notes are refused unread. A hundred post-quantum signatures fit. */
const MAX_NOTE_LENGTH = 1_000_000
const MAX_SIGNATURES = 100

/** Whether a key name is allowed: not empty, no Unicode space, no plus sign, no control character (C2SP signed-note, "Format"). */
export function isKeyName(name: string): boolean {
  return name.isWellFormed() && /^[^\p{White_Space}+\p{Cc}]+$/u.test(name)
}

/** Throws `malformed` unless a text may be the text of a note: well-formed, ends with a newline, no other control character. */
export function requireNoteText(text: string): void {
  if (!text.endsWith('\n')) throw new LogError('malformed', 'The text of a note must end with a newline.')
  if (!isPlainText(text)) throw new LogError('malformed', 'A note may hold no control character but the newline.')
}

/** Well-formed Unicode, no ASCII control characters other than newline (C2SP signed-note, "Format"). */
function isPlainText(text: string): boolean {
  if (!text.isWellFormed()) return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 && code !== 0x0a) return false
  }
  return true
}

/** A signature line with its newline: em dash, space, key name, space, base64 of key id and signature. */
export function formatSignatureLine(signature: NoteSignature): string {
  if (!isKeyName(signature.name)) throw new LogError('malformed', 'A key name may hold no space and no plus sign.')
  return `— ${signature.name} ${toBase64(concatBytes(keyIdBytes(signature.keyId), signature.signature))}\n`
}

/** The signatures of zero or more lines, each ending with a newline. Throws `malformed` for anything that is no signature line. */
export function parseSignatureLines(lines: string): NoteSignature[] {
  if (lines === '') return []
  if (!lines.endsWith('\n')) throw new LogError('malformed', 'The last signature line has no newline.')
  const each = lines.slice(0, -1).split('\n')
  if (each.length > MAX_SIGNATURES)
    throw new LogError('malformed', `A note may carry ${MAX_SIGNATURES} signatures, not more.`)
  return each.map(line => {
    const [dash, name, encoded, ...rest] = line.split(' ')
    if (dash !== '—' || name === undefined || encoded === undefined || rest.length > 0 || !isKeyName(name)) {
      throw new LogError(
        'malformed',
        'A signature line must be an em dash, a key name and base64, single spaces between.',
      )
    }
    const bytes = fromBase64(encoded)
    if (bytes.length < 5) throw new LogError('malformed', 'A signature line holds no signature after its key id.')
    return { name, keyId: readKeyId(bytes), signature: bytes.slice(4) }
  })
}

/** The note of a text and its signatures, at least one. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  requireNoteText(text)
  if (signatures.length === 0) throw new LogError('malformed', 'A note needs at least one signature.')
  return `${text}\n${signatures.map(formatSignatureLine).join('')}`
}

/** Splits a note, given as text or as UTF-8, into text and signatures (C2SP signed-note, "Format"). Verifies nothing. */
export function parseNote(note: string | Uint8Array): SignedNote {
  if (note.length > MAX_NOTE_LENGTH) throw new LogError('malformed', 'The note is longer than a million characters.')
  const whole = typeof note === 'string' ? note : textOf(note)
  if (!isPlainText(whole)) throw new LogError('malformed', 'A note may hold no control character but the newline.')
  const blank = whole.lastIndexOf('\n\n')
  if (blank < 0) throw new LogError('malformed', 'The note has no blank line between its text and its signatures.')
  const signatures = parseSignatureLines(whole.slice(blank + 2))
  if (signatures.length === 0) throw new LogError('malformed', 'The note has no signature.')
  return { text: whole.slice(0, blank + 1), signatures }
}

/** The text form of a public key: `name+hex(key id)+base64(algorithm ‖ key)` (C2SP signed-note, "Verifier keys"). */
export function formatVerifierKey(key: VerifierKey): string {
  if (!isKeyName(key.name)) throw new LogError('malformed', 'A key name may hold no space and no plus sign.')
  const material = concatBytes(Uint8Array.of(key.algorithm), key.publicKey)
  return `${key.name}+${toHex(keyIdBytes(key.keyId))}+${toBase64(material)}`
}

/**
 * The parts of a verifier key, with the bytes that its key id must be the hash of; the caller compares. Only the two Ed25519 kinds,
 * 0x01 and 0x04, are accepted. Throws `malformed`.
 */
export function splitVerifierKey(vkey: string): { key: VerifierKey; keyIdInput: Uint8Array } {
  // The base64 part may itself hold plus signs; the name and the id cannot.
  const [name = '', id = '', ...material] = vkey.split('+')
  if (!isKeyName(name) || !/^[0-9a-f]{8}$/.test(id)) {
    throw new LogError('malformed', 'A verifier key must be name+id+key, the id eight lower-case hexadecimal digits.')
  }
  const bytes = fromBase64(material.join('+'))
  const [algorithm] = bytes
  if ((algorithm !== ED25519 && algorithm !== COSIGNATURE) || bytes.length !== 33) {
    throw new LogError('malformed', 'Only Ed25519 verifier keys (type 0x01 or, for cosignatures, 0x04) are supported.')
  }
  const key = { name, keyId: Number.parseInt(id, 16), algorithm, publicKey: bytes.slice(1) }
  return { key, keyIdInput: keyIdInput(name, algorithm, key.publicKey) }
}

/** What a key id is the truncated SHA-256 of: name, newline, algorithm byte, public key (C2SP signed-note, "Signatures"). */
export function keyIdInput(name: string, algorithm: number, publicKey: Uint8Array): Uint8Array {
  return concatBytes(new TextEncoder().encode(`${name}\n`), Uint8Array.of(algorithm), publicKey)
}

/** The key id in the first four bytes of a hash or of a decoded signature line. */
export function readKeyId(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)
}

function keyIdBytes(keyId: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, keyId)
  return bytes
}
