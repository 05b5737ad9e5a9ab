import { ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import { CryptoEngine, IssuerAndSerialNumber, id_eContentType_TSTInfo, type SignerInfo } from 'pkijs'
import { sameBytes } from './bytes.ts'
import { isStrongHash, type ReadCertificate } from './certificate-path.ts'

/** Why a time stamp was not accepted. */
export type TimestampReason =
  | 'malformed' // not an RFC 3161 answer or token, or one that breaks a MUST of it
  | 'not_granted' // the authority refused
  | 'wrong_imprint' // a time stamp over something else
  | 'wrong_nonce' // an answer to another request
  | 'wrong_policy' // given under another policy than demanded
  | 'bad_signature' // altered, or not by the certificate it names
  | 'not_for_timestamping' // the certificate may not sign time stamps
  | 'certificate_not_valid' // the certificate was not valid at the time stated
  | 'untrusted' // no path to a given root

/** Ends a verification with a reason. `verifyTimestamp` turns it into a result; it is never seen outside. */
export class Refusal extends Error {
  readonly reason: TimestampReason
  constructor(reason: TimestampReason, detail: string) {
    super(detail)
    this.reason = reason
  }
}

const ID_CONTENT_TYPE = '1.2.840.113549.1.9.3'
const ID_MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const ID_SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12'
const ID_SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
/** WebCrypto as pkijs wants it. */
export const engine = new CryptoEngine({ name: 'timestamp', crypto: globalThis.crypto })

/** The certificate that the signer info names and that the signed SigningCertificate attribute is bound to (RFC 5816 section 2.2.1). */
export async function findSigner(
  signerInfo: SignerInfo,
  certificates: readonly ReadCertificate[],
): Promise<ReadCertificate> {
  const bound = signingCertificateHash(signerInfo)
  const { sid } = signerInfo
  for (const certificate of certificates) {
    const { issuer, serialNumber } = certificate.parsed
    // A signer named by key identifier instead is found by the bound hash alone, which says more.
    const named =
      !(sid instanceof IssuerAndSerialNumber) || (issuer.isEqual(sid.issuer) && serialNumber.isEqual(sid.serialNumber))
    if (!named) continue
    const hash = await engine.digest(bound.algorithm, new Uint8Array(certificate.der))
    if (sameBytes(new Uint8Array(hash), bound.hash)) return certificate
  }
  throw new Refusal('bad_signature', 'The token does not carry the certificate that it says it was signed with.')
}

/** The first certificate hash of the SigningCertificate (RFC 2634 section 5.4) or SigningCertificateV2 (RFC 5035) attribute. */
function signingCertificateHash(signerInfo: SignerInfo): { algorithm: string; hash: Uint8Array } {
  const version2 = signerInfo.signedAttrs?.attributes.some(attribute => attribute.type === ID_SIGNING_CERTIFICATE_V2)
  const value = signedAttribute(signerInfo, version2 ? ID_SIGNING_CERTIFICATE_V2 : ID_SIGNING_CERTIFICATE)
  const certs = value instanceof Sequence ? value.valueBlock.value[0] : undefined
  const first = certs instanceof Sequence ? certs.valueBlock.value[0] : undefined
  const fields = first instanceof Sequence ? first.valueBlock.value : []
  const explicit = version2 && fields[0] instanceof Sequence ? fields[0].valueBlock.value[0] : undefined
  const hash = fields.find(field => field instanceof OctetString)
  if (!hash) throw new Refusal('malformed', 'The signing-certificate attribute holds no hash.')
  const standard = version2 ? 'SHA-256' : 'SHA-1'
  const algorithm = explicit instanceof ObjectIdentifier ? hashName(explicit.valueBlock.toString()) : standard
  return { algorithm, hash: new Uint8Array(hash.getValue()) }
}

function hashName(oid: string): string {
  const algorithm: { name?: string } = engine.getAlgorithmByOID(oid, false) ?? {}
  return algorithm.name ?? ''
}

/** The one value of a signed attribute that must be there exactly once (RFC 5652 section 11). */
function signedAttribute(signerInfo: SignerInfo, oid: string): unknown {
  const [attribute, ...repeated] = (signerInfo.signedAttrs?.attributes ?? []).filter(
    candidate => candidate.type === oid,
  )
  if (!attribute || repeated.length > 0 || attribute.values.length !== 1) {
    throw new Refusal('malformed', `The signed attribute ${oid} must be there exactly once, with one value.`)
  }
  return attribute.values[0]
}

/** RFC 5652 section 5.4: the signature is over the signed attributes, which hold the digest of the content. */
export async function checkSignature(
  signerInfo: SignerInfo,
  signer: ReadCertificate,
  content: Uint8Array,
): Promise<void> {
  const type = signedAttribute(signerInfo, ID_CONTENT_TYPE)
  if (!(type instanceof ObjectIdentifier) || type.valueBlock.toString() !== id_eContentType_TSTInfo) {
    throw new Refusal('malformed', 'The signed content type is not that of a time stamp.')
  }
  const stated = signedAttribute(signerInfo, ID_MESSAGE_DIGEST)
  const digestName = hashName(signerInfo.digestAlgorithm.algorithmId)
  if (!isStrongHash(digestName))
    throw new Refusal('bad_signature', 'The signature rests on a hash that is no longer safe.')
  const digest = new Uint8Array(await engine.digest(digestName, new Uint8Array(content)))
  if (!(stated instanceof OctetString) || !sameBytes(new Uint8Array(stated.getValue()), digest)) {
    throw new Refusal('bad_signature', 'The content of the token was changed after it was signed.')
  }
  const { signatureAlgorithm, signature, signedAttrs } = signerInfo
  // rsaEncryption names no hash of its own: the digest algorithm says it.
  const isPlainRsa = signatureAlgorithm.algorithmId === '1.2.840.113549.1.1.1'
  if (!isPlainRsa && !isStrongHash(engine.getHashAlgorithm(signatureAlgorithm))) {
    throw new Refusal('bad_signature', 'The signature rests on a hash that is no longer safe.')
  }
  const valid = await engine
    .verifyWithPublicKey(
      signedAttrs?.encodedValue ?? new ArrayBuffer(0),
      signature,
      signer.parsed.subjectPublicKeyInfo,
      signatureAlgorithm,
      isPlainRsa ? digestName : undefined,
    )
    .catch(() => false)
  if (!valid)
    throw new Refusal(
      'bad_signature',
      'The signature does not verify: the token was changed, or is not by its certificate.',
    )
}
