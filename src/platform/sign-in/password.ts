import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import { VouchError } from '../errors/errors.ts'

export const passwordLength = { min: 12, max: 256 } as const
/** Of zxcvbn's scores 0 to 4: guessing takes at least 10^8 attempts. */
const weakestScore = 3

let estimator: ZxcvbnFactory | undefined

/**
 * Throws `invalid_input` at the field `password` when it is too short, too long or easily guessed; `known` are words that an attacker would try first: the person's name and
 * address. Strength by zxcvbn's estimate (Wheeler, USENIX Security 2016), length by NIST SP 800-63B section 3.1.1.
 */
export function requireStrongPassword(password: string, known: readonly string[]): void {
  const refuse = (message: string): never => {
    throw new VouchError('invalid_input', `The password ${message}`, { fields: [{ path: 'password', message }] })
  }
  if (password.length < passwordLength.min) refuse(`needs at least ${passwordLength.min} characters.`)
  if (password.length > passwordLength.max) refuse(`has more than ${passwordLength.max} characters.`)
  estimator ??= new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs })
  const words = known.flatMap(text => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter(word => word.length > 2)
  if (estimator.check(password, words).score < weakestScore)
    refuse('is easy to guess. Take several unrelated words, or let a password manager make one.')
}
