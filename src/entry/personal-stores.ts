import type { PersonalStores } from '../features/aliases/stores.ts'
import { requestAllCollections } from '../features/connections/change-connection.ts'
import { allResources } from '../features/connections/registry.ts'
import { countUploads, removeUploads, sealUploads } from '../features/connections/uploads.ts'
import { countPlainSnapshots } from '../features/evidence/snapshots.ts'

/** Where personal values lie, for the aliases feature, which comes before all of these. */
export const personalStores: PersonalStores = {
  resources: () => allResources().values(),
  countPlainSnapshots,
  countUploads,
  sealUploads,
  removeUploads,
  collectAll: requestAllCollections,
}
