import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleSecrets } from './builders.ts'
import { findSecrets, mayHoldSecret, redactSecrets, secretRules } from './find-secrets.ts'

describe('each rule', () => {
  it('has samples here, or is said to need none', () => {
    // A service account's file holds a private key, which its own rule finds in any text.
    expect([...secretRules].filter(rule => rule !== 'gcp').toSorted()).toEqual(Object.keys(sampleSecrets).toSorted())
  })

  for (const [rule, samples] of Object.entries(sampleSecrets)) {
    it(`${rule} finds its secrets, alone, within a text and in the JSON that is looked at first`, async () => {
      for (const secret of samples) {
        const text = `Deployed with ${secret} on Monday`
        const { text: clean, found } = await redactSecrets(text)
        expect(found.map(one => one.rule)).toEqual([rule])
        expect(clean).toContain(`[redacted:${rule}]`)
        // Not even its end.
        expect(clean).not.toContain(secret.slice(-12))
        expect(mayHoldSecret(JSON.stringify({ inner: [{ text }] }))).toBe(true)
        expect((await redactSecrets(secret)).text).not.toContain(secret)
      }
    })
  }
})

const known = Object.values(sampleSecrets).flat()

it('a comment in the text does not switch the rules off', async () => {
  const [secret = ''] = sampleSecrets.github ?? []
  for (const comment of ['secretlint-disable', 'secretlint-disable-line', 'secretlint-disable-next-line'])
    expect((await redactSecrets(`// ${comment}\n${secret} // ${comment}`)).found).toHaveLength(1)
})

it('what holds no secret stays as it is, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async text => {
      expect(await redactSecrets(text)).toEqual({ text, found: [] })
    }),
  )
})

it('secrets among any text are all found, and the text around them stays', async () => {
  const around = fc.string({ unit: fc.constantFrom('a', ' ', '\n', 'é', '\u{1f600}', '.') }).map(text => ` ${text} `)
  await fc.assert(
    fc.asyncProperty(
      around,
      fc.constantFrom(...known),
      around,
      fc.constantFrom(...known),
      async (a, first, b, second) => {
        const text = `${a}${first}${b}${second}\n`
        const { text: clean, found } = await redactSecrets(text)
        expect(found.map(({ start, end }) => text.slice(start, end)).join(' ')).not.toBe('')
        for (const secret of [first, second]) expect(clean).not.toContain(secret)
        expect(clean.startsWith(a)).toBe(true)
        expect(await findSecrets(clean)).toEqual([])
      },
    ),
    { numRuns: 200 },
  )
})

it('ordinary evidence is not looked at twice', () => {
  for (const text of [
    'Merge pull request #12 from example/branch',
    '3f1c9a0b5d6e7f8091a2b3c4d5e6f708192a3b4c',
    'https://example.com/a?b=c user@example.com sk-learn npm_config postgres 16',
    JSON.stringify({ email: 'ada@larkspur.example', name: 'Ada "A" Abara', status: 'active' }),
  ])
    expect(mayHoldSecret(text), text).toBe(false)
})
