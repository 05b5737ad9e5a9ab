import { randomUUID } from 'node:crypto'
import type { Program } from '../../../verifier/rules/program.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { Services } from '../../platform/services.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { findSameDocument, insertDocument, selectDocuments } from './store.ts'

export interface NewDocument {
  readonly controlId: string
  readonly title: string
  readonly fileName: string
  readonly mediaType: string
  readonly coversFrom: string
  readonly coversTo: string
  readonly freshForDays: number
  /** Where it came from: an http(s) address. */
  readonly sourceUrl: string | null
  /** What the object store keeps: its SHA-256 and its length. */
  readonly content: { readonly id: string; readonly bytes: number }
}

/** What filing needs from above: which controls there are. Implemented by the controls feature, handed in by `entry/`. */
export type HasControl = (tx: TenantTx, id: string) => Promise<boolean>

/** Files a document as evidence for a control, once its bytes are kept, in a transaction of its own: see `fileWithin`. Returns its id. */
export function fileDocument(
  { database, clock }: Services,
  orgId: string,
  document: NewDocument,
  actor: string,
): Promise<string> {
  return database.tenant(orgId, clock, tx => fileWithin(tx, document, actor))
}

/** Files a document: row and fact are of one transaction. Throws `conflict` when it was filed already, the same for the same days. Returns its id. */
export async function fileWithin(tx: TenantTx, document: NewDocument, actor: string): Promise<string> {
  const id = randomUUID()
  const { id: content, bytes } = document.content
  const same = await findSameDocument(tx, { ...document, content })
  if (same)
    throw new VouchError(
      'conflict',
      `This file is filed already, with this title, for this control and these days: it is the document ${same.id}. Nothing was filed.`,
    )
  const entry = await appendFact(tx, {
    kind: 'document.filed',
    actor,
    subject: id,
    content: {
      document: id,
      control: document.controlId,
      title: document.title,
      file_name: document.fileName,
      media_type: document.mediaType,
      content,
      bytes,
      covers_from: document.coversFrom,
      covers_to: document.coversTo,
      fresh_for_days: document.freshForDays,
      ...(document.sourceUrl === null ? {} : { source_url: document.sourceUrl }),
    },
  })
  await insertDocument(tx, { ...document, id, content, bytes }, entry)
  await announce(tx, 'evidence.document', id)
  return id
}

/** Every filed document, in the shape from which statuses follow. */
export async function readFiledDocuments(tx: TenantTx): Promise<Program['documents']> {
  const rows = await selectDocuments(tx).orderBy('collected_at').orderBy('id').execute()
  return rows.map(row => ({
    document: row.id,
    control: row.control_id,
    title: row.title,
    file_name: row.file_name,
    media_type: row.media_type,
    content: row.content,
    bytes: row.bytes,
    covers_from: row.covers_from,
    covers_to: row.covers_to,
    fresh_for_days: row.fresh_for_days,
    filedAt: row.collected_at.toISOString(),
  }))
}
