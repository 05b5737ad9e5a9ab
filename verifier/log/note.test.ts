import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogError, type LogErrorCode } from './log-error.ts'
import { keyId, noteSigner, noteVerifier, openNote, parseVerifierKey, signNote } from './note.ts'
import { ED25519, formatNote, formatVerifierKey, parseNote, parseSignatureLines } from './note-text.ts'

const alice = noteSigner('alice.example/log', new Uint8Array(32).fill(1))
const bob = noteSigner('bob.example/log', new Uint8Array(32).fill(2))
const aliceKey = noteVerifier(alice.key)
const bobKey = noteVerifier(bob.key)

function codeOf(action: () => unknown): LogErrorCode | 'no error' {
  try {
    action()
  } catch (error) {
    if (error instanceof LogError) return error.code
    throw error
  }
  return 'no error'
}

// The example of C2SP signed-note, "Verifier keys": made by others, so it fixes the format from outside.
const published = {
  key: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  note: 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
}

describe('verifier keys', () => {
  test('of the specification are read, written and verify its note', () => {
    const key = parseVerifierKey(published.key)
    expect(key.name).toBe('example.com/foo')
    expect(formatVerifierKey(key)).toBe(published.key)
    expect(openNote(published.note, [noteVerifier(key)]).text).toBe('This is an example message.\n')
  })

  test('come back as the same key, plus signs in the base64 included', () => {
    let withPlus = 0
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), publicKey => {
        const key = { name: 'a/b', algorithm: ED25519, publicKey, keyId: keyId('a/b', ED25519, publicKey) }
        const vkey = formatVerifierKey(key)
        if (vkey.split('+').length > 3) withPlus++
        expect(parseVerifierKey(vkey)).toEqual(key)
      }),
      { numRuns: 300 },
    )
    expect(withPlus).toBeGreaterThan(0)
  })

  test('with any character changed are refused', () => {
    for (let i = 0; i < published.key.length; i++) {
      const other = published.key[i] === 'x' ? 'y' : 'x'
      const changed = published.key.slice(0, i) + other + published.key.slice(i + 1)
      expect(codeOf(() => parseVerifierKey(changed))).toBe('malformed')
    }
    for (const bad of ['', '+', 'a+b', 'a+00000000+', '+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k']) {
      expect(codeOf(() => parseVerifierKey(bad))).toBe('malformed')
    }
  })
})

describe('notes', () => {
  const text = fc
    .array(fc.string({ unit: fc.constantFrom('a', 'Z', ' ', 'é', '—', '𝄞', '+', '\n') }), { maxLength: 5 })
    .map(lines => `${lines.join('\n')}\n`)

  test('open with exactly what was signed, by one key or by more', () => {
    fc.assert(
      fc.property(text, body => {
        const note = signNote(body, [alice, bob])
        const both = openNote(note, [aliceKey, bobKey])
        expect(both.text).toBe(body)
        expect(both.verified.map(signature => signature.name)).toEqual([alice.key.name, bob.key.name])
        const one = openNote(Buffer.from(note), [bobKey])
        expect(one.text).toBe(body)
        expect(one.verified.length).toBe(1)
        expect(one.unverified.map(signature => signature.name)).toEqual([alice.key.name])
      }),
    )
  })

  test('with any byte changed no longer open as they were', () => {
    const note = signNote('line one\nline two\n', [alice])
    const bytes = Buffer.from(note)
    for (let i = 0; i < bytes.length; i++) {
      for (const bit of [1, 32, 128]) {
        const changed = Buffer.from(bytes)
        changed[i] = (changed[i] ?? 0) ^ bit
        expect(['malformed', 'bad_signature']).toContain(codeOf(() => openNote(changed, [aliceKey])))
      }
    }
    for (let end = 0; end < bytes.length; end++) {
      expect(codeOf(() => openNote(bytes.subarray(0, end), [aliceKey]))).not.toBe('no error')
    }
  })

  test('are refused whole when one known key is right and another wrong', () => {
    const good = parseNote(signNote('text\n', [alice])).signatures
    const wrong = parseNote(signNote('other text\n', [bob])).signatures
    const note = formatNote('text\n', [...good, ...wrong])
    expect(codeOf(() => openNote(note, [aliceKey]))).toBe('no error')
    expect(codeOf(() => openNote(note, [aliceKey, bobKey]))).toBe('bad_signature')
    expect(codeOf(() => openNote(note, []))).toBe('bad_signature')
  })

  test('ignore a key of the same name but another id, and the reverse', () => {
    const impostor = noteSigner(alice.key.name, new Uint8Array(32).fill(9))
    expect(codeOf(() => openNote(signNote('text\n', [impostor]), [aliceKey]))).toBe('bad_signature')
    const both = openNote(signNote('text\n', [impostor, alice]), [aliceKey])
    expect(both.verified.length).toBe(1)
    expect(both.unverified.length).toBe(1)
  })

  test.each([
    ['no blank line', 'text\n— a AAAAAAAA\n'],
    ['no signature', 'text\n\n'],
    ['a hyphen for the em dash', 'text\n\n- a AAAAAAAA\n'],
    ['no final newline', 'text\n\n— a AAAAAAAA'],
    ['a signature with only an id', 'text\n\n— a AAAAAA==\n'],
    ['base64 without padding', 'text\n\n— a AAAAAAA\n'],
    ['base64 with stray bits', 'text\n\n— a AAAAAAB=\n'],
    ['a plus sign in the name', 'text\n\n— a+b AAAAAAAA\n'],
    ['a wide space in the name', 'text\n\n— a\u2003b AAAAAAAA\n'],
    ['an empty name', 'text\n\n—  AAAAAAAA\n'],
    ['trailing text', 'text\n\n— a AAAAAAAA x\n'],
    ['a carriage return', 'text\r\n\n— a AAAAAAAA\n'],
    ['a tab', 'te\txt\n\n— a AAAAAAAA\n'],
    ['a lone surrogate', 'te\ud800xt\n\n— a AAAAAAAA\n'],
  ])('with %s are malformed', (_, note) => {
    expect(codeOf(() => parseNote(note))).toBe('malformed')
  })

  test('that are not UTF-8, or endless, are malformed', () => {
    expect(codeOf(() => parseNote(Buffer.from([0xff, 0x0a, 0x0a])))).toBe('malformed')
    expect(codeOf(() => parseNote(`${'a'.repeat(1_000_001)}\n`))).toBe('malformed')
    expect(codeOf(() => parseSignatureLines('— a AAAAAAAA\n'.repeat(101)))).toBe('malformed')
    expect(parseSignatureLines('— a AAAAAAAA\n'.repeat(100)).length).toBe(100)
  })

  test('are not signed when the text cannot be one', () => {
    expect(codeOf(() => signNote('no newline', [alice]))).toBe('malformed')
    expect(codeOf(() => signNote('tab\t\n', [alice]))).toBe('malformed')
    expect(codeOf(() => signNote('text\n', []))).toBe('malformed')
    expect(codeOf(() => noteSigner('a b', new Uint8Array(32)))).toBe('malformed')
    expect(codeOf(() => noteSigner('a', new Uint8Array(31)))).toBe('malformed')
  })
})
