import { randomBytes } from 'node:crypto'
import { Integer, Null, OctetString } from 'asn1js'
import { AlgorithmIdentifier, id_sha256, MessageImprint, TimeStampReq } from 'pkijs'
import { LogError } from './log-error.ts'

/** A request to be POSTed to an authority as application/timestamp-query (RFC 3161 section 3.4). */
export interface TimestampRequest {
  /** DER of the TimeStampReq. */
  readonly der: Uint8Array
  /** The nonce that the answer must repeat: to be kept until the answer is verified. */
  readonly nonce: Uint8Array
}

/**
 * A request for a time stamp over a SHA-256 digest (RFC 3161 section 2.4.1), with a random 64-bit nonce and `certReq` true, so that the
 * token can be verified alone. `policy` is the OID of the authority's policy to ask for, if one is wanted.
 */
export function timestampRequest(
  digest: Uint8Array,
  options: { policy?: string; nonce?: Uint8Array } = {},
): TimestampRequest {
  if (digest.length !== 32) throw new LogError('malformed', `A SHA-256 digest is 32 bytes, not ${digest.length}.`)
  const nonce = options.nonce ?? randomNonce()
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: id_sha256, algorithmParams: new Null() }),
      hashedMessage: new OctetString({ valueHex: new Uint8Array(digest) }),
    }),
    nonce: new Integer({ valueHex: new Uint8Array(nonce) }),
    certReq: true,
    ...(options.policy !== undefined && { reqPolicy: options.policy }),
  })
  return { der: new Uint8Array(request.toSchema().toBER()), nonce }
}

/** Eight bytes that are a positive DER integer as they stand: the first is between 0x40 and 0x7f. */
function randomNonce(): Uint8Array {
  const nonce = new Uint8Array(randomBytes(8))
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40
  return nonce
}
