import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { Services } from '../../platform/services.ts'
import { tenantVaultStore } from '../../platform/vault/sql-store.ts'
import { type providerChange, type providerInput, type providerSchema, providerSettings } from './contract.ts'
import {
  countPeople,
  deleteProvider,
  deleteToken,
  findProvider,
  forgetSubjects,
  insertProvider,
  listProviders,
  listTokens,
  type ProviderRow,
  putDomains,
  updateProvider,
} from './store.ts'

type Presented = z.infer<typeof providerSchema>
export type Provider = Omit<ProviderRow, 'settings'> & { readonly settings: z.infer<typeof providerSettings> }

/** The name under which the vault keeps a provider's client secret. */
export function secretName(provider: string): string {
  return `provider:${provider}:client_secret`
}

export function settingsOf<Row extends { readonly settings: unknown }>(row: Row) {
  return { ...row, settings: providerSettings.parse(row.settings) }
}

/** A provider. Throws `not_found`. */
export async function requireProvider(tx: TenantTx, id: string): Promise<Provider> {
  const row = await findProvider(tx, id)
  if (!row) throw new VouchError('not_found', 'There is no such identity provider.')
  return settingsOf(row)
}

/** The organisation's providers, as they may be shown: without any secret. */
export async function readProviders(services: Services, tx: TenantTx): Promise<Presented[]> {
  const vault = services.vault.over(tenantVaultStore(tx))
  const people = await countPeople(tx)
  const tokens = new Map((await listTokens(tx)).map(token => [token.provider, token]))
  const shown: Presented[] = []
  for (const row of await listProviders(tx)) {
    const { id, name, domains, default_role, admits_unknown, enabled, settings, created_at } = settingsOf(row)
    const token = tokens.get(id)
    shown.push({
      id,
      name,
      domains,
      default_role,
      admits_unknown,
      enabled,
      settings,
      has_secret: (await vault.getSecret(tx.orgId, secretName(id))) !== undefined,
      token: token
        ? {
            hint: token.hint,
            created_at: token.created_at.toISOString(),
            last_used_at: token.last_used_at?.toISOString() ?? null,
          }
        : null,
      people: people.get(id) ?? 0,
      created_at: created_at.toISOString(),
    })
  }
  return shown
}

/** One of them. Throws `not_found`. */
export async function readProvider(services: Services, tx: TenantTx, id: string): Promise<Presented> {
  const found = (await readProviders(services, tx)).find(provider => provider.id === id)
  if (!found) throw new VouchError('not_found', 'There is no such identity provider.')
  return found
}

/** Adds a provider. Returns its id. Throws `conflict` for a domain that somebody else has, `invalid_input` for an address that is not https. */
export async function addProvider(
  services: Services,
  tx: TenantTx,
  { client_secret, ...input }: z.infer<typeof providerInput>,
): Promise<string> {
  const id = randomUUID()
  requireHttps(services, input.settings)
  await insertProvider(tx, { id, kind: input.settings.kind, ...input, domains: [...new Set(input.domains)] })
  await claim(tx, id, input.domains)
  if (client_secret) await services.vault.over(tenantVaultStore(tx)).putSecret(tx.orgId, secretName(id), client_secret)
  await announce(tx, 'providers.provider', id)
  return id
}

/**
 * Changes a provider. When it is another one from now on, or is turned off, the sessions that it began end, and people are bound to their accounts anew.
 * Throws `not_found`, `conflict` for a domain that somebody else has, `invalid_input` for another kind.
 */
export async function changeProvider(
  services: Services,
  tx: TenantTx,
  id: string,
  { client_secret, ...change }: z.infer<typeof providerChange>,
): Promise<void> {
  const before = await requireProvider(tx, id)
  const after = { ...before, ...change }
  if (after.settings.kind !== before.kind)
    throw new VouchError('invalid_input', 'A provider stays of its kind. Add another one, and remove this.')
  requireHttps(services, after.settings)
  const { created_at: _, ...row } = after
  await updateProvider(tx, { ...pick(row), domains: [...new Set(after.domains)] })
  if (change.domains) await claim(tx, id, change.domains)
  if (client_secret !== undefined) {
    const vault = services.vault.over(tenantVaultStore(tx))
    if (client_secret === '') await vault.deleteSecret(tx.orgId, secretName(id))
    else await vault.putSecret(tx.orgId, secretName(id), client_secret)
  }
  const another = identityOf(before) !== identityOf(after)
  if (another) await forgetSubjects(tx, id)
  if (another || !after.enabled) await endSessions(services, tx, id)
  await announce(tx, 'providers.provider', id)
}

/** Removes a provider with all that it knows; the sessions that it began end. People stay members. Throws `not_found`. */
export async function removeProvider(services: Services, tx: TenantTx, id: string): Promise<void> {
  await requireProvider(tx, id)
  await deleteToken(tx, id)
  await services.vault.over(tenantVaultStore(tx)).deleteSecret(tx.orgId, secretName(id))
  await deleteProvider(tx, id)
  await endSessions(services, tx, id)
  await announce(tx, 'providers.provider', id)
}

/** Before the commit: whoever the change concerns is out when it is answered. A sign-in that is under way holds the provider, and is waited for. */
async function endSessions(services: Services, tx: TenantTx, id: string): Promise<void> {
  for (const user of await services.signIn.endSessionsOfProvider(id)) await announce(tx, 'access.session', user)
}

function pick({
  id,
  kind,
  name,
  settings,
  domains,
  default_role,
  admits_unknown,
  enabled,
}: Omit<Provider, 'created_at'>) {
  return { id, kind, name, settings, domains, default_role, admits_unknown, enabled }
}

/** Whose names for people the subjects are. */
function identityOf({ settings }: Provider): string {
  return settings.kind === 'oidc' ? `${settings.issuer} ${settings.client_id}` : settings.entity_id
}

async function claim(tx: TenantTx, provider: string, domains: readonly string[]): Promise<void> {
  const taken = await putDomains(tx, provider, [...new Set(domains)])
  if (taken !== undefined)
    throw new VouchError(
      'conflict',
      `The domain ${taken} belongs to another identity provider already. Take it away there first.`,
      { fields: [{ path: 'domains', message: `${taken} belongs to another identity provider` }] },
    )
}

function requireHttps({ config }: Services, settings: Provider['settings']): void {
  // To a SAML provider the browser goes, and it is told nothing that is secret.
  if (settings.kind === 'saml') return
  if (!mayReach(config.allowPrivateHosts, new URL(settings.issuer)))
    throw new VouchError(
      'invalid_input',
      'The issuer is an https address. Plain http is for hosts that are named in VOUCH_ALLOW_PRIVATE_HOSTS.',
      { fields: [{ path: 'settings.issuer', message: 'is not an https address' }] },
    )
}

/** Whether secrets may travel there: over https, or to a host that whoever runs Vouch named. */
export function mayReach(allowPrivateHosts: readonly string[], url: URL): boolean {
  return url.protocol === 'https:' || allowPrivateHosts.includes(url.hostname.replace(/^\[|\]$/g, ''))
}
