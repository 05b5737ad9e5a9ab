import { sql } from 'kysely'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import { contains, type ListRequest, paginate } from '../../platform/http/paging.ts'

/** Where a user belongs, by the organisations' names. Across organisations: before a session has one. */
export async function listMemberships(database: Database, userId: string) {
  return database.operator(trx =>
    trx
      .selectFrom('access_member as member')
      .innerJoin('organisation', 'organisation.id', 'member.org_id')
      .leftJoin('access_role as role', join =>
        join.onRef('role.org_id', '=', 'member.org_id').onRef('role.id', '=', 'member.role'),
      )
      .leftJoin('access_sign_in_rule as rule', 'rule.org_id', 'member.org_id')
      .select([
        'organisation.id',
        'organisation.name',
        'organisation.is_sample',
        'member.role',
        'role.may as own_may',
        'rule.required as sso_required',
      ])
      .select(({ selectFrom }) =>
        // What it requires of a sign-in.
        sql<string[]>`array(${selectFrom('access_rule as rule')
          .select('rule.id')
          .whereRef('rule.org_id', '=', 'organisation.id')
          .where('rule.required', '=', true)})`.as('required'),
      )
      .where('member.id', '=', userId)
      .orderBy('organisation.name')
      .orderBy('organisation.id')
      .execute(),
  )
}

/** Whether members, except owners, must come by single sign-on. */
export async function findSignInRule(tx: TenantTx): Promise<boolean> {
  const row = await tx.sql.selectFrom('access_sign_in_rule').select('required').executeTakeFirst()
  return row?.required ?? false
}

export async function putSignInRule(tx: TenantTx, required: boolean): Promise<void> {
  await tx.sql
    .insertInto('access_sign_in_rule')
    .values({ org_id: tx.orgId, required })
    .onConflict(conflict => conflict.columns(['org_id', 'id']).doUpdateSet({ required }))
    .execute()
}

/** Whether anybody belongs to any organisation. */
export async function hasMembers(database: Database): Promise<boolean> {
  const row = await database.operator(trx => trx.selectFrom('access_member').select('id').limit(1).executeTakeFirst())
  return row !== undefined
}

// A view's columns may be null as far as its type says; a person's never are.
const name = sql<string>`person.name`
const email = sql<string>`person.email`
const secondFactor = sql<boolean>`person.second_factor`

function selectMembers(tx: TenantTx) {
  return tx.sql
    .selectFrom('access_member as member')
    .innerJoin('access_person as person', 'person.id', 'member.id')
    .leftJoin('access_role as role', 'role.id', 'member.role')
    .select(['member.id', name.as('name'), email.as('email'), 'member.role', 'member.joined_at', 'role.may as own_may'])
    .select(secondFactor.as('second_factor'))
}

export async function findMember(tx: TenantTx, id: string) {
  return selectMembers(tx).where('member.id', '=', id).executeTakeFirst()
}

export async function pageOfMembers(tx: TenantTx, list: ListRequest) {
  let query = selectMembers(tx)
  const words = list.q
  if (words) query = query.where(where => where.or([contains(name, words), contains(email, words)]))
  const columns = { name, email, role: sql`member.role`, joined_at: sql`member.joined_at` }
  return paginate(query, list, columns, sql`member.id`)
}

/** The organisation's members, locked against each other's change until the transaction ends. */
export async function lockMembers(tx: TenantTx) {
  return tx.sql.selectFrom('access_member').select(['id', 'role']).forUpdate().execute()
}

export async function insertMember(tx: TenantTx, member: { id: string; role: string }): Promise<void> {
  await tx.sql
    .insertInto('access_member')
    .values({ org_id: tx.orgId, ...member })
    .execute()
}

export async function updateMember(tx: TenantTx, id: string, role: string): Promise<void> {
  await tx.sql.updateTable('access_member').set({ role }).where('id', '=', id).execute()
}

export async function deleteMember(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.deleteFrom('access_member').where('id', '=', id).execute()
}

export async function listOpenInvitations(tx: TenantTx) {
  return tx.sql
    .selectFrom('access_invitation')
    .select(['id', 'email', 'role', 'created_at', 'expires_at'])
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
}

/** Changes an invitation that nobody has accepted or taken back; it may be too old. Undefined when there is none. */
export async function updateInvitation(tx: TenantTx, id: string, change: { token_hash: Buffer; expires_at: Date }) {
  return tx.sql
    .updateTable('access_invitation')
    .set(change)
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning(['id', 'email', 'role', 'created_at', 'expires_at'])
    .executeTakeFirst()
}

export async function insertInvitation(
  tx: TenantTx,
  invitation: { id: string; email: string; role: string; token_hash: Buffer; invited_by: string; expires_at: Date },
) {
  return tx.sql
    .insertInto('access_invitation')
    .values({ org_id: tx.orgId, ...invitation })
    .returning(['id', 'email', 'role', 'created_at', 'expires_at'])
    .executeTakeFirstOrThrow()
}

/** The open invitation of this token, locked until the transaction ends. */
export async function lockInvitation(tx: TenantTx, tokenHash: Buffer) {
  return tx.sql
    .selectFrom('access_invitation')
    .select(['id', 'email', 'role', 'expires_at', 'invited_by'])
    .where('token_hash', '=', tokenHash)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
}

/** Ends the open invitations of an address, or the one of this id. Returns those that it ended. */
export async function revokeInvitations(tx: TenantTx, which: { email: string } | { id: string }) {
  return tx.sql
    .updateTable('access_invitation')
    .set({ revoked_at: tx.clock.now() })
    .where(where => ('id' in which ? where('id', '=', which.id) : where('email', '=', which.email)))
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning(['id', 'role'])
    .execute()
}

export async function acceptInvitation(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.updateTable('access_invitation').set({ accepted_at: tx.clock.now() }).where('id', '=', id).execute()
}

export async function insertKey(
  tx: TenantTx,
  key: {
    id: string
    name: string
    member: string | null
    may: string[]
    hash: Buffer
    hint: string
    created_by: string
    expires_at: Date
  },
) {
  return tx.sql
    .insertInto('access_key')
    .values({ org_id: tx.orgId, ...key })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Keys with the names of those they act for. */
function selectKeys(tx: TenantTx) {
  return tx.sql
    .selectFrom('access_key as key')
    .leftJoin('access_person as person', 'person.id', 'key.member')
    .select([
      'key.id',
      'key.name',
      'key.member',
      'person.name as member_name',
      'key.may',
      'key.hint',
      'key.created_by',
      'key.created_at',
      'key.expires_at',
      'key.last_used_at',
      'key.revoked_at',
    ])
}

export type KeyRow = Awaited<ReturnType<ReturnType<typeof selectKeys>['execute']>>[number]

/** A key that was not taken back, by its id. */
export async function findKeyById(tx: TenantTx, id: string): Promise<KeyRow | undefined> {
  return selectKeys(tx).where('key.id', '=', id).where('key.revoked_at', 'is', null).executeTakeFirst()
}

/** One page of the keys: of one member or of everybody, in use, ended or both, with words in their names. */
export async function pageOfKeys(
  tx: TenantTx,
  list: ListRequest & { readonly state?: 'in_use' | 'ended' | undefined },
  member: string | undefined,
) {
  let query = selectKeys(tx)
  if (member !== undefined) query = query.where('key.member', '=', member)
  const now = tx.clock.now()
  if (list.state === 'in_use') query = query.where('key.revoked_at', 'is', null).where('key.expires_at', '>', now)
  if (list.state === 'ended')
    query = query.where(where =>
      where.or([where('key.revoked_at', 'is not', null), where('key.expires_at', '<=', now)]),
    )
  if (list.q)
    query = query.where(contains(sql`key.name || ' ' || coalesce(person.name, '') || ' ' || key.hint`, list.q))
  const columns = {
    created_at: sql`key.created_at`,
    name: sql`key.name`,
    expires_at: sql`key.expires_at`,
    // What was never used was used longest ago.
    last_used_at: sql`coalesce(key.last_used_at, '-infinity')`,
  }
  return paginate(query, list, columns, sql`key.id`)
}

export async function findKey(tx: TenantTx, hash: Buffer) {
  return tx.sql
    .selectFrom('access_key')
    .select(['id', 'member', 'may', 'expires_at', 'last_used_at'])
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
}

export async function touchKey(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.updateTable('access_key').set({ last_used_at: tx.clock.now() }).where('id', '=', id).execute()
}

export async function markKeyRevoked(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.updateTable('access_key').set({ revoked_at: tx.clock.now() }).where('id', '=', id).execute()
}

/** Ends the keys that act for a member. Returns their ids. */
export async function revokeKeysOf(tx: TenantTx, member: string): Promise<string[]> {
  const rows = await tx.sql
    .updateTable('access_key')
    .set({ revoked_at: tx.clock.now() })
    .where('member', '=', member)
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute()
  return rows.map(row => row.id)
}

/** The names of users who belong or belonged to the organisation. */
export async function listNames(tx: TenantTx, ids: readonly string[]) {
  return tx.sql
    .selectFrom('access_person as person')
    .select([sql<string>`person.id`.as('id'), name.as('name')])
    .where(sql<boolean>`person.id = any(${ids}::uuid[])`)
    .execute()
}

/** The names of keys, of those that have ended too. */
export async function listKeyNames(tx: TenantTx, ids: readonly string[]) {
  if (ids.length === 0) return []
  return tx.sql
    .selectFrom('access_key')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()
}

const roleColumns = ['id', 'title', 'reason', 'may'] as const

/** The organisation's own roles, by title. */
export async function listOwnRoles(tx: TenantTx) {
  return tx.sql.selectFrom('access_role').select(roleColumns).orderBy('title').orderBy('id').execute()
}

export async function findOwnRole(tx: TenantTx, id: string) {
  return tx.sql.selectFrom('access_role').select(roleColumns).where('id', '=', id).executeTakeFirst()
}

/** Like `findOwnRole`; it is neither changed nor removed by others until the transaction ends. */
export async function shareOwnRole(tx: TenantTx, id: string) {
  return tx.sql.selectFrom('access_role').select(roleColumns).where('id', '=', id).forShare().executeTakeFirst()
}

/** Like `findOwnRole`; nobody else gives, changes or removes it until the transaction ends. */
export async function lockOwnRole(tx: TenantTx, id: string) {
  return tx.sql.selectFrom('access_role').select(roleColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Adds a role; answers whether its id was free. */
export async function insertRole(
  tx: TenantTx,
  role: { id: string; title: string; reason: string; may: string[] },
): Promise<boolean> {
  const row = await tx.sql
    .insertInto('access_role')
    .values({ org_id: tx.orgId, ...role })
    .onConflict(conflict => conflict.columns(['org_id', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function updateRole(tx: TenantTx, id: string, change: { reason: string; may: string[] }): Promise<void> {
  await tx.sql.updateTable('access_role').set(change).where('id', '=', id).execute()
}

export async function deleteRole(tx: TenantTx, id: string): Promise<void> {
  await tx.sql.deleteFrom('access_role').where('id', '=', id).execute()
}

/** How many members have each role. */
export async function countMembers(tx: TenantTx): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.sql
    .selectFrom('access_member')
    .select(['role', select => select.fn.countAll<number>().as('count')])
    .groupBy('role')
    .execute()
  return new Map(rows.map(({ role, count }) => [role, Number(count)]))
}

export async function membersWithRole(tx: TenantTx, role: string): Promise<string[]> {
  const rows = await tx.sql.selectFrom('access_member').select('id').where('role', '=', role).execute()
  return rows.map(({ id }) => id)
}

/** How many invitations to a role are open. */
export async function countInvitationsTo(tx: TenantTx, role: string): Promise<number> {
  const { count } = await tx.sql
    .selectFrom('access_invitation')
    .select(select => select.fn.countAll<number>().as('count'))
    .where('role', '=', role)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The rules by which members must have signed in. */
export async function listRules(tx: TenantTx): Promise<string[]> {
  const rows = await tx.sql.selectFrom('access_rule').select('id').where('required', '=', true).execute()
  return rows.map(({ id }) => id)
}

/** Answers whether it was otherwise before. */
export async function setRule(tx: TenantTx, id: string, required: boolean): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx.sql
    .insertInto('access_rule')
    .values({ org_id: tx.orgId, id, required })
    .onConflict(conflict =>
      conflict.columns(['org_id', 'id']).doUpdateSet({ required }).where('access_rule.required', '<>', required),
    )
    .executeTakeFirstOrThrow()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
