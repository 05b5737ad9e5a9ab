import type { TenantTx } from '../../platform/db/database.ts'
import type { Services } from '../../platform/services.ts'
import { tenantVaultStore } from '../../platform/vault/sql-store.ts'
import { makeSecret } from './sign-message.ts'

const current = (endpointId: string) => `webhook:${endpointId}:secret`
const previous = (endpointId: string) => `webhook:${endpointId}:previous`

/** Gives an endpoint a new secret, which is returned this once; with `keepOld` the present one is kept as the one before. */
export async function renewSecret(
  services: Pick<Services, 'vault'>,
  tx: TenantTx,
  endpointId: string,
  keepOld: boolean,
): Promise<string> {
  const vault = services.vault.over(tenantVaultStore(tx))
  const old = keepOld ? await vault.getSecret(tx.orgId, current(endpointId)) : undefined
  if (old) await vault.putSecret(tx.orgId, previous(endpointId), old)
  else await vault.deleteSecret(tx.orgId, previous(endpointId))
  const secret = makeSecret()
  await vault.putSecret(tx.orgId, current(endpointId), secret)
  return secret
}

/** What an endpoint's messages are signed with now: its secret, and the one before while both hold. */
export async function secretsOf(
  services: Pick<Services, 'vault'>,
  tx: TenantTx,
  endpoint: { readonly id: string; readonly previous_until: Date | null },
): Promise<string[]> {
  const vault = services.vault.over(tenantVaultStore(tx))
  const both = endpoint.previous_until !== null && endpoint.previous_until > tx.clock.now()
  const found = [
    await vault.getSecretText(tx.orgId, current(endpoint.id)),
    both ? await vault.getSecretText(tx.orgId, previous(endpoint.id)) : undefined,
  ]
  return found.filter(secret => secret !== undefined)
}

/** Forgets a removed endpoint's secrets. */
export async function forgetSecrets(
  services: Pick<Services, 'vault'>,
  tx: TenantTx,
  endpointId: string,
): Promise<void> {
  const vault = services.vault.over(tenantVaultStore(tx))
  for (const name of [current(endpointId), previous(endpointId)]) await vault.deleteSecret(tx.orgId, name)
}
