import { createHash, randomBytes } from 'node:crypto'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Compression, StoredObject } from '../../platform/objects/object-store.ts'
import type { Services } from '../../platform/services.ts'
import { keyLength } from '../../platform/vault/envelope.ts'
import { openChunks, sealChunks } from '../../platform/vault/sealed-stream.ts'
import { tenantVaultStore } from '../../platform/vault/sql-store.ts'
import { readSetting } from '../aliases/setting.ts'
import { isEvidence } from '../evidence/snapshots.ts'
import type { Uploads } from './connector.ts'
import {
  countStoredUploads,
  deleteUploads,
  findUploads,
  insertUpload,
  isUploadObject,
  listUploads,
  updateUpload,
} from './store.ts'

const secretName = (content: string) => `upload:${content}`
const contextOf = (orgId: string) => Buffer.from(`vouch upload ${orgId}`)

/**
 * Keeps an upload as it comes, by its hash, and writes down whose it is. It supports nothing until a connection's settings name it. Where aliases are used it is encrypted, under a key of
 * its own: it is personal data as it came.
 */
export async function keepUpload(
  services: Services,
  orgId: string,
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): Promise<Pick<StoredObject, 'id' | 'bytes'>> {
  const { database, clock, objects } = services
  const { kinds } = await database.tenant(orgId, clock, readSetting)
  if (kinds.length > 0) return keepSealed(services, orgId, bytes)
  const { id, bytes: length } = await objects.put(bytes, { compression })
  await database.tenant(orgId, clock, tx => insertUpload(tx, { content: id, bytes: length, object: id }))
  return { id, bytes: length }
}

async function keepSealed(services: Services, orgId: string, source: AsyncIterable<Uint8Array>) {
  const { database, clock, objects } = services
  const sealed = await putSealed(services, orgId, source)
  const { content, bytes, object } = sealed
  const isNew = await database.tenant(orgId, clock, async tx => {
    const inserted = await insertUpload(tx, { content, bytes, object })
    if (inserted) await keepKey(services, tx, sealed)
    return inserted
  })
  if (!isNew) await objects.erase(object)
  return { id: content, bytes }
}

interface SealedUpload {
  readonly content: string
  readonly bytes: number
  readonly object: string
  readonly key: Buffer
}

async function putSealed(
  { objects }: Services,
  orgId: string,
  source: AsyncIterable<Uint8Array>,
): Promise<SealedUpload> {
  const key = randomBytes(keyLength)
  const digest = createHash('sha256')
  let bytes = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      digest.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  const { id: object } = await objects.put(sealChunks(counted(), key, contextOf(orgId)), { compression: 'none' })
  return { content: digest.digest('hex'), bytes, object, key }
}

async function keepKey(services: Services, tx: TenantTx, { content, key }: SealedUpload): Promise<void> {
  await services.vault.over(tenantVaultStore(tx)).putSecret(tx.orgId, secretName(content), key)
}

/** The uploads of one organisation. Objects are shared by content, so every read asks first whose it is. */
export function uploadsOf(services: Services, orgId: string): Uploads {
  const { database, clock, objects } = services
  return {
    async open(content) {
      const { object, key } = await database.tenant(orgId, clock, async tx => {
        const [upload] = await requireUploads(tx, [content])
        const sealed = upload !== undefined && upload.object !== content
        const vault = services.vault.over(tenantVaultStore(tx))
        return {
          object: upload?.object ?? content,
          key: sealed ? await vault.getSecret(orgId, secretName(content)) : undefined,
        }
      })
      const stored = await objects.get(object)
      return key === undefined ? stored : opened(stored, content, key, orgId)
    },
  }
}

async function* opened(
  stored: AsyncIterable<Uint8Array>,
  content: string,
  key: Uint8Array,
  orgId: string,
): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256')
  for await (const chunk of openChunks(stored, key, contextOf(orgId))) {
    digest.update(chunk)
    yield chunk
  }
  if (digest.digest('hex') !== content)
    throw new VouchError('integrity', 'An uploaded file is not as it was uploaded. Upload it again.')
}

/** How many uploaded files are kept. */
export async function countUploads(tx: TenantTx): Promise<number> {
  return countStoredUploads(tx)
}

/** Encrypts what was uploaded while aliases were not used. It can be interrupted and repeated. */
export async function sealUploads(services: Services, orgId: string): Promise<void> {
  const { database, clock, objects } = services
  for (const upload of await database.tenant(orgId, clock, listUploads)) {
    if (upload.object !== upload.content) continue
    const sealed = await putSealed(services, orgId, await objects.get(upload.object))
    await database.tenant(orgId, clock, async tx => {
      await updateUpload(tx, upload.content, sealed.object)
      await keepKey(services, tx, sealed)
    })
    await eraseUnused(services, upload.object, false)
  }
}

/** Removes everything that the organisation uploaded. The bytes themselves go by `settle`, to be called when the transaction has committed. */
export async function removeUploads(
  services: Services,
  tx: TenantTx,
): Promise<{ removed: number; settle: () => Promise<void> }> {
  const uploads = await listUploads(tx)
  const vault = services.vault.over(tenantVaultStore(tx))
  for (const { content } of uploads) await vault.deleteSecret(tx.orgId, secretName(content))
  await deleteUploads(
    tx,
    uploads.map(upload => upload.content),
  )
  return {
    removed: uploads.length,
    async settle() {
      for (const { object, content } of uploads) await eraseUnused(services, object, object !== content)
    },
  }
}

/**
 * Erases an object that nothing refers to any longer, in any organisation. Where the storage keeps it locked, one whose key is gone may stay; of any other it throws `conflict`, for it can
 * still be read.
 */
async function eraseUnused({ database, objects }: Services, object: string, keyGone: boolean): Promise<void> {
  if ((await isUploadObject(database, object)) || (await isEvidence(database, object))) return
  try {
    await objects.erase(object)
  } catch (thrown) {
    if (!keyGone || !(thrown instanceof VouchError) || thrown.code !== 'conflict') throw thrown
  }
}

/** Throws `not_found` when one of the contents was not uploaded by the organisation. */
export async function requireUploads(tx: TenantTx, contents: readonly string[]) {
  const found = await findUploads(tx, contents)
  const known = new Set(found.map(upload => upload.content))
  const missing = contents.find(content => !known.has(content))
  if (missing !== undefined)
    throw new VouchError('not_found', `There is no upload ${missing.slice(0, 12)}…. Upload the file again.`)
  return found
}
