import { type CheckpointTrust, openCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { LogError } from './log-error.ts'
import { leafHash, verifyInclusion } from './merkle.ts'
import { parseTlogProof } from './tlog-proof-text.ts'

/** What a verified proof establishes. */
export interface ProvenEntry {
  readonly index: number
  /** The checkpoint that covers the entry, with the cosignatures that verified. */
  readonly checkpoint: SignedCheckpoint
  /** Opaque and unauthenticated. */
  readonly extra?: Uint8Array
}

/**
 * Verifies that `entry` (the leaf's bytes, not its hash) is in the log (C2SP tlog-proof, "Verifying a tlog proof"). Throws what
 * `parseTlogProof` and `openCheckpoint` throw, and `bad_proof` when the entry is not the one that the checkpoint covers.
 */
export function verifyTlogProof(proof: string, entry: Uint8Array, trust: CheckpointTrust): ProvenEntry {
  const { index, hashes, checkpoint: note, extra } = parseTlogProof(proof)
  const checkpoint = openCheckpoint(note, trust)
  if (!verifyInclusion(leafHash(entry), index, checkpoint.size, hashes, checkpoint.root)) {
    throw new LogError(
      'bad_proof',
      `The entry is not leaf ${index} of the tree of ${checkpoint.size} leaves that was signed.`,
    )
  }
  return { index, checkpoint, ...(extra && { extra }) }
}
