import { randomUUID } from 'node:crypto'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { Services } from '../../platform/services.ts'
import type { User } from '../../platform/sign-in/sign-in.ts'
import { addMember, removeMember, roleOfMember } from '../access/members.ts'
import { organisationsOf } from '../access/people.ts'
import { isOf } from './admit.ts'
import { roleByGroups } from './roles.ts'
import {
  deletePerson,
  findProvider,
  holdProvider,
  insertPerson,
  listPeople,
  lockPerson,
  type PersonRow,
  type ProviderRow,
  updatePerson,
} from './store.ts'

/** A provider that provisions, in its organisation. */
export interface Provisioner {
  readonly orgId: string
  readonly provider: string
  readonly actor: string
}

/** A person as a provider writes them. */
export interface PersonInput {
  readonly user_name: string
  readonly external_id: string | null
  readonly email: string | null
  readonly name: string
  readonly active: boolean
  readonly attributes: Readonly<Record<string, unknown>>
}

/**
 * Keeps a person as the provider writes them, and lets the membership follow: who is active and has an address of the provider's domains is a member, by the role that their groups
 * give; who is not active any more is none, and everything that they had here ends before this returns. `id` is null for a new one. Throws `not_found`, `conflict` for a name that
 * another has and for the last owner.
 */
export async function putPerson(
  services: Services,
  by: Provisioner,
  id: string | null,
  input: PersonInput,
): Promise<PersonRow> {
  const { database, clock } = services
  const user = await accountFor(services, by, id, input)
  const saved = await database.tenant(by.orgId, clock, async tx => {
    const provider = await requireHeld(tx, by)
    const before = id === null ? undefined : await requirePerson(tx, by, id)
    await requireFreeName(tx, by, input.user_name, id)
    const { name: _, ...columns } = input
    const person = before
      ? await updatePerson(tx, before.id, columns)
      : await insertPerson(tx, { id: randomUUID(), provider: by.provider, subject: null, member: null, ...columns })
    await announce(tx, 'providers.person', by.provider)
    if (!input.active) {
      await endMembership(services, tx, by, person)
      return person
    }
    const begins = before === undefined || !before.active || before.member === null
    return begins && user ? join(tx, by, provider, person, user) : person
  })
  await rename(services, by, saved, input.name)
  return saved
}

/** Forgets a person; everything that they had here ends before this returns. Throws `not_found`, `conflict` for the last owner. */
export async function dropPerson(services: Services, by: Provisioner, id: string): Promise<void> {
  await services.database.tenant(by.orgId, services.clock, async tx => {
    const person = await requirePerson(tx, by, id)
    await endMembership(services, tx, by, person)
    await deletePerson(tx, id)
    await announce(tx, 'providers.person', by.provider)
  })
}

/** Why an active person is no member; null when they are one, or are not active. */
export function whyNot(
  domains: readonly string[],
  person: { readonly active: boolean; readonly email: string | null; readonly member: string | null },
  role: string | undefined,
): string | null {
  if (!person.active || role !== undefined) return null
  if (person.member !== null) return 'They were taken out of the organisation, or left.'
  if (person.email === null) return 'The provider gives no e-mail address.'
  return isOf(domains, person.email) ? 'They have not come yet.' : 'Their address is of none of the domains.'
}

/** The account of somebody who is to be a member; made when there is none. Accounts of other domains are none of the provider's business. */
async function accountFor(
  services: Services,
  by: Provisioner,
  id: string | null,
  { active, email, name, user_name }: PersonInput,
): Promise<User | undefined> {
  if (!active) return undefined
  const { member, domains } = await services.database.tenant(by.orgId, services.clock, async tx => {
    const provider = await findProvider(tx, by.provider)
    // Before an account is made for somebody who is then refused.
    await requireFreeName(tx, by, user_name, id)
    const [person] = id === null ? [] : await listPeople(tx, by.provider, { id })
    if (id !== null && !person) throw new VouchError('not_found', 'There is no such user.')
    return { member: person?.member ?? null, domains: provider?.domains ?? [] }
  })
  if (member !== null) return services.signIn.findUserById(member)
  if (email === null || !isOf(domains, email)) return undefined
  return (
    (await services.signIn.findUser(email)) ??
    services.signIn.addUserWithoutPassword({ name: name === '' ? email : name, email })
  )
}

async function join(
  tx: TenantTx,
  by: Provisioner,
  provider: ProviderRow,
  person: PersonRow,
  user: User,
): Promise<PersonRow> {
  if ((await roleOfMember(tx, user.id)) === undefined) {
    const role = (await roleByGroups(tx, provider.id, person.id)) ?? provider.default_role
    await addMember(tx, { id: user.id, role }, by.actor)
  }
  return person.member === user.id ? person : updatePerson(tx, person.id, { member: user.id })
}

/** Membership, keys and sessions, before the commit: when the provider is answered, nothing of them is left. */
async function endMembership(services: Services, tx: TenantTx, by: Provisioner, { member }: PersonRow): Promise<void> {
  if (member === null) return
  if ((await roleOfMember(tx, member)) !== undefined) await removeMember(tx, member, { actor: by.actor, role: 'owner' })
  const elsewhere = (await organisationsOf(services, member)).filter(id => id !== by.orgId)
  // A session that was begun otherwise is the person's in other organisations too; of this one it sees nothing any more.
  if (elsewhere.length > 0) await services.signIn.endSessionsWithin(member, by.orgId)
  else await services.signIn.endOtherSessions(member, null)
  await announce(tx, 'access.session', member)
}

/** A name is the account's, in all its organisations: it follows the provider where there is only this one. */
async function rename(services: Services, { orgId }: Provisioner, { member }: PersonRow, name: string): Promise<void> {
  if (member === null || name === '') return
  const [only, ...more] = await organisationsOf(services, member)
  if (only === orgId && more.length === 0) await services.signIn.renameUser(member, name)
}

async function requireHeld(tx: TenantTx, { provider }: Provisioner): Promise<ProviderRow> {
  const held = await holdProvider(tx, provider)
  if (!held) throw new VouchError('not_found', 'There is no such identity provider.')
  return held
}

async function requirePerson(tx: TenantTx, { provider }: Provisioner, id: string): Promise<PersonRow> {
  const person = await lockPerson(tx, provider, id)
  if (!person) throw new VouchError('not_found', 'There is no such user.')
  return person
}

async function requireFreeName(tx: TenantTx, { provider }: Provisioner, userName: string, id: string | null) {
  const others = await listPeople(tx, provider, { userName })
  if (others.some(other => other.id !== id))
    throw new VouchError('conflict', 'Another user has this userName.', {
      fields: [{ path: 'userName', message: 'is taken' }],
    })
}
