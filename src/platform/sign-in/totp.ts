import { Secret, TOTP } from 'otpauth'

const period = 30
/** Codes of the time step before and after are taken too: clocks differ, and typing takes time (RFC 6238, section 5.2). */
const tolerance = 1
// The length of SHA-1's output, as RFC 4226 section 4 recommends. Authenticator apps know no other hash reliably.
const secretBytes = 20

/** A new key for an authenticator app, in base32. */
export function makeTotpKey(): string {
  return new Secret({ size: secretBytes }).base32
}

/** What the app reads from a QR code. */
export function totpAddress(key: string, account: string): string {
  return totpOf(key, account).toString()
}

/** The time step that `code` belongs to; undefined when it is no code of this key around `time` (milliseconds). Whether it was used already is not asked here. */
export function stepOfCode(key: string, code: string, time: number): number | undefined {
  const delta = totpOf(key, '').validate({ token: code, timestamp: time, window: tolerance })
  return delta === null ? undefined : Math.floor(time / 1_000 / period) + delta
}

/** The code of a key at a time; for tests, and for nothing else. */
export function codeAt(key: string, time: number): string {
  return totpOf(key, '').generate({ timestamp: time })
}

function totpOf(key: string, label: string): TOTP {
  return new TOTP({ issuer: 'Vouch', label, algorithm: 'SHA1', digits: 6, period, secret: Secret.fromBase32(key) })
}
