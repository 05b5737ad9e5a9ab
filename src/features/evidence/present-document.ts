import type { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import type { documentSchema } from './contract.ts'
import type { readDocument } from './store.ts'

/** The names of actors (`user:<id>`, `key:<id>`), as far as they are known. Implemented above, where people and keys are. */
export type NamesOfActors = (tx: TenantTx, actors: readonly string[]) => Promise<ReadonlyMap<string, string>>

export type DocumentRow = NonNullable<Awaited<ReturnType<typeof readDocument>>>
type Document = z.infer<typeof documentSchema>

/** Documents as the API gives them, with who filed each. */
export async function presentDocuments(
  tx: TenantTx,
  rows: readonly DocumentRow[],
  namesOf: NamesOfActors,
): Promise<Document[]> {
  const names = await namesOf(tx, [...new Set(rows.map(row => row.filed_by))])
  const now = tx.clock.now().getTime()
  return rows.map(row => ({
    id: row.id,
    control_id: row.control_id,
    title: row.title,
    file_name: row.file_name,
    media_type: row.media_type,
    content: row.content,
    bytes: row.bytes,
    covers_from: row.covers_from,
    covers_to: row.covers_to,
    fresh_for_days: row.fresh_for_days,
    fresh: now - row.collected_at.getTime() <= row.fresh_for_days * 86_400_000,
    source_url: row.source_url,
    filed_by: { actor: row.filed_by, name: names.get(row.filed_by) ?? null },
    collected_at: row.collected_at.toISOString(),
    ledger_entry_id: row.ledger_entry_id,
  }))
}

/** One of them. */
export async function presentDocument(tx: TenantTx, row: DocumentRow, namesOf: NamesOfActors): Promise<Document> {
  const [document] = await presentDocuments(tx, [row], namesOf)
  if (!document) throw new Error('a document that was given is not presented')
  return document
}
