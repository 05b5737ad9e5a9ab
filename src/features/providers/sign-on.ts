import { z } from 'zod'
import { currentDeed } from '../../platform/db/deed.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import type { Begun, Caller } from '../../platform/sign-in/sign-in.ts'
import { admit, domainOf, type Speaker } from './admit.ts'
import { beginOidc, finishOidc, type OidcClient } from './oidc.ts'
import { type Provider, requireProvider, secretName } from './providers.ts'
import { beginSaml, type SamlAsserted } from './saml.ts'
import { findByDomain, findOrganisationOf } from './store.ts'

const purpose = 'sign-on'
const handOver = 'sign-on-assertion'
/** Somebody who takes longer to sign in at the provider begins again. */
export const flowSeconds = 600
const handOverSeconds = 120

const base = { orgId: z.uuid(), provider: z.uuid(), to: z.string().nullable() }
/** What is remembered of a browser that was sent to a provider; kept by the hash of a token that only this browser has, for one use. */
const flowSchema = z.discriminatedUnion('kind', [
  z.object({
    ...base,
    kind: z.literal('oidc'),
    state: z.string(),
    nonce: z.string(),
    verifier: z.string(),
    redirect: z.url(),
  }),
  z.object({ ...base, kind: z.literal('saml'), request: z.string() }),
])

const assertionSchema = z.object({
  orgId: z.uuid(),
  provider: z.uuid(),
  /** The request that it answers; null when the provider began. */
  request: z.string().nullable(),
  asserted: z.object({ subject: z.string(), email: z.string().nullable(), name: z.string().nullable() }),
})

export interface Started {
  readonly url: string
  /** For the browser's cookie. */
  readonly token: string
}

/**
 * Where the address `email` signs in: the provider of its domain, whoever has the address; undefined when there is none. `origin` is this site's as the browser knows it.
 * Throws `source_failed` when the provider cannot be reached, `rate_limited` after too many questions from one network address.
 */
export async function startSignOn(
  services: Services,
  { email, to, origin }: { email: string; to: string | undefined; origin: string },
  caller: Caller,
): Promise<Started | undefined> {
  await services.signIn.countQuestion(caller.address)
  const found = await findByDomain(services.database, domainOf(email))
  if (!found) return undefined
  const provider = await read(services, found.org_id, found.id)
  const { settings } = provider
  const about = { orgId: found.org_id, provider: found.id, to: to ?? null }
  const keep = (flow: z.infer<typeof flowSchema>) =>
    services.signIn.makeToken(purpose, JSON.stringify(flow), flowSeconds)
  if (settings.kind === 'oidc') {
    const redirect = `${origin}/sign-in/sso`
    const { url, flow } = await beginOidc(await clientOf(services, found.org_id, provider), { redirect, email })
    return { url, token: await keep({ kind: 'oidc', ...about, ...flow }) }
  }
  const { url, request } = await beginSaml(services, { ...about, settings, origin })
  return { url, token: await keep({ kind: 'saml', ...about, request }) }
}

export interface Answer {
  readonly query?: string | undefined
  readonly token?: string | undefined
}

/**
 * Ends what `startSignOn` began, in the same browser, once. Returns the session that begins and where the person wanted to be. Throws `gone` when this browser did not begin it
 * or too long ago, and whatever `finishOidc` and `admit` throw; a refusal of somebody whom the provider named is in the organisation's activity.
 */
export async function completeSignOn(
  services: Services,
  answer: Answer,
  cookie: string | undefined,
  caller: Caller,
): Promise<Begun & { to: string | null }> {
  const spent = cookie === undefined ? undefined : await services.signIn.spendToken(purpose, cookie)
  const flow = spent === undefined ? undefined : flowSchema.parse(JSON.parse(spent))
  if (answer.token !== undefined) return completeSaml(services, answer.token, flow, caller)
  if (flow?.kind !== 'oidc' || answer.query === undefined) throw over()
  const by: Speaker = { orgId: flow.orgId, provider: flow.provider, method: 'oidc' }
  const query = answer.query
  return recorded(services, by, async () => {
    const provider = await read(services, flow.orgId, flow.provider)
    const asserted = await finishOidc(await clientOf(services, flow.orgId, provider), flow, query)
    return { ...(await admit(services, by, asserted, caller)), to: flow.to }
  })
}

async function completeSaml(
  services: Services,
  token: string,
  flow: z.infer<typeof flowSchema> | undefined,
  caller: Caller,
): Promise<Begun & { to: string | null }> {
  const value = await services.signIn.spendToken(handOver, token)
  if (value === undefined) throw over()
  const { orgId, provider, request, asserted } = assertionSchema.parse(JSON.parse(value))
  // An answer to a request is for the browser that made it.
  if (request !== null && (flow?.kind !== 'saml' || flow.request !== request || flow.provider !== provider))
    throw over()
  const by: Speaker = { orgId, provider, method: 'saml' }
  const to = request === null ? null : (flow?.to ?? null)
  return recorded(services, by, async () => ({ ...(await admit(services, by, asserted, caller)), to }))
}

/** A token for what an assertion said, by which the browser that posted it goes on. */
export async function handOverAssertion(
  services: Services,
  by: { orgId: string; provider: string },
  { request, ...asserted }: SamlAsserted,
): Promise<string> {
  return services.signIn.makeToken(handOver, JSON.stringify({ ...by, request, asserted }), handOverSeconds)
}

/** A provider by its id alone, as the provider itself names it. Throws `not_found` when there is none, or it is turned off. */
export async function findSpeaker(
  services: Services,
  id: string,
): Promise<{ readonly orgId: string; readonly provider: Provider }> {
  const orgId = await findOrganisationOf(services.database, id)
  const provider = orgId === undefined ? undefined : await read(services, orgId, id)
  if (orgId === undefined || !provider?.enabled)
    throw new VouchError('not_found', 'There is no such identity provider.')
  return { orgId, provider }
}

/** What a client of an OIDC provider needs. Throws `invalid_input` for a provider of another kind. */
export async function clientOf(services: Services, orgId: string, { id, settings }: Provider): Promise<OidcClient> {
  if (settings.kind !== 'oidc') throw new VouchError('invalid_input', 'This is no OIDC provider.')
  const secret = await services.vault.getSecretText(orgId, secretName(id))
  return { settings, secret, allowPrivateHosts: services.config.allowPrivateHosts }
}

function read(services: Services, orgId: string, id: string): Promise<Provider> {
  return services.database.tenant(orgId, services.clock, tx => requireProvider(tx, id))
}

/** What fails after a browser came back is in the activity of the provider's organisation: as done by the provider, for who came is not known for certain. */
async function recorded<T>(services: Services, by: Speaker, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const deed = currentDeed()
    if (deed && error instanceof VouchError)
      await services.database.recordDeed(
        by.orgId,
        services.clock,
        { ...deed, actor: `provider:${by.provider}`, subject: { kind: 'providers', id: by.provider } },
        'failed',
      )
    throw error
  }
}

function over(): VouchError {
  return new VouchError(
    'gone',
    'This sign-in was begun in another browser, was ended already, or took too long. Begin again.',
  )
}
