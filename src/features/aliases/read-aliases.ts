import type { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { type aliasesSchema, aliasKinds } from './contract.ts'
import { personalFields } from './personal-fields.ts'
import { readSetting } from './setting.ts'
import { countAliases } from './store.ts'
import type { PersonalStores } from './stores.ts'

/** The setting, how many values are kept, and which fields it is about. */
export async function readAliases(tx: TenantTx, stores: PersonalStores): Promise<z.infer<typeof aliasesSchema>> {
  const { kinds, programs, domains } = await readSetting(tx)
  const counts = await countAliases(tx)
  const all = new Set(aliasKinds)
  return {
    setting: { kinds: [...kinds], programs: [...programs], domains: [...domains] },
    counts: Object.fromEntries(aliasKinds.map(kind => [kind, counts.get(kind) ?? 0])) as Record<
      (typeof aliasKinds)[number],
      number
    >,
    uploads: await stores.countUploads(tx),
    plain_snapshots: await stores.countPlainSnapshots(tx),
    fields: [...stores.resources()]
      .map(declaration => ({
        resource: declaration.name,
        title: declaration.title,
        fields: personalFields(declaration, all).flatMap(({ name, kind }) => (kind === 'username' ? [] : [name])),
      }))
      .filter(({ fields }) => fields.length > 0),
  }
}
