import { randomUUID } from 'node:crypto'
import { Socket } from 'node:net'
import type { Services } from '../../platform/services.ts'
import type { User } from '../../platform/sign-in/sign-in.ts'
import { codeAt } from '../../platform/sign-in/totp.ts'
import { SoftwareAuthenticator } from '../../platform/testing/authenticator.ts'
import { siteOf } from './factors.ts'
import { addMember } from './members.ts'

export const password = 'an orchid under seven bridges'

/** Somebody who is signed in. */
export interface Person {
  readonly user: User
  readonly sessionId: string
  /** The header of their session. */
  readonly cookie: string
}

const caller = { cookie: undefined, agent: 'test', address: '127.0.0.1' }
const headerOf = (cookies: readonly string[]) => cookies.map(cookie => cookie.split(';')[0]).join('; ')

/** A user who is signed in and belongs to no organisation; synthetic. Without a password, whose hashing takes a third of a second: see `makeAccount`. */
export async function makeUser(services: Services, name = 'A. Person'): Promise<Person> {
  const user = { id: randomUUID(), name, email: `${randomUUID()}@example.test` }
  await services.database.operator(trx => trx.insertInto('auth_user').values(user).execute())
  return signInAgain(services, user, null)
}

/** A user who can sign in with `password`, and is. */
export async function makeAccount(services: Services): Promise<Person> {
  const user = await services.signIn.addUser({
    name: 'A. Person',
    email: `${randomUUID()}@example.test`,
    password,
  })
  return signInAgain(services, user, null)
}

/** A member of `orgId` who is signed in to it. */
export async function makeMember(services: Services, orgId: string, role: string, name?: string): Promise<Person> {
  const { user } = await makeUser(services, name)
  await services.database.tenant(orgId, services.clock, tx => addMember(tx, { id: user.id, role }, 'operator'))
  return signInAgain(services, user, orgId)
}

/** Another session of a user. */
export async function signInAgain(services: Services, user: User, orgId: string | null): Promise<Person> {
  const { sessionId, cookies } = await services.signIn.begin(user.id, orgId, 'link', caller)
  if (sessionId === null) throw new Error('somebody with a second factor is not signed in by a link alone')
  return { user, sessionId, cookie: headerOf(cookies) }
}

/** Where the tests' browsers are. */
export const siteOfTests = (services: Services) => siteOf(services, { socket: new Socket() })

/** Gives a user a passkey, kept by an authenticator in software. */
export async function givePasskey(services: Services, { id, ...user }: User) {
  const site = siteOfTests(services)
  const device = new SoftwareAuthenticator(site)
  const options = await services.signIn.passkeys.registrationOptions({ id, ...user }, site)
  return { device, ...(await services.signIn.passkeys.add(id, 'Test device', device.create(options), site)) }
}

/** A passkey's answer to a new challenge. */
export async function answerByPasskey(services: Services, device: SoftwareAuthenticator) {
  return device.get(await services.signIn.passkeys.authenticationOptions(siteOfTests(services)))
}

/** Offers a user an authenticator app. Returns the code that confirms it. */
export async function offerTotp(services: Services, user: User): Promise<string> {
  const { key } = await services.signIn.factors.offerTotp(user)
  return codeAt(key, Date.now())
}

/** Gives a user an authenticator app. Returns their recovery codes, if these are the first. */
export async function giveTotp(services: Services, user: User): Promise<readonly string[]> {
  const code = await offerTotp(services, user)
  return (await services.signIn.factors.confirmTotp(user.id, code)).recoveryCodes ?? []
}

/** Somebody who has shown the first of two factors; the cookie is of half a session, and the code completes it. */
export async function makeHalf(services: Services): Promise<Omit<Person, 'sessionId'> & { code: string }> {
  const { user } = await makeUser(services)
  const [code = ''] = await giveTotp(services, user)
  const { cookies } = await services.signIn.begin(user.id, null, 'link', caller)
  return { user, code, cookie: headerOf(cookies) }
}
