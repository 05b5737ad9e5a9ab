import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { announce } from '../../platform/events/events.ts'
import { appendFact } from '../ledger/append-fact.ts'
import type { explanationInput, gapSchema } from './contract.ts'
import { readGap } from './read-monitoring.ts'

/**
 * Records what somebody says about a gap: a fact in the ledger that stands beside the gap, in pages and packages, and takes nothing of it away. More than one may be said; none is changed or
 * deleted. Throws `not_found` when no gap of the connection began then. Returns the gap with all that was said.
 */
export async function explainGap(
  tx: TenantTx,
  connectionId: string,
  input: z.infer<typeof explanationInput>,
  actor: string,
): Promise<z.infer<typeof gapSchema>> {
  const since = new Date(input.since).toISOString()
  await readGap(tx, connectionId, since)
  await appendFact(tx, {
    kind: 'gap.explained',
    actor,
    subject: connectionId,
    content: { explanation: randomUUID(), connection: connectionId, since, text: input.text, by: input.by },
  })
  await announce(tx, 'connections.connection', connectionId)
  return readGap(tx, connectionId, since)
}
