import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { callOffAbout } from '../../platform/mail/mail-store.ts'
import type { Services } from '../../platform/services.ts'
import type { Begun, Caller, User } from '../../platform/sign-in/sign-in.ts'
import { readOrganisation } from '../scope/read-scope.ts'
import { addMember, type Granter, holderOf, requireGrantable } from './members.ts'
import { mayGrant } from './permissions.ts'
import { readRole } from './roles.ts'
import {
  acceptInvitation,
  insertInvitation,
  listOpenInvitations,
  lockInvitation,
  revokeInvitations,
  updateInvitation,
} from './store.ts'

const validDays = 7
const organisationLength = 32

/**
 * Invites an address, in place of an earlier invitation of it. Returns the invitation and its token, which is nowhere kept; it begins with the organisation, so that
 * it leads there and to no other. Throws `forbidden` for a role that the inviter may not give.
 */
export async function invite(tx: TenantTx, input: { email: string; role: string }, by: Granter) {
  await requireGrantable(tx, input.role, by)
  const email = input.email.toLowerCase()
  for (const ended of await revokeInvitations(tx, { email })) await callOffAbout(tx, ended.id)
  const token = makeToken(tx)
  const invitation = await insertInvitation(tx, {
    id: randomUUID(),
    email,
    role: input.role,
    token_hash: hashOf(token),
    invited_by: by.actor,
    expires_at: endOf(tx),
  })
  await announce(tx, 'access.invitation', invitation.id)
  return { invitation, token }
}

/**
 * Gives an open invitation a new link, and a new time; the one before no longer works. Returns the invitation and its token. Throws `not_found` when it is not open,
 * `forbidden` for one to a role that the caller may not give.
 */
export async function renewInvitation(tx: TenantTx, id: string, by: Granter) {
  const token = makeToken(tx)
  const invitation = await updateInvitation(tx, id, { token_hash: hashOf(token), expires_at: endOf(tx) })
  if (!invitation) throw new VouchError('not_found', 'There is no such open invitation.')
  if (!mayGrant(holderOf(by), await readRole(tx, invitation.role)))
    throw new VouchError('forbidden', 'Only an owner can make somebody an owner.')
  await callOffAbout(tx, id)
  await announce(tx, 'access.invitation', id)
  return { invitation, token }
}

function makeToken(tx: TenantTx): string {
  return tx.orgId.replaceAll('-', '') + randomBytes(32).toString('base64url')
}

function endOf(tx: TenantTx): Date {
  return new Date(tx.clock.now().getTime() + validDays * 86_400_000)
}

/** Takes an invitation back. Throws `not_found` when it is not open, `forbidden` for one to a role that the caller may not give. */
export async function revokeInvitation(tx: TenantTx, id: string, by: Granter): Promise<void> {
  const [revoked] = await revokeInvitations(tx, { id })
  if (!revoked) throw new VouchError('not_found', 'There is no such open invitation.')
  if (!mayGrant(holderOf(by), await readRole(tx, revoked.role)))
    throw new VouchError('forbidden', 'Only an owner can take this back.')
  await callOffAbout(tx, id)
  await announce(tx, 'access.invitation', id)
}

/** What an invitation says to the person who holds its link. Throws `gone` when it is used, taken back, expired or none of ours. */
export async function lookAtInvitation(services: Services, token: string) {
  return services.database.tenant(organisationOf(token), services.clock, async tx => {
    const { email, role } = await requireInvitation(tx, token)
    const { name } = await readOrganisation(tx)
    const user = await services.signIn.findUser(email)
    return { organisation: name, email, role, has_account: user !== undefined }
  })
}

/**
 * Accepts an invitation: with a name and a new password, or with the password of the account that the address has. Returns the session that begins. Throws `gone`,
 * `invalid_input` (a weak password, no name), `unauthenticated` (a wrong one).
 */
export async function join(
  services: Services,
  input: { token: string; name?: string | undefined; password: string },
  caller: Caller,
): Promise<Begun> {
  const { signIn, database, clock } = services
  const orgId = organisationOf(input.token)
  const { email } = await database.tenant(orgId, clock, tx => requireInvitation(tx, input.token))
  const user = (await existing(services, email, input.password, caller)) ?? (await newUser(services, email, input))
  await database.tenant(orgId, clock, async tx => {
    const invitation = await requireInvitation(tx, input.token)
    await addMember(tx, { id: user.id, role: invitation.role }, `user:${user.id}`)
    await acceptInvitation(tx, invitation.id)
    await announce(tx, 'access.invitation', invitation.id)
  })
  return signIn.begin(user.id, orgId, 'invitation', caller)
}

/** The open invitation of an address, for whoever has shown by their provider that it is theirs. */
export async function findInvitationFor(tx: TenantTx, email: string) {
  const now = tx.clock.now()
  return (await listOpenInvitations(tx)).find(
    invitation => invitation.email === email.toLowerCase() && invitation.expires_at > now,
  )
}

/** Marks an invitation as accepted by who has become a member. */
export async function acceptInvitationFor(tx: TenantTx, id: string): Promise<void> {
  await acceptInvitation(tx, id)
  await announce(tx, 'access.invitation', id)
}

async function existing(
  services: Services,
  email: string,
  password: string,
  caller: Caller,
): Promise<User | undefined> {
  const user = await services.signIn.findUser(email)
  if (!user) return undefined
  if (await services.signIn.confirmPassword(user, password, caller.address)) return user
  throw new VouchError(
    'unauthenticated',
    'This is not the password of your account. Enter the one that you sign in with.',
    {
      fields: [{ path: 'password', message: 'is not the password of your account' }],
    },
  )
}

async function newUser(
  services: Services,
  email: string,
  { name, password }: { name?: string | undefined; password: string },
): Promise<User> {
  if (name === undefined)
    throw new VouchError('invalid_input', 'Say who you are.', { fields: [{ path: 'name', message: 'is needed' }] })
  return services.signIn.addUser({ name, email, password })
}

async function requireInvitation(tx: TenantTx, token: string) {
  const invitation = await lockInvitation(tx, hashOf(token))
  if (!invitation || invitation.expires_at <= tx.clock.now()) throw over()
  return invitation
}

function organisationOf(token: string): string {
  const hex = token.slice(0, organisationLength)
  if (!/^[0-9a-f]{32}$/.test(hex)) throw over()
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function over(): VouchError {
  return new VouchError('gone', 'This invitation was used, was taken back, or is too old. Ask for a new one.')
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
