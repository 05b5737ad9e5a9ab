import { randomUUID } from 'node:crypto'
import type { TenantTx } from '../../../platform/db/database.ts'
import { VouchError } from '../../../platform/errors/errors.ts'
import { announce } from '../../../platform/events/events.ts'
import type { Provisioner } from '../provision.ts'
import { followGroups } from '../roles.ts'
import {
  changeGroupPeople,
  deleteGroup,
  type GroupRow,
  holdProvider,
  insertGroup,
  listGroupPeople,
  listPeople,
  lockGroup,
  updateGroup,
} from '../store.ts'
import type { GroupInput } from './group.ts'

/** Keeps a group as the provider writes it; its people's roles follow. `id` is null for a new one. Throws `not_found`. */
export async function putGroup(tx: TenantTx, by: Provisioner, id: string | null, input: GroupInput): Promise<GroupRow> {
  const provider = await holdProvider(tx, by.provider)
  if (!provider) throw new VouchError('not_found', 'There is no such identity provider.')
  const { members, ...columns } = input
  const group = id === null ? undefined : await requireGroup(tx, by, id)
  const before = group ? await listGroupPeople(tx, by.provider, { group: group.id }) : []
  const wanted = new Set(members)
  const present = new Set(before.map(({ person }) => person))
  const people = (await listPeople(tx, by.provider)).filter(({ id: person }) => wanted.has(person))
  const change = {
    add: members.filter(person => !present.has(person)),
    remove: [...present].filter(person => !wanted.has(person)),
  }
  const saved = group
    ? await updateGroup(tx, group.id, columns)
    : await insertGroup(tx, { id: randomUUID(), provider: by.provider, ...columns })
  const concerned = [
    ...before.filter(({ person }) => change.remove.includes(person)),
    ...people.flatMap(({ id: person, member }) => (change.add.includes(person) ? [{ person, member }] : [])),
  ]
  await followGroups(tx, provider, concerned, by.actor, () => changeGroupPeople(tx, saved, change))
  await announce(tx, 'providers.group', saved.id)
  return saved
}

/** Forgets a group; its people's roles follow. Throws `not_found`. */
export async function dropGroup(tx: TenantTx, by: Provisioner, id: string): Promise<void> {
  const provider = await holdProvider(tx, by.provider)
  const group = await requireGroup(tx, by, id)
  if (!provider) throw new VouchError('not_found', 'There is no such identity provider.')
  const people = await listGroupPeople(tx, by.provider, { group: id })
  await followGroups(tx, provider, people, by.actor, () => deleteGroup(tx, group.id))
  await announce(tx, 'providers.group', id)
}

/** A group of the provider, locked. Throws `not_found`. */
export async function requireGroup(tx: TenantTx, { provider }: Provisioner, id: string): Promise<GroupRow> {
  const group = await lockGroup(tx, id, provider)
  if (!group) throw new VouchError('not_found', 'There is no such group.')
  return group
}
