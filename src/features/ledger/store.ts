import { sql } from 'kysely'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import { contains, type ListRequest, paginate } from '../../platform/http/paging.ts'

export interface NewEntry {
  readonly kind: string
  readonly actor: string
  readonly subject: string
  readonly salt: string
  readonly content: string
  readonly leaf: string
}

/**
 * Inserts entries, what they commit to, and their places in the integrator's queue, in one statement. Ids rise in the order of `rows`: rows are numbered
 * after the sort, so the n-th id is the n-th row's, and nothing but ids comes back.
 */
export async function insertEntries(tx: TenantTx, time: string, rows: readonly NewEntry[]): Promise<number[]> {
  const column = (pick: (row: NewEntry) => string) => sql`${rows.map(pick)}::text[]`
  const { rows: inserted } = await sql<{ id: number }>`
    with input as (
      select * from unnest(${column(row => row.kind)}, ${column(row => row.actor)}, ${column(row => row.subject)},
        ${column(row => row.leaf)}, ${column(row => row.salt)}, ${column(row => row.content)})
        with ordinality as t (kind, actor, subject, leaf, salt, content, n)
    ), entry as (
      insert into ledger_entry (org_id, kind, time, actor, subject, leaf)
      select ${tx.orgId}::uuid, kind, ${time}::timestamptz, actor, subject, leaf from input order by n
      returning id
    ), numbered as (
      select id, row_number() over (order by id) as n from entry
    ), opening as (
      insert into ledger_opening (org_id, entry_id, salt, content)
      select ${tx.orgId}::uuid, id, decode(salt, 'hex'), content from numbered join input using (n)
    ), queued as (
      insert into ledger_queue (org_id, entry_id) select ${tx.orgId}::uuid, id from entry
    )
    select id from numbered order by n`.execute(tx.sql)
  if (inserted.length !== rows.length) throw new Error('an inserted entry did not come back')
  return inserted.map(row => row.id)
}

/** Takes the lock that makes its holder the one integrator of this log until the transaction ends. Waits for another's turn to end. */
export async function lockLog(tx: TenantTx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`ledger:${tx.orgId}`}, 0))`.execute(tx.sql)
}

/**
 * Takes up to `limit` waiting entries off the queue, oldest first. By range within one view of the data: a row that commits meanwhile is neither seen nor
 * taken. The leaves are read by their ids in a second query: joined to what was taken, of which the planner expects one row, each could cost a walk
 * through the whole table.
 */
export async function takeQueued(tx: TenantTx, limit: number): Promise<{ id: number; leaf: string }[]> {
  const { rows: taken } = await sql<{ entry_id: number }>`
    delete from ledger_queue where org_id = ${tx.orgId}::uuid and entry_id <= (
      select max(entry_id) from (
        select entry_id from ledger_queue where org_id = ${tx.orgId}::uuid order by entry_id limit ${limit}) as oldest)
    returning entry_id`.execute(tx.sql)
  if (taken.length === 0) return []
  return tx.sql
    .selectFrom('ledger_entry')
    .select(['id', 'leaf'])
    .where(sql<boolean>`id = any(${taken.map(row => row.entry_id)}::bigint[])`)
    .orderBy('id')
    .execute()
}

export async function countQueued(tx: TenantTx): Promise<number> {
  const row = await tx.sql
    .selectFrom('ledger_queue')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export async function insertLeaves(
  tx: TenantTx,
  firstIndex: number,
  leaves: readonly { id: number; hash: Uint8Array }[],
): Promise<void> {
  await sql`
    insert into ledger_leaf (org_id, index, entry_id, hash)
    select ${tx.orgId}::uuid, ${firstIndex}::bigint + n - 1, id, hash
    from unnest(${leaves.map(leaf => leaf.id)}::bigint[], ${leaves.map(leaf => Buffer.from(leaf.hash))}::bytea[]) with ordinality as t (id, hash, n)`.execute(
    tx.sql,
  )
}

export async function insertTile(
  tx: TenantTx,
  tile: { level: number; index: number; hashes: Uint8Array; root: Uint8Array },
): Promise<void> {
  await tx.sql
    .insertInto('ledger_tile')
    .values({
      org_id: tx.orgId,
      level: tile.level,
      index: tile.index,
      hashes: Buffer.from(tile.hashes),
      root: Buffer.from(tile.root),
    })
    .execute()
}

export async function insertCheckpoint(
  tx: TenantTx,
  checkpoint: { size: number; root: Uint8Array; note: string; createdAt: Date },
): Promise<void> {
  await tx.sql
    .insertInto('ledger_checkpoint')
    .values({
      org_id: tx.orgId,
      size: checkpoint.size,
      root: Buffer.from(checkpoint.root),
      note: checkpoint.note,
      created_at: checkpoint.createdAt,
    })
    .execute()
}

/** The newest checkpoint, or the newest of at most `upToSize` leaves; undefined before the first integration. */
export async function latestCheckpoint(tx: TenantTx, upToSize?: number) {
  let query = tx.sql.selectFrom('ledger_checkpoint').selectAll().orderBy('size', 'desc').limit(1)
  if (upToSize !== undefined) query = query.where('size', '<=', upToSize)
  return query.executeTakeFirst()
}

export async function listCheckpoints(tx: TenantTx, limit: number) {
  return tx.sql.selectFrom('ledger_checkpoint').selectAll().orderBy('size', 'desc').limit(limit).execute()
}

/** The bytes of a full tile, or of a tile as wide as asked, put together from what lies below it; undefined when there is none. */
export async function readTile(
  tx: TenantTx,
  tile: { level: number; index: number; width: number },
): Promise<Uint8Array | undefined> {
  if (tile.width === 256) {
    const row = await tx.sql
      .selectFrom('ledger_tile')
      .select('hashes')
      .where('level', '=', tile.level)
      .where('index', '=', tile.index)
      .executeTakeFirst()
    if (row) return row.hashes
  }
  const first = tile.index * 256
  const last = first + tile.width - 1
  const rows =
    tile.level === 0
      ? await tx.sql
          .selectFrom('ledger_leaf')
          .select('hash')
          .where('index', '>=', first)
          .where('index', '<=', last)
          .orderBy('index')
          .execute()
      : await tx.sql
          .selectFrom('ledger_tile')
          .select('root as hash')
          .where('level', '=', tile.level - 1)
          .where('index', '>=', first)
          .where('index', '<=', last)
          .orderBy('index')
          .execute()
  return rows.length === tile.width ? Buffer.concat(rows.map(row => row.hash)) : undefined
}

/** Leaves' bytes from `first`, at most `count`, in log order. */
export async function readLeaves(
  tx: TenantTx,
  first: number,
  count: number,
): Promise<{ index: number; leaf: string }[]> {
  return tx.sql
    .selectFrom('ledger_leaf')
    .innerJoin('ledger_entry', join =>
      join
        .onRef('ledger_entry.org_id', '=', 'ledger_leaf.org_id')
        .onRef('ledger_entry.id', '=', 'ledger_leaf.entry_id'),
    )
    .select(['ledger_leaf.index', 'ledger_entry.leaf'])
    .where('ledger_leaf.index', '>=', first)
    .where('ledger_leaf.index', '<', first + count)
    .orderBy('ledger_leaf.index')
    .execute()
}

/** Leaves from `first`, at most `count`, with what they commit to; salt and content are null where they were erased. */
export async function readOpenings(tx: TenantTx, first: number, count: number) {
  return tx.sql
    .selectFrom('ledger_leaf')
    .leftJoin('ledger_opening', join =>
      join
        .onRef('ledger_opening.org_id', '=', 'ledger_leaf.org_id')
        .onRef('ledger_opening.entry_id', '=', 'ledger_leaf.entry_id'),
    )
    .select(['ledger_leaf.index', 'ledger_opening.salt', 'ledger_opening.content'])
    .where('ledger_leaf.index', '>=', first)
    .where('ledger_leaf.index', '<', first + count)
    .orderBy('ledger_leaf.index')
    .execute()
}

/** Entries with their place in the tree, if they have one yet. */
function selectEntries(tx: TenantTx) {
  return tx.sql
    .selectFrom('ledger_entry')
    .leftJoin('ledger_leaf', join =>
      join
        .onRef('ledger_leaf.org_id', '=', 'ledger_entry.org_id')
        .onRef('ledger_leaf.entry_id', '=', 'ledger_entry.id'),
    )
    .select([
      'ledger_entry.id',
      'ledger_entry.kind',
      'ledger_entry.time',
      'ledger_entry.actor',
      'ledger_entry.subject',
      'ledger_entry.leaf',
      'ledger_leaf.index',
    ])
}

/** Entries by their ids, with what they say, if that was not erased. */
export async function findEntries(tx: TenantTx, ids: readonly number[]) {
  if (ids.length === 0) return []
  return selectEntries(tx)
    .leftJoin('ledger_opening', join =>
      join
        .onRef('ledger_opening.org_id', '=', 'ledger_entry.org_id')
        .onRef('ledger_opening.entry_id', '=', 'ledger_entry.id'),
    )
    .select(['ledger_opening.content', 'ledger_opening.salt'])
    .where('ledger_entry.id', 'in', [...ids])
    .execute()
}

/** One page of the entries, those of a kind, about a subject, or with words in their leaf. */
export function pageOfEntries(
  tx: TenantTx,
  list: ListRequest & { readonly kind?: string | undefined; readonly subject?: string | undefined },
) {
  const { kind, subject, q } = list
  let query = selectEntries(tx)
  if (kind !== undefined) query = query.where('ledger_entry.kind', '=', kind)
  if (subject !== undefined) query = query.where('ledger_entry.subject', '=', subject)
  if (q !== undefined) query = query.where(contains(sql.ref('ledger_entry.leaf'), q))
  const id = sql.ref('ledger_entry.id')
  return paginate(query, list, { id }, id)
}

/** The newest entries whose content was not erased, newest first, except those of the kinds `except`. Of the kind `brief` the content is left out (null). */
export async function listNewestEntries(
  tx: TenantTx,
  limit: number,
  kinds: { except: readonly string[]; brief: string },
) {
  return tx.sql
    .selectFrom('ledger_entry')
    .innerJoin('ledger_opening', join =>
      join
        .onRef('ledger_opening.org_id', '=', 'ledger_entry.org_id')
        .onRef('ledger_opening.entry_id', '=', 'ledger_entry.id'),
    )
    .select(['ledger_entry.kind', 'ledger_entry.time', 'ledger_entry.subject'])
    .select(
      sql<string | null>`case when ledger_entry.kind <> ${kinds.brief} then ledger_opening.content end`.as('content'),
    )
    .where('ledger_entry.kind', 'not in', [...kinds.except])
    .orderBy('ledger_entry.id', 'desc')
    .limit(limit)
    .execute()
}

/** The entries of some kinds with what they say, in the order of the log; those that were erased are left out. */
export async function listOpenedEntries(tx: TenantTx, kinds: readonly string[]) {
  return tx.sql
    .selectFrom('ledger_entry')
    .innerJoin('ledger_opening', join =>
      join
        .onRef('ledger_opening.org_id', '=', 'ledger_entry.org_id')
        .onRef('ledger_opening.entry_id', '=', 'ledger_entry.id'),
    )
    .select([
      'ledger_entry.id',
      'ledger_entry.kind',
      'ledger_entry.time',
      'ledger_entry.actor',
      'ledger_entry.subject',
      'ledger_opening.content',
    ])
    .where('ledger_entry.kind', 'in', [...kinds])
    .orderBy('ledger_entry.id')
    .execute()
}

/** Which leaves: from the place `first` on, before the place `before`, not before the time `since`, at most `limit`. */
export interface LeafRange {
  readonly first: number
  readonly before?: number
  readonly since?: Date
  readonly limit: number
}

/** Leaves of some kinds, in log order; content is null where it was erased. */
export async function readLeavesOf(tx: TenantTx, kinds: readonly string[], range: LeafRange) {
  let query = tx.sql
    .selectFrom('ledger_leaf as leaf')
    .innerJoin('ledger_entry as entry', join =>
      join.onRef('entry.org_id', '=', 'leaf.org_id').onRef('entry.id', '=', 'leaf.entry_id'),
    )
    .leftJoin('ledger_opening as opening', join =>
      join.onRef('opening.org_id', '=', 'leaf.org_id').onRef('opening.entry_id', '=', 'leaf.entry_id'),
    )
    .select(['leaf.index', 'entry.id', 'entry.kind', 'entry.time', 'entry.actor', 'entry.subject', 'opening.content'])
    .where('leaf.index', '>=', range.first)
    .where('entry.kind', 'in', [...kinds])
    .orderBy('leaf.index')
    .limit(range.limit)
  if (range.before !== undefined) query = query.where('leaf.index', '<', range.before)
  if (range.since) query = query.where('entry.time', '>=', range.since)
  return query.execute()
}

/** The organisations that have a log. */
export async function listLogs(database: Database): Promise<string[]> {
  const rows = await database.operator(trx => trx.selectFrom('ledger_log').select('org_id').execute())
  return rows.map(row => row.org_id)
}

export async function insertLog(tx: TenantTx, origin: string): Promise<void> {
  await tx.sql.insertInto('ledger_log').values({ org_id: tx.orgId, origin, created_at: tx.clock.now() }).execute()
}

export async function readLog(tx: TenantTx) {
  return tx.sql.selectFrom('ledger_log').selectAll().executeTakeFirst()
}

export async function insertKey(tx: TenantTx, key: { keyId: string; vkey: string; fromSize: number }): Promise<void> {
  await tx.sql
    .insertInto('ledger_key')
    .values({
      org_id: tx.orgId,
      key_id: key.keyId,
      vkey: key.vkey,
      from_size: key.fromSize,
      created_at: tx.clock.now(),
    })
    .execute()
}

/** The log's keys, newest first. */
export async function listKeys(tx: TenantTx) {
  return tx.sql
    .selectFrom('ledger_key')
    .selectAll()
    .orderBy('from_size', 'desc')
    .orderBy('created_at', 'desc')
    .execute()
}

/** How many changes of the signing key are among the first `size` leaves. */
export async function countRotations(tx: TenantTx, size: number): Promise<number> {
  const row = await tx.sql
    .selectFrom('ledger_entry')
    .innerJoin('ledger_leaf', join =>
      join
        .onRef('ledger_leaf.org_id', '=', 'ledger_entry.org_id')
        .onRef('ledger_leaf.entry_id', '=', 'ledger_entry.id'),
    )
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('ledger_entry.kind', '=', 'ledger.key_rotated')
    .where('ledger_leaf.index', '<', size)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/**
 * Whether more was given a place in the tree than the newest checkpoint's `size` leaves: leaves beyond it, or entries after the last leaf's that neither wait nor have a
 * place. Then checkpoints, and maybe leaves, were taken away. To be asked before entries are taken off the queue. With EXCEPT, which sorts or hashes: as
 * NOT EXISTS it became a walk through the queue for each entry, 36 s for 10,000.
 */
export async function outgrows(tx: TenantTx, size: number): Promise<boolean> {
  const org = sql`${tx.orgId}::uuid`
  const { rows } = await sql<{ found: boolean }>`
    with last as (select coalesce((select entry_id from ledger_leaf where org_id = ${org} and index = ${size} - 1), 0) as id)
    select exists (select from ledger_leaf where org_id = ${org} and index >= ${size})
      or exists (
        select id from ledger_entry where org_id = ${org} and id > (select id from last)
        except select entry_id from ledger_queue where org_id = ${org} and entry_id > (select id from last)
        except select entry_id from ledger_leaf where org_id = ${org} and entry_id > (select id from last)
      ) as found`.execute(tx.sql)
  return rows[0]?.found ?? true
}

export async function insertTimestamp(
  tx: TenantTx,
  stamp: { size: number; authority: string; token: Uint8Array; time: Date },
): Promise<void> {
  await tx.sql
    .insertInto('ledger_timestamp')
    .values({
      org_id: tx.orgId,
      size: stamp.size,
      authority: stamp.authority,
      token: Buffer.from(stamp.token),
      time: stamp.time,
    })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

export async function isStamped(tx: TenantTx, size: number, authority: string): Promise<boolean> {
  const row = await tx.sql
    .selectFrom('ledger_timestamp')
    .select('size')
    .where('size', '=', size)
    .where('authority', '=', authority)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether a checkpoint older than that many minutes has no stamp, nor has one after it. */
export async function hasUnstampedSince(tx: TenantTx, minutes: number): Promise<boolean> {
  const row = await tx.sql
    .selectFrom('ledger_checkpoint as checkpoint')
    .select('checkpoint.size')
    .where('checkpoint.created_at', '<', sql<Date>`now() - make_interval(mins => ${minutes})`)
    .where('checkpoint.size', '>', sql<number>`coalesce((select max(size) from ledger_timestamp), 0)`)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function listTimestamps(tx: TenantTx) {
  return tx.sql.selectFrom('ledger_timestamp').selectAll().orderBy('size').execute()
}

export async function insertCosignature(
  tx: TenantTx,
  cosignature: { size: number; witness: string; line: string },
): Promise<void> {
  await tx.sql
    .insertInto('ledger_cosignature')
    .values({ org_id: tx.orgId, ...cosignature })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

export async function listCosignatures(tx: TenantTx) {
  return tx.sql.selectFrom('ledger_cosignature').selectAll().orderBy('size').execute()
}
