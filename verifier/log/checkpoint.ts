import { sameBytes } from './bytes.ts'
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint-text.ts'
import { type Cosignature, type CosignatureVerifier, cosignatureTime } from './cosignature.ts'
import { LogError } from './log-error.ts'
import { emptyRoot } from './merkle.ts'
import { type NoteSigner, type NoteVerifier, openNote, signNote } from './note.ts'

/** Whose checkpoints are accepted. */
export interface CheckpointTrust {
  /** The origin line that the checkpoint must have. */
  readonly origin: string
  /** The log's own keys, present and past (rotation); one of them must have signed. */
  readonly logKeys: readonly NoteVerifier[]
  /** Witnesses that are known; their cosignatures are checked and reported. How many are needed is for the caller to say. */
  readonly witnesses?: readonly CosignatureVerifier[]
}

/** A checkpoint that one of the log's keys signed. */
export interface SignedCheckpoint extends Checkpoint {
  /** The exact text that was signed. */
  readonly text: string
  /** Ids of the log's keys that signed. */
  readonly logKeyIds: readonly number[]
  /** Cosignatures of the known witnesses, verified. */
  readonly cosignatures: readonly Cosignature[]
}

/**
 * Signs a checkpoint. The caller guarantees that it is consistent with every one signed before (C2SP tlog-checkpoint, "Signatures");
 * nothing here can know that.
 */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): string {
  return signNote(formatCheckpoint(checkpoint), signers)
}

/**
 * Opens a signed checkpoint. Throws `malformed`; `bad_signature` when no key of the log signed, or a known key's signature is wrong;
 * `wrong_log` when the origin is another; `bad_proof` when an empty tree has a root that is not the hash of nothing.
 */
export function openCheckpoint(note: string | Uint8Array, trust: CheckpointTrust): SignedCheckpoint {
  const witnesses = trust.witnesses ?? []
  const { text, verified } = openNote(note, [...trust.logKeys, ...witnesses])
  const by = (keys: readonly NoteVerifier[]) =>
    verified.filter(signature => keys.some(key => key.name === signature.name && key.keyId === signature.keyId))
  const logKeyIds = by(trust.logKeys).map(signature => signature.keyId)
  if (logKeyIds.length === 0)
    throw new LogError('bad_signature', 'The checkpoint is cosigned but not signed by the log itself.')
  const checkpoint = parseCheckpoint(text)
  if (checkpoint.origin !== trust.origin) {
    throw new LogError('wrong_log', `The checkpoint is of the log "${checkpoint.origin}", not of "${trust.origin}".`)
  }
  if (checkpoint.size === 0 && !sameBytes(checkpoint.root, emptyRoot)) {
    throw new LogError(
      'bad_proof',
      'The checkpoint says that the log is empty, but its root is not that of the empty tree.',
    )
  }
  const cosignatures = by(witnesses).map(({ name, keyId, signature }) => ({
    name,
    keyId,
    time: cosignatureTime(signature),
  }))
  return { ...checkpoint, text, logKeyIds, cosignatures }
}
