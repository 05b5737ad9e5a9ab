import { openCheckpointAsync, verifyConsistencyAsync } from '../../../../verifier/log/browser.ts'
import { fromBase64, sameBytes, toHex } from '../../../../verifier/log/bytes.ts'
import { answer, api } from '../../../web/api/client.ts'
import type { Step } from '../../../web/verify/steps.ts'
import type { Checkpoint, Ledger } from './queries.ts'

/**
 * Verifies the log's newest checkpoints in this browser: each is signed by one of the log's keys, and each later tree holds the earlier one
 * unchanged (RFC 9162 section 2.1.4.2), so nothing between them was altered or removed.
 */
export async function verifyLog(ledger: Ledger): Promise<Step[]> {
  const oldestFirst = [...ledger.checkpoints].reverse()
  const steps: Step[] = []
  for (const [position, checkpoint] of oldestFirst.entries()) {
    steps.push(await signatureStep(checkpoint, ledger))
    const previous = oldestFirst[position - 1]
    if (previous && previous.size < checkpoint.size) steps.push(await consistencyStep(previous, checkpoint))
  }
  return steps
}

async function signatureStep(checkpoint: Checkpoint, ledger: Ledger): Promise<Step> {
  const title = `The checkpoint of ${checkpoint.size} leaves is signed`
  let reason = 'None of the log’s keys signed it.'
  for (const { vkey } of ledger.keys) {
    try {
      const opened = await openCheckpointAsync(checkpoint.note, vkey, ledger.origin)
      const same = opened.size === checkpoint.size && toHex(opened.root) === checkpoint.root
      return {
        title,
        state: same ? 'holds' : 'fails',
        detail: same ? `By a key of ${ledger.origin}.` : 'The signed note names another tree than the list does.',
        values: { root: toHex(opened.root) },
      }
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
  }
  return { title, state: 'fails', detail: reason }
}

async function consistencyStep(earlier: Checkpoint, later: Checkpoint): Promise<Step> {
  const { hashes } = await answer(
    api.GET('/api/v1/ledger/proof/consistency', { params: { query: { from: earlier.size, to: later.size } } }),
  )
  const roots = [earlier, later].map(({ root }) => fromHex(root)) as [Uint8Array, Uint8Array]
  const holds = await verifyConsistencyAsync(earlier.size, later.size, ...roots, hashes.map(fromBase64))
  return {
    title: `From ${earlier.size} to ${later.size} leaves nothing was changed`,
    state: holds && !sameBytes(...roots) ? 'holds' : 'fails',
    detail: `${hashes.length} hashes join both roots (RFC 9162, section 2.1.4.2).`,
  }
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
}
