import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { AccessControl, Principal } from '../../platform/http/access.ts'
import type { Services } from '../../platform/services.ts'
import { requireProvider } from './providers.ts'
import { deleteToken, findToken, insertToken, touchToken } from './store.ts'

/** What a provider's token may do, and nothing else may: it is no permission of any role or key. */
export const provision = 'scim.provision'

const pattern = /^vouchscim_([0-9a-f]{32})_[A-Za-z0-9_-]{43}$/
const touchEveryMs = 60_000

/** The token by which a provider provisions people, in place of an earlier one. It is returned once; its hash is kept. Throws `not_found`. */
export async function makeToken(tx: TenantTx, provider: string): Promise<string> {
  await requireProvider(tx, provider)
  await deleteToken(tx, provider)
  const token = `vouchscim_${tx.orgId.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`
  await insertToken(tx, { id: randomUUID(), provider, hash: hashOf(token), hint: token.slice(-4) })
  await announce(tx, 'providers.provider', provider)
  return token
}

/** Ends a provider's token at once. Throws `not_found` when it has none. */
export async function endToken(tx: TenantTx, provider: string): Promise<void> {
  if (!(await deleteToken(tx, provider))) throw new VouchError('not_found', 'This provider has no token in use.')
  await announce(tx, 'providers.provider', provider)
}

/** Who provisions: a provider by its token, in its organisation, and nobody else: neither a session nor a key. */
export function provisionControl(services: Services): AccessControl {
  return {
    async authenticate(request) {
      const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
      return token === undefined ? undefined : authenticate(services, token)
    },
    stillMay: async () => false,
    organisationsOf: async () => [],
  }
}

const actorPattern = /^provider:(.+)$/

/** The provider that asks. Throws `forbidden` for anybody else. */
export function providerOf({ actor }: Principal): string {
  const provider = actorPattern.exec(actor)?.[1]
  if (provider === undefined) throw new VouchError('forbidden', 'This is for identity providers.')
  return provider
}

async function authenticate(services: Services, token: string): Promise<Principal | undefined> {
  const orgId = pattern.exec(token)?.[1]?.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  if (orgId === undefined) return undefined
  return services.database.tenant(orgId, services.clock, async tx => {
    const found = await findToken(tx, hashOf(token))
    if (!found) return undefined
    const now = tx.clock.now().getTime()
    if (!found.last_used_at || now - found.last_used_at.getTime() > touchEveryMs) await touchToken(tx, found.id)
    return {
      actor: `provider:${found.provider}`,
      user: null,
      sessionId: null,
      organisation: { id: orgId, role: 'provider' },
      may: new Set([provision]),
    }
  })
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
