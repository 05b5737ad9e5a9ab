import { adoptChecks } from '../features/checks/change-check.ts'
import { adoptControls } from '../features/controls/adopt-controls.ts'
import { adoptFramework } from '../features/frameworks/adopt-framework.ts'
import { integrate } from '../features/ledger/integrate.ts'
import { createOrganisation, type NewOrganisation } from '../features/scope/create-organisation.ts'
import type { TenantTx } from '../platform/db/database.ts'
import type { Services } from '../platform/services.ts'

/** Makes an organisation with everything that this version ships: framework, controls, checks; `andThen` adds to it in the same transaction. Returns its id. */
export async function setUpOrganisation(
  services: Services,
  organisation: NewOrganisation,
  actor: string,
  andThen: (tx: TenantTx) => Promise<void> = async () => {},
): Promise<string> {
  const orgId = await createOrganisation(services, organisation, actor, async tx => {
    await adoptFramework(services, tx, actor)
    await adoptControls(tx, actor)
    await adoptChecks(tx, actor)
    await andThen(tx)
  })
  await integrate(services, orgId)
  return orgId
}
