import { randomBytes, randomUUID } from 'node:crypto'
import { VouchError } from '../errors/errors.ts'
import { keyLength, open, seal } from './envelope.ts'
import type { MasterKey } from './master-key.ts'

/** A data key as it is stored: sealed by the master key that `masterKeyId` names, for one organisation. A row of `vault_data_key`. */
export interface WrappedKey {
  readonly orgId: string
  readonly keyId: string
  readonly wrapped: Uint8Array
  readonly masterKeyId: string
}

/** Where the vault keeps its rows: `vault_data_key` and `vault_secret`. */
export interface VaultStore {
  /** The organisation's data key `keyId`, or its newest when that is left out. */
  getDataKey(orgId: string, keyId?: string): Promise<WrappedKey | undefined>
  /** MUST NOT replace a key: an organisation that got two at the same time has two, since each secret names its own. */
  putDataKey(key: WrappedKey): Promise<void>
  getSecret(orgId: string, name: string): Promise<Uint8Array | undefined>
  putSecret(orgId: string, name: string, sealed: Uint8Array): Promise<void>
  /** Answers whether there was one. */
  deleteSecret(orgId: string, name: string): Promise<boolean>
  /** The data keys of all organisations. */
  listWrapped(): AsyncIterable<WrappedKey>
  /** MUST write only if the row still has `expectedMasterKeyId`, and answer whether it did. */
  replaceWrapped(key: WrappedKey, expectedMasterKeyId: string): Promise<boolean>
}

const keyIdLength = 36

/**
 * Secrets, envelope-encrypted: each organisation has a data key, which a master key from outside the database wraps. A sealed secret
 * is the id of its data key (36 characters) and the bytes of `seal`, and opens only for its organisation under its name.
 */
export class Vault {
  readonly #masterKeys: readonly [MasterKey, ...MasterKey[]]
  readonly #store: VaultStore

  /** The first master key wraps; the others can still unwrap. */
  constructor(masterKeys: readonly [MasterKey, ...MasterKey[]], store: VaultStore) {
    this.#masterKeys = masterKeys
    this.#store = store
  }

  /** The same vault over another store: one bound to a transaction, so that a secret is kept with the change it belongs to or not at all. */
  over(store: VaultStore): Vault {
    return new Vault(this.#masterKeys, store)
  }

  /** Keeps a secret, in place of the one of that name. Text is kept as UTF-8. */
  async putSecret(orgId: string, name: string, secret: Uint8Array | string): Promise<void> {
    const plaintext = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret
    await this.#store.putSecret(orgId, name, await this.seal(orgId, name, plaintext))
  }

  /** A secret sealed as `putSecret` keeps it, for a row of the caller's own. */
  async seal(orgId: string, name: string, plaintext: Uint8Array): Promise<Buffer> {
    const stored = await this.#store.getDataKey(orgId)
    const { keyId, dataKey } = stored === undefined ? await this.#makeDataKey(orgId) : this.#unwrap(stored)
    return Buffer.concat([Buffer.from(keyId, 'latin1'), seal(dataKey, plaintext, secretContext(orgId, name))])
  }

  /** The secret; undefined when there is none. Throws VouchError('integrity') when it does not open. */
  async getSecret(orgId: string, name: string): Promise<Buffer | undefined> {
    const stored = await this.#store.getSecret(orgId, name)
    return stored === undefined ? undefined : this.open(orgId, name, stored)
  }

  /** What `seal` sealed under the same name. Throws VouchError('integrity') when it does not open. */
  async open(orgId: string, name: string, stored: Uint8Array): Promise<Buffer> {
    const keyId = Buffer.from(stored.subarray(0, keyIdLength)).toString('latin1')
    const wrapped = await this.#store.getDataKey(orgId, keyId)
    if (wrapped === undefined) {
      throw new VouchError(
        'integrity',
        `The data key of the secret ${name} is not in the vault. Restore the database from a backup, or enter the secret again.`,
      )
    }
    return open(this.#unwrap(wrapped).dataKey, stored.subarray(keyIdLength), secretContext(orgId, name))
  }

  /** The secret as text. */
  async getSecretText(orgId: string, name: string): Promise<string | undefined> {
    return (await this.getSecret(orgId, name))?.toString('utf8')
  }

  /** Forgets a secret; answers whether there was one. */
  async deleteSecret(orgId: string, name: string): Promise<boolean> {
    return this.#store.deleteSecret(orgId, name)
  }

  /**
   * Wraps every data key with `next`, and answers how many it wrapped. It can be interrupted and repeated: keys that `next` wraps
   * already are left alone. Secrets themselves stay as they are.
   */
  async rotate(next: MasterKey): Promise<number> {
    let rotated = 0
    for await (const key of this.#store.listWrapped()) {
      if (key.masterKeyId === next.id) continue
      const replacement = rewrap(key, this.#masterKeyOf(key), next)
      if (await this.#store.replaceWrapped(replacement, key.masterKeyId)) rotated += 1
    }
    return rotated
  }

  async #makeDataKey(orgId: string): Promise<{ keyId: string; dataKey: Buffer }> {
    const keyId = randomUUID()
    const dataKey = randomBytes(keyLength)
    await this.#store.putDataKey(wrapDataKey(this.#masterKeys[0], dataKey, orgId, keyId))
    return { keyId, dataKey }
  }

  #unwrap(key: WrappedKey): { keyId: string; dataKey: Buffer } {
    return { keyId: key.keyId, dataKey: unwrapDataKey(this.#masterKeyOf(key), key) }
  }

  #masterKeyOf({ masterKeyId }: WrappedKey): MasterKey {
    const found = this.#masterKeys.find(({ id }) => id === masterKeyId)
    if (found !== undefined) return found
    const known = this.#masterKeys.map(({ id }) => id).join(', ')
    throw new VouchError(
      'integrity',
      `The vault was locked with the master key ${masterKeyId}, and the one given is ${known}. Bring back that key (VOUCH_MASTER_KEY, or master.key in the data folder), from the backup that the database is from.`,
    )
  }
}

/** Seals a data key with a master key, for one organisation. */
export function wrapDataKey(master: MasterKey, dataKey: Uint8Array, orgId: string, keyId: string): WrappedKey {
  return { orgId, keyId, masterKeyId: master.id, wrapped: seal(master.key, dataKey, keyContext(orgId, keyId)) }
}

/** Throws VouchError('integrity') when `master` did not wrap it, or the row was changed. */
export function unwrapDataKey(master: MasterKey, { orgId, keyId, wrapped }: WrappedKey): Buffer {
  return open(master.key, wrapped, keyContext(orgId, keyId))
}

/** The same data key under another master key. */
export function rewrap(key: WrappedKey, from: MasterKey, to: MasterKey): WrappedKey {
  return wrapDataKey(to, unwrapDataKey(from, key), key.orgId, key.keyId)
}

const keyContext = (orgId: string, keyId: string): string[] => ['vouch data key', orgId, keyId]
const secretContext = (orgId: string, name: string): string[] => ['vouch secret', orgId, name]
