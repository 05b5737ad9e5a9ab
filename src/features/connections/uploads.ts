import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Compression, StoredObject } from '../../platform/objects/object-store.ts'
import type { Services } from '../../platform/services.ts'
import type { Uploads } from './connector.ts'
import { findUploads, insertUpload } from './store.ts'

/** Keeps an upload as it comes, by its hash, and writes down whose it is. It supports nothing until a connection's settings name it. */
export async function keepUpload(
  services: Services,
  orgId: string,
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): Promise<Pick<StoredObject, 'id' | 'bytes'>> {
  const stored = await services.objects.put(bytes, { compression })
  await services.database.tenant(orgId, services.clock, tx =>
    insertUpload(tx, { content: stored.id, bytes: stored.bytes }),
  )
  return stored
}

/** The uploads of one organisation. Objects are shared by content, so every read asks first whose it is. */
export function uploadsOf({ database, clock, objects }: Services, orgId: string): Uploads {
  return {
    async open(content) {
      await database.tenant(orgId, clock, tx => requireUploads(tx, [content]))
      return objects.get(content)
    },
  }
}

/** Throws `not_found` when one of the contents was not uploaded by the organisation. */
export async function requireUploads(tx: TenantTx, contents: readonly string[]): Promise<void> {
  const known = new Set((await findUploads(tx, contents)).map(upload => upload.content))
  const missing = contents.find(content => !known.has(content))
  if (missing !== undefined)
    throw new VouchError('not_found', `There is no upload ${missing.slice(0, 12)}…. Upload the file again.`)
}
