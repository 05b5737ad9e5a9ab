import { randomUUID } from 'node:crypto'
import type { TenantTx } from '../../platform/db/database.ts'
import type { Services } from '../../platform/services.ts'
import { createOrganisation } from './create-organisation.ts'

/** An organisation for a test: a sample when the clock is simulated. `andThen` may add to it. Returns its id. */
export function makeOrganisation(
  services: Services,
  andThen: (tx: TenantTx) => Promise<void> = async () => {},
): Promise<string> {
  const slug = `test-${randomUUID().slice(0, 8)}`
  return createOrganisation(
    services,
    { slug, name: 'Test & <Company>', isSample: services.clock.simulated },
    'operator',
    andThen,
  )
}
