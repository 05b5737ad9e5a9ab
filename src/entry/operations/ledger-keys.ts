import { integrate } from '../../features/ledger/integrate.ts'
import { rotateKey } from '../../features/ledger/keys.ts'
import { latestCheckpoint, listKeys, lockLog } from '../../features/ledger/store.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'

export interface NamedOrganisation {
  readonly id: string
  readonly slug: string
}

/** All organisations, oldest first, or the one of that short name. Throws VouchError: 'not_ready' when there is none, 'not_found'. */
export async function findOrganisations(
  { database }: Pick<Services, 'database'>,
  slug?: string,
): Promise<NamedOrganisation[]> {
  const all = await database.operator(trx =>
    trx.selectFrom('organisation').select(['id', 'slug']).orderBy('created_at').orderBy('id').execute(),
  )
  if (all.length === 0)
    throw new VouchError('not_ready', 'There is no organisation yet. Make one with: ./vouch init --name "Your company"')
  const found = slug === undefined ? all : all.filter(organisation => organisation.slug === slug)
  if (found.length === 0)
    throw new VouchError(
      'not_found',
      `There is no organisation "${slug}". There are: ${all.map(organisation => organisation.slug).join(', ')}.`,
    )
  return found
}

/**
 * Replaces a ledger's signing key, and signs the checkpoint that says so with the old key and the new one. Answers the new verifier key. Throws
 * VouchError('conflict') when the rotation before has not been signed yet: no checkpoint would be signed by the key between.
 */
export async function rotateLedgerKey(services: Services, orgId: string, actor: string): Promise<string> {
  await integrate(services, orgId)
  const vkey = await services.database.tenant(orgId, services.clock, async tx => {
    await lockLog(tx)
    const [newest] = await listKeys(tx)
    const size = (await latestCheckpoint(tx))?.size ?? 0
    if (newest && newest.from_size > size)
      throw new VouchError(
        'conflict',
        'The key was replaced a moment ago and nothing was signed with it yet. Try again in a minute.',
      )
    return rotateKey(services, tx, actor)
  })
  await integrate(services, orgId)
  return vkey
}
