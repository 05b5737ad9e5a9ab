import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { TenantTx } from '../../platform/db/database.ts'
import type { Services } from '../../platform/services.ts'
import { keyLength, open, seal } from '../../platform/vault/envelope.ts'
import { tenantVaultStore } from '../../platform/vault/sql-store.ts'
import { normalise, type PersonalValue } from './forms.ts'
import { lockAliasKey } from './store.ts'

const secretName = 'aliases:key'

/** What only this organisation's vault can do with its aliases. */
export interface AliasKeys {
  /** Finds a value's alias again; tells nothing without the key, and nothing of what was erased. */
  lookupOf(value: PersonalValue): Buffer
  /** Seals a value for one token: under another it does not open. */
  seal(token: string, value: string): Buffer
  open(token: string, sealed: Uint8Array): string
}

/** The organisation's alias keys, made when there are none. */
export async function aliasKeys(services: Services, tx: TenantTx): Promise<AliasKeys> {
  const vault = services.vault.over(tenantVaultStore(tx))
  const known = await vault.getSecret(tx.orgId, secretName)
  return keysFrom(known ?? (await makeKey()), tx.orgId)

  async function makeKey(): Promise<Buffer> {
    await lockAliasKey(tx)
    const meanwhile = await vault.getSecret(tx.orgId, secretName)
    if (meanwhile) return meanwhile
    const key = randomBytes(keyLength)
    await vault.putSecret(tx.orgId, secretName, key)
    return key
  }
}

function keysFrom(key: Uint8Array, orgId: string): AliasKeys {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', key, orgId, `vouch aliases ${use}`, keyLength))
  const lookupKey = derive('lookup')
  const sealKey = derive('seal')
  const context = (token: string) => ['vouch alias', orgId, token]
  return {
    lookupOf: value =>
      createHmac('sha256', lookupKey)
        .update(`${value.kind}\0${normalise(value)}`)
        .digest(),
    seal: (token, value) => seal(sealKey, Buffer.from(value, 'utf8'), context(token)),
    open: (token, sealed) => open(sealKey, sealed, context(token)).toString('utf8'),
  }
}
