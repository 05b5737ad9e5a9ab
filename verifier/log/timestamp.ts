import { Constructed, fromBER, Integer, ObjectIdentifier, Sequence } from 'asn1js'
import { ContentInfo, id_eContentType_TSTInfo, id_sha256, SignedData, TimeStampResp, TSTInfo } from 'pkijs'
import { sameBytes, toHex } from './bytes.ts'
import {
  isForTimestampingOnly,
  isValidAt,
  leadsToRoot,
  maySignData,
  type ReadCertificate,
  readCertificate,
} from './certificate-path.ts'
import { isDer } from './der.ts'
import { sha256 } from './merkle.ts'
import { checkSignature, engine, findSigner, Refusal, type TimestampReason } from './timestamp-signature.ts'

/** What is demanded of a time stamp. */
export interface TimestampExpectation {
  /** The SHA-256 digest that must have been stamped. */
  readonly digest: Uint8Array
  /** The nonce of our request, when the answer has just come; a stored token is verified without. */
  readonly nonce?: Uint8Array
  /** The OID of the policy that must have been applied. */
  readonly policy?: string
  /** Trusted certificates, DER or PEM. Without any, the chain is not judged and `chainTrusted` is false. */
  readonly roots?: readonly (Uint8Array | string)[]
}

/** What an accepted time stamp says. */
export interface TimestampFacts {
  readonly ok: true
  /** The time stated by the authority (TSTInfo.genTime). */
  readonly time: Date
  /** How far the real time may be from `time`, in milliseconds; undefined when the authority does not say. */
  readonly accuracyMs: number | undefined
  /** The authority's serial number for this token, hexadecimal. */
  readonly serial: string
  readonly policy: string
  /** SHA-256 of the signing certificate's DER, hexadecimal: to be compared by hand when no root is trusted. */
  readonly signerFingerprint: string
  /** DER of the signing certificate. */
  readonly signerCertificate: Uint8Array
  /** Whether the signing certificate leads to a given root, at `time`. Revocation is not looked at. */
  readonly chainTrusted: boolean
  /** DER of the token alone (ContentInfo): what is worth storing. */
  readonly token: Uint8Array
}

export type TimestampResult =
  | TimestampFacts
  | { readonly ok: false; readonly reason: TimestampReason; readonly detail: string }

/** More certificates than any authority sends; bounds the work that a hostile token causes. */
const MAX_CERTIFICATES = 32

/**
 * Verifies an authority's answer (TimeStampResp) or a stored token (RFC 3161 sections 2.3, 2.4.2): what was stamped, nonce and policy
 * when demanded, the CMS signature (RFC 5652 section 5.4) by the certificate that the token is bound to (RFC 5816), that certificate's
 * critical time-stamping purpose, its validity at the time stated and, with `roots`, its chain. Resolves to a result for any bytes at
 * all; rejects only when a given root is itself unreadable.
 */
export async function verifyTimestamp(bytes: Uint8Array, expected: TimestampExpectation): Promise<TimestampResult> {
  const roots = (expected.roots ?? []).map(readCertificate)
  try {
    return await verify(bytes, expected, roots)
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.reason, detail: error.message }
    // pkijs and asn1js throw many kinds of errors for bytes that are not what they should be.
    return { ok: false, reason: 'malformed', detail: 'The bytes are not an RFC 3161 time stamp.' }
  }
}

async function verify(
  bytes: Uint8Array,
  expected: TimestampExpectation,
  roots: readonly ReadCertificate[],
): Promise<TimestampFacts> {
  const token = readToken(bytes)
  const contentInfo = ContentInfo.fromBER(new Uint8Array(token))
  if (contentInfo.contentType !== ContentInfo.SIGNED_DATA) {
    throw new Refusal('malformed', 'The token is not CMS signed data.')
  }
  const signedData = new SignedData({ schema: contentInfo.content })
  if (signedData.encapContentInfo.eContentType !== id_eContentType_TSTInfo || !signedData.encapContentInfo.eContent) {
    throw new Refusal('malformed', 'The signed content is not a time stamp.')
  }
  const content = new Uint8Array(signedData.encapContentInfo.eContent.getValue())
  if (!isDer(content)) throw new Refusal('malformed', 'The statement is not one DER value.')
  const info = TSTInfo.fromBER(content)
  if (info.version !== 1) throw new Refusal('malformed', 'The time stamp is not of version 1.')
  checkStatement(info, expected)

  const [signerInfo, ...moreSigners] = signedData.signerInfos
  if (!signerInfo || moreSigners.length > 0) throw new Refusal('malformed', 'A time stamp has exactly one signature.')
  const certificates = certificatesIn(contentInfo)
  const signer = await findSigner(signerInfo, certificates)
  await checkSignature(signerInfo, signer, content)

  if (!isForTimestampingOnly(signer.parsed) || !maySignData(signer.parsed)) {
    throw new Refusal('not_for_timestamping', 'The signing certificate is not, critically and only, for time-stamping.')
  }
  if (!isValidAt(signer.parsed, info.genTime)) {
    throw new Refusal(
      'certificate_not_valid',
      'The signing certificate was not valid at the time that the token states.',
    )
  }
  const chainTrusted = roots.length > 0 && (await leadsToRoot(signer, certificates, roots, info.genTime, engine))
  if (roots.length > 0 && !chainTrusted) {
    throw new Refusal('untrusted', 'No valid chain leads to one of the given roots.')
  }
  return {
    ok: true,
    time: info.genTime,
    accuracyMs: accuracyMs(info),
    serial: toHex(info.serialNumber.valueBlock.valueHexView),
    policy: info.policy,
    signerFingerprint: toHex(sha256(signer.der)),
    signerCertificate: signer.der,
    chainTrusted,
    token,
  }
}

/** The certificates of CMS signed data (RFC 5652 section 5.1), each with its bytes as they stand in the token. */
function certificatesIn(contentInfo: ContentInfo): ReadCertificate[] {
  const fields: unknown = contentInfo.content instanceof Sequence ? contentInfo.content.valueBlock.value : []
  const set = Array.isArray(fields) ? fields.find(isContextZero) : undefined
  const items = set?.valueBlock.value.filter(item => item instanceof Sequence) ?? []
  if (items.length > MAX_CERTIFICATES) throw new Refusal('malformed', 'The token carries too many certificates.')
  return items.map(item => readCertificate(item.valueBeforeDecodeView))
}

function isContextZero(field: unknown): field is Constructed {
  return field instanceof Constructed && field.idBlock.tagClass === 3 && field.idBlock.tagNumber === 0
}

/** The bytes of the token in an answer, or the bytes themselves when they are a token; exactly as they came. */
function readToken(bytes: Uint8Array): Uint8Array {
  if (!isDer(bytes)) throw new Refusal('malformed', 'The bytes are not one DER value.')
  const { result } = fromBER(new Uint8Array(bytes))
  if (!(result instanceof Sequence)) throw new Refusal('malformed', 'The bytes are not a DER sequence.')
  const [first, second] = result.valueBlock.value
  // A ContentInfo begins with an object identifier, a TimeStampResp with the sequence of its status.
  if (first instanceof ObjectIdentifier) return new Uint8Array(bytes)
  const response = new TimeStampResp({ schema: result })
  const status: number = response.status.status
  if (status !== 0 && status !== 1) {
    throw new Refusal('not_granted', `The authority granted no time stamp (status ${status}).`)
  }
  if (!response.timeStampToken || !second) throw new Refusal('malformed', 'The answer says granted but holds no token.')
  return second.valueBeforeDecodeView.slice()
}

/** What the statement says, compared with what was demanded (RFC 3161 section 2.4.2). */
function checkStatement(info: TSTInfo, expected: TimestampExpectation): void {
  const { hashAlgorithm, hashedMessage } = info.messageImprint
  if (
    hashAlgorithm.algorithmId !== id_sha256 ||
    !sameBytes(new Uint8Array(hashedMessage.getValue()), expected.digest)
  ) {
    throw new Refusal('wrong_imprint', 'The token stamps something other than the given SHA-256 digest.')
  }
  if (expected.nonce) {
    const nonce = info.nonce instanceof Integer ? info.nonce.valueBlock.valueHexView : undefined
    if (!nonce || !sameBytes(withoutLeadingZeroes(nonce), withoutLeadingZeroes(expected.nonce))) {
      throw new Refusal('wrong_nonce', 'The answer does not repeat the nonce of the request.')
    }
  }
  if (expected.policy !== undefined && info.policy !== expected.policy) {
    throw new Refusal('wrong_policy', `The token was given under policy ${info.policy}, not ${expected.policy}.`)
  }
}

function withoutLeadingZeroes(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex(byte => byte !== 0)
  return first < 0 ? new Uint8Array(0) : bytes.subarray(first)
}

/** TSTInfo.accuracy in milliseconds. */
function accuracyMs(info: TSTInfo): number | undefined {
  const { accuracy } = info
  return accuracy && (accuracy.seconds ?? 0) * 1000 + (accuracy.millis ?? 0) + (accuracy.micros ?? 0) / 1000
}
