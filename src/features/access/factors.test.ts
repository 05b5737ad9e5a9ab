import { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../platform/config/config.ts'
import { SoftwareAuthenticator } from '../../platform/testing/authenticator.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { makeOrganisation } from '../scope/builders.ts'
import {
  answerByPasskey,
  givePasskey,
  giveTotp,
  makeAccount,
  makeUser,
  offerTotp,
  password,
  signInAgain,
  siteOfTests,
} from './builders.ts'
import { addPasskey, confirmTotp, readFactors, removePasskey, removeTotp, showAgain, siteOf } from './factors.ts'
import { invite, join } from './invitations.ts'

let services: TestServices
beforeAll(async () => {
  services = await testServices()
})
afterAll(() => services.close())

const address = '192.0.2.7'
const from = (cookie?: string) => ({ cookie, agent: 'test', address })
const lives = (sessionId: string) => services.signIn.lives(sessionId)

describe('other sessions of the person', () => {
  it('end with the first second factor and with each that is removed, and stay with a second one', async () => {
    const own = await makeUser(services)
    const before = await signInAgain(services, own.user, null)
    const { recovery_codes } = await confirmTotp(services, own, await offerTotp(services, own.user))
    expect(recovery_codes).toHaveLength(10)
    expect([await lives(own.sessionId), await lives(before.sessionId)]).toEqual([true, false])

    const begin = async () => (await services.signIn.begin(own.user.id, null, 'passkey', from())).sessionId ?? ''
    const phone = await begin()
    const { id } = await givePasskey(services, own.user)
    expect(await lives(phone)).toBe(true)
    await services.signIn.factors.makeRecoveryCodes(own.user.id)
    expect(await lives(phone)).toBe(true)
    await removePasskey(services, own, id)
    expect([await lives(own.sessionId), await lives(phone)]).toEqual([true, false])
    const tablet = await begin()
    await removeTotp(services, own)
    expect([await lives(own.sessionId), await lives(tablet)]).toEqual([true, false])
    await expect(removeTotp(services, own)).rejects.toMatchObject({ code: 'not_found' })
    await expect(removePasskey(services, own, id)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('showing again who one is, by a passkey', () => {
  it('takes one of one’s own', async () => {
    const [own, other] = [await makeUser(services), await makeUser(services)]
    const [mine, theirs] = [await givePasskey(services, own.user), await givePasskey(services, other.user)]
    const show = async ({ device }: typeof mine) => {
      const passkey = await answerByPasskey(services, device)
      const given = { ...passkey, response: { ...passkey.response, userHandle: null } }
      return showAgain(services, own, { passkey: given }, { site: siteOfTests(services), address })
    }
    await show(mine)
    await expect(show(theirs)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('an invitation', () => {
  it('accepted by an account with a second factor makes a member and half a session', async () => {
    const { user } = await makeAccount(services)
    await giveTotp(services, user)
    const orgId = await makeOrganisation(services)
    const { token } = await services.database.tenant(orgId, services.clock, tx =>
      invite(tx, { email: user.email, role: 'viewer' }, { actor: 'operator', role: 'owner' }),
    )
    const { sessionId, cookies } = await join(services, { token, password }, from())
    expect(sessionId).toBeNull()
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(/^vouch-half=[^;]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(await services.signIn.halfway(from(cookies[0]?.split(';')[0]))).toMatchObject({ recoveryCodes: 10 })
  })
})

describe('what a person is told of their factors', () => {
  it('is names and times, and nothing that signs in', async () => {
    const own = await makeUser(services)
    expect(await readFactors(services, own.user.id)).toEqual({
      password: false,
      totp_since: null,
      passkeys: [],
      recovery_codes: 0,
    })
    const { device } = await givePasskey(services, own.user)
    const told = await readFactors(services, own.user.id)
    expect(told).toMatchObject({ passkeys: [{ name: 'Test device', synced: false }], recovery_codes: 10 })
    expect(JSON.stringify(told)).not.toContain((await answerByPasskey(services, device)).id)
  })
})

describe('the site that passkeys are for', () => {
  const of = (environment: NodeJS.ProcessEnv) =>
    siteOf({ ...services, config: readConfig(environment) }, { socket: new Socket() })

  it('is that of VOUCH_URL, else this machine’s', async () => {
    expect(of({ VOUCH_URL: 'https://vouch.example.com' })).toEqual({
      origin: 'https://vouch.example.com',
      host: 'vouch.example.com',
    })
    expect(of({ VOUCH_PORT: '4321' })).toEqual({ origin: 'http://localhost:4321', host: 'localhost' })
    const own = await makeUser(services)
    const site = of({ VOUCH_URL: 'https://vouch.example.com' })
    const options = await services.signIn.passkeys.registrationOptions(own.user, site)
    expect(options.rp.id).toBe('vouch.example.com')
    // Made for the one, it is refused by the other.
    const passkey = new SoftwareAuthenticator(site).create(options)
    await expect(addPasskey(services, own, { name: 'Key', passkey }, siteOfTests(services))).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })
})
