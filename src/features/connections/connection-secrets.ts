import type { JsonObject } from '../../../verifier/records/canonical.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import type { Services } from '../../platform/services.ts'
import { tenantVaultStore } from '../../platform/vault/sql-store.ts'
import { connectorOf } from './registry.ts'

const secretName = (connectionId: string, setting: string) => `connection:${connectionId}:${setting}`

/** Keeps a connection's secrets in the vault, with the change of the connection itself. */
export async function keepSecrets(
  services: Services,
  tx: TenantTx,
  connectionId: string,
  secrets: ReadonlyMap<string, string>,
): Promise<void> {
  const vault = services.vault.over(tenantVaultStore(tx))
  for (const [setting, value] of secrets) await vault.putSecret(tx.orgId, secretName(connectionId, setting), value)
}

/** Which of its secrets a connection has. */
export async function secretsSet(tx: TenantTx, connection: { id: string; kind: string }): Promise<string[]> {
  const store = tenantVaultStore(tx)
  const found: string[] = []
  for (const setting of connectorOf(connection.kind).secrets) {
    if (await store.getSecret(tx.orgId, secretName(connection.id, setting))) found.push(setting)
  }
  return found
}

/** A connection's settings with its secrets, for the connector alone. */
export async function settingsWithSecrets(
  services: Services,
  tx: TenantTx,
  connection: { id: string; kind: string; settings: JsonObject },
): Promise<JsonObject> {
  const vault = services.vault.over(tenantVaultStore(tx))
  const secrets: Record<string, string> = {}
  for (const setting of connectorOf(connection.kind).secrets) {
    const value = await vault.getSecretText(tx.orgId, secretName(connection.id, setting))
    if (value !== undefined) secrets[setting] = value
  }
  return { ...connection.settings, ...secrets }
}

/** Forgets a removed connection's secrets. */
export async function forgetSecrets(
  services: Services,
  tx: TenantTx,
  connection: { id: string; kind: string },
): Promise<void> {
  const vault = services.vault.over(tenantVaultStore(tx))
  for (const setting of connectorOf(connection.kind).secrets)
    await vault.deleteSecret(tx.orgId, secretName(connection.id, setting))
}
