import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { requireStrongPassword } from '../../../platform/sign-in/password.ts'
import { type Estimate, hintFor, loadEstimate } from './password-hint.ts'

let estimate: Estimate
beforeAll(async () => {
  estimate = await loadEstimate()
})

function serverTakes(password: string, known: readonly string[]): boolean {
  try {
    requireStrongPassword(password, known)
    return true
  } catch {
    return false
  }
}

describe('the hint beside a new password', () => {
  test('says the same as the server about any password', () => {
    const word = fc.constantFrom(
      'password',
      'ada',
      'lovelace',
      'qwerty',
      'horse',
      '2026',
      'ü',
      '!',
      ' ',
      'aaaa',
      'x7Kq',
    )
    const password = fc.oneof(
      fc.array(word, { maxLength: 9 }).map(words => words.join('')),
      fc.string({ maxLength: 24 }),
      fc.nat({ max: 270 }).map(length => 'correct horse battery staple '.repeat(10).slice(0, length)),
    )
    const known = fc.constantFrom([], ['Ada Lovelace', 'ada.lovelace@analytical.example'])
    fc.assert(
      fc.property(password, known, (text, words) => {
        expect(hintFor(text, words, estimate).enough).toBe(serverTakes(text, words))
      }),
      { numRuns: 150 },
    )
  })

  test('counts what is missing, and never promises before it has the lists', () => {
    expect(hintFor('', [], estimate).words).toBe('At least 12 characters.')
    expect(hintFor('abcde', [], estimate).words).toBe('7 characters more.')
    expect(hintFor('abcdefghijk', [], estimate).words).toBe('One character more.')
    expect(hintFor('tundra wicket mosaic plinth', [], undefined).enough).toBe(false)
    expect(hintFor('tundra wicket mosaic plinth', [], estimate).enough).toBe(true)
  })
})
