import { LogError } from './log-error.ts'

/*
 * Byte and text helpers shared by the server and the browser: nothing here imports from node.
 */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The UTF-8 bytes of a text. Lone surrogates, which UTF-8 cannot hold, are refused as `malformed`. */
export function utf8(text: string): Uint8Array {
  if (!text.isWellFormed())
    throw new LogError('malformed', 'The text holds half of a surrogate pair, so it has no UTF-8 form.')
  return encoder.encode(text)
}

/** The text of UTF-8 bytes, a byte-order mark kept as a character. Throws `malformed` when the bytes are not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new LogError('malformed', 'The bytes are not valid UTF-8.', { cause })
  }
}

/** All parts, one after the other. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Whether two byte strings are the same. Not constant-time: nothing compared in this folder is secret. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/**
 * The bytes of standard base64 with padding (RFC 4648 section 4). Only the one canonical spelling is accepted: no white space, no
 * missing padding, no stray low bits; anything else throws `malformed`.
 */
export function fromBase64(text: string): Uint8Array {
  let binary: string
  try {
    binary = atob(text)
  } catch (cause) {
    throw new LogError('malformed', 'A field that should be base64 is not.', { cause })
  }
  if (btoa(binary) !== text) throw new LogError('malformed', 'A base64 field is not in its canonical, padded form.')
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex
}

/** The eight big-endian bytes of a whole number from 0 to 2^53 - 1; anything else throws `out_of_range`. */
export function uint64Bytes(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new LogError('out_of_range', `${value} is not a whole number between 0 and 2^53 - 1.`)
  }
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

/** The number in the first eight big-endian bytes. Throws `malformed` when there are fewer, or it is 2^53 or more. */
export function readUint64(bytes: Uint8Array): number {
  if (bytes.length < 8) throw new LogError('malformed', 'Eight bytes were expected for a number, and there are fewer.')
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new LogError('malformed', `The number ${value} is 2^53 or more.`)
  return Number(value)
}

/**
 * The whole number of an ASCII decimal without sign or leading zeroes, as all C2SP log formats spell numbers. Throws `malformed`,
 * naming the field, for any other spelling and for 2^53 and more.
 */
export function parseDecimal(text: string, field: string): number {
  const value = Number(text)
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text) || !Number.isSafeInteger(value)) {
    throw new LogError('malformed', `The ${field} must be a decimal number without leading zeroes, below 2^53.`)
  }
  return value
}
