import { sql } from 'kysely'
import { type ResourceDeclaration, resourceSchema } from '../../../verifier/records/resource.ts'
import type { TenantTx } from '../../platform/db/database.ts'

export interface NewSnapshot {
  readonly id: string
  readonly runId: string
  readonly connectionId: string
  readonly connectionName: string
  readonly declaration: ResourceDeclaration
  readonly content: string
  readonly records: number
  readonly bytes: number
  readonly complete: boolean
  readonly incompleteReason: string | null
  readonly sourceTotal: number | null
  readonly questions: readonly unknown[]
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
        resource: snapshot.declaration.name,
        content: snapshot.content,
        declaration: JSON.stringify(snapshot.declaration),
        records: snapshot.records,
        bytes: snapshot.bytes,
        complete: snapshot.complete,
        incomplete_reason: snapshot.incompleteReason,
        source_total: snapshot.sourceTotal,
        manifest: JSON.stringify({ questions: snapshot.questions, source_clock: snapshot.sourceClock }),
        collected_at: tx.clock.now(),
        ledger_entry_id: ledgerEntryId,
      })),
    )
    .execute()
}

/** What a check reads: the newest snapshot of a resource from one connection. */
export interface LatestSnapshot {
  readonly id: string
  readonly resource: string
  readonly connectionId: string
  readonly connectionName: string
  readonly content: string
  readonly records: number
  readonly complete: boolean
  readonly declaration: ResourceDeclaration
  readonly ledgerEntryId: number
}

/** The newest snapshot of each resource from each of the given connections. */
export async function latestSnapshots(tx: TenantTx, connectionIds: readonly string[]): Promise<LatestSnapshot[]> {
  if (connectionIds.length === 0) return []
  const rows = await tx.sql
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
  return rows.map(row => ({
    id: row.id,
    resource: row.resource,
    connectionId: row.connection_id,
    connectionName: row.connection_name,
    content: row.content,
    records: row.records,
    complete: row.complete,
    declaration: resourceSchema.parse(row.declaration),
    ledgerEntryId: row.ledger_entry_id,
  }))
}

/** Snapshots with the kind of their connection and their place in the ledger. */
export function selectSnapshots(tx: TenantTx) {
  return tx.sql
    .selectFrom('evidence_snapshot as snapshot')
    .innerJoin('connections_connection as connection', join =>
      join.onRef('connection.org_id', '=', 'snapshot.org_id').onRef('connection.id', '=', 'snapshot.connection_id'),
    )
    .leftJoin('ledger_leaf', join =>
      join
        .onRef('ledger_leaf.org_id', '=', 'snapshot.org_id')
        .onRef('ledger_leaf.entry_id', '=', 'snapshot.ledger_entry_id'),
    )
    .select([
      'snapshot.id',
      'snapshot.connection_id',
      'snapshot.connection_name',
      'connection.kind as connection_kind',
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

/** The runs of checks that read a snapshot, newest first. */
export async function usesOf(tx: TenantTx, snapshotId: string) {
  const needle = JSON.stringify([{ snapshot: snapshotId }])
  return tx.sql
    .selectFrom('checks_run')
    .innerJoin('checks_check', join =>
      join.onRef('checks_check.org_id', '=', 'checks_run.org_id').onRef('checks_check.id', '=', 'checks_run.check_id'),
    )
    .select([
      'checks_run.check_id',
      'checks_run.as_of',
      'checks_run.outcome',
      sql<string>`checks_check.definition -> 'metadata' ->> 'title'`.as('title'),
    ])
    .where(sql<boolean>`checks_run.inputs @> ${needle}::jsonb`)
    .orderBy('checks_run.as_of', 'desc')
    .limit(50)
    .execute()
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
      collected_at: tx.clock.now(),
      ledger_entry_id: ledgerEntryId,
    })
    .execute()
}

export function selectDocuments(tx: TenantTx) {
  return tx.sql.selectFrom('evidence_document').selectAll()
}
