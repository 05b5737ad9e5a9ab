import { createHash, hash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** What JSON can hold. Records, facts and results are made of this and nothing else. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/**
 * Canonical JSON (RFC 8785) of a value, as text. Equal values give equal bytes on every machine.
 * Throws TypeError for what JSON cannot hold: undefined, NaN, infinities, lone surrogates (RFC 8785 section 3.2.2.2).
 */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('undefined is not JSON')
  return text
}

/** SHA-256 of bytes or UTF-8 text, as 64 lower-case hex digits. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex')
}

/** SHA-256 of a stream of chunks, as 64 lower-case hex digits. */
export async function sha256Stream(chunks: AsyncIterable<Uint8Array | string>): Promise<string> {
  const digest = createHash('sha256')
  for await (const chunk of chunks) digest.update(chunk)
  return digest.digest('hex')
}

/**
 * The commitment in a ledger leaf: SHA-256(salt ‖ canonical JSON of the content), hex.
 * `salt` is 32 random bytes, as hex; without it the content cannot be guessed from the commitment.
 */
export function commitmentOf(salt: string, canonicalContent: string): string {
  return hash('sha256', Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(canonicalContent, 'utf8')]), 'hex')
}
