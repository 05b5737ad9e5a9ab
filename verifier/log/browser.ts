import { concatBytes, sameBytes, utf8 } from './bytes.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint-text.ts'
import { LogError } from './log-error.ts'
import { ED25519, parseNote, readKeyId, splitVerifierKey, type VerifierKey } from './note-text.ts'
import { consistencySteps, inclusionSteps, type ProofSteps } from './proof-steps.ts'
import { parseTlogProof } from './tlog-proof-text.ts'

/*
 * The verifying half of this folder with WebCrypto: runs in a browser, imports nothing from node. The rules are the same code
 * (proof-steps.ts, *-text.ts); only hashing and Ed25519 differ.
 */

/** What a page learns from a proof that holds. */
export interface BrowserProof {
  readonly index: number
  readonly checkpoint: Checkpoint
}

// A copy in a plain ArrayBuffer: WebCrypto takes no view of shared memory.
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** SHA-256 of the bytes. */
export async function sha256Async(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', plain(bytes)))
}

/** The hash of a leaf: SHA-256(0x00 ‖ entry) (RFC 6962 section 2.1). */
export function leafHashAsync(entry: Uint8Array): Promise<Uint8Array> {
  return sha256Async(concatBytes(Uint8Array.of(0), entry))
}

async function run(steps: ProofSteps): Promise<boolean> {
  let step = steps.next()
  while (!step.done) step = steps.next(await sha256Async(concatBytes(Uint8Array.of(1), ...step.value)))
  return step.value
}

/** As `verifyInclusion` of merkle.ts: RFC 9162 section 2.1.3.2. */
export function verifyInclusionAsync(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): Promise<boolean> {
  return run(inclusionSteps(leaf, index, size, proof, root))
}

/** As `verifyConsistency` of merkle.ts: RFC 9162 section 2.1.4.2. */
export async function verifyConsistencyAsync(
  oldSize: number,
  newSize: number,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): Promise<boolean> {
  if (oldSize === 0 && !sameBytes(oldRoot, await sha256Async(new Uint8Array(0)))) return false
  return run(consistencySteps(oldSize, newSize, oldRoot, newRoot, proof))
}

/** Reads a verifier key of type 0x01 and checks its id. Throws `malformed`. */
export async function parseVerifierKeyAsync(vkey: string): Promise<VerifierKey> {
  const { key, keyIdInput } = splitVerifierKey(vkey)
  if (readKeyId(await sha256Async(keyIdInput)) !== key.keyId) {
    throw new LogError(
      'malformed',
      'The id in the verifier key does not belong to its name and key: it was copied wrongly.',
    )
  }
  if (key.algorithm !== ED25519)
    throw new LogError('malformed', `The key ${key.name} is not for signing notes (type 0x01).`)
  return key
}

/**
 * Opens a checkpoint signed by the log's key, given as `name+id+key`, for the log named `origin`. Throws `malformed`,
 * `bad_signature`, `wrong_log` or `bad_proof` as `openCheckpoint` of checkpoint.ts does; cosignatures are not looked at.
 */
export async function openCheckpointAsync(note: string, vkey: string, origin: string): Promise<Checkpoint> {
  const key = await parseVerifierKeyAsync(vkey)
  const { text, signatures } = parseNote(note)
  const ours = signatures.filter(signature => signature.name === key.name && signature.keyId === key.keyId)
  if (ours.length === 0) throw new LogError('bad_signature', 'The note is signed by no key that is known here.')
  const publicKey = await crypto.subtle.importKey('raw', plain(key.publicKey), 'Ed25519', false, ['verify'])
  for (const { signature } of ours) {
    if (!(await crypto.subtle.verify('Ed25519', publicKey, plain(signature), plain(utf8(text))))) {
      throw new LogError(
        'bad_signature',
        `The signature by ${key.name} is not valid: the text or the signature was changed.`,
      )
    }
  }
  const checkpoint = parseCheckpoint(text)
  if (checkpoint.origin !== origin) {
    throw new LogError('wrong_log', `The checkpoint is of the log "${checkpoint.origin}", not of "${origin}".`)
  }
  if (checkpoint.size === 0 && !sameBytes(checkpoint.root, await sha256Async(new Uint8Array(0)))) {
    throw new LogError(
      'bad_proof',
      'The checkpoint says that the log is empty, but its root is not that of the empty tree.',
    )
  }
  return checkpoint
}

/**
 * Verifies in the browser that `entry` (the leaf's bytes) is in the log: the text of a C2SP tlog-proof, the log's key and its origin.
 * Throws as `verifyTlogProof` of tlog-proof.ts does.
 */
export async function verifyTlogProofAsync(
  proof: string,
  entry: Uint8Array,
  vkey: string,
  origin: string,
): Promise<BrowserProof> {
  const { index, hashes, checkpoint: note } = parseTlogProof(proof)
  const checkpoint = await openCheckpointAsync(note, vkey, origin)
  const leaf = await leafHashAsync(entry)
  if (!(await verifyInclusionAsync(leaf, index, checkpoint.size, hashes, checkpoint.root))) {
    throw new LogError(
      'bad_proof',
      `The entry is not leaf ${index} of the tree of ${checkpoint.size} leaves that was signed.`,
    )
  }
  return { index, checkpoint }
}
