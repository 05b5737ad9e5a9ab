import type { TenantTx } from '../../platform/db/database.ts'
import type { Services } from '../../platform/services.ts'
import { aliasKeys } from './alias-keys.ts'
import { aliasText, type DomainRule, makeToken, type PersonalValue } from './forms.ts'
import { findTokens, insertAliases } from './store.ts'

// A telephone number's token has 40 random bits: with a million of them one in two thousand attempts meets another.
const mostAttempts = 5

/** The tokens of values, in their order; values that have none get one. The same value always has the same, until it is erased. */
async function tokensOf(services: Services, tx: TenantTx, values: readonly PersonalValue[]): Promise<string[]> {
  if (values.length === 0) return []
  const keys = await aliasKeys(services, tx)
  const lookups = values.map(value => keys.lookupOf(value))
  const names = lookups.map(lookup => lookup.toString('hex'))
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const known = await findTokens(tx, lookups)
    if (names.every(name => known.has(name))) return names.map(name => known.get(name) ?? '')
    const missing = new Map<string, number>()
    for (const [at, name] of names.entries()) if (!known.has(name) && !missing.has(name)) missing.set(name, at)
    await insertAliases(
      tx,
      [...missing.values()].flatMap(at => {
        const [personal, lookup] = [values[at], lookups[at]]
        if (!personal || !lookup) return []
        const token = makeToken(personal.kind)
        return [{ token, kind: personal.kind, lookup, sealed: keys.seal(token, personal.value.trim()) }]
      }),
    )
  }
  throw new Error('no free token was found for an alias')
}

/** The aliases of values as they stand in records, in their order. */
export async function makeAliases(
  services: Services,
  tx: TenantTx,
  values: readonly PersonalValue[],
  rule: DomainRule,
): Promise<string[]> {
  const tokens = await tokensOf(services, tx, values)
  return values.map((value, at) => aliasText(value, tokens[at] ?? '', rule))
}
