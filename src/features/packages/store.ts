import { sql } from 'kysely'
import type { TenantTx } from '../../platform/db/database.ts'
import { type ListRequest, paginate } from '../../platform/http/paging.ts'

export interface NewPackage {
  readonly id: string
  readonly jobId: string | null
  readonly from: string
  readonly to: string
  readonly manifest: string
  readonly content: string
  readonly bytes: number
  readonly size: number
}

export async function insertPackage(tx: TenantTx, made: NewPackage, ledgerEntryId: number): Promise<void> {
  await tx.sql
    .insertInto('packages_package')
    .values({
      org_id: tx.orgId,
      id: made.id,
      job_id: made.jobId,
      period_from: new Date(made.from),
      period_to: new Date(made.to),
      manifest: made.manifest,
      content: made.content,
      bytes: made.bytes,
      size: made.size,
      created_at: tx.clock.now(),
      ledger_entry_id: ledgerEntryId,
    })
    .execute()
}

export function selectPackages(tx: TenantTx) {
  return tx.sql.selectFrom('packages_package').selectAll()
}

/** The package that a job made; undefined while it has made none. */
export async function findPackageOfJob(tx: TenantTx, jobId: string): Promise<NewPackage | undefined> {
  const row = await selectPackages(tx).where('job_id', '=', jobId).executeTakeFirst()
  if (!row) return undefined
  const { id, manifest, content, bytes, size } = row
  return {
    id,
    jobId,
    from: row.period_from.toISOString(),
    to: row.period_to.toISOString(),
    manifest,
    content,
    bytes,
    size,
  }
}

export async function findPackage(tx: TenantTx, id: string) {
  return selectPackages(tx).where('id', '=', id).executeTakeFirst()
}

/** One page of the packages. */
export function pageOfPackages(tx: TenantTx, list: ListRequest) {
  return paginate(selectPackages(tx), list, { created_at: sql.ref('created_at') }, sql.ref('id'))
}
