import type { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { roleOfMember } from '../access/members.ts'
import type { providerGroups, providerPeople } from './contract.ts'
import { requireProvider } from './providers.ts'
import { whyNot } from './provision.ts'
import { displayNameOf } from './scim/user.ts'
import { listGroupPeople, listGroups, listPeople } from './store.ts'

// A page shows so many; a directory has its own pages for the rest.
const most = 200

/** Whom a provider sent or provisioned. Throws `not_found`. */
export async function readPeople(tx: TenantTx, id: string): Promise<z.infer<typeof providerPeople>> {
  const { domains } = await requireProvider(tx, id)
  const people = await listPeople(tx, id)
  const links = Map.groupBy(await listGroupPeople(tx, id), link => link.person)
  const items: z.infer<typeof providerPeople>['items'] = []
  for (const person of people.slice(0, most)) {
    const role = person.member === null ? undefined : await roleOfMember(tx, person.member)
    items.push({
      id: person.id,
      user_name: person.user_name,
      name: displayNameOf(person),
      email: person.email,
      active: person.active,
      signed_in: person.subject !== null,
      role: role ?? null,
      groups: (links.get(person.id) ?? []).map(link => link.group_name),
      why_not: whyNot(domains, person, role),
    })
  }
  return { items, total: people.length }
}

/** A provider's groups, with how many people each has. Throws `not_found`. */
export async function readGroups(tx: TenantTx, id: string): Promise<z.infer<typeof providerGroups>> {
  await requireProvider(tx, id)
  const links = Map.groupBy(await listGroupPeople(tx, id), link => link.group_id)
  const groups = await listGroups(tx, id)
  return {
    items: groups.map(group => ({
      id: group.id,
      name: group.name,
      role: group.role,
      people: links.get(group.id)?.length ?? 0,
    })),
  }
}
