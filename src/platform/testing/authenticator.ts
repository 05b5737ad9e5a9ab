import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

interface Asked {
  readonly challenge: string
}
interface Options {
  /** The page that a browser would say it was; of a forger, another one. */
  readonly origin?: string
  readonly host?: string
  /** Whether its holder showed who they are. */
  readonly verified?: boolean
  /** Moves its count by this; 0 as a copy would. */
  readonly count?: number
  readonly userHandle?: string
}

const [present, verified, attested] = [0x01, 0x04, 0x40]
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest()

/** An authenticator with one passkey, in software (WebAuthn level 3, sections 6.1 and 6.5; ES256): what browser and device would answer, rightly or wrongly. */
export class SoftwareAuthenticator {
  readonly #id = randomBytes(16)
  readonly #privateKey: KeyObject
  readonly #cose: Uint8Array
  readonly #site: { origin: string; host: string }
  #count = 0

  constructor(site: { origin: string; host: string }) {
    this.#site = site
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#privateKey = privateKey
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    // RFC 9053, section 7.1: EC2, ES256, P-256.
    this.#cose = isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
        [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
      ]),
    )
  }

  /** The answer to options of registration. */
  create(asked: Asked, options: Options = {}) {
    const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.#id.length]), this.#id, this.#cose])
    const data = Buffer.concat([this.#data(attested, options), credential])
    const attestation = new Map<string, string | Uint8Array | Map<string, string>>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(data)],
    ])
    return this.#answer({
      clientDataJSON: base64url(this.#client('webauthn.create', asked, options)),
      attestationObject: base64url(isoCBOR.encode(attestation)),
      transports: ['internal'],
    })
  }

  /** The answer to options of authentication. */
  get(asked: Asked, options: Options = {}) {
    this.#count += options.count ?? 1
    const client = this.#client('webauthn.get', asked, options)
    const data = this.#data(0, options)
    const signature = createSign('sha256')
      .update(Buffer.concat([data, sha256(client)]))
      .sign(this.#privateKey)
    return this.#answer({
      clientDataJSON: base64url(client),
      authenticatorData: base64url(data),
      signature: base64url(signature),
      ...(options.userHandle === undefined ? {} : { userHandle: options.userHandle }),
    })
  }

  #answer<Response>(response: Response) {
    const id = base64url(this.#id)
    return { id, rawId: id, type: 'public-key' as const, response, clientExtensionResults: {} }
  }

  #client(type: string, { challenge }: Asked, { origin = this.#site.origin }: Options): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }

  #data(flags: number, { host = this.#site.host, verified: shown = true }: Options): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(this.#count)
    return Buffer.concat([sha256(host), Buffer.from([flags | present | (shown ? verified : 0)]), count])
  }
}
