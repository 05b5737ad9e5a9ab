import { sql } from 'kysely'
import type { ResourceDeclaration } from '../../../verifier/records/resource.ts'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import { contains, type ListRequest, paginate } from '../../platform/http/paging.ts'

export interface NewSnapshot {
  readonly id: string
  readonly runId: string
  readonly connectionId: string
  readonly connectionName: string
  readonly connectionKind: string
  readonly declaration: ResourceDeclaration
  readonly content: string
  readonly records: number
  readonly bytes: number
  readonly complete: boolean
  readonly incompleteReason: string | null
  readonly sourceTotal: number | null
  readonly questions: readonly unknown[]
  /** How many secrets were redacted, by field and rule. */
  readonly redactions: readonly { readonly field: string; readonly rule: string; readonly count: number }[]
  readonly sourceClock: string | null
}

export async function insertSnapshots(
  tx: TenantTx,
  snapshots: readonly NewSnapshot[],
  ledgerEntryId: number,
): Promise<void> {
  if (snapshots.length === 0) return
  await tx.sql
    .insertInto('evidence_snapshot')
    .values(
      snapshots.map(snapshot => ({
        org_id: tx.orgId,
        id: snapshot.id,
        run_id: snapshot.runId,
        connection_id: snapshot.connectionId,
        connection_name: snapshot.connectionName,
        connection_kind: snapshot.connectionKind,
        resource: snapshot.declaration.name,
        content: snapshot.content,
        declaration: JSON.stringify(snapshot.declaration),
        records: snapshot.records,
        bytes: snapshot.bytes,
        complete: snapshot.complete,
        incomplete_reason: snapshot.incompleteReason,
        source_total: snapshot.sourceTotal,
        manifest: JSON.stringify({
          questions: snapshot.questions,
          source_clock: snapshot.sourceClock,
          redactions: snapshot.redactions,
        }),
        collected_at: tx.clock.now(),
        ledger_entry_id: ledgerEntryId,
      })),
    )
    .execute()
}

/** The newest snapshot of each resource from each of the given connections. */
export async function listLatestSnapshots(tx: TenantTx, connectionIds: readonly string[]) {
  if (connectionIds.length === 0) return []
  return tx.sql
    .selectFrom('evidence_snapshot')
    .distinctOn(['connection_id', 'resource'])
    .select([
      'id',
      'resource',
      'connection_id',
      'connection_name',
      'content',
      'records',
      'complete',
      'declaration',
      'ledger_entry_id',
    ])
    .where('connection_id', 'in', [...connectionIds])
    .orderBy('connection_id')
    .orderBy('resource')
    .orderBy('collected_at', 'desc')
    .orderBy('ledger_entry_id', 'desc')
    .execute()
}

/** Snapshots with the kind of their connection and their place in the ledger. */
export function selectSnapshots(tx: TenantTx) {
  return tx.sql
    .selectFrom('evidence_snapshot as snapshot')
    .leftJoin('ledger_leaf', join =>
      join
        .onRef('ledger_leaf.org_id', '=', 'snapshot.org_id')
        .onRef('ledger_leaf.entry_id', '=', 'snapshot.ledger_entry_id'),
    )
    .select([
      'snapshot.id',
      'snapshot.connection_id',
      'snapshot.connection_name',
      'snapshot.connection_kind',
      'snapshot.run_id',
      'snapshot.resource',
      'snapshot.content',
      'snapshot.records',
      'snapshot.bytes',
      'snapshot.complete',
      'snapshot.incomplete_reason',
      'snapshot.source_total',
      'snapshot.collected_at',
      'snapshot.ledger_entry_id',
      'ledger_leaf.index as ledger_index',
    ])
}

export async function readSnapshot(tx: TenantTx, id: string) {
  return selectSnapshots(tx)
    .select(['snapshot.declaration', 'snapshot.manifest'])
    .where('snapshot.id', '=', id)
    .executeTakeFirst()
}

/** The snapshot of the same resource and connection that came before. */
export async function previousSnapshot(
  tx: TenantTx,
  snapshot: { id: string; connection_id: string; resource: string; collected_at: Date },
) {
  return tx.sql
    .selectFrom('evidence_snapshot')
    .select(['id', 'collected_at', 'content'])
    .where('connection_id', '=', snapshot.connection_id)
    .where('resource', '=', snapshot.resource)
    .where('collected_at', '<', snapshot.collected_at)
    .orderBy('collected_at', 'desc')
    .orderBy('ledger_entry_id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function insertDocument(
  tx: TenantTx,
  document: {
    id: string
    controlId: string
    title: string
    fileName: string
    mediaType: string
    content: string
    bytes: number
    coversFrom: string
    coversTo: string
    freshForDays: number
    sourceUrl: string | null
  },
  ledgerEntryId: number,
): Promise<void> {
  await tx.sql
    .insertInto('evidence_document')
    .values({
      org_id: tx.orgId,
      id: document.id,
      control_id: document.controlId,
      title: document.title,
      file_name: document.fileName,
      media_type: document.mediaType,
      content: document.content,
      bytes: document.bytes,
      covers_from: document.coversFrom,
      covers_to: document.coversTo,
      fresh_for_days: document.freshForDays,
      source_url: document.sourceUrl,
      collected_at: tx.clock.now(),
      ledger_entry_id: ledgerEntryId,
    })
    .execute()
}

export function selectDocuments(tx: TenantTx) {
  return tx.sql.selectFrom('evidence_document').selectAll()
}

/** Documents with who filed them. */
function selectFiledDocuments(tx: TenantTx) {
  return tx.sql
    .selectFrom('evidence_document as document')
    .innerJoin('ledger_entry as entry', join =>
      join.onRef('entry.org_id', '=', 'document.org_id').onRef('entry.id', '=', 'document.ledger_entry_id'),
    )
    .selectAll('document')
    .select('entry.actor as filed_by')
}

export async function readDocument(tx: TenantTx, id: string) {
  return selectFiledDocuments(tx).where('document.id', '=', id).executeTakeFirst()
}

/**
 * The document with the same content that was filed for the same control, days and title. Whoever files one waits for others that file this content, so that of two at the same time
 * the second finds the first.
 */
export async function findSameDocument(
  tx: TenantTx,
  {
    content,
    controlId,
    title,
    coversFrom,
    coversTo,
  }: Record<'content' | 'controlId' | 'title' | 'coversFrom' | 'coversTo', string>,
) {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${tx.orgId} document ${content}`}, 0))`.execute(tx.sql)
  return tx.sql
    .selectFrom('evidence_document')
    .select('id')
    .where('content', '=', content)
    .where('control_id', '=', controlId)
    .where('title', '=', title)
    .where('covers_from', '=', sql<never>`${coversFrom}::date`)
    .where('covers_to', '=', sql<never>`${coversTo}::date`)
    .executeTakeFirst()
}

/** One page of the snapshots, those of a resource, of a connection, or with words in their names. */
export function pageOfSnapshots(
  tx: TenantTx,
  list: ListRequest & { readonly resource?: string | undefined; readonly connection_id?: string | undefined },
) {
  const { resource, connection_id, q } = list
  let query = selectSnapshots(tx)
  if (resource !== undefined) query = query.where('snapshot.resource', '=', resource)
  if (connection_id !== undefined) query = query.where('snapshot.connection_id', '=', connection_id)
  if (q !== undefined)
    query = query.where(
      contains(sql`snapshot.resource || ' ' || snapshot.connection_name || ' ' || snapshot.content`, q),
    )
  const columns = {
    collected_at: sql.ref('snapshot.collected_at'),
    records: sql.ref('snapshot.records'),
    resource: sql.ref('snapshot.resource'),
  }
  return paginate(query, list, columns, sql.ref('snapshot.id'))
}

/** What runs of collections published, in short. */
export async function listSnapshotsOfRuns(tx: TenantTx, runIds: readonly string[]) {
  if (runIds.length === 0) return []
  return tx.sql
    .selectFrom('evidence_snapshot')
    .select(['run_id', 'id', 'resource', 'records', 'complete', 'incomplete_reason'])
    .where('run_id', 'in', [...runIds])
    .orderBy('resource')
    .execute()
}

/** What each collection gave: one row a run, so that years of them stay small. Of one connection, or of all. */
export async function listResourcesOfRuns(tx: TenantTx, connectionId: string | undefined) {
  let query = tx.sql
    .selectFrom('evidence_snapshot')
    .select([
      'run_id',
      sql<string[]>`array_agg(resource order by resource)`.as('resources'),
      sql<{ resource: string; reason: string }[]>`coalesce(
        json_agg(json_build_object('resource', resource, 'reason', coalesce(incomplete_reason, '')) order by resource)
          filter (where not complete), '[]')`.as('incomplete'),
    ])
    .groupBy('run_id')
  if (connectionId !== undefined) query = query.where('connection_id', '=', connectionId)
  return query.execute()
}

export async function listSnapshotSizes(tx: TenantTx, ids: readonly string[]) {
  if (ids.length === 0) return []
  return tx.sql
    .selectFrom('evidence_snapshot')
    .select(['id', 'records'])
    .where('id', 'in', [...ids])
    .execute()
}

/** One page of the documents, those of a control, or with words in their names. */
export function pageOfDocuments(tx: TenantTx, list: ListRequest & { readonly control_id?: string | undefined }) {
  const { control_id, q } = list
  let query = selectFiledDocuments(tx)
  if (control_id !== undefined) query = query.where('document.control_id', '=', control_id)
  if (q !== undefined) query = query.where(contains(sql`document.title || ' ' || document.file_name`, q))
  const columns = { collected_at: sql.ref('document.collected_at'), title: sql.ref('document.title') }
  return paginate(query, list, columns, sql.ref('document.id'))
}

/** Whether a snapshot or a document of any organisation has this content. */
export async function hasContent(database: Database, content: string): Promise<boolean> {
  return database.operator(async trx => {
    for (const table of ['evidence_snapshot', 'evidence_document'] as const) {
      const row = await trx
        .selectFrom(table)
        .select('content')
        .where('content', '=', content)
        .limit(1)
        .executeTakeFirst()
      if (row) return true
    }
    return false
  })
}

/** How many snapshots hold personal fields as they came. */
export async function countPlain(tx: TenantTx, kinds: readonly string[]): Promise<number> {
  const row = await tx.sql
    .selectFrom('evidence_snapshot')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('records', '>', 0)
    .where(
      sql<boolean>`exists (select from jsonb_each(declaration -> 'columns') as field (name, said)
        where said ->> 'personal' = any(${[...kinds]}::text[]) and said -> 'aliased' is null)`,
    )
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
