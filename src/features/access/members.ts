import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { Principal } from '../../platform/http/access.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { mayGrant, permissionsOf, type RoleHolder } from './permissions.ts'
import { recordKey } from './record-key.ts'
import { keepRole, readRole } from './roles.ts'
import { deleteMember, findMember, insertMember, lockMembers, revokeKeysOf, updateMember } from './store.ts'

/** Who does something to members: a person with a role, or whoever has the machine. */
export interface Granter {
  readonly actor: string
  readonly role: string
  /** The permissions of the role; what Vouch ships it with when they are not given. */
  readonly may?: ReadonlySet<string>
}

export function granterOf(principal: Principal): Granter {
  return { actor: principal.actor, role: principal.organisation?.role ?? '', may: principal.may }
}

export function holderOf({ role, may }: Granter): RoleHolder {
  return { role, may: may ?? permissionsOf(role) }
}

/** Makes a user a member and logs it. Throws `conflict` when they are one. */
export async function addMember(tx: TenantTx, member: { id: string; role: string }, actor: string): Promise<void> {
  const members = await lockMembers(tx)
  if (members.some(other => other.id === member.id))
    throw new VouchError('conflict', 'This person belongs to the organisation already.')
  await insertMember(tx, member)
  await recordMember(tx, member.id, member.role, actor)
}

/** The role of a member; undefined when the user is none. */
export async function roleOfMember(tx: TenantTx, id: string): Promise<string | undefined> {
  return (await findMember(tx, id))?.role
}

/** Gives a member another role and logs it. Throws `not_found`, `invalid_input` for no role, `forbidden`, or `conflict` for the last owner. */
export async function changeMember(tx: TenantTx, id: string, role: string, by: Granter): Promise<void> {
  const before = await requireChangeable(tx, id, by)
  await requireGrantable(tx, role, by)
  if (before === role) return
  await updateMember(tx, id, role)
  await recordMember(tx, id, role, by.actor)
}

/** Takes a member out of the organisation and logs it; their sessions end in it at once. Throws `not_found`, `forbidden`, or `conflict` for the last owner. */
export async function removeMember(tx: TenantTx, id: string, by: Granter): Promise<void> {
  await requireChangeable(tx, id, by)
  await takeOut(tx, id, by.actor)
}

/** Takes oneself out of the organisation. Throws `conflict` for the last owner. */
export async function leave(tx: TenantTx, id: string, actor: string): Promise<void> {
  await requireAnotherOwner(tx, id)
  await takeOut(tx, id, actor)
}

/** The member's keys end with the membership: who comes back later comes back without them. */
async function takeOut(tx: TenantTx, id: string, actor: string): Promise<void> {
  await deleteMember(tx, id)
  for (const key of await revokeKeysOf(tx, id)) await recordKey(tx, key, null, actor)
  await recordMember(tx, id, null, actor)
}

/** Throws `invalid_input` when there is no such role, `forbidden` when it may do more than the giver. From here to the end of the transaction it is not removed. */
export async function requireGrantable(tx: TenantTx, role: string, by: Granter): Promise<void> {
  const found = await keepRole(tx, role)
  if (mayGrant(holderOf(by), found)) return
  const why =
    role === 'owner'
      ? 'Only an owner can make somebody an owner.'
      : `As ${found.title} they could do more than you can. Ask an owner.`
  throw new VouchError('forbidden', why)
}

async function requireChangeable(tx: TenantTx, id: string, by: Granter): Promise<string> {
  const member = (await lockMembers(tx)).find(other => other.id === id)
  if (!member) throw new VouchError('not_found', 'There is no such member.')
  if (!mayGrant(holderOf(by), await readRole(tx, member.role)))
    throw new VouchError(
      'forbidden',
      member.role === 'owner'
        ? 'Only an owner can change or remove an owner.'
        : 'They may do more than you can. Ask an owner.',
    )
  await requireAnotherOwner(tx, id)
  return member.role
}

/** An organisation without an owner could never get one again. */
async function requireAnotherOwner(tx: TenantTx, id: string): Promise<void> {
  const owners = (await lockMembers(tx)).filter(member => member.role === 'owner')
  if (owners.length === 1 && owners[0]?.id === id)
    throw new VouchError('conflict', 'This is the last owner. Make somebody else an owner first.')
}

async function recordMember(tx: TenantTx, member: string, role: string | null, actor: string): Promise<void> {
  await appendFact(tx, { kind: 'member.changed', actor, subject: member, content: { member, role } })
  await announce(tx, 'access.member', member)
}
