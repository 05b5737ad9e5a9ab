import { sql } from 'kysely'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import type { AliasKind } from './contract.ts'

export interface StoredSetting {
  readonly kinds: readonly AliasKind[]
  readonly programs: readonly string[]
  readonly domains: readonly string[]
}

/** The setting; undefined when there never was one. */
export async function findSetting(tx: TenantTx): Promise<StoredSetting | undefined> {
  const row = await tx.sql.selectFrom('aliases_setting').select(['kinds', 'programs', 'domains']).executeTakeFirst()
  return row && { ...row, kinds: row.kinds as AliasKind[] }
}

export async function putSetting(tx: TenantTx, setting: StoredSetting): Promise<void> {
  const row = {
    kinds: [...setting.kinds],
    programs: [...setting.programs],
    domains: [...setting.domains],
    changed_at: tx.clock.now(),
  }
  await tx.sql
    .insertInto('aliases_setting')
    .values({ org_id: tx.orgId, ...row })
    .onConflict(conflict => conflict.columns(['org_id', 'id']).doUpdateSet(row))
    .execute()
}

/** Until the transaction ends, only one makes the organisation's alias key. */
export async function lockAliasKey(tx: TenantTx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('aliases:' || ${tx.orgId}, 0))`.execute(tx.sql)
}

/** The tokens of values, by the hexadecimal of their lookup. */
export async function findTokens(tx: TenantTx, lookups: readonly Buffer[]): Promise<Map<string, string>> {
  if (lookups.length === 0) return new Map()
  const rows = await tx.sql
    .selectFrom('aliases_alias')
    .select(['lookup', 'alias'])
    .where('lookup', '=', sql<Buffer>`any(${[...lookups]}::bytea[])`)
    .execute()
  return new Map(rows.map(row => [row.lookup.toString('hex'), row.alias]))
}

export interface NewAlias {
  readonly token: string
  readonly kind: AliasKind
  readonly lookup: Buffer
  readonly sealed: Buffer
}

/**
 * Adds aliases; one whose value has one by now, or whose token is taken, is left out. In the order of their lookups, so that two that add the same do not wait for each other.
 */
export async function insertAliases(tx: TenantTx, aliases: readonly NewAlias[]): Promise<void> {
  if (aliases.length === 0) return
  const ordered = aliases.toSorted((a, b) => Buffer.compare(a.lookup, b.lookup))
  await sql`
    insert into aliases_alias (org_id, alias, kind, lookup, sealed)
    select ${tx.orgId}, alias, kind, lookup, sealed
    from unnest(${ordered.map(alias => alias.token)}::text[], ${ordered.map(alias => alias.kind)}::text[],
      ${ordered.map(alias => alias.lookup)}::bytea[], ${ordered.map(alias => alias.sealed)}::bytea[]) as added (alias, kind, lookup, sealed)
    on conflict do nothing`.execute(tx.sql)
}

/** What aliases stand for, sealed. */
export async function findSealed(tx: TenantTx, tokens: readonly string[]) {
  if (tokens.length === 0) return []
  const rows = await tx.sql
    .selectFrom('aliases_alias')
    .select(['alias as token', 'kind', 'sealed'])
    .where('alias', 'in', [...tokens])
    .execute()
  return rows.map(row => ({ ...row, kind: row.kind as AliasKind }))
}

/** Deletes aliases by their tokens or their values' lookups. Returns the tokens of those that there were. */
export async function deleteAliases(
  tx: TenantTx,
  which: { readonly tokens: readonly string[]; readonly lookups: readonly Buffer[] },
): Promise<string[]> {
  const rows = await tx.sql
    .deleteFrom('aliases_alias')
    .where(({ or, eb }) =>
      or([
        eb('alias', '=', sql<string>`any(${[...which.tokens]}::text[])`),
        eb('lookup', '=', sql<Buffer>`any(${[...which.lookups]}::bytea[])`),
      ]),
    )
    .returning('alias')
    .execute()
  return rows.map(row => row.alias).sort()
}

/** How many values are kept, by kind. */
export async function countAliases(tx: TenantTx): Promise<Map<string, number>> {
  const rows = await tx.sql
    .selectFrom('aliases_alias')
    .select(({ fn }) => ['kind', fn.countAll<number>().as('count')])
    .groupBy('kind')
    .execute()
  return new Map(rows.map(row => [row.kind, Number(row.count)]))
}

/** How many aliases were revealed since a time. */
export async function countReveals(tx: TenantTx, since: Date): Promise<number> {
  const row = await tx.sql
    .selectFrom('aliases_reveal')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('revealed_at', '>', since)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export async function insertReveals(tx: TenantTx, rows: readonly { id: string; token: string }[]): Promise<void> {
  if (rows.length === 0) return
  await tx.sql
    .insertInto('aliases_reveal')
    .values(rows.map(({ id, token }) => ({ org_id: tx.orgId, id, alias: token, revealed_at: tx.clock.now() })))
    .execute()
}

/** Writes the tables anew without what was deleted, which PostgreSQL otherwise keeps, sealed, until it needs the room. */
export async function sweepErased(database: Database): Promise<void> {
  const client = await database.dedicatedClient('erasure')
  try {
    await client.query('set role vouch_owner')
    for (const table of ['aliases_alias', 'vault_secret']) await client.query(`vacuum (full) ${table}`)
  } finally {
    await client.end()
  }
}
