import { randomUUID } from 'node:crypto'
import type { TenantTx } from '../../platform/db/database.ts'
import { currentDeed, identify } from '../../platform/db/deed.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { Services } from '../../platform/services.ts'
import type { Begun, Caller, User } from '../../platform/sign-in/sign-in.ts'
import { acceptInvitationFor, findInvitationFor } from '../access/invitations.ts'
import { addMember, roleOfMember } from '../access/members.ts'
import { organisationsOf } from '../access/people.ts'
import type { Asserted } from './oidc.ts'
import { roleByGroups } from './roles.ts'
import {
  findByEmail,
  findBySubject,
  holdProvider,
  insertPerson,
  type PersonRow,
  type ProviderRow,
  updatePerson,
} from './store.ts'

/** Whom a provider speaks for. */
export interface Speaker {
  readonly orgId: string
  readonly provider: string
  readonly method: 'oidc' | 'saml'
}

/**
 * Lets in whom a provider names, and begins a session that sees the provider's organisation and no other. The account is bound by the provider's own name for the person; by
 * their address only the first time, only if it is of the provider's domains, and never to an account that belongs to other organisations alone.
 * Throws `forbidden` with the reason, `gone` when the provider is no longer asked.
 */
export async function admit(services: Services, by: Speaker, asserted: Asserted, caller: Caller): Promise<Begun> {
  const { signIn, database, clock } = services
  const deed = currentDeed()
  if (deed) deed.within = by.orgId
  const first = await database.tenant(by.orgId, clock, async tx => {
    const { person, provider } = await find(tx, by, asserted, { lock: false })
    const user = await accountOf(services, person, asserted)
    const entry = await decide(services, tx, { person, provider, user, asserted })
    return { user, email: entry.email }
  })
  const user =
    first.user ??
    (await signIn.addUserWithoutPassword({ name: asserted.name ?? nameOf(first.email), email: first.email }))
  identify(user.id)
  return database.tenant(by.orgId, clock, async tx => {
    // Everything again, now that nobody changes it: what was looked at before may be another thing by now.
    const { person, provider } = await find(tx, by, asserted, { lock: true })
    const entry = await decide(services, tx, { person, provider, user, asserted })
    if (entry.joinsAs !== undefined) await addMember(tx, { id: user.id, role: entry.joinsAs }, `user:${user.id}`)
    if (entry.invitation !== undefined) await acceptInvitationFor(tx, entry.invitation)
    await bind(tx, by, { person, user, asserted, email: entry.email })
    return signIn.beginByProvider(user.id, { orgId: by.orgId, provider: by.provider, method: by.method }, caller)
  })
}

async function find(tx: TenantTx, { provider: id }: Speaker, { subject, email }: Asserted, options: { lock: boolean }) {
  const provider = await holdProvider(tx, id)
  if (!provider?.enabled) throw new VouchError('gone', 'This way to sign in was turned off. Sign in another way.')
  const bound = await findBySubject(tx, id, subject, options)
  if (bound) return { provider, person: bound }
  if (email === null || !isOf(provider.domains, email))
    throw new VouchError(
      'forbidden',
      email === null
        ? `${provider.name} does not say which e-mail address is yours, or not that it is confirmed. Ask whoever runs it.`
        : `${provider.name} speaks here for ${provider.domains.join(', ')}, and your address is ${email}.`,
    )
  const person = await findByEmail(tx, id, email, options)
  if (person && person.subject !== null)
    throw new VouchError(
      'forbidden',
      `${email} belongs to somebody else whom ${provider.name} sent before. Ask an owner to look at it.`,
    )
  return { provider, person }
}

async function accountOf(
  services: Services,
  person: PersonRow | undefined,
  { email }: Asserted,
): Promise<User | undefined> {
  if (person?.member) return services.signIn.findUserById(person.member)
  const address = person?.email ?? email
  return address === null ? undefined : services.signIn.findUser(address)
}

interface Candidate {
  readonly person: PersonRow | undefined
  readonly provider: ProviderRow
  readonly user: User | undefined
  readonly asserted: Asserted
}

/** Whether the person comes in: as the member they are, or as one from now on, and by which invitation. Throws `forbidden` with the reason. */
async function decide(services: Services, tx: TenantTx, { person, provider, user, asserted }: Candidate) {
  const email = user?.email ?? person?.email ?? asserted.email
  if (email === null) throw new VouchError('forbidden', 'Your account is no longer there. Ask to be invited.')
  if (person && !person.active)
    throw new VouchError('forbidden', `${provider.name} says that you no longer have access. Ask whoever runs it.`)
  if (user && (await roleOfMember(tx, user.id)) !== undefined) return { email }
  const elsewhere = user ? await organisationsOf(services, user.id) : []
  if (elsewhere.length > 0 && person?.member !== user?.id)
    throw new VouchError(
      'forbidden',
      'Your address has an account here that does not belong to this organisation. Ask to be invited, and join by the link with your password.',
    )
  const invitation = await findInvitationFor(tx, email)
  if (invitation) return { email, joinsAs: invitation.role, invitation: invitation.id }
  if (person?.member)
    throw new VouchError('forbidden', 'You are no longer a member of this organisation. Ask to be invited.')
  if (person) return { email, joinsAs: (await roleByGroups(tx, provider.id, person.id)) ?? provider.default_role }
  if (provider.admits_unknown) return { email, joinsAs: provider.default_role }
  throw new VouchError('forbidden', 'You are not a member of this organisation yet. Ask to be invited.')
}

async function bind(
  tx: TenantTx,
  { provider }: Speaker,
  { person, user, asserted, email }: { person: PersonRow | undefined; user: User; asserted: Asserted; email: string },
): Promise<void> {
  const { subject } = asserted
  if (person && (person.subject !== subject || person.member !== user.id))
    await updatePerson(tx, person.id, { subject, member: user.id })
  if (person) return
  const name = asserted.name ?? user.name
  await insertPerson(tx, {
    id: randomUUID(),
    provider,
    subject,
    member: user.id,
    email,
    active: true,
    user_name: email,
    external_id: null,
    attributes: { displayName: name, emails: [{ value: email, primary: true }] },
  })
  await announce(tx, 'providers.person', provider)
}

/** Whether the address is of one of the domains. */
export function isOf(domains: readonly string[], email: string): boolean {
  return domains.includes(domainOf(email))
}

/** The part after the last @, in lower case. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase()
}

function nameOf(email: string): string {
  return email.slice(0, email.lastIndexOf('@'))
}
