import { randomUUID } from 'node:crypto'
import type { Services } from '../../platform/services.ts'
import type { User } from '../../platform/sign-in/sign-in.ts'
import { addMember } from './members.ts'

export const password = 'an orchid under seven bridges'

/** Somebody who is signed in. */
export interface Person {
  readonly user: User
  readonly sessionId: string
  /** The header of their session. */
  readonly cookie: string
}

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
  const caller = { cookie: undefined, agent: 'test', address: '127.0.0.1' }
  const { sessionId, cookies } = await services.signIn.begin(user.id, orgId, 'link', caller)
  return { user, sessionId, cookie: cookies.map(cookie => cookie.split(';')[0]).join('; ') }
}
