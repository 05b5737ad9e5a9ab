import {
  BasicConstraints,
  Certificate,
  type Extension,
  ExtKeyUsage,
  type ICryptoEngine,
  id_BasicConstraints,
  id_CertificatePolicies,
  id_ExtKeyUsage,
  id_KeyUsage,
  id_SubjectAltName,
} from 'pkijs'
import { sameBytes } from './bytes.ts'
import { isDer } from './der.ts'
import { LogError } from './log-error.ts'

/*
 * Path validation for time-stamping certificates, RFC 5280 section 6.1 without policy mapping and name constraints: a path that
 * would need those is not accepted. Written here because the path builder of pkijs 4.0.0 has no bound on cycles of certificates that
 * sign each other and does not look at pathLenConstraint, and the certificates come from whoever made the token.
 */

/** RFC 3161 section 2.3: the one extended key usage that a time-stamping certificate must have. */
export const ID_KP_TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
const ANY_EXTENDED_KEY_USAGE = '2.5.29.37.0'

const understood = new Set([
  id_BasicConstraints,
  id_CertificatePolicies,
  id_ExtKeyUsage,
  id_KeyUsage,
  id_SubjectAltName,
])
const MAX_PATH = 8

/** A certificate as it came and as it was read. Its hash is always over the bytes that came, never over an encoding made again. */
export interface ReadCertificate {
  readonly der: Uint8Array
  readonly parsed: Certificate
}

function extension(certificate: Certificate, oid: string): Extension | undefined {
  return certificate.extensions?.find(candidate => candidate.extnID === oid)
}

/** Whether a moment lies in a certificate's validity period, both ends included. */
export function isValidAt(certificate: Certificate, time: Date): boolean {
  return certificate.notBefore.value <= time && time <= certificate.notAfter.value
}

/** The extended key usages with whether the extension is critical; undefined when there is no such extension. */
function extendedKeyUsage(certificate: Certificate): { critical: boolean; purposes: readonly string[] } | undefined {
  const found = extension(certificate, id_ExtKeyUsage)
  if (!found) return undefined
  const purposes = found.parsedValue instanceof ExtKeyUsage ? found.parsedValue.keyPurposes : []
  return { critical: found.critical, purposes }
}

/** RFC 3161 section 2.3: an extended key usage that is critical and names time-stamping and nothing else. */
export function isForTimestampingOnly(certificate: Certificate): boolean {
  const usage = extendedKeyUsage(certificate)
  return usage?.critical === true && usage.purposes.length === 1 && usage.purposes[0] === ID_KP_TIME_STAMPING
}

/** The bits of the first byte of the key usage; undefined when there is no such extension (then any use is allowed). */
function keyUsageBits(certificate: Certificate): number | undefined {
  const found = extension(certificate, id_KeyUsage)
  if (!found) return undefined
  const bits: unknown = found.parsedValue?.valueBlock?.valueHexView
  return bits instanceof Uint8Array ? (bits[0] ?? 0) : 0
}

/** Whether the key usage, if stated, lets the key sign data (digitalSignature or nonRepudiation, RFC 5280 section 4.2.1.3). */
export function maySignData(certificate: Certificate): boolean {
  const bits = keyUsageBits(certificate)
  return bits === undefined || (bits & 0xc0) !== 0
}

/** Whether a certificate may issue others for time-stamping, with `below` certificate authorities between it and the signer. */
function mayIssue(certificate: Certificate, below: number): boolean {
  const constraints = extension(certificate, id_BasicConstraints)?.parsedValue
  if (!(constraints instanceof BasicConstraints) || !constraints.cA) return false
  const limit = constraints.pathLenConstraint
  if (limit !== undefined && (typeof limit !== 'number' || limit < below)) return false
  const bits = keyUsageBits(certificate)
  if (bits !== undefined && (bits & 0x04) === 0) return false
  const usage = extendedKeyUsage(certificate)
  return !usage || usage.purposes.some(oid => oid === ID_KP_TIME_STAMPING || oid === ANY_EXTENDED_KEY_USAGE)
}

function hasOnlyUnderstoodCriticals(certificate: Certificate): boolean {
  return (certificate.extensions ?? []).every(({ critical, extnID }) => !critical || understood.has(extnID))
}

/** Hashes that no signature of a certificate or token may rest on any more. */
export function isStrongHash(name: string): boolean {
  return name === 'SHA-256' || name === 'SHA-384' || name === 'SHA-512'
}

async function isSigned(certificate: Certificate, issuer: Certificate, engine: ICryptoEngine): Promise<boolean> {
  try {
    if (!isStrongHash(engine.getHashAlgorithm(certificate.signatureAlgorithm))) return false
    return await certificate.verify(issuer, engine)
  } catch {
    return false
  }
}

/**
 * Whether a path leads from `signer` to one of `roots`, through any of `others`, each certificate valid at `time` and allowed to
 * issue the next. A root is trusted as given: its own signature is not looked at; the signer's own certificate may be given as a root.
 * At most eight certificates long; each certificate is tried once, so hostile sets cost no more than quadratic work.
 */
export async function leadsToRoot(
  signer: ReadCertificate,
  others: readonly ReadCertificate[],
  roots: readonly ReadCertificate[],
  time: Date,
  engine: ICryptoEngine,
): Promise<boolean> {
  const fits = ({ parsed }: ReadCertificate) => isValidAt(parsed, time) && hasOnlyUnderstoodCriticals(parsed)
  if (!fits(signer)) return false
  if (roots.some(root => sameBytes(root.der, signer.der))) return true
  const trusted = roots.filter(fits).map(root => root.parsed)
  const untried = new Set(others.filter(fits).map(other => other.parsed))
  let ends = [signer.parsed]
  for (let depth = 0; depth < MAX_PATH - 1 && ends.length > 0; depth++) {
    const next: Certificate[] = []
    for (const end of ends) {
      const isIssuedBy = async (candidate: Certificate) =>
        end.issuer.isEqual(candidate.subject) && mayIssue(candidate, depth) && (await isSigned(end, candidate, engine))
      for (const root of trusted) if (await isIssuedBy(root)) return true
      for (const candidate of untried) {
        if (await isIssuedBy(candidate)) {
          untried.delete(candidate)
          next.push(candidate)
        }
      }
    }
    ends = next
  }
  return false
}

/** Reads a certificate given as DER, or as PEM text with one certificate. Throws `malformed` when it is neither. */
export function readCertificate(source: Uint8Array | string): ReadCertificate {
  try {
    const der = typeof source === 'string' ? derOfPem(source) : new Uint8Array(source)
    if (!isDer(der)) throw new TypeError('not DER')
    return { der, parsed: Certificate.fromBER(der) }
  } catch (cause) {
    throw new LogError(
      'malformed',
      'A trusted certificate must be given as DER, or as PEM text that holds exactly one.',
      { cause },
    )
  }
}

function derOfPem(pem: string): Uint8Array<ArrayBuffer> {
  const [body, ...more] = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/g)]
  if (!body || more.length > 0) throw new TypeError('not one PEM certificate')
  return new Uint8Array(Buffer.from(body[1] ?? '', 'base64'))
}
