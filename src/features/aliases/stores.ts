import type { ResourceDeclaration } from '../../../verifier/records/resource.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import type { Services } from '../../platform/services.ts'

/** Where personal values lie besides aliases, told from above: evidence and connections implement it, `entry/` hands it in. */
export interface PersonalStores {
  /** Every resource that sources can give. */
  resources(): Iterable<ResourceDeclaration>
  /** How many snapshots hold personal fields as they came. */
  countPlainSnapshots(tx: TenantTx): Promise<number>
  /** How many originals are kept. */
  countUploads(tx: TenantTx): Promise<number>
  /** Encrypts the originals that were uploaded while aliases were not used. */
  sealUploads(services: Services, orgId: string): Promise<void>
  /** Removes the originals. Their bytes go by `settle`, to be called when the transaction has committed. */
  removeUploads(services: Services, tx: TenantTx): Promise<{ removed: number; settle: () => Promise<void> }>
  /** Asks for a collection of every source, so that all of them have aliases soon. */
  collectAll(tx: TenantTx): Promise<void>
}
