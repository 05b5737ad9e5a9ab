import { fromBase64, parseDecimal, toBase64 } from './bytes.ts'
import { LogError } from './log-error.ts'

const HEADER = 'c2sp.org/tlog-proof@v1'

/** No tree below 2^63 leaves needs a longer inclusion proof. */
const MAX_PROOF_HASHES = 63

/** A C2SP tlog-proof: that an entry is in a log, checkable offline. Unverified. */
export interface TlogProof {
  /** The entry's index in the log, from 0. */
  readonly index: number
  /** The inclusion proof, from the leaf's sibling upwards (RFC 6962 section 2.1.1). */
  readonly hashes: readonly Uint8Array[]
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string
  /** Opaque bytes that nothing authenticates; absent when there is no such line. */
  readonly extra?: Uint8Array
}

/** The text of a proof (C2SP tlog-proof, "Format"), to be stored as `*.tlog-proof`. */
export function formatTlogProof(proof: TlogProof): string {
  if (!Number.isSafeInteger(proof.index) || proof.index < 0) {
    throw new LogError('out_of_range', `${proof.index} is not the index of an entry.`)
  }
  if (proof.hashes.length > MAX_PROOF_HASHES || proof.hashes.some(hash => hash.length !== 32)) {
    throw new LogError('malformed', 'An inclusion proof is at most 63 hashes of 32 bytes.')
  }
  const extra = proof.extra ? [`extra ${toBase64(proof.extra)}`] : []
  return [HEADER, ...extra, `index ${proof.index}`, ...proof.hashes.map(toBase64), '', proof.checkpoint].join('\n')
}

/** Reads the text of a proof, strictly. The checkpoint is returned as it stands. Throws `malformed`. */
export function parseTlogProof(text: string): TlogProof {
  const blank = text.indexOf('\n\n')
  if (blank < 0) throw new LogError('malformed', 'The proof has no blank line before its checkpoint.')
  const [header, ...lines] = text.slice(0, blank).split('\n')
  if (header !== HEADER) throw new LogError('malformed', `The first line must be "${HEADER}".`)
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift()?.slice('extra '.length) ?? '') : undefined
  const indexLine = lines.shift()
  if (!indexLine?.startsWith('index '))
    throw new LogError('malformed', 'The proof has no index line where one must be.')
  const index = parseDecimal(indexLine.slice('index '.length), 'index')
  if (lines.length > MAX_PROOF_HASHES) throw new LogError('malformed', 'The proof has more than 63 hashes.')
  const hashes = lines.map(fromBase64)
  if (hashes.some(hash => hash.length !== 32)) throw new LogError('malformed', 'A hash of the proof is not 32 bytes.')
  return { index, hashes, checkpoint: text.slice(blank + 2), ...(extra && { extra }) }
}
