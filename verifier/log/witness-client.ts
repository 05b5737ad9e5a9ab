import { fromBase64, parseDecimal, toBase64 } from './bytes.ts'
import { parseCheckpoint } from './checkpoint-text.ts'
import { type Cosignature, type CosignatureVerifier, cosignatureTime } from './cosignature.ts'
import { LogError } from './log-error.ts'
import { formatSignatureLine, type NoteSignature, parseNote, parseSignatureLines } from './note-text.ts'

/** The body of an add-checkpoint request, C2SP tlog-witness ("add-checkpoint"). */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness last cosigned; 0 when it has seen none. */
  readonly oldSize: number
  /** Consistency proof from that size to the checkpoint's; empty from 0 and between equal sizes. */
  readonly proof: readonly Uint8Array[]
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string
}

/** What came back from a POST. */
export interface WitnessResponse {
  readonly status: number
  /** The Content-Type header, if any. */
  readonly contentType?: string
  readonly body: string
}

/** POSTs a body to `<submission prefix>/add-checkpoint`. May reject (unreachable, too slow); the rejection reaches the caller. */
export type PostAddCheckpoint = (body: string) => Promise<WitnessResponse>

/** What a witness made of a checkpoint. */
export type WitnessOutcome =
  | {
      readonly ok: true
      /** Verified statements of the known keys of this witness. */
      readonly cosignatures: readonly Cosignature[]
      /** Their signature lines, to be appended to the signed checkpoint. */
      readonly lines: string
    }
  | {
      readonly ok: false
      /**
       * - `ahead`: the witness has cosigned a larger tree than the one offered. If our log never was larger, someone signed with its key.
       * - `refused`: an error status; `detail` has it
       * - `bad_answer`: the answer does not follow the protocol
       * - `bad_cosignature`: no cosignature by a known key, or one that does not verify
       */
      readonly reason: 'ahead' | 'refused' | 'bad_answer' | 'bad_cosignature'
      readonly detail: string
    }

const MAX_PROOF_LINES = 63

/** The request body: `old N`, proof lines, a blank line, the signed checkpoint. */
export function formatAddCheckpoint(request: AddCheckpoint): string {
  if (request.proof.length > MAX_PROOF_LINES) throw new LogError('malformed', 'A witness takes at most 63 proof lines.')
  return [`old ${request.oldSize}`, ...request.proof.map(toBase64), '', request.checkpoint].join('\n')
}

/** Reads a request body, as a witness does. Throws `malformed`; the checkpoint itself is not looked into. */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const blank = body.indexOf('\n\n')
  const [oldLine, ...proofLines] = body.slice(0, Math.max(blank, 0)).split('\n')
  if (!oldLine?.startsWith('old ')) throw new LogError('malformed', 'The request must begin with "old" and a size.')
  if (proofLines.length > MAX_PROOF_LINES) throw new LogError('malformed', 'The request has more than 63 proof lines.')
  const proof = proofLines.map(fromBase64)
  if (proof.some(hash => hash.length !== 32)) throw new LogError('malformed', 'A proof line is not a 32-byte hash.')
  return { oldSize: parseDecimal(oldLine.slice(4), 'old size'), proof, checkpoint: body.slice(blank + 2) }
}

/** The size in a 409 answer: a decimal and a newline, of type text/x.tlog.size. Throws `malformed`. */
export function parseConflict(response: WitnessResponse): number {
  const type = response.contentType?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'text/x.tlog.size' || !response.body.endsWith('\n')) {
    throw new LogError('malformed', 'The witness answered 409 without saying, as text/x.tlog.size, which size it has.')
  }
  return parseDecimal(response.body.slice(0, -1), 'size in the answer')
}

/**
 * Checks the signature lines of a 200 answer over a checkpoint's note text. Unknown keys are ignored, as the protocol demands.
 * Throws `malformed`; `bad_signature` when no line is by a known key or a known key's is wrong.
 */
export function verifyCosignatureLines(
  lines: string,
  checkpointText: string,
  witnesses: readonly CosignatureVerifier[],
): NoteSignature[] {
  const found = parseSignatureLines(lines).filter(signature => {
    const key = witnesses.find(witness => witness.name === signature.name && witness.keyId === signature.keyId)
    if (key && !key.verify(checkpointText, signature.signature)) {
      throw new LogError('bad_signature', `The cosignature by ${signature.name} does not verify.`)
    }
    return key !== undefined
  })
  if (found.length === 0)
    throw new LogError('bad_signature', 'The witness answered with no cosignature by a key that is known here.')
  return found
}

/** How often a witness may name another size before we stop asking: others may be feeding it the same log at the same time. */
const MAX_ATTEMPTS = 3

/**
 * Asks a witness to cosign a signed checkpoint. Starts from `lastSize`, the size it last cosigned as far as we know (0 if unknown),
 * and follows its 409 answers to the size that it has. `prove` gives the consistency proof between two sizes of our log.
 * An answer that is wrong in any way is an outcome, not an exception; only `post` and `prove` can make this reject.
 */
export async function requestCosignature(
  checkpoint: string,
  lastSize: number,
  witnesses: readonly CosignatureVerifier[],
  prove: (oldSize: number, newSize: number) => Promise<readonly Uint8Array[]>,
  post: PostAddCheckpoint,
): Promise<WitnessOutcome> {
  const { text } = parseNote(checkpoint)
  const { size } = parseCheckpoint(text)
  // More than the checkpoint offered would be an error of ours: the witness is asked what it has instead.
  let oldSize = lastSize > size ? 0 : lastSize
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const proof = oldSize === 0 || oldSize === size ? [] : await prove(oldSize, size)
    const response = await post(formatAddCheckpoint({ oldSize, proof, checkpoint }))
    if (response.status !== 200 && response.status !== 409) {
      return { ok: false, reason: 'refused', detail: `The witness answered with status ${response.status}.` }
    }
    try {
      if (response.status === 200) return accepted(verifyCosignatureLines(response.body, text, witnesses))
      const has = parseConflict(response)
      if (has > size) {
        return {
          ok: false,
          reason: 'ahead',
          detail: `The witness has cosigned ${has} leaves; this checkpoint has ${size}.`,
        }
      }
      oldSize = has
    } catch (error) {
      if (!(error instanceof LogError)) throw error
      return {
        ok: false,
        reason: error.code === 'bad_signature' ? 'bad_cosignature' : 'bad_answer',
        detail: error.message,
      }
    }
  }
  return { ok: false, reason: 'bad_answer', detail: `The witness named another size ${MAX_ATTEMPTS} times in a row.` }
}

function accepted(signatures: readonly NoteSignature[]): WitnessOutcome {
  return {
    ok: true,
    cosignatures: signatures.map(({ name, keyId, signature }) => ({ name, keyId, time: cosignatureTime(signature) })),
    lines: signatures.map(formatSignatureLine).join(''),
  }
}
