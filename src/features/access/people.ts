import type { TenantTx } from '../../platform/db/database.ts'
import type { Services } from '../../platform/services.ts'
import { listKeyNames, listMemberships, listNames } from './store.ts'

/** The names of users, as far as they belong or belonged to the organisation. */
export async function namesOf(tx: TenantTx, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (userIds.length === 0) return new Map()
  return new Map((await listNames(tx, userIds)).map(({ id, name }) => [id, name]))
}

/** The names of who did something, as facts name them: members by their names, keys by theirs. Others are not in it. */
export async function namesOfActors(tx: TenantTx, actors: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const idsOf = (kind: 'user' | 'key') =>
    actors.filter(actor => actor.startsWith(`${kind}:`)).map(actor => actor.slice(kind.length + 1))
  const users = idsOf('user')
  const keys = idsOf('key')
  return new Map([
    ...[...(await namesOf(tx, users))].map(([id, name]) => [`user:${id}`, name] as const),
    ...(await listKeyNames(tx, keys)).map(({ id, name }) => [`key:${id}`, name] as const),
  ])
}

/** The organisations that a user belongs to. */
export async function organisationsOf(services: Services, userId: string): Promise<readonly string[]> {
  return (await listMemberships(services.database, userId)).map(({ id }) => id)
}
