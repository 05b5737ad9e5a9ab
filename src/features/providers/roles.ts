import type { TenantTx } from '../../platform/db/database.ts'
import { changeMember, roleOfMember } from '../access/members.ts'
import { type Role, roleNames } from '../access/permissions.ts'
import { listGroupPeople } from './store.ts'

/** From most to least; whoever is in several groups has the first. An owner's is given by no group. */
const ranks: readonly Role[] = ['admin', 'compliance_manager', 'control_owner', 'auditor', 'viewer', 'employee']

/** The role that a person's groups give; undefined when they give none. */
export async function roleByGroups(tx: TenantTx, provider: string, person: string): Promise<Role | undefined> {
  const given = new Set((await listGroupPeople(tx, provider, { person })).map(({ role }) => role))
  return ranks.find(role => given.has(role))
}

/**
 * Runs a change of groups, and gives each person whose groups then give another role that role: the default one when they give none any more. Owners stay owners.
 * Whoever's groups give what they gave before is left as they are.
 */
export async function followGroups(
  tx: TenantTx,
  provider: { readonly id: string; readonly default_role: string },
  people: readonly { readonly person: string; readonly member: string | null }[],
  actor: string,
  change: () => Promise<void>,
): Promise<void> {
  const members = people.flatMap(({ person, member }) => (member === null ? [] : [{ person, member }]))
  const before = new Map<string, Role | undefined>()
  for (const { person } of members) before.set(person, await roleByGroups(tx, provider.id, person))
  await change()
  for (const { person, member } of members) {
    const now = await roleByGroups(tx, provider.id, person)
    if (now === before.get(person)) continue
    const present = await roleOfMember(tx, member)
    const role = now ?? roleNames.find(name => name === provider.default_role)
    if (present === undefined || present === 'owner' || role === undefined) continue
    await changeMember(tx, member, role, { actor, role: 'owner' })
  }
}
