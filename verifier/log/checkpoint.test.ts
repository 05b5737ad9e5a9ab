import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { formatCheckpoint, parseCheckpoint } from './checkpoint-text.ts'
import { cosignatureVerifier, cosigner } from './cosignature.ts'
import { emptyRoot } from './merkle.ts'
import { noteSigner, noteVerifier, parseVerifierKey } from './note.ts'
import { formatSignatureLine, formatVerifierKey } from './note-text.ts'

const origin = 'ledger.example/acme'
const log = noteSigner(origin, new Uint8Array(32).fill(3))
const witness = cosigner('witness.example/w1', new Uint8Array(32).fill(4))
const root = new Uint8Array(32).fill(5)
const root64 = Buffer.from(root).toString('base64')
const trust = { origin, logKeys: [noteVerifier(log.key)], witnesses: [cosignatureVerifier(witness.key)] }
const checkpoint = { origin, size: 42, root, extensions: [] }

describe('the text of a checkpoint', () => {
  const line = fc.stringMatching(/^[a-zA-Z0-9./ é+-]{1,30}$/)

  test('comes back as the same checkpoint', () => {
    fc.assert(
      fc.property(
        fc.record({
          origin: line,
          size: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
          root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
          extensions: fc.array(line, { maxLength: 3 }),
        }),
        value => {
          const text = formatCheckpoint(value)
          expect(parseCheckpoint(text)).toEqual(value)
          expect(formatCheckpoint(parseCheckpoint(text))).toBe(text)
        },
      ),
    )
  })

  test.each([
    ['a leading zero', `${origin}\n042\n${root64}\n`],
    ['two zeroes', `${origin}\n00\n${root64}\n`],
    ['a plus sign', `${origin}\n+42\n${root64}\n`],
    ['a minus sign', `${origin}\n-42\n${root64}\n`],
    ['hexadecimal', `${origin}\n0x2a\n${root64}\n`],
    ['an exponent', `${origin}\n1e3\n${root64}\n`],
    ['a space before the size', `${origin}\n 42\n${root64}\n`],
    ['a space after the size', `${origin}\n42 \n${root64}\n`],
    ['no size', `${origin}\n\n${root64}\n`],
    ['a size of 2^53', `${origin}\n9007199254740992\n${root64}\n`],
    ['digits of another script', `${origin}\n٤٢\n${root64}\n`],
    ['no final newline', `${origin}\n42\n${root64}`],
    ['two final newlines', `${origin}\n42\n${root64}\n\n`],
    ['an empty extension', `${origin}\n42\n${root64}\n\nextension\n`],
    ['two lines', `${origin}\n42\n`],
    ['no origin', `\n42\n${root64}\n`],
    ['a short root', `${origin}\n42\n${Buffer.from(root.slice(1)).toString('base64')}\n`],
    ['a long root', `${origin}\n42\n${Buffer.from(new Uint8Array(33)).toString('base64')}\n`],
    ['a root in URL base64', `${origin}\n42\n${root64.replace('=', '').replaceAll('F', '_')}\n`],
    ['a root without padding', `${origin}\n42\n${root64.replace('=', '')}\n`],
    ['text after the root', `${origin}\n42\n${root64} \n`],
    ['carriage returns', `${origin}\r\n42\r\n${root64}\r\n`],
  ])('with %s is malformed', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: 'malformed' }))
  })

  test('is not written from impossible values', () => {
    expect(() => formatCheckpoint({ ...checkpoint, size: -1 })).toThrow('tree size')
    expect(() => formatCheckpoint({ ...checkpoint, size: 1.5 })).toThrow('tree size')
    expect(() => formatCheckpoint({ ...checkpoint, origin: '' })).toThrow('one line')
    expect(() => formatCheckpoint({ ...checkpoint, origin: 'a\nb' })).toThrow('one line')
    expect(() => formatCheckpoint({ ...checkpoint, extensions: [''] })).toThrow('one line')
    expect(() => formatCheckpoint({ ...checkpoint, root: new Uint8Array(31) })).toThrow('32 bytes')
  })
})

describe('a signed checkpoint', () => {
  const note = signCheckpoint(checkpoint, [log])

  test('opens with what was signed', () => {
    expect(openCheckpoint(note, trust)).toMatchObject({
      origin,
      size: 42,
      root,
      logKeyIds: [log.key.keyId],
      cosignatures: [],
    })
  })

  test('opens under either key while keys are being rotated', () => {
    const next = noteSigner(origin, new Uint8Array(32).fill(6))
    const both = signCheckpoint(checkpoint, [log, next])
    expect(openCheckpoint(both, trust).logKeyIds).toEqual([log.key.keyId])
    expect(openCheckpoint(both, { origin, logKeys: [noteVerifier(next.key)] }).logKeyIds).toEqual([next.key.keyId])
  })

  test('of another log is refused, even by the same key', () => {
    const other = signCheckpoint({ ...checkpoint, origin: 'other.example' }, [log])
    expect(() => openCheckpoint(other, trust)).toThrow(expect.objectContaining({ code: 'wrong_log' }))
  })

  test('of an empty log must have the empty root', () => {
    const lie = signCheckpoint({ ...checkpoint, size: 0 }, [log])
    expect(() => openCheckpoint(lie, trust)).toThrow(expect.objectContaining({ code: 'bad_proof' }))
    const empty = signCheckpoint({ ...checkpoint, size: 0, root: emptyRoot }, [log])
    expect(openCheckpoint(empty, trust).size).toBe(0)
  })
})

describe('cosignatures', () => {
  const note = signCheckpoint(checkpoint, [log])
  const text = formatCheckpoint(checkpoint)
  const line = formatSignatureLine(witness.cosign(text, 1_700_000_000))

  test('are verified and reported with their time', () => {
    expect(openCheckpoint(note + line, trust).cosignatures).toEqual([
      { name: witness.key.name, keyId: witness.key.keyId, time: 1_700_000_000 },
    ])
  })

  test('have keys of their own type, read and written as text', () => {
    const vkey = formatVerifierKey(witness.key)
    expect(parseVerifierKey(vkey)).toEqual(witness.key)
    expect(witness.key.algorithm).toBe(4)
    expect(() => cosignatureVerifier(log.key)).toThrow('not for cosignatures')
    expect(() => noteVerifier(witness.key)).toThrow('not for signing notes')
  })

  test('of the same key as a log have another id', () => {
    const seed = new Uint8Array(32).fill(7)
    expect(cosigner('same.example', seed).key.keyId).not.toBe(noteSigner('same.example', seed).key.keyId)
  })

  test('alone are not enough: the log must have signed', () => {
    const alone = `${text}\n${line}`
    expect(() => openCheckpoint(alone, trust)).toThrow('not signed by the log itself')
  })

  test('with another time, or over another checkpoint, are refused', () => {
    const cosigned = witness.cosign(text, 1_700_000_000)
    for (const i of [0, 7, 8, 71]) {
      const changed = cosigned.signature.slice()
      changed[i] = (changed[i] ?? 0) ^ 1
      const bad = note + formatSignatureLine({ ...cosigned, signature: changed })
      expect(() => openCheckpoint(bad, trust)).toThrow(expect.objectContaining({ code: 'bad_signature' }))
    }
    const elsewhere = note + formatSignatureLine(witness.cosign(formatCheckpoint({ ...checkpoint, size: 43 }), 1))
    expect(() => openCheckpoint(elsewhere, trust)).toThrow(expect.objectContaining({ code: 'bad_signature' }))
    const short = note + formatSignatureLine({ ...cosigned, signature: cosigned.signature.slice(0, 71) })
    expect(() => openCheckpoint(short, trust)).toThrow(expect.objectContaining({ code: 'bad_signature' }))
  })
})
