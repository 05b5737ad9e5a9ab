import { randomBytes } from 'node:crypto'
import { type NoteSigner, noteSigner } from '../../../verifier/log/note.ts'
import { formatVerifierKey } from '../../../verifier/log/note-text.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { tenantVaultStore } from '../../platform/vault/sql-store.ts'
import { appendFact } from './append-fact.ts'
import { countRotations, insertKey, insertLog, latestCheckpoint, listKeys, lockLog, readLog } from './store.ts'

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
  // Keys follow one another strictly, also when two are changed before either change has its place in the tree.
  const vkey = await newKey(services, tx, log.origin, Math.max(size, current.from_size) + 1)
  await appendFact(tx, {
    kind: 'ledger.key_rotated',
    actor,
    subject: log.origin,
    content: { from: current.vkey, to: vkey },
  })
  return vkey
}

/**
 * The signers of a checkpoint of `size` leaves, when the checkpoint before it has `previousSize`: the key of that one and every key that followed it since, so that the
 * first checkpoint that holds a change of key is signed by the old key and by the new one.
 */
export async function signersFor(
  services: Services,
  tx: TenantTx,
  origin: string,
  size: number,
  previousSize: number,
): Promise<NoteSigner[]> {
  const oldestFirst = (await listKeys(tx)).filter(key => key.from_size <= size).reverse()
  const signing = oldestFirst.slice(await countRotations(tx, previousSize))
  if (signing.length === 0)
    throw new VouchError('integrity', 'The ledger has no signing key. Restore the newest backup.')
  return Promise.all(
    signing.map(async key => {
      const seed = await services.vault.over(tenantVaultStore(tx)).getSecret(tx.orgId, secretName(key.key_id))
      if (!seed)
        throw new VouchError('integrity', 'The ledger’s signing key is not in the vault. Restore the newest backup.')
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
