import { randomUUID } from 'node:crypto'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { soc2Id } from '../frameworks/content.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { createLog, originOf } from '../ledger/keys.ts'
import { changeScope } from './change-scope.ts'
import { insertOrganisation } from './store.ts'

export interface NewOrganisation {
  /** Lower-case letters, digits and hyphens; part of the log's name for ever. */
  readonly slug: string
  readonly name: string
  readonly isSample: boolean
}

/**
 * Makes an organisation: its row, its log with a signing key, and Security as its first scope; `andThen` adds the rest (controls, checks) in the same transaction.
 * Throws `unprocessable` when the clock is simulated and the organisation is not a sample, `conflict` when the slug is taken.
 * Returns its id.
 */
export async function createOrganisation(
  services: Services,
  organisation: NewOrganisation,
  actor: string,
  andThen: (tx: TenantTx) => Promise<void>,
): Promise<string> {
  if (services.clock.simulated && !organisation.isSample) {
    throw new VouchError(
      'unprocessable',
      'A real organisation cannot be given a simulated past. Only the demo makes sample organisations.',
    )
  }
  const orgId = randomUUID()
  await services.database.tenant(orgId, services.clock, async tx => {
    await insertOrganisation(tx, organisation)
    await createLog(services, tx, originOf({ id: orgId, ...organisation }))
    await appendFact(tx, {
      kind: 'organisation.created',
      actor,
      subject: orgId,
      content: { organisation: orgId, slug: organisation.slug, name: organisation.name, sample: organisation.isSample },
    })
    await changeScope(tx, { framework: soc2Id, categories: ['security'], period_from: null, period_to: null }, actor)
    await andThen(tx)
  })
  return orgId
}
