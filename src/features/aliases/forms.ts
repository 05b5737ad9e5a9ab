import { randomBytes, randomInt } from 'node:crypto'
import { aliasTokens } from '../../../verifier/records/alias-tokens.ts'
import type { AliasKind } from './contract.ts'

/** A value that is to be stored as an alias. */
export interface PersonalValue {
  readonly kind: AliasKind
  readonly value: string
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/** A new token. Random, not derived: whoever has the key and guesses a value learns nothing once the row is gone. */
export function makeToken(kind: AliasKind): string {
  if (kind === 'phone') return `+999${String(randomInt(10 ** 12)).padStart(12, '0')}`
  // 16 characters of 5 bits each: the low bits of a random byte are as random as the byte.
  return `p-${Array.from(randomBytes(16), byte => letters[byte & 31]).join('')}`
}

/** What of a value counts when two are compared: addresses as the product compares them, names whatever their case, numbers by their digits. */
export function normalise({ kind, value }: PersonalValue): string {
  const text = value.normalize('NFC').trim().toLowerCase()
  switch (kind) {
    case 'email':
      // Two texts that are no addresses are as different as they are written.
      return isAddress(text) ? value.trim().toLowerCase() : value
    case 'phone':
      return text.replace(/^\s*00/, '+').replace(/[^+\d]/g, '') || text
    case 'government_id':
      return text.replace(/[\s./-]/g, '') || text
    case 'name':
    case 'address':
      return text.replace(/\s+/g, ' ')
  }
}

export interface DomainRule {
  /** Kept domains; empty: every one is. */
  readonly domains: readonly string[]
}

/** A domain that nobody can have (RFC 2606, 6761). */
const hiddenDomain = 'alias.invalid'

/**
 * The alias as it stands in records: of its value's format where that matters. An address stays one, with its domain, for checks look at domains; a text that is no address stays none.
 * A name is two words.
 */
export function aliasText({ kind, value }: PersonalValue, token: string, { domains }: DomainRule): string {
  switch (kind) {
    case 'name':
      return `Person ${token}`
    case 'address':
      return `Address ${token}`
    case 'email': {
      const domain = domainOf(value)
      if (domain === undefined) return token
      const kept = domains.length === 0 || domains.some(own => domain === own || domain.endsWith(`.${own}`))
      return `${token}@${kept ? domain : hiddenDomain}`
    }
    case 'phone':
    case 'government_id':
      return token
  }
}

const address = /^[^@\s]+@([^@\s]+)$/

/** Whether a text is an e-mail address, as checks judge it. */
export const isAddress = (text: string): boolean => address.test(text.trim())

function domainOf(value: string): string | undefined {
  return address.exec(value.trim().toLowerCase())?.[1]
}

// Nobody's: what answers, or does not, in the name of a machine.
const machine = /^(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster)(?:\+[^@]*)?@/

/** Whether a value is stored as it is: an alias already, empty, or an address of a program. */
export function staysPlain({ kind, value }: PersonalValue, programs: ReadonlySet<string>): boolean {
  const text = value.trim().toLowerCase()
  if (text === '' || aliasTokens(text).length > 0) return true
  return kind === 'email' && (machine.test(text) || programs.has(text))
}
