/**
 * Why a piece of a transparency log was refused.
 *
 * - `malformed`: the bytes or text do not follow their format
 * - `bad_signature`: a known key's signature does not verify, or no known key signed
 * - `bad_proof`: a Merkle proof does not lead to the root it should
 * - `wrong_log`: a well-formed, signed statement about another log
 * - `out_of_range`: an index or size that the tree does not have
 */
export type LogErrorCode = 'malformed' | 'bad_signature' | 'bad_proof' | 'wrong_log' | 'out_of_range'

/** The one error that this folder throws on purpose. `message` says what is wrong and holds no secret. */
export class LogError extends Error {
  readonly code: LogErrorCode

  constructor(code: LogErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'LogError'
    this.code = code
  }
}
