import { sql } from 'kysely'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import type { ProviderSettings } from './contract.ts'

export interface ProviderRow {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly settings: unknown
  readonly domains: string[]
  readonly default_role: string
  readonly admits_unknown: boolean
  readonly enabled: boolean
  readonly created_at: Date
}

/** Which provider an address of the domain leads to. Across organisations: whoever asks is nobody yet. */
export async function findByDomain(database: Database, domain: string) {
  return database.operator(trx =>
    trx
      .selectFrom('providers_domain as domain')
      .innerJoin('providers_provider as provider', join =>
        join.onRef('provider.org_id', '=', 'domain.org_id').onRef('provider.id', '=', 'domain.provider'),
      )
      .select(['domain.org_id', 'provider.id'])
      .where('domain.domain', '=', domain)
      .where('provider.enabled', '=', true)
      .executeTakeFirst(),
  )
}

/** The organisation of a provider, for what comes from the provider itself and names nothing else. */
export async function findOrganisationOf(database: Database, provider: string): Promise<string | undefined> {
  const row = await database.operator(trx =>
    trx.selectFrom('providers_provider').select('org_id').where('id', '=', provider).executeTakeFirst(),
  )
  return row?.org_id
}

export async function listProviders(tx: TenantTx): Promise<ProviderRow[]> {
  return tx.sql.selectFrom('providers_provider').selectAll().orderBy('name').orderBy('id').execute()
}

export async function findProvider(tx: TenantTx, id: string): Promise<ProviderRow | undefined> {
  return tx.sql.selectFrom('providers_provider').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The provider, which is neither changed nor removed until the transaction ends. */
export async function holdProvider(tx: TenantTx, id: string): Promise<ProviderRow | undefined> {
  return tx.sql.selectFrom('providers_provider').selectAll().where('id', '=', id).forShare().executeTakeFirst()
}

type ProviderInput = Omit<ProviderRow, 'created_at' | 'settings'> & { readonly settings: ProviderSettings }

export async function insertProvider(tx: TenantTx, provider: ProviderInput): Promise<void> {
  await tx.sql
    .insertInto('providers_provider')
    .values({ org_id: tx.orgId, ...provider, settings: JSON.stringify(provider.settings) })
    .execute()
}

export async function updateProvider(tx: TenantTx, { id, ...provider }: ProviderInput): Promise<void> {
  await tx.sql
    .updateTable('providers_provider')
    .set({ ...provider, settings: JSON.stringify(provider.settings) })
    .where('id', '=', id)
    .execute()
}

export async function deleteProvider(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.deleteFrom('providers_provider').where('id', '=', id).execute()
}

/** Gives a provider these domains and no others. Answers one that somebody else has; then nothing is certain and the transaction must not commit. */
export async function putDomains(
  tx: TenantTx,
  provider: string,
  domains: readonly string[],
): Promise<string | undefined> {
  await tx.sql.deleteFrom('providers_domain').where('provider', '=', provider).execute()
  for (const domain of domains) {
    const added = await tx.sql
      .insertInto('providers_domain')
      .values({ org_id: tx.orgId, domain, provider })
      .onConflict(conflict => conflict.doNothing())
      .returning('domain')
      .executeTakeFirst()
    if (!added) return domain
  }
  return undefined
}

/** What the subjects meant is no longer known: each person is bound anew, by their address. */
export async function forgetSubjects(tx: TenantTx, provider: string): Promise<void> {
  await tx.sql.updateTable('providers_person').set({ subject: null }).where('provider', '=', provider).execute()
}

export async function countPeople(tx: TenantTx): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.sql
    .selectFrom('providers_person')
    .select(({ fn }) => ['provider', fn.countAll<number>().as('n')])
    .groupBy('provider')
    .execute()
  return new Map(rows.map(({ provider, n }) => [provider, Number(n)]))
}

// Tokens

export async function listTokens(tx: TenantTx) {
  return tx.sql.selectFrom('providers_token').select(['provider', 'hint', 'created_at', 'last_used_at']).execute()
}

export async function insertToken(
  tx: TenantTx,
  token: { id: string; provider: string; hash: Buffer; hint: string },
): Promise<void> {
  await tx.sql
    .insertInto('providers_token')
    .values({ org_id: tx.orgId, ...token })
    .execute()
}

/** Answers whether there was one. */
export async function deleteToken(tx: TenantTx, provider: string): Promise<boolean> {
  const { numDeletedRows } = await tx.sql
    .deleteFrom('providers_token')
    .where('provider', '=', provider)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export async function findToken(tx: TenantTx, hash: Buffer) {
  return tx.sql
    .selectFrom('providers_token')
    .select(['id', 'provider', 'last_used_at'])
    .where('hash', '=', hash)
    .executeTakeFirst()
}

export async function touchToken(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.updateTable('providers_token').set({ last_used_at: tx.clock.now() }).where('id', '=', id).execute()
}

// People

export interface PersonRow {
  readonly id: string
  readonly provider: string
  readonly subject: string | null
  readonly member: string | null
  readonly email: string | null
  readonly active: boolean
  readonly user_name: string
  readonly external_id: string | null
  readonly attributes: unknown
  readonly created_at: Date
  readonly changed_at: Date
}

export async function findBySubject(
  tx: TenantTx,
  provider: string,
  subject: string,
  options: { lock: boolean },
): Promise<PersonRow | undefined> {
  const query = tx.sql
    .selectFrom('providers_person')
    .selectAll()
    .where('provider', '=', provider)
    .where('subject', '=', subject)
  return (options.lock ? query.forUpdate() : query).executeTakeFirst()
}

/** Whom an address means, the one that was bound before one that was not. */
export async function findByEmail(
  tx: TenantTx,
  provider: string,
  email: string,
  options: { lock: boolean },
): Promise<PersonRow | undefined> {
  const query = tx.sql
    .selectFrom('providers_person')
    .selectAll()
    .where('provider', '=', provider)
    .where(sql`lower(email)`, '=', email.toLowerCase())
    .orderBy(sql`subject is null`)
    .orderBy('id')
  return (options.lock ? query.forUpdate() : query).executeTakeFirst()
}

export async function lockPerson(tx: TenantTx, provider: string, id: string): Promise<PersonRow | undefined> {
  return tx.sql
    .selectFrom('providers_person')
    .selectAll()
    .where('provider', '=', provider)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** A provider's people, oldest first; `where` narrows by what is indexed. */
export async function listPeople(
  tx: TenantTx,
  provider: string,
  where: { id?: string | undefined; userName?: string | undefined; externalId?: string | undefined } = {},
): Promise<PersonRow[]> {
  let query = tx.sql.selectFrom('providers_person').selectAll().where('provider', '=', provider)
  if (where.id !== undefined) query = query.where('id', '=', where.id)
  if (where.userName !== undefined) query = query.where(sql`lower(user_name)`, '=', where.userName.toLowerCase())
  if (where.externalId !== undefined) query = query.where('external_id', '=', where.externalId)
  return query.orderBy('created_at').orderBy('id').execute()
}

type PersonInput = Omit<PersonRow, 'created_at' | 'changed_at'>

export async function insertPerson(tx: TenantTx, person: PersonInput): Promise<PersonRow> {
  return tx.sql
    .insertInto('providers_person')
    .values({ org_id: tx.orgId, ...person, attributes: JSON.stringify(person.attributes) })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function updatePerson(
  tx: TenantTx,
  id: string,
  change: Partial<Omit<PersonInput, 'id' | 'provider'>>,
): Promise<PersonRow> {
  const { attributes, ...columns } = change
  return tx.sql
    .updateTable('providers_person')
    .set({
      ...columns,
      ...(attributes !== undefined && { attributes: JSON.stringify(attributes) }),
      changed_at: tx.clock.now(),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function deletePerson(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.deleteFrom('providers_person').where('id', '=', id).execute()
}

// Groups

export async function listGroups(tx: TenantTx, provider: string) {
  return tx.sql
    .selectFrom('providers_group')
    .selectAll()
    .where('provider', '=', provider)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}
export type GroupRow = Awaited<ReturnType<typeof listGroups>>[number]

/** A group of `provider`, or of any when that is left out; locked. */
export async function lockGroup(tx: TenantTx, id: string, provider?: string): Promise<GroupRow | undefined> {
  let query = tx.sql.selectFrom('providers_group').selectAll().where('id', '=', id)
  if (provider !== undefined) query = query.where('provider', '=', provider)
  return query.forUpdate().executeTakeFirst()
}

export async function insertGroup(
  tx: TenantTx,
  group: { id: string; provider: string; name: string; external_id: string | null },
): Promise<GroupRow> {
  return tx.sql
    .insertInto('providers_group')
    .values({ org_id: tx.orgId, ...group })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function updateGroup(
  tx: TenantTx,
  id: string,
  change: { name?: string; external_id?: string | null; role?: string | null },
): Promise<GroupRow> {
  return tx.sql
    .updateTable('providers_group')
    .set({ ...change, changed_at: tx.clock.now() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function deleteGroup(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.deleteFrom('providers_group').where('id', '=', id).execute()
}

/** Who is in which of a provider's groups. */
export async function listGroupPeople(tx: TenantTx, provider: string, where: { group?: string; person?: string } = {}) {
  let query = tx.sql
    .selectFrom('providers_group_person as link')
    .innerJoin('providers_group as team', 'team.id', 'link.group_id')
    .innerJoin('providers_person as person', 'person.id', 'link.person')
    .select([
      'link.group_id',
      'link.person',
      'team.name as group_name',
      'team.role',
      'person.user_name',
      'person.member',
    ])
    .where('team.provider', '=', provider)
  if (where.group !== undefined) query = query.where('link.group_id', '=', where.group)
  if (where.person !== undefined) query = query.where('link.person', '=', where.person)
  return query.orderBy('person.user_name').execute()
}

/** Puts people into a group and takes others out. Ids that are none of the provider's people are left out. */
export async function changeGroupPeople(
  tx: TenantTx,
  group: { id: string; provider: string },
  change: { add: readonly string[]; remove: readonly string[] },
): Promise<void> {
  if (change.remove.length > 0)
    await tx.sql
      .deleteFrom('providers_group_person')
      .where('group_id', '=', group.id)
      .where('person', 'in', change.remove)
      .execute()
  if (change.add.length > 0)
    await tx.sql
      .insertInto('providers_group_person')
      .columns(['org_id', 'group_id', 'person'])
      .expression(
        tx.sql
          .selectFrom('providers_person')
          .select(({ val }) => ['org_id', val(group.id).as('group_id'), 'id as person'])
          .where('provider', '=', group.provider)
          .where('id', 'in', change.add),
      )
      .onConflict(conflict => conflict.doNothing())
      .execute()
}

// SAML

export async function insertRequest(
  tx: TenantTx,
  request: { id: string; provider: string; expires_at: Date },
): Promise<void> {
  await tx.sql.deleteFrom('providers_request').where('expires_at', '<', tx.clock.now()).execute()
  await tx.sql
    .insertInto('providers_request')
    .values({ org_id: tx.orgId, ...request })
    .execute()
}

/** Uses a request up; answers whether it waited for an answer of this provider. */
export async function spendRequest(tx: TenantTx, provider: string, id: string): Promise<boolean> {
  const row = await tx.sql
    .deleteFrom('providers_request')
    .where('provider', '=', provider)
    .where('id', '=', id)
    .returning('expires_at')
    .executeTakeFirst()
  return row !== undefined && row.expires_at > tx.clock.now()
}

/** Remembers an assertion until it is too old by itself; answers whether it is new. */
export async function rememberAssertion(
  tx: TenantTx,
  assertion: { id: string; provider: string; expires_at: Date },
): Promise<boolean> {
  await tx.sql.deleteFrom('providers_assertion').where('expires_at', '<', tx.clock.now()).execute()
  const row = await tx.sql
    .insertInto('providers_assertion')
    .values({ org_id: tx.orgId, ...assertion })
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
