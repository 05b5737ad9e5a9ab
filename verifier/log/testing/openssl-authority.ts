import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/*
 * A throwaway time-stamping authority for tests: certificates and RFC 3161 answers made by the real `openssl`, in a folder of its own.
 */

const run = promisify(execFile)

/** The extensions of a proper time-stamping certificate (RFC 3161 section 2.3). */
export const timestampingExtensions = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=critical,timeStamping',
]

export const authorityExtensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']

/** What a certificate is to be like. Names are files: `<name>.pem` and `<name>.key`. */
export interface CertificateOrder {
  /** Absent: self-signed. */
  readonly issuer?: string
  readonly extensions?: readonly string[]
  readonly algorithm?: 'ec' | 'rsa'
  /** Validity, as YYYYMMDDHHMMSSZ; default from yesterday for ten years. */
  readonly from?: string
  readonly until?: string
  /** Take the key, and so the subject's name, of an earlier certificate. */
  readonly keyOf?: string
}

export class OpensslAuthority {
  readonly dir: string

  constructor(dir: string) {
    this.dir = dir
  }

  static async create(): Promise<OpensslAuthority> {
    const authority = new OpensslAuthority(await mkdtemp(join(tmpdir(), 'tsa-')))
    await writeFile(authority.path('index.txt'), '')
    await writeFile(authority.path('index.txt.attr'), 'unique_subject = no\n')
    return authority
  }

  path(name: string): string {
    return join(this.dir, name)
  }

  read(name: string): Promise<Buffer> {
    return readFile(this.path(name))
  }

  async openssl(...args: string[]): Promise<string> {
    return (await run('openssl', args, { cwd: this.dir })).stdout
  }

  remove(): Promise<void> {
    return rm(this.dir, { recursive: true, force: true })
  }

  /** Makes a key and a certificate, signed by `openssl ca`, which alone can set any validity. */
  async certificate(name: string, order: CertificateOrder = {}): Promise<void> {
    const { issuer = name, algorithm = 'ec', extensions = authorityExtensions, keyOf = name } = order
    const newKey =
      algorithm === 'ec' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['-newkey', 'rsa:2048']
    const key = keyOf === name ? [...newKey, '-nodes', '-keyout', `${name}.key`] : ['-new', '-key', `${keyOf}.key`]
    await this.openssl('req', ...key, '-subj', `/O=Sample/CN=${keyOf}`, '-out', `${name}.csr`)
    await writeFile(
      this.path(`${name}.cnf`),
      [
        '[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=p',
        'x509_extensions=e\nunique_subject=no\n[p]\norganizationName=optional\ncommonName=supplied\n[e]',
        ...extensions,
        '',
      ].join('\n'),
    )
    const selfSigned = issuer === name
    await this.openssl(
      ...['ca', '-batch', '-notext', '-config', `${name}.cnf`, '-in', `${name}.csr`, '-out', `${name}.pem`],
      ...['-keyfile', `${selfSigned ? keyOf : issuer}.key`],
      ...(selfSigned ? ['-selfsign'] : ['-cert', `${issuer}.pem`]),
      ...['-startdate', order.from ?? '20250101000000Z', '-enddate', order.until ?? '20450101000000Z'],
    )
  }

  /** The answer of `openssl ts -reply` to a request, by a certificate made before; `chain` are further certificates to send. */
  async reply(
    request: Uint8Array,
    signer: string,
    options: { chain?: readonly string[]; essHash?: string } = {},
  ): Promise<Uint8Array> {
    await writeFile(this.path('request.tsq'), request)
    const chain = await Promise.all((options.chain ?? []).map(name => readFile(this.path(`${name}.pem`))))
    await writeFile(this.path('chain.pem'), Buffer.concat(chain))
    await writeFile(this.path('tsa-serial'), '0a')
    await writeFile(
      this.path('ts.cnf'),
      [
        '[tsa]\ndefault_tsa=t\n[t]\nserial=tsa-serial\ncrypto_device=builtin\nsigner_digest=sha256\ndigests=sha256,sha512',
        `signer_cert=${signer}.pem\nsigner_key=${signer}.key\ndefault_policy=1.2.3.4.1`,
        'other_policies=1.2.3.4.2\naccuracy=secs:1,millisecs:500,microsecs:100\nordering=yes\ntsa_name=yes',
        ...(chain.length > 0 ? ['certs=chain.pem'] : []),
        `ess_cert_id_alg=${options.essHash ?? 'sha256'}\n`,
      ].join('\n'),
    )
    await this.openssl('ts', '-reply', '-config', 'ts.cnf', '-queryfile', 'request.tsq', '-out', 'answer.tsr')
    return this.read('answer.tsr')
  }

  /**
   * Wraps the statement of a genuine answer into a token signed by any certificate with `openssl cms`, which asks no questions: this is
   * how tokens are made that no honest authority would give.
   */
  async forge(
    genuine: Uint8Array,
    signers: readonly string[],
    options: { chain?: readonly string[]; digest?: string; bound?: boolean } = {},
  ): Promise<Uint8Array> {
    await writeFile(this.path('genuine.tsr'), genuine)
    await this.openssl('ts', '-reply', '-in', 'genuine.tsr', '-token_out', '-out', 'genuine.token')
    await this.openssl(
      ...['cms', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', 'genuine.token', '-out', 'statement.der'],
    )
    const chain = await Promise.all((options.chain ?? []).map(name => readFile(this.path(`${name}.pem`))))
    await writeFile(this.path('chain.pem'), Buffer.concat(chain))
    await this.openssl(
      ...['cms', '-sign', '-binary', '-nodetach', '-nosmimecap', '-econtent_type', '1.2.840.113549.1.9.16.1.4'],
      ...['-in', 'statement.der', '-outform', 'DER', '-out', 'forged.token', '-md', options.digest ?? 'sha256'],
      ...(options.bound === false ? [] : ['-cades']),
      ...(chain.length > 0 ? ['-certfile', 'chain.pem'] : []),
      ...signers.flatMap(name => ['-signer', `${name}.pem`, '-inkey', `${name}.key`]),
    )
    return this.read('forged.token')
  }
}
