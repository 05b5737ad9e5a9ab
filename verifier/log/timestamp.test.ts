import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorityExtensions, OpensslAuthority, timestampingExtensions } from './testing/openssl-authority.ts'
import { type TimestampExpectation, verifyTimestamp } from './timestamp.ts'
import { timestampRequest } from './timestamp-request.ts'

const digest = new Uint8Array(createHash('sha256').update('a checkpoint').digest())
const request = timestampRequest(digest)
let authority: OpensslAuthority
let root = ''
let answer: Uint8Array

beforeAll(async () => {
  authority = await OpensslAuthority.create()
  await authority.certificate('root')
  await authority.certificate('tsa', { issuer: 'root', extensions: timestampingExtensions })
  root = await pem('root')
  answer = await authority.reply(request.der, 'tsa')
})

afterAll(() => authority.remove())

const pem = async (name: string) => (await authority.read(`${name}.pem`)).toString()
const reasonOf = async (bytes: Uint8Array, expected: Partial<TimestampExpectation> = {}) => {
  const result = await verifyTimestamp(bytes, { digest, roots: [root], ...expected })
  return result.ok ? 'ok' : result.reason
}

describe('a time stamp by openssl', () => {
  test('is accepted with everything that was asked for', async () => {
    const result = await verifyTimestamp(answer, { digest, nonce: request.nonce, policy: '1.2.3.4.1', roots: [root] })
    if (!result.ok) throw new Error(result.detail)
    expect(Math.abs(result.time.getTime() - Date.now())).toBeLessThan(60_000)
    expect(result).toMatchObject({ policy: '1.2.3.4.1', serial: '0b', accuracyMs: 1500.1, chainTrusted: true })
    const shown = await authority.openssl('x509', '-in', 'tsa.pem', '-noout', '-fingerprint', '-sha256')
    expect(shown.trim().split('=')[1]?.replaceAll(':', '').toLowerCase()).toBe(result.signerFingerprint)
  })

  test('is accepted by openssl too, for the request that we made', async () => {
    await authority.reply(request.der, 'tsa')
    const verify = ['ts', '-verify', '-in', 'answer.tsr', '-CAfile', 'root.pem']
    expect(await authority.openssl(...verify, '-queryfile', 'request.tsq')).toContain('Verification: OK')
    const hex = Buffer.from(digest).toString('hex')
    expect(await authority.openssl(...verify, '-digest', hex)).toContain('Verification: OK')
    const shown = await authority.openssl('ts', '-query', '-in', 'request.tsq', '-text')
    expect(shown).toContain('Certificate required: yes')
    expect(shown).toContain(`Nonce: 0x${Buffer.from(request.nonce).toString('hex').toUpperCase()}`)
  })

  test('verifies years later from the stored token, without the nonce', async () => {
    const fresh = await verifyTimestamp(answer, { digest, roots: [root] })
    if (!fresh.ok) throw new Error(fresh.detail)
    expect(await verifyTimestamp(fresh.token, { digest, roots: [root] })).toEqual(fresh)
    expect(await reasonOf(fresh.token)).toBe('ok')
  })

  test('by an RSA key under an intermediate, bound with SHA-1 as older authorities do, is accepted', async () => {
    await authority.certificate('middle', { issuer: 'root', algorithm: 'rsa' })
    await authority.certificate('rsa-tsa', { issuer: 'middle', algorithm: 'rsa', extensions: timestampingExtensions })
    const stamped = await authority.reply(request.der, 'rsa-tsa', { chain: ['middle'], essHash: 'sha1' })
    expect(await reasonOf(stamped, { nonce: request.nonce })).toBe('ok')
    const alone = await authority.reply(request.der, 'rsa-tsa', { essHash: 'sha512' })
    expect(await reasonOf(alone)).toBe('untrusted')
    expect(await reasonOf(alone, { roots: [await pem('middle')] })).toBe('ok')
  })

  test('without roots is reported with its fingerprint and not called trusted', async () => {
    const result = await verifyTimestamp(answer, { digest })
    expect(result).toMatchObject({ ok: true, chainTrusted: false })
    expect(result.ok && result.signerFingerprint).toMatch(/^[0-9a-f]{64}$/)
  })

  test('is accepted when its own certificate, DER or PEM, is the root', async () => {
    const result = await verifyTimestamp(answer, { digest, roots: [await pem('tsa')] })
    if (!result.ok) throw new Error(result.detail)
    expect(await reasonOf(answer, { roots: [result.signerCertificate] })).toBe('ok')
  })
})

describe('a time stamp is refused', () => {
  test('over something else, for another request, under another policy', async () => {
    expect(await reasonOf(answer, { digest: new Uint8Array(32) })).toBe('wrong_imprint')
    expect(await reasonOf(answer, { nonce: timestampRequest(digest).nonce })).toBe('wrong_nonce')
    expect(await reasonOf(answer, { policy: '1.2.3.4.2' })).toBe('wrong_policy')
    const withoutNonce = await authority.reply(await requestWithoutNonce(), 'tsa')
    expect(await reasonOf(withoutNonce)).toBe('ok')
    expect(await reasonOf(withoutNonce, { nonce: request.nonce })).toBe('wrong_nonce')
  })

  test('when the authority refused, and given under the policy when it did not', async () => {
    const refused = await authority.reply(timestampRequest(digest, { policy: '1.2.3.4.99' }).der, 'tsa')
    expect(await reasonOf(refused)).toBe('not_granted')
    const second = await authority.reply(timestampRequest(digest, { policy: '1.2.3.4.2' }).der, 'tsa')
    expect(await reasonOf(second, { policy: '1.2.3.4.2' })).toBe('ok')
  })

  test('under a root that did not issue it, even one of the same name', async () => {
    await authority.certificate('other-root')
    expect(await reasonOf(answer, { roots: [await pem('other-root')] })).toBe('untrusted')
    expect(await reasonOf(answer, { roots: [await pem('other-root'), root] })).toBe('ok')
  })

  test('when any byte that matters was changed', async () => {
    const whole = await verifyTimestamp(answer, { digest, roots: [root] })
    if (!whole.ok) throw new Error(whole.detail)
    let accepted = 0
    let tried = 0
    // A prime stride reaches all parts of the token; a verification takes some 10 ms.
    for (let i = 0; i < whole.token.length; i += 5) {
      tried++
      const changed = whole.token.slice()
      changed[i] = (changed[i] ?? 0) ^ 1
      const result = await verifyTimestamp(changed, { digest, roots: [root] })
      if (!result.ok) continue
      // What is outside the signature (how the envelope names its parts) can change, but nothing that is reported.
      accepted++
      expect({ ...result, token: whole.token }).toEqual(whole)
    }
    expect(accepted).toBeLessThan(tried / 10)
  }, 120_000)

  test('for any bytes at all, cut, extended or random, with a result and never an exception', async () => {
    for (let end = 0; end < answer.length; end += 7) expect(await reasonOf(answer.slice(0, end))).toBe('malformed')
    expect(await reasonOf(Buffer.concat([answer, Buffer.from([0])]))).toBe('malformed')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async bytes => {
        expect(await reasonOf(bytes)).toBe('malformed')
      }),
    )
  })
})

describe('a token that no honest authority would give', () => {
  const issue = (name: string, eku: string[], keyUsage = 'keyUsage=critical,digitalSignature') =>
    authority.certificate(name, { issuer: 'root', extensions: ['basicConstraints=CA:FALSE', keyUsage, ...eku] })

  test('is made in a way that would be accepted if its certificate were right', async () => {
    expect(await reasonOf(await authority.forge(answer, ['tsa']))).toBe('ok')
  })

  test.each([
    ['no extended key usage', [], undefined],
    ['one that is not critical', ['extendedKeyUsage=timeStamping'], undefined],
    ['one for servers', ['extendedKeyUsage=critical,serverAuth'], undefined],
    ['one for time-stamping and more', ['extendedKeyUsage=critical,timeStamping,codeSigning'], undefined],
    ['a key that may only encrypt', ['extendedKeyUsage=critical,timeStamping'], 'keyUsage=critical,keyEncipherment'],
  ])('is refused when its certificate has %s', async (name, eku, keyUsage) => {
    const file = name.replaceAll(' ', '-')
    await issue(file, eku, keyUsage)
    expect(await reasonOf(await authority.forge(answer, [file]))).toBe('not_for_timestamping')
  })

  test('is refused when its certificate was not valid at the time it states', async () => {
    const order = { issuer: 'root', extensions: timestampingExtensions }
    await authority.certificate('expired', { ...order, from: '20200101000000Z', until: '20210101000000Z' })
    await authority.certificate('future', { ...order, from: '20440101000000Z', until: '20450101000000Z' })
    for (const name of ['expired', 'future']) {
      const forged = await authority.forge(answer, [name])
      expect(await reasonOf(forged)).toBe('certificate_not_valid')
      expect(await reasonOf(forged, { roots: [] })).toBe('certificate_not_valid')
    }
  })

  test('is refused when an issuer on its path was expired, is no authority, or may not have one below it', async () => {
    await authority.certificate('old-middle', { issuer: 'root', from: '20200101000000Z', until: '20210101000000Z' })
    await authority.certificate('no-authority', { issuer: 'root', extensions: ['basicConstraints=CA:FALSE'] })
    await authority.certificate('no-signer', {
      issuer: 'root',
      extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature'],
    })
    await authority.certificate('servers-only', {
      issuer: 'root',
      extensions: [...authorityExtensions, 'extendedKeyUsage=serverAuth'],
    })
    await authority.certificate('unknown-critical', {
      issuer: 'root',
      extensions: [...authorityExtensions, '1.2.3.4.5=critical,ASN1:NULL'],
    })
    await authority.certificate('last', {
      issuer: 'root',
      extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'],
    })
    await authority.certificate('below-last', { issuer: 'last' })
    const wrong: [issuer: string, chain: string[]][] = [
      ['old-middle', ['old-middle']],
      ['no-authority', ['no-authority']],
      ['no-signer', ['no-signer']],
      ['servers-only', ['servers-only']],
      ['unknown-critical', ['unknown-critical']],
      ['below-last', ['below-last', 'last']],
    ]
    for (const [issuer, chain] of wrong) {
      await authority.certificate(`by-${issuer}`, { issuer, extensions: timestampingExtensions })
      const forged = await authority.forge(answer, [`by-${issuer}`], { chain })
      expect({ issuer, reason: await reasonOf(forged) }).toEqual({ issuer, reason: 'untrusted' })
      expect({ issuer, reason: await reasonOf(forged, { roots: [] }) }).toEqual({ issuer, reason: 'ok' })
    }
    await authority.certificate('by-last', { issuer: 'last', extensions: timestampingExtensions })
    expect(await reasonOf(await authority.forge(answer, ['by-last'], { chain: ['last'] }))).toBe('ok')
  }, 120_000)

  test('is refused at once when its certificates sign each other in a circle', async () => {
    await authority.certificate('a')
    await authority.certificate('b')
    await authority.certificate('a-by-b', { issuer: 'b', keyOf: 'a' })
    await authority.certificate('b-by-a', { issuer: 'a', keyOf: 'b' })
    await authority.certificate('circled', { issuer: 'a', extensions: timestampingExtensions })
    expect(await reasonOf(await authority.forge(answer, ['circled'], { chain: ['a-by-b', 'b-by-a'] }))).toBe(
      'untrusted',
    )
  })

  test('is refused when it is not bound to its certificate, has two signatures, or rests on SHA-1', async () => {
    expect(await reasonOf(await authority.forge(answer, ['tsa'], { bound: false }))).toBe('malformed')
    await authority.certificate('second', { issuer: 'root', extensions: timestampingExtensions })
    expect(await reasonOf(await authority.forge(answer, ['tsa', 'second']))).toBe('malformed')
    expect(await reasonOf(await authority.forge(answer, ['tsa'], { digest: 'sha1' }))).toBe('bad_signature')
    expect(await reasonOf(await authority.forge(answer, ['tsa'], { digest: 'sha512' }))).toBe('ok')
  })
})

test('a root that is no certificate is the caller’s mistake', async () => {
  await expect(verifyTimestamp(answer, { digest, roots: ['no certificate'] })).rejects.toThrow('PEM')
  await expect(verifyTimestamp(answer, { digest, roots: [root + root] })).rejects.toThrow('exactly one')
  expect(() => timestampRequest(new Uint8Array(20))).toThrow('32 bytes')
})

async function requestWithoutNonce(): Promise<Uint8Array> {
  const hex = Buffer.from(digest).toString('hex')
  await authority.openssl('ts', '-query', '-digest', hex, '-sha256', '-no_nonce', '-cert', '-out', 'no-nonce.tsq')
  return authority.read('no-nonce.tsq')
}
