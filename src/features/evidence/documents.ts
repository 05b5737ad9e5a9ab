import { randomUUID } from 'node:crypto'
import type { Program } from '../../../verifier/rules/program.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { announce } from '../../platform/events/events.ts'
import type { Services } from '../../platform/services.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { insertDocument, selectDocuments } from './store.ts'

export interface NewDocument {
  readonly controlId: string
  readonly title: string
  readonly fileName: string
  readonly mediaType: string
  readonly coversFrom: string
  readonly coversTo: string
  readonly freshForDays: number
  readonly content: AsyncIterable<Uint8Array> | Uint8Array
}

/** Files a document as evidence for a control: its bytes are kept by their hash, the filing is a fact. Returns its id. */
export async function fileDocument(
  services: Services,
  orgId: string,
  document: NewDocument,
  actor: string,
): Promise<string> {
  const stored = await services.objects.put(document.content)
  const id = randomUUID()
  await services.database.tenant(orgId, services.clock, async tx => {
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
        content: stored.id,
        bytes: stored.bytes,
        covers_from: document.coversFrom,
        covers_to: document.coversTo,
        fresh_for_days: document.freshForDays,
      },
    })
    await insertDocument(tx, { id, ...document, content: stored.id, bytes: stored.bytes }, entry)
    await announce(tx, 'evidence.document', id)
  })
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
