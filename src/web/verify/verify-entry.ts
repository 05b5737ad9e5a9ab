import { leafHashAsync, openCheckpointAsync, sha256Async, verifyInclusionAsync } from '../../../verifier/log/browser.ts'
import { concatBytes, fromBase64, toHex, utf8 } from '../../../verifier/log/bytes.ts'
import type { Schemas } from '../api/client.ts'
import type { Step } from './steps.ts'

type Entry = Schemas['LedgerEntryDetail']

/**
 * Verifies a ledger entry in this browser, from the content to the signature: the content is what the leaf commits to, the leaf is in the
 * tree that the checkpoint names, and the log's key signed the checkpoint. `origin` and `trusted` (verifier keys) are what the reader
 * holds the log to. A step that cannot be taken is open, never held.
 */
export async function verifyEntry(entry: Entry, origin: string, trusted: readonly string[]): Promise<Step[]> {
  const leaf = utf8(entry.leaf)
  return [await commitmentStep(entry), ...(await proofSteps(entry, leaf, origin, trusted))]
}

async function commitmentStep(entry: Entry): Promise<Step> {
  const title = 'The content is what the leaf commits to'
  const committed = readCommitment(entry.leaf)
  if (entry.salt === null || entry.canonical_content === null) {
    return {
      title,
      state: 'open',
      detail:
        'The content and its salt were erased. The leaf and its place in the log stay, and say nothing of what was erased.',
      values: { 'commitment in the leaf': committed },
    }
  }
  const computed = toHex(await sha256Async(concatBytes(fromHex(entry.salt), utf8(entry.canonical_content))))
  return {
    title,
    state: computed === committed ? 'holds' : 'fails',
    detail: 'SHA-256 of the salt followed by the canonical content, against the commitment in the leaf.',
    values: { computed, 'commitment in the leaf': committed },
  }
}

async function proofSteps(entry: Entry, leaf: Uint8Array, origin: string, trusted: readonly string[]): Promise<Step[]> {
  const hash = await leafHashAsync(leaf)
  const { proof, index } = entry
  if (!proof || index === null) {
    return [
      {
        title: 'The leaf is in the log',
        state: 'open',
        detail: 'It waits for its place in the tree; that takes a few seconds.',
        values: { 'leaf hash': toHex(hash) },
      },
    ]
  }
  const key: Step = trusted.includes(proof.vkey)
    ? {
        title: 'The key is one of this log’s',
        state: 'holds',
        detail: 'The verifier key is on the log’s own list.',
        values: { key: proof.vkey },
      }
    : {
        title: 'The key is one of this log’s',
        state: 'fails',
        detail: 'The proof names a key that is not on the log’s list.',
        values: { key: proof.vkey },
      }
  try {
    const checkpoint = await openCheckpointAsync(proof.checkpoint, proof.vkey, origin)
    const holds = await verifyInclusionAsync(
      hash,
      index,
      checkpoint.size,
      proof.hashes.map(fromBase64),
      checkpoint.root,
    )
    const values = { 'leaf hash': toHex(hash), root: toHex(checkpoint.root) }
    return [
      {
        title: `The leaf is number ${index} of the tree`,
        state: holds ? 'holds' : 'fails',
        detail: `${proof.hashes.length} hashes lead from the leaf to the root of ${checkpoint.size} leaves (RFC 9162, section 2.1.3.2).`,
        values,
      },
      {
        title: 'The checkpoint is signed',
        state: 'holds',
        detail: `Ed25519 over the checkpoint of ${checkpoint.size} leaves of ${checkpoint.origin}.`,
      },
      key,
    ]
  } catch (error) {
    return [
      {
        title: 'The checkpoint is signed',
        state: 'fails',
        detail: error instanceof Error ? error.message : String(error),
      },
      key,
    ]
  }
}

function readCommitment(leaf: string): string {
  const parsed: unknown = JSON.parse(leaf)
  return typeof parsed === 'object' && parsed !== null && 'commitment' in parsed ? String(parsed.commitment) : ''
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
}
