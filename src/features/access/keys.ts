import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Principal } from '../../platform/http/access.ts'
import type { Services } from '../../platform/services.ts'
import type { keySchema, keysQuery } from './contract.ts'
import { namesOfActors } from './people.ts'
import { forSessionsOnly, permissionsOf } from './permissions.ts'
import { recordKey } from './record-key.ts'
import {
  findKey,
  findKeyById,
  findMember,
  insertKey,
  type KeyRow,
  markKeyRevoked,
  pageOfKeys,
  touchKey,
} from './store.ts'

const day = 86_400_000
// A key in use costs one write a minute, not one a request.
const touchEveryMs = 60_000
const pattern = /^vouch_([0-9a-f]{32})_[A-Za-z0-9_-]{43}$/

/**
 * Makes a key and logs it. It is returned once; its hash is kept. It begins with `vouch_`, so that scanners find it where it does not belong, and with the organisation, so
 * that it leads there and to no other. Throws `forbidden` when it would do more than its maker may.
 */
export async function makeKey(
  tx: TenantTx,
  input: { name: string; personal: boolean; may: readonly string[]; days: number },
  principal: Principal,
) {
  const beyond = input.may.filter(permission => !principal.may.has(permission) || forSessionsOnly.has(permission))
  if (beyond.length > 0)
    throw new VouchError('forbidden', `A key made by you cannot be given: ${beyond.join(', ')}. Leave them out.`)
  if (!input.personal && !principal.may.has('keys.change'))
    throw new VouchError('forbidden', 'Only an owner or an admin makes keys for services. Make a personal one.')
  const key = `vouch_${tx.orgId.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`
  const member = input.personal ? (principal.user?.id ?? null) : null
  const row = await insertKey(tx, {
    id: randomUUID(),
    name: input.name,
    member,
    may: [...input.may],
    hash: hashOf(key),
    hint: key.slice(-4),
    created_by: principal.actor,
    expires_at: new Date(tx.clock.now().getTime() + input.days * day),
  })
  await recordKey(tx, row.id, { member, may: row.may, expires_at: row.expires_at }, principal.actor)
  return { row, key }
}

/** One page of the keys that a principal may see: their own, and with `keys.change` everybody's. */
export async function readKeys(tx: TenantTx, list: z.infer<typeof keysQuery>, principal: Principal) {
  const page = await pageOfKeys(tx, list, principal.may.has('keys.change') ? undefined : (principal.user?.id ?? ''))
  return { items: await presentKeys(tx, page.rows), next_cursor: page.next_cursor, total: page.total }
}

/** Keys as the API gives them to somebody who may see them. */
export async function presentKeys(tx: TenantTx, rows: readonly KeyRow[]): Promise<z.infer<typeof keySchema>[]> {
  const names = await namesOfActors(tx, [...new Set(rows.map(row => row.created_by))])
  const now = tx.clock.now()
  return rows.map(row => {
    const state = row.revoked_at ? 'revoked' : row.expires_at <= now ? 'expired' : 'in_use'
    const endedAt = row.revoked_at ?? (state === 'expired' ? row.expires_at : null)
    return {
      id: row.id,
      name: row.name,
      member: row.member === null ? null : { id: row.member, name: row.member_name ?? '' },
      may: row.may,
      hint: row.hint,
      made_by: { actor: row.created_by, name: names.get(row.created_by) ?? null },
      created_at: row.created_at.toISOString(),
      expires_at: row.expires_at.toISOString(),
      last_used_at: row.last_used_at?.toISOString() ?? null,
      state,
      ended_at: endedAt?.toISOString() ?? null,
      revocable: state === 'in_use',
    }
  })
}

/** Ends a key at once and logs it. Throws `not_found` for one that the principal may not see or that has ended. */
export async function revokeKey(tx: TenantTx, id: string, principal: Principal): Promise<void> {
  const row = await findKeyById(tx, id)
  if (!row || (row.member !== principal.user?.id && !principal.may.has('keys.change')))
    throw new VouchError('not_found', 'There is no such key in use.')
  await markKeyRevoked(tx, id)
  await recordKey(tx, id, null, principal.actor)
}

/**
 * Who a key acts for, and what it may do now; undefined when it is none of ours, over, or its member is gone. A personal key never does more than its member could.
 */
export async function authenticateKey(services: Services, key: string): Promise<Principal | undefined> {
  const orgId = organisationOf(key)
  if (orgId === undefined) return undefined
  return services.database.tenant(orgId, services.clock, async tx => {
    const row = await findKey(tx, hashOf(key))
    const now = tx.clock.now()
    if (!row || row.expires_at <= now) return undefined
    const member = row.member === null ? undefined : await findMember(tx, row.member)
    if (row.member !== null && !member) return undefined
    if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > touchEveryMs) await touchKey(tx, row.id)
    const may = member
      ? row.may.filter(permission => permissionsOf(member.role, member.own_may).has(permission))
      : row.may
    return {
      actor: `key:${row.id}`,
      user: member ? { id: member.id, name: member.name, email: member.email } : null,
      sessionId: null,
      organisation: { id: orgId, role: member?.role ?? 'service' },
      may: new Set(may),
      freshUntil: null,
      lacks: null,
    }
  })
}

function organisationOf(key: string): string | undefined {
  return pattern.exec(key)?.[1]?.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
