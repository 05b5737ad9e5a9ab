import { cosignatureVerifier } from '../../../verifier/log/cosignature.ts'
import { parseVerifierKey } from '../../../verifier/log/note.ts'
import { proveConsistency } from '../../../verifier/log/prove.ts'
import { requestCosignature } from '../../../verifier/log/witness-client.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { fetchOutside } from '../../platform/http/outbound.ts'
import type { Services } from '../../platform/services.ts'
import { storedTree } from './read-ledger.ts'
import { insertCosignature, latestCheckpoint, listCosignatures } from './store.ts'

/**
 * Asks the configured witness (C2SP tlog-witness) to cosign the newest checkpoint. A witness that has seen one history of the log will not cosign another.
 * Throws `source_failed` when it refuses or does not answer; `integrity` when it has seen a larger log than ours, which means that ours was set back or its key is used elsewhere.
 * Returns whether a cosignature was added.
 */
export async function witnessNewest(services: Services, orgId: string): Promise<boolean> {
  const { config, database, clock } = services
  const { witness } = config
  if (!witness) return false
  const key = cosignatureVerifier(parseVerifierKey(witness.key))
  const due = await database.tenant(orgId, clock, async tx => {
    const newest = await latestCheckpoint(tx)
    const seen = (await listCosignatures(tx)).filter(line => line.witness === key.name).map(line => line.size)
    const lastSize = Math.max(0, ...seen)
    return newest && newest.size > lastSize ? { ...newest, lastSize } : undefined
  })
  if (!due) return false
  const outcome = await requestCosignature(
    due.note,
    due.lastSize,
    [key],
    (from, to) => database.tenant(orgId, clock, tx => proveConsistency(from, to, storedTree(tx, to))),
    async body => {
      const response = await fetchOutside(config.allowPrivateHosts, {
        url: `${witness.url.replace(/\/$/, '')}/add-checkpoint`,
        method: 'POST',
        body,
      })
      return {
        status: response.status,
        contentType: response.contentType,
        body: Buffer.from(response.body).toString('utf8'),
      }
    },
  )
  if (!outcome.ok) {
    const code = outcome.reason === 'ahead' ? 'integrity' : 'source_failed'
    throw new VouchError(code, `The witness ${key.name} did not cosign: ${outcome.detail}`)
  }
  await database.tenant(orgId, clock, async tx => {
    await insertCosignature(tx, { size: due.size, witness: key.name, line: outcome.lines })
    await announce(tx, 'ledger.checkpoint', String(due.size))
  })
  return true
}
