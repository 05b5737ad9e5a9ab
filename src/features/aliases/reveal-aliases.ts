import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { aliasTokens } from '../../../verifier/records/alias-tokens.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { aliasKeys } from './alias-keys.ts'
import type { revealedList } from './contract.ts'
import { countReveals, findSealed, insertReveals } from './store.ts'

const hour = 3_600_000
/** How many aliases an organisation's people and programs may have revealed within an hour. */
export const mostRevealedAnHour = 2_000

/**
 * What aliases stand for, in the order in which they were asked for; null for what was erased or never was one. Each that is told is a row, and so in the activity that it is part of: the
 * alias, never the value. Throws `rate_limited`.
 */
export async function revealAliases(
  services: Services,
  tx: TenantTx,
  aliases: readonly string[],
): Promise<z.infer<typeof revealedList>['items']> {
  const asked = aliases.map(alias => ({ alias, token: aliasTokens(alias)[0] }))
  const rows = await findSealed(
    tx,
    asked.flatMap(({ token }) => (token === undefined ? [] : [token])),
  )
  const recent = await countReveals(tx, new Date(tx.clock.now().getTime() - hour))
  if (recent + rows.length > mostRevealedAnHour)
    throw new VouchError(
      'rate_limited',
      `Within an hour ${mostRevealedAnHour} aliases can be revealed, and these would be more. Try again later.`,
    )
  await insertReveals(
    tx,
    rows.map(({ token }) => ({ id: randomUUID(), token })),
  )
  const keys = await aliasKeys(services, tx)
  const known = new Map(
    rows.map(({ token, kind, sealed }) => [token, { kind, value: keys.open(token, sealed) }] as const),
  )
  return asked.map(({ alias, token }) => ({
    alias,
    ...((token === undefined ? undefined : known.get(token)) ?? { kind: null, value: null }),
  }))
}
