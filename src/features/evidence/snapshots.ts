import { type ResourceDeclaration, resourceSchema } from '../../../verifier/records/resource.ts'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import { aliasKinds } from '../aliases/contract.ts'
import {
  countPlain,
  hasContent,
  insertSnapshots,
  listLatestSnapshots,
  listResourcesOfRuns,
  listSnapshotSizes,
  listSnapshotsOfRuns,
  type NewSnapshot,
} from './store.ts'

/** A snapshot that is about to be published. */
export type CollectedSnapshot = NewSnapshot

/** Publishes the snapshots of one collection, under the ledger's entry that says so. In the transaction that appended it. */
export async function publishSnapshots(
  tx: TenantTx,
  snapshots: readonly CollectedSnapshot[],
  ledgerEntryId: number,
): Promise<void> {
  await insertSnapshots(tx, snapshots, ledgerEntryId)
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
  const rows = await listLatestSnapshots(tx, connectionIds)
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

/** What runs of collections published, by run. */
export async function snapshotsByRun(tx: TenantTx, runIds: readonly string[]) {
  return Map.groupBy(await listSnapshotsOfRuns(tx, runIds), row => row.run_id)
}

/** Which resources each run gave, and which of them not whole, by run; of one connection, or of all. */
export async function resourcesByRun(tx: TenantTx, connectionId?: string) {
  return new Map((await listResourcesOfRuns(tx, connectionId)).map(row => [row.run_id, row]))
}

/** How many records each of some snapshots has, by its id. */
export async function snapshotSizes(tx: TenantTx, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  return new Map((await listSnapshotSizes(tx, ids)).map(row => [row.id, row.records]))
}

/** Whether any organisation's evidence has this content, so that it is not to be erased with an upload of the same bytes. */
export async function isEvidence(database: Database, content: string): Promise<boolean> {
  return hasContent(database, content)
}

/** How many snapshots hold personal fields as they came, from before these were stored as aliases. */
export async function countPlainSnapshots(tx: TenantTx): Promise<number> {
  return countPlain(tx, aliasKinds)
}

/** What used a snapshot, told from above: the checks feature implements it, `entry/` hands it in. */
export interface SnapshotUses {
  /** The runs of checks that read a snapshot, newest first. */
  of(
    tx: TenantTx,
    snapshotId: string,
  ): Promise<{ readonly check_id: string; readonly title: string; readonly as_of: Date; readonly outcome: string }[]>
}
