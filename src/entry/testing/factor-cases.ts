import {
  answerByPasskey,
  givePasskey,
  makeAccount,
  makeHalf,
  makeUser,
  offerTotp,
  password,
  siteOfTests,
} from '../../features/access/builders.ts'
import { SoftwareAuthenticator } from '../../platform/testing/authenticator.ts'
import type { Case, World } from './cases.ts'

/** How the operations of second factors and passkeys are called with success, in this order. */
export function factorCases(world: () => World): Readonly<Record<string, Case>> {
  const services = () => world().services
  const half = once(() => makeHalf(services()))
  const person = once(() => makeUser(services()))
  const holder = async () => world().ours.passkey.holder
  const newPasskey = async () => {
    const site = siteOfTests(services())
    const { user } = await person()
    return new SoftwareAuthenticator(site).create(await services().signIn.passkeys.registrationOptions(user, site))
  }
  const answered = async () => {
    const { device } = await givePasskey(services(), (await makeUser(services())).user)
    return answerByPasskey(services(), device)
  }
  return {
    giveSecondFactor: { body: async () => ({ code: (await half()).code }), by: half },
    askForPasskey: {},
    signInByPasskey: { body: async () => ({ passkey: await answered() }) },
    showAgain: { body: { password }, by: () => makeAccount(services()) },
    getFactors: {},
    beginTotp: { by: person },
    confirmTotp: { body: async () => ({ code: await offerTotp(services(), (await person()).user) }), by: person },
    makeRecoveryCodes: { by: person },
    beginPasskey: { by: person },
    addPasskey: { body: async () => ({ name: 'Key', passkey: await newPasskey() }), by: person },
    removeTotp: { by: person },
    changePasskey: { id: has => has.passkey.id, body: { name: 'Old phone' }, by: holder },
    removePasskey: { id: has => has.passkey.id, by: holder },
    getSignInRules: {},
    changeSignInRules: { body: { second_factor: false } },
  }
}

/** The same thing, however often asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
