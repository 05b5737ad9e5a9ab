import { randomBytes } from 'node:crypto'
import { formatVerifierKey } from '../../../verifier/log/note-text.ts'
import { type NoteSigner, noteSigner } from '../../../verifier/log/note.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { tenantVaultStore } from '../../platform/vault/sql-store.ts'
import { appendFact } from './append-fact.ts'
import { insertKey, insertLog, latestCheckpoint, listKeys, lockLog, readLog } from './store.ts'

const secretName = (keyId: string) => `ledger-signing-key:${keyId}`

/** The name of an organisation's log. A sample's says so, in every checkpoint that is ever signed for it. */
export function originOf(organisation: { id: string; slug: string; isSample: boolean }): string {
  return `${organisation.isSample ? 'vouch-sample' : 'vouch'}/${organisation.slug}-${organisation.id.slice(0, 8)}`
}

/** Starts an organisation's log with its first signing key. In the transaction that makes the organisation. */
export async function createLog(services: Services, tx: TenantTx, origin: string): Promise<void> {
  await insertLog(tx, origin)
  await newKey(services, tx, origin, 0)
}

/**
 * Replaces the signing key. The change is a leaf, and the first checkpoint that holds it is signed by the old key and by the new one: who trusts the old key can follow.
 * Returns the new verifier key. Throws `not_found` when the organisation has no log.
 */
export async function rotateKey(services: Services, tx: TenantTx, actor: string): Promise<string> {
  await lockLog(tx)
  const log = await readLog(tx)
  const [current] = await listKeys(tx)
  if (!log || !current) throw new VouchError('not_found', 'This organisation has no ledger.')
  const size = (await latestCheckpoint(tx))?.size ?? 0
  const vkey = await newKey(services, tx, log.origin, size + 1)
  await appendFact(tx, { kind: 'ledger.key_rotated', actor, subject: log.origin, content: { from: current.vkey, to: vkey } })
  return vkey
}

/** The signers of a checkpoint of `size` leaves, when the checkpoint before it has `previousSize`: the newest key, and at a rotation the one before it too. */
export async function signersFor(services: Services, tx: TenantTx, origin: string, size: number, previousSize: number): Promise<NoteSigner[]> {
  const keys = (await listKeys(tx)).filter(key => key.from_size <= size)
  const [newest, before] = keys
  if (!newest) throw new VouchError('integrity', 'The ledger has no signing key. Restore the newest backup.')
  const signing = before && previousSize < newest.from_size ? [newest, before] : [newest]
  return Promise.all(
    signing.map(async key => {
      const seed = await services.vault.over(tenantVaultStore(tx)).getSecret(tx.orgId, secretName(key.key_id))
      if (!seed) throw new VouchError('integrity', 'The ledger’s signing key is not in the vault. Restore the newest backup.')
      return noteSigner(origin, seed)
    }),
  )
}

async function newKey(services: Services, tx: TenantTx, origin: string, fromSize: number): Promise<string> {
  const seed = randomBytes(32)
  const signer = noteSigner(origin, seed)
  const keyId = signer.key.keyId.toString(16).padStart(8, '0')
  const vkey = formatVerifierKey(signer.key)
  await services.vault.over(tenantVaultStore(tx)).putSecret(tx.orgId, secretName(keyId), seed)
  await insertKey(tx, { keyId, vkey, fromSize })
  return vkey
}
