import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { aliasTokens } from '../../../verifier/records/alias-tokens.ts'
import { announce } from '../../platform/events/events.ts'
import type { Services } from '../../platform/services.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { aliasKeys } from './alias-keys.ts'
import { aliasKinds, type erasureInput, type erasureSchema } from './contract.ts'
import { deleteAliases, sweepErased } from './store.ts'
import type { PersonalStores } from './stores.ts'

/**
 * Erases a person's values for good: by the values, whatever their kind, or by their aliases. The rows that alone led from an alias to its value, and back, are deleted, and with them every uploaded
 * original. Records keep the aliases, so everything can be performed again; the same person coming again gets new ones. What was not there is not an error: it can be repeated.
 */
export async function erasePerson(
  services: Services,
  orgId: string,
  input: z.output<typeof erasureInput>,
  { stores, actor }: { stores: PersonalStores; actor: string },
): Promise<z.infer<typeof erasureSchema>> {
  const { database, clock } = services
  const done = await database.tenant(orgId, clock, async tx => {
    const keys = await aliasKeys(services, tx)
    const erased = await deleteAliases(tx, {
      tokens: input.aliases.flatMap(aliasTokens),
      lookups: input.values.flatMap(value => aliasKinds.map(kind => keys.lookupOf({ kind, value }))),
    })
    const plain_snapshots = await stores.countPlainSnapshots(tx)
    if (erased.length === 0) return { aliases: erased, uploads: 0, plain_snapshots, settle: async () => {} }
    const { removed, settle } = await stores.removeUploads(services, tx)
    const erasure = randomUUID()
    await appendFact(tx, {
      kind: 'person.erased',
      actor,
      subject: erasure,
      content: { erasure, aliases: erased, count: erased.length },
    })
    await announce(tx, 'aliases.erased', erasure)
    return { aliases: erased, uploads: removed, plain_snapshots, settle }
  })
  const { settle, ...answer } = done
  await settle()
  if (answer.aliases.length > 0) await sweepErased(database)
  return answer
}
