import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { type MasterKey, masterKeyFrom } from './master-key.ts'
import { rewrap, unwrapDataKey, Vault, type VaultStore, type WrappedKey, wrapDataKey } from './vault.ts'

/** The two tables, in memory, newest data key last. */
class MemoryStore implements VaultStore {
  keys: WrappedKey[] = []
  readonly secrets = new Map<string, Uint8Array>()

  getDataKey(orgId: string, keyId?: string): Promise<WrappedKey | undefined> {
    return Promise.resolve(
      this.keys.findLast(key => key.orgId === orgId && (keyId === undefined || key.keyId === keyId)),
    )
  }
  putDataKey(key: WrappedKey): Promise<void> {
    this.keys.push(key)
    return Promise.resolve()
  }
  getSecret(orgId: string, name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.secrets.get(`${orgId} ${name}`))
  }
  putSecret(orgId: string, name: string, sealed: Uint8Array): Promise<void> {
    this.secrets.set(`${orgId} ${name}`, sealed)
    return Promise.resolve()
  }
  deleteSecret(orgId: string, name: string): Promise<boolean> {
    return Promise.resolve(this.secrets.delete(`${orgId} ${name}`))
  }
  async *listWrapped(): AsyncIterable<WrappedKey> {
    yield* [...this.keys]
  }
  replaceWrapped(key: WrappedKey, expected: string): Promise<boolean> {
    const at = this.keys.findIndex(({ keyId, masterKeyId }) => keyId === key.keyId && masterKeyId === expected)
    if (at >= 0) this.keys[at] = key
    return Promise.resolve(at >= 0)
  }
}

const newMaster = (): MasterKey => masterKeyFrom(randomBytes(32))
const [org, otherOrg] = [randomUUID(), randomUUID()]
let store: MemoryStore
let master: MasterKey
let vault: Vault
beforeEach(() => {
  store = new MemoryStore()
  master = newMaster()
  vault = new Vault([master], store)
})

describe('the vault', () => {
  it('gives back what it keeps, by organisation and name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.string({ unit: 'grapheme' }), async (secret, name) => {
        await vault.putSecret(org, name, secret)
        expect(await vault.getSecret(org, name)).toEqual(Buffer.from(secret))
        expect(await vault.getSecret(otherOrg, name)).toBeUndefined()
      }),
    )
    expect(store.keys).toHaveLength(1)
  })

  it('replaces and forgets, and shows nothing of a secret in what it stores', async () => {
    await vault.putSecret(org, 'token', 'the first secret value')
    await vault.putSecret(org, 'token', 'ghp_ÄÖÜ the second')
    expect(await vault.getSecretText(org, 'token')).toBe('ghp_ÄÖÜ the second')
    const stored = Buffer.concat([...store.secrets.values(), ...store.keys.map(key => key.wrapped)])
    expect(stored.includes('second')).toBe(false)
    expect(await vault.deleteSecret(org, 'token')).toBe(true)
    expect(await vault.deleteSecret(org, 'token')).toBe(false)
    expect(await vault.getSecret(org, 'token')).toBeUndefined()
  })

  it('refuses a secret that was moved to another name or organisation', async () => {
    await vault.putSecret(org, 'a', 'one')
    await vault.putSecret(otherOrg, 'a', 'two')
    const sealed = store.secrets.get(`${org} a`) ?? Buffer.alloc(0)
    store.secrets.set(`${org} b`, sealed)
    store.secrets.set(`${otherOrg} a`, sealed)
    await expect(vault.getSecret(org, 'b')).rejects.toMatchObject({ code: 'integrity' })
    await expect(vault.getSecret(otherOrg, 'a')).rejects.toThrow('data key of the secret a')
    store.keys = store.keys.map(key => ({ ...key, orgId: otherOrg }))
    await expect(vault.getSecret(otherOrg, 'a')).rejects.toMatchObject({ code: 'integrity' })
  })

  it('keeps every secret readable when two data keys were made at once', async () => {
    await Promise.all([vault.putSecret(org, 'a', 'one'), vault.putSecret(org, 'b', 'two')])
    expect(store.keys).toHaveLength(2)
    expect(await vault.getSecretText(org, 'a')).toBe('one')
    expect(await vault.getSecretText(org, 'b')).toBe('two')
  })

  it('says which master key is missing', async () => {
    await vault.putSecret(org, 'a', 'one')
    const wrong = newMaster()
    const work = new Vault([wrong], store).getSecret(org, 'a')
    await expect(work).rejects.toThrow(`with the master key ${master.id}, and the one given is ${wrong.id}`)
  })

  it('rotates the master key, also when it was interrupted, and leaves secrets as they are', async () => {
    const orgs = Array.from({ length: 5 }, () => randomUUID())
    for (const id of orgs) await vault.putSecret(id, 'a', `secret of ${id}`)
    const before = new Map(store.secrets)
    const next = newMaster()
    let left = 2
    const failing: VaultStore = Object.assign(Object.create(store) as MemoryStore, {
      replaceWrapped: (key: WrappedKey, expected: string) =>
        left-- > 0 ? store.replaceWrapped(key, expected) : Promise.reject(new Error('the connection was lost')),
    })
    await expect(vault.over(failing).rotate(next)).rejects.toThrow('connection was lost')
    const both = new Vault([master, next], store)
    for (const id of orgs) expect(await both.getSecretText(id, 'a')).toBe(`secret of ${id}`)
    expect(await both.rotate(next)).toBe(3)
    expect(await both.rotate(next)).toBe(0)
    for (const id of orgs) expect(await new Vault([next], store).getSecretText(id, 'a')).toBe(`secret of ${id}`)
    expect(store.secrets).toEqual(before)
    await expect(vault.getSecret(orgs[0] ?? '', 'a')).rejects.toMatchObject({ code: 'integrity' })
  })

  it('wraps a data key the same way through any number of masters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat({ max: 5 }), (dataKey, times) => {
        let current = master
        let wrapped = wrapDataKey(current, dataKey, org, randomUUID())
        for (let time = 0; time < times; time += 1) {
          const next = newMaster()
          wrapped = rewrap(wrapped, current, next)
          current = next
        }
        expect(unwrapDataKey(current, wrapped)).toEqual(Buffer.from(dataKey))
      }),
    )
  })
})
