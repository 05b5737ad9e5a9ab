import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { Principal } from '../../platform/http/access.ts'
import { appendFact } from '../ledger/append-fact.ts'
import {
  forSessionsOnly,
  mayGrant,
  ownersOnly,
  permissionNames,
  permissions,
  permissionsOf,
  roleNames,
  roles,
} from './permissions.ts'
import {
  countInvitationsTo,
  countMembers,
  deleteRole,
  findOwnRole,
  insertRole,
  listOwnRoles,
  lockOwnRole,
  membersWithRole,
  shareOwnRole,
  updateRole,
} from './store.ts'

/** A role, shipped or the organisation's own, with what it may do in this version. */
export interface RoleView {
  readonly id: string
  readonly title: string
  readonly reason: string
  readonly may: ReadonlySet<string>
  readonly own: boolean
}

type OwnRow = Awaited<ReturnType<typeof listOwnRoles>>[number]

const shipped: readonly RoleView[] = roleNames.map(id => ({
  id,
  title: roles[id].title,
  reason: roles[id].reason,
  may: permissionsOf(id),
  own: false,
}))

function viewOf(row: OwnRow): RoleView {
  return { id: row.id, title: row.title, reason: row.reason, may: permissionsOf(row.id, row.may), own: true }
}

/** The roles of the organisation with what the asker may do with each, and the permissions that a role can be given. */
export async function readRoles(tx: TenantTx, principal: Principal) {
  const all = [...shipped, ...(await listOwnRoles(tx)).map(viewOf)]
  const counts = await countMembers(tx)
  return {
    permissions: permissionNames.map(id => ({
      id,
      title: permissions[id],
      for_keys: !forSessionsOnly.has(id),
      grantable: principal.may.has(id) && !ownersOnly.has(id),
    })),
    roles: all.map(role => present(role, principal, counts.get(role.id) ?? 0)),
  }
}

function present(role: RoleView, principal: Principal, members: number) {
  const holder = { role: principal.organisation?.role ?? '', may: principal.may }
  return {
    id: role.id,
    title: role.title,
    reason: role.reason,
    may: permissionNames.filter(name => role.may.has(name)),
    own: role.own,
    grantable: mayGrant(holder, role),
    changeable: role.own && principal.may.has('roles.change') && beyond(role.may, principal).length === 0,
    members,
  }
}

/** A role, as it is now; one that is not there any more may do nothing. */
export async function readRole(tx: TenantTx, id: string): Promise<RoleView> {
  const found = shipped.find(role => role.id === id) ?? (await findOwnRole(tx, id).then(row => row && viewOf(row)))
  return found ?? { id, title: id, reason: '', may: new Set(), own: true }
}

/** A role that is about to be given: it stays as it is until the transaction ends. Throws `invalid_input` when there is none. */
export async function keepRole(tx: TenantTx, id: string): Promise<RoleView> {
  const found = shipped.find(role => role.id === id) ?? (await shareOwnRole(tx, id).then(row => row && viewOf(row)))
  if (!found)
    throw new VouchError('invalid_input', 'There is no such role. Choose one of those under Members, Roles.', {
      fields: [{ path: 'role', message: 'is no role of this organisation' }],
    })
  return found
}

export interface NewRole {
  readonly title: string
  readonly reason: string
  readonly may: readonly string[]
}

/** Makes a role and logs it. Throws `forbidden` when it would do more than its maker, `conflict` when there is one of that name. */
export async function makeRole(tx: TenantTx, { title, reason, may }: NewRole, principal: Principal) {
  requireWithin(may, principal)
  const id = idOf(title)
  const role = { id, title, reason, may: inOrder(may) }
  if (shipped.some(other => other.id === id) || !(await insertRole(tx, role)))
    throw new VouchError('conflict', 'There is a role of this name already. Give it another title.', {
      fields: [{ path: 'title', message: 'is taken' }],
    })
  await record(tx, role, principal.actor)
  return present(viewOf(role), principal, 0)
}

/**
 * Changes what an organisation's own role may do, from the next request of its holders on, and logs it. Throws `not_found`, or `forbidden` when it may do or would do more than
 * whoever changes it.
 */
export async function changeRole(
  tx: TenantTx,
  id: string,
  { reason, may }: { readonly reason: string; readonly may: readonly string[] },
  principal: Principal,
) {
  const before = await requireChangeable(tx, id, principal)
  requireWithin(may, principal)
  const role = { id, title: before.title, reason, may: inOrder(may) }
  await updateRole(tx, id, { reason, may: role.may })
  await record(tx, role, principal.actor)
  const holders = await membersWithRole(tx, id)
  // What they have open asks again whether it may.
  for (const holder of holders) await announce(tx, 'access.member', holder)
  return present(viewOf(role), principal, holders.length)
}

/** Removes a role and logs it. Throws `not_found`, `forbidden`, or `conflict` while somebody has it or is invited to it. */
export async function removeRole(tx: TenantTx, id: string, principal: Principal): Promise<void> {
  const role = await requireChangeable(tx, id, principal)
  const [holders, invited] = [(await membersWithRole(tx, id)).length, await countInvitationsTo(tx, id)]
  if (holders + invited > 0)
    throw new VouchError(
      'conflict',
      `${holders} ${holders === 1 ? 'member has' : 'members have'} this role and ${invited} ${invited === 1 ? 'invitation is' : 'invitations are'} to it. Give them another first.`,
    )
  await deleteRole(tx, id)
  await record(tx, { id, title: role.title, reason: role.reason, may: [] }, principal.actor)
}

async function requireChangeable(tx: TenantTx, id: string, principal: Principal): Promise<RoleView> {
  if (shipped.some(role => role.id === id))
    throw new VouchError('forbidden', 'Vouch ships this role; it stays as it is. Make one of your own.')
  const row = await lockOwnRole(tx, id)
  if (!row) throw new VouchError('not_found', 'There is no such role.')
  const role = viewOf(row)
  if (beyond(role.may, principal).length > 0)
    throw new VouchError('forbidden', 'This role may do more than you can. Ask an owner.')
  return role
}

function requireWithin(may: Iterable<string>, principal: Principal): void {
  const names = beyond(may, principal)
  if (names.length > 0)
    throw new VouchError('forbidden', `A role made by you cannot be given: ${names.join(', ')}. Leave them out.`, {
      fields: [{ path: 'may', message: `cannot be given: ${names.join(', ')}` }],
    })
}

/** What of some permissions the principal can give to no role. */
function beyond(may: Iterable<string>, principal: Principal): string[] {
  return [...may].filter(permission => !principal.may.has(permission) || ownersOnly.has(permission))
}

/** Each once, in the order of the table, so that the same set is the same text. */
function inOrder(may: Iterable<string>): string[] {
  const wanted = new Set(may)
  return permissionNames.filter(name => wanted.has(name))
}

/** `Security engineer` → `security_engineer`: the name by which members, invitations and facts know it. */
function idOf(title: string): string {
  const id = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  if (!/^[a-z][a-z0-9_]{1,39}$/.test(id))
    throw new VouchError('invalid_input', 'Give it a title that begins with a letter from A to Z.', {
      fields: [{ path: 'title', message: 'begins with a letter from A to Z' }],
    })
  return id
}

async function record(tx: TenantTx, role: OwnRow, actor: string): Promise<void> {
  const content = { role: role.id, title: role.title, reason: role.reason, may: role.may }
  await appendFact(tx, { kind: 'role.changed', actor, subject: role.id, content })
  await announce(tx, 'access.role', role.id)
}
