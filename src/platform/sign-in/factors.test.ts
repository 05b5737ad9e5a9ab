import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SoftwareAuthenticator } from '../testing/authenticator.ts'
import { type TestServices, testServices } from '../testing/services.ts'
import { attemptLimits } from './attempts.ts'
import { makeCode, readCode, recoveryCodeCount } from './recovery-codes.ts'
import type { Caller, User } from './sign-in.ts'
import { codeAt, stepOfCode } from './totp.ts'

let services: TestServices
beforeAll(async () => {
  services = await testServices()
})
afterAll(() => services.close())

const password = 'an orchid under seven bridges'
const site = { origin: 'http://localhost:4000', host: 'localhost' }
const stepMs = 30_000

let made = 0
const from = (cookie?: string): Caller => ({ cookie, agent: 'test', address: `192.0.2.${made++ % 250}` })
const cookiesOf = (cookies: readonly string[]) => cookies.map(cookie => cookie.split(';')[0]).join('; ')
const codeOf = (error: { code?: string }) => error.code
const outcome = (work: Promise<unknown>) => work.then(() => 'in', codeOf)

async function makeUser(): Promise<User> {
  made += 1
  return services.signIn.addUser({ name: 'A. Person', email: `${made}.${Date.now()}@example.test`, password })
}

/** A user with an authenticator app, whose code of now is used up; the codes of the next steps are not. */
async function withTotp() {
  const user = await makeUser()
  const { key } = await services.signIn.factors.offerTotp(user)
  const { recoveryCodes } = await services.signIn.factors.confirmTotp(user.id, codeAt(key, Date.now()))
  if (!recoveryCodes) throw new Error('there are no recovery codes')
  const half = async () => {
    const { sessionId, cookies } = await services.signIn.withPassword(user.email, password, from())
    expect(sessionId).toBeNull()
    return cookiesOf(cookies)
  }
  // The step before the one of now is over, as far as this user's app is concerned; the next one is within the tolerance.
  return { user, key, recoveryCodes, half, next: () => codeAt(key, Date.now() + stepMs) }
}

async function withPasskey() {
  const user = await makeUser()
  const device = new SoftwareAuthenticator(site)
  const options = await services.signIn.passkeys.registrationOptions(user, site)
  const added = await services.signIn.passkeys.add(user.id, 'Phone', device.create(options), site)
  const ask = () => services.signIn.passkeys.authenticationOptions(site)
  return { user, device, added, ask, handle: options.user.id }
}
const authenticate = (response: Parameters<TestServices['signIn']['passkeys']['authenticate']>[0]) =>
  services.signIn.passkeys.authenticate(response, site)

async function stored(table: string): Promise<string> {
  const client = await services.database.dedicatedClient('test')
  const { rows } = await client.query(`select t::text from ${table} t`)
  await client.end()
  return JSON.stringify(rows)
}

describe('a code of an authenticator app', () => {
  it('belongs to a step, and is taken for the one before and after', () => {
    const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 4e12 }), fc.integer({ min: -4, max: 4 }), (time, away) => {
        const step = stepOfCode(key, codeAt(key, time + away * stepMs), time)
        // By chance two of nine codes may be alike, once in some ten thousand.
        if (Math.abs(away) <= 1) expect(step).toBe(Math.floor(time / stepMs) + away)
        else if (step !== undefined) expect(codeAt(key, step * stepMs)).toBe(codeAt(key, time + away * stepMs))
      }),
    )
  })

  it('is of no use before the app was confirmed by one', async () => {
    const user = await makeUser()
    const { key, address } = await services.signIn.factors.offerTotp(user)
    expect(new URL(address).searchParams.get('secret')).toBe(key)
    expect(await services.signIn.factors.acceptTotp(user.id, codeAt(key, Date.now()))).toBe(false)
    expect((await services.signIn.withPassword(user.email, password, from())).sessionId).not.toBeNull()
    await expect(services.signIn.factors.confirmTotp(user.id, 'abcdef')).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect(await services.signIn.factors.has(user.id)).toBe(false)
  })

  it('completes a sign-in, which was half of one before', async () => {
    const { user, half, next } = await withTotp()
    const cookie = await half()
    expect(await services.signIn.authenticate(from(cookie))).toBeUndefined()
    expect(await services.signIn.halfway(from(cookie))).toMatchObject({ passkeys: 0, recoveryCodes: 10 })
    const { sessionId, cookies } = await services.signIn.complete(next(), from(cookie))
    expect(await services.signIn.authenticate(from(cookiesOf(cookies)))).toMatchObject({
      user: { id: user.id },
      session: { id: sessionId, method: 'password', secondFactor: 'totp' },
    })
    // The token is for one use, whatever code comes with it.
    expect(await services.signIn.halfway(from(cookie))).toBeUndefined()
    expect(await outcome(services.signIn.complete(next(), from(cookie)))).toBe('gone')
  })

  it('is accepted once: not the one that confirmed the app, not in another session, not at the same moment', async () => {
    const { key, half, next } = await withTotp()
    expect(await outcome(services.signIn.complete(codeAt(key, Date.now() - stepMs), from(await half())))).toBe(
      'unauthenticated',
    )
    const halves = []
    for (let n = 0; n < 5; n++) halves.push(await half())
    const code = next()
    const all = await Promise.all(halves.map(cookie => outcome(services.signIn.complete(code, from(cookie)))))
    expect(all.toSorted()).toEqual(['in', ...Array(4).fill('unauthenticated')])
    expect(await outcome(services.signIn.complete(code, from(await half())))).toBe('unauthenticated')
  })

  it('may be wrong only so often, and knowing the password gives no more attempts', async () => {
    const { half, next } = await withTotp()
    const codes: string[] = []
    for (let n = 0; n < attemptLimits.account; n++)
      codes.push(String(await outcome(services.signIn.complete('abcdef', from(await half())))))
    expect(codes).toEqual(Array(attemptLimits.account).fill('unauthenticated'))
    expect(await outcome(services.signIn.complete(next(), from(await half())))).toBe('rate_limited')
  })

  it('is asked for after a link too, and after nothing that is too old or was ended', async () => {
    const { user, next, half } = await withTotp()
    const { sessionId, cookies } = await services.signIn.begin(user.id, null, 'link', from())
    expect(sessionId).toBeNull()
    const client = await services.database.dedicatedClient('test')
    await client.query("update auth_verification set expires_at = now() where value like '%' || $1 || '%'", [user.id])
    await client.end()
    expect(await outcome(services.signIn.complete(next(), from(cookiesOf(cookies))))).toBe('gone')
    const cookie = await half()
    await services.signIn.changePassword(user, 'three quiet lanterns at dusk', null)
    expect(await outcome(services.signIn.complete(next(), from(cookie)))).toBe('gone')
  })

  it('comes of a key that is nowhere in the database', async () => {
    const { key, user } = await withTotp()
    const offer = await services.signIn.factors.offerTotp(user)
    const bytes = await stored('auth_secret')
    for (const text of [key, offer.key]) {
      expect(bytes).not.toContain(text)
      expect(bytes).not.toContain(Buffer.from(text).toString('hex'))
    }
  })
})

describe('recovery codes', () => {
  it('are ten, kept by their hash, and each works once', async () => {
    const { user, recoveryCodes, half } = await withTotp()
    expect(new Set(recoveryCodes).size).toBe(recoveryCodeCount)
    const kept = await stored('auth_recovery_code')
    for (const code of recoveryCodes) expect(kept).not.toContain(code)
    const [first = '', second = ''] = recoveryCodes
    const halves = [await half(), await half(), await half()]
    const all = await Promise.all(halves.map(cookie => outcome(services.signIn.complete(first, from(cookie)))))
    expect(all.toSorted()).toEqual(['in', 'unauthenticated', 'unauthenticated'])
    expect((await services.signIn.factors.of(user.id)).recoveryCodes).toBe(9)
    const { sessionId } = await services.signIn.complete(second.toLowerCase().replaceAll('-', ' '), from(await half()))
    const sessions = await services.signIn.listSessions(user.id)
    expect(sessions.find(({ id }) => id === sessionId)).toMatchObject({ secondFactor: 'recovery_code' })
  })

  it('end when new ones are made, and are of their user alone', async () => {
    const [one, other] = [await withTotp(), await withTotp()]
    const fresh = await services.signIn.factors.makeRecoveryCodes(one.user.id)
    const take = (code = '') => services.signIn.factors.acceptRecoveryCode(one.user.id, code)
    expect([await take(one.recoveryCodes[0]), await take(other.recoveryCodes[0]), await take(fresh[0])]).toEqual([
      false,
      false,
      true,
    ])
    expect(await outcome(services.signIn.factors.makeRecoveryCodes((await makeUser()).id))).toBe('conflict')
  })

  it('are read however they are typed', () => {
    fc.assert(
      fc.property(fc.func(fc.nat(3)), choose => {
        const code = makeCode()
        const typed = [...code].map((letter, at) => {
          const ways = [letter, letter.toLowerCase(), ` ${letter}`, letter.replace('0', 'o').replace('1', 'l')]
          return ways[choose(at)]
        })
        expect(readCode(typed.join(''))).toBe(code)
      }),
    )
    for (const wrong of ['', '123456', 'AAAA-AAAA-AAAA-AAA', 'AAAA-AAAA-AAAA-AAAU', 'AAAA-AAAA-AAAA-AAAAA'])
      expect(readCode(wrong), wrong).toBeUndefined()
  })
})

describe('a passkey', () => {
  it('shows two factors, and whose it is', async () => {
    const { user, device, added, ask, handle } = await withPasskey()
    expect(added.recoveryCodes).toHaveLength(recoveryCodeCount)
    expect(await authenticate(device.get(await ask(), { userHandle: handle }))).toBe(user.id)
    const { sessionId } = await services.signIn.begin(user.id, null, 'passkey', from())
    const [session] = await services.signIn.listSessions(user.id)
    expect(session).toMatchObject({ id: sessionId, method: 'passkey', secondFactor: 'passkey' })
    expect(await services.signIn.passkeys.list(user.id)).toMatchObject([
      { name: 'Phone', last_used_at: expect.any(Date) },
    ])
    // A password alone is not enough any more.
    expect((await services.signIn.withPassword(user.email, password, from())).sessionId).toBeNull()
  })

  it('answers a challenge once, of ours, for our origin, with its holder there', async () => {
    const { user, device, ask, handle } = await withPasskey()
    const other = await withPasskey()
    const replayed = device.get(await ask())
    expect(await authenticate(replayed)).toBe(user.id)
    const refused: Record<string, Parameters<typeof authenticate>[0]> = {
      replayed,
      'of a challenge that is not ours': device.get({ challenge: Buffer.alloc(32, 1).toString('base64url') }),
      'of the challenge of a registration': device.get(await services.signIn.passkeys.registrationOptions(user, site)),
      'of another origin': device.get(await ask(), { origin: 'http://localhost:4001' }),
      'of another site': device.get(await ask(), { origin: 'https://evil.example', host: 'evil.example' }),
      'for another site’s id': device.get(await ask(), { host: 'evil.example' }),
      'without its holder': device.get(await ask(), { verified: false }),
      'with another’s handle': device.get(await ask(), { userHandle: other.handle }),
      'signed by another': { ...other.device.get(await ask()), id: replayed.id, rawId: replayed.id },
      'that nobody knows': new SoftwareAuthenticator(site).get(await ask()),
    }
    for (const [what, response] of Object.entries(refused))
      expect(await outcome(authenticate(response)), what).toBe('unauthenticated')
    expect(await authenticate(device.get(await ask(), { userHandle: handle }))).toBe(user.id)
    // As a copy's, whose count stands still.
    expect(await outcome(authenticate(device.get(await ask(), { count: 0 })))).toBe('unauthenticated')
  })

  it('is used once of many times with one challenge', async () => {
    const { device, ask } = await withPasskey()
    const options = await ask()
    const answers = Array.from({ length: 4 }, () => device.get(options))
    const all = await Promise.all(answers.map(answer => outcome(authenticate(answer))))
    expect(all.filter(result => result === 'in')).toHaveLength(1)
  })

  it('is added by an answer to the user’s own challenge, once', async () => {
    const [user, other] = [await makeUser(), await makeUser()]
    const ask = () => services.signIn.passkeys.registrationOptions(user, site)
    const add = (response: ReturnType<SoftwareAuthenticator['create']>, to = user) =>
      services.signIn.passkeys.add(to.id, 'Key', response, site)
    const device = new SoftwareAuthenticator(site)
    expect(await outcome(add(device.create(await ask()), other))).toBe('invalid_input')
    expect(await outcome(add(device.create(await ask(), { origin: 'https://evil.example' })))).toBe('invalid_input')
    expect(await outcome(add(device.create(await ask(), { verified: false })))).toBe('invalid_input')
    expect(await outcome(add(device.create(await services.signIn.passkeys.authenticationOptions(site))))).toBe(
      'invalid_input',
    )
    expect(await services.signIn.factors.has(user.id)).toBe(false)
    const answer = device.create(await ask())
    expect((await add(answer)).recoveryCodes).toHaveLength(recoveryCodeCount)
    expect(await outcome(add(answer))).toBe('invalid_input')
    expect(await outcome(add(device.create(await ask())))).toBe('conflict')
    const options = await ask()
    expect(options.excludeCredentials).toMatchObject([{ id: answer.id }])
    // The recovery codes were given out already.
    expect((await add(new SoftwareAuthenticator(site).create(options))).recoveryCodes).toBeNull()
  })

  it('is refused once it was removed, by its owner alone', async () => {
    const { user, device, added, ask } = await withPasskey()
    const other = await withPasskey()
    const { passkeys } = services.signIn
    expect([
      await passkeys.remove(other.user.id, added.id),
      await passkeys.rename(other.user.id, added.id, 'x'),
    ]).toEqual([false, false])
    expect(await passkeys.remove(user.id, added.id)).toBe(true)
    expect(await outcome(authenticate(device.get(await ask())))).toBe('unauthenticated')
    expect((await services.signIn.factors.of(user.id)).recoveryCodes).toBe(0)
    expect((await services.signIn.withPassword(user.email, password, from())).sessionId).not.toBeNull()
  })
})

describe('without the last second factor', () => {
  it('no session counts as begun with two', async () => {
    const { user, half, next } = await withTotp()
    const { sessionId } = await services.signIn.complete(next(), from(await half()))
    if (!sessionId) throw new Error('there is no session')
    expect(await services.signIn.howItLives(sessionId)).toEqual({ secondFactor: 'totp' })
    expect(await services.signIn.factors.removeTotp(user.id)).toBe(true)
    expect(await services.signIn.howItLives(sessionId)).toEqual({ secondFactor: null })
    expect(await services.signIn.factors.removeTotp(user.id)).toBe(false)
  })

  it('its owner comes in with the password alone, as after a reset', async () => {
    const { user } = await withTotp()
    await services.signIn.factors.reset(user.id)
    expect(await services.signIn.factors.of(user.id)).toEqual({ totp: null, passkeys: 0, recoveryCodes: 0 })
    expect((await services.signIn.withPassword(user.email, password, from())).sessionId).not.toBeNull()
  })
})

describe('showing again who one is', () => {
  const age = async (sessionId: string) => {
    const client = await services.database.dedicatedClient('test')
    await client.query("update auth_session set authenticated_at = now() - interval '16 minutes' where id = $1", [
      sessionId,
    ])
    await client.end()
  }
  const isFresh = async (user: User, sessionId: string) =>
    (await services.signIn.listSessions(user.id)).some(
      ({ id, freshUntil }) => id === sessionId && freshUntil > new Date(),
    )

  it('makes a session fresh for a while: by password or code, not by a wrong or used one', async () => {
    const { user, half, next, recoveryCodes, key } = await withTotp()
    const { sessionId } = await services.signIn.complete(recoveryCodes[0] ?? '', from(await half()))
    if (!sessionId) throw new Error('there is no session')
    expect(await isFresh(user, sessionId)).toBe(true)
    await age(sessionId)
    expect(await isFresh(user, sessionId)).toBe(false)
    const show = (proof: { password: string } | { code: string }) =>
      outcome(services.signIn.refresh(user, sessionId, proof, from().address))
    for (const wrong of [{ password: 'wrong' }, { code: 'abcdef' }, { code: codeAt(key, Date.now() - stepMs) }])
      expect(await show(wrong)).toBe('invalid_input')
    expect(await isFresh(user, sessionId)).toBe(false)
    expect(await show({ code: next() })).toBe('in')
    expect(await isFresh(user, sessionId)).toBe(true)
    await age(sessionId)
    expect(await show({ password })).toBe('in')
    expect(await isFresh(user, sessionId)).toBe(true)
  })
})
