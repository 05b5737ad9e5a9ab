import * as client from 'openid-client'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { fetchOutside } from '../../platform/http/outbound.ts'
import type { OidcSettings } from './contract.ts'
import { mayReach } from './providers.ts'

/** Whom a provider says somebody is. */
export interface Asserted {
  /** The provider's own name for them, which it gives to nobody else. */
  readonly subject: string
  /** In lower case; null when it gave none, or none that it vouches for. */
  readonly email: string | null
  readonly name: string | null
}

/** What is remembered between sending somebody to the provider and their coming back. */
export interface OidcFlow {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly redirect: string
}

export interface OidcClient {
  readonly settings: OidcSettings
  readonly secret: string | undefined
  readonly allowPrivateHosts: readonly string[]
}

const seconds = 10

/**
 * The provider as it describes itself, asked anew each time: so are its keys. Throws `source_failed` when it cannot be reached or does not describe itself as it should,
 * `forbidden` for an address that is not public.
 */
export async function discover(oidc: OidcClient): Promise<client.Configuration> {
  const { settings, secret, allowPrivateHosts } = oidc
  const issuer = new URL(settings.issuer)
  try {
    const config = await client.discovery(
      issuer,
      settings.client_id,
      undefined,
      (server, clientMetadata, body, headers) => authOf(server, secret)(server, clientMetadata, body, headers),
      {
        [client.customFetch]: reach(allowPrivateHosts),
        timeout: seconds,
        // Only a host that was named: see `mayReach`.
        execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [],
      },
    )
    // The signature is checked, although the token comes straight from the provider.
    client.enableNonRepudiationChecks(config)
    return config
  } catch (error) {
    throw refusal(error, 'source_failed', 'The identity provider does not describe itself as it should')
  }
}

/** Where to send somebody to sign in, and what to remember until they come back. */
export async function beginOidc(
  oidc: OidcClient,
  { redirect, email }: { redirect: string; email: string },
): Promise<{ url: string; flow: OidcFlow }> {
  const config = await discover(oidc)
  const flow = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
    redirect,
  }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope: 'openid email profile',
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
    login_hint: email,
  })
  return { url: url.href, flow }
}

/**
 * Who came back: the code is exchanged for an ID token, whose issuer, audience, nonce, times and signature are checked. Neither it nor an access token is kept.
 * Throws `unauthenticated` when the provider or we refuse, `source_failed` when it does not answer.
 */
export async function finishOidc(oidc: OidcClient, flow: OidcFlow, query: string): Promise<Asserted> {
  const config = await discover(oidc)
  const url = new URL(flow.redirect)
  url.search = query
  try {
    const tokens = await client.authorizationCodeGrant(config, url, {
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      pkceCodeVerifier: flow.verifier,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (!claims) throw new Error('there is no ID token')
    const hasEmail = typeof claims.email === 'string'
    const asked = hasEmail || !config.serverMetadata().userinfo_endpoint
    const more = asked
      ? claims
      : { ...claims, ...(await client.fetchUserInfo(config, tokens.access_token, claims.sub)) }
    return assertedBy(more)
  } catch (error) {
    throw refusal(error, 'unauthenticated', 'The answer of the identity provider was refused')
  }
}

/** What the claims say. An address counts if the provider says that it is theirs: `email_verified`, or Entra's `xms_edov` (the owner of the domain is verified). */
export function assertedBy(claims: Readonly<Record<string, unknown>> & { readonly sub: string }): Asserted {
  const { sub, email, email_verified, xms_edov, name } = claims
  const verified = email_verified === true || xms_edov === true || xms_edov === 1 || xms_edov === '1'
  return {
    subject: sub,
    email: typeof email === 'string' && verified ? email.trim().toLowerCase() : null,
    name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 100) : null,
  }
}

/** By the method that the provider takes; without a secret none. */
function authOf(server: client.ServerMetadata, secret: string | undefined): client.ClientAuth {
  if (secret === undefined) return client.None()
  const methods = server.token_endpoint_auth_methods_supported
  return methods?.includes('client_secret_post') && !methods.includes('client_secret_basic')
    ? client.ClientSecretPost(secret)
    : client.ClientSecretBasic(secret)
}

/** The one way out, as openid-client wants it. */
function reach(allowPrivateHosts: readonly string[]): client.CustomFetch {
  return async (address, { method, headers, body }) => {
    const url = new URL(address)
    if (!mayReach(allowPrivateHosts, url))
      throw new VouchError('forbidden', `The identity provider sends us to ${url.host} without https.`)
    const response = await fetchOutside(allowPrivateHosts, {
      url: url.href,
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      ...(body != null && { body: String(body) }),
      timeoutMs: seconds * 1_000,
      maxBytes: 512 * 1024,
    })
    return new Response(response.body.length > 0 ? Buffer.from(response.body) : null, {
      status: response.status,
      headers: response.contentType === undefined ? {} : { 'content-type': response.contentType },
    })
  }
}

function refusal(thrown: unknown, code: 'source_failed' | 'unauthenticated', what: string): VouchError {
  let error: unknown = thrown
  for (let depth = 0; depth < 5 && error instanceof Error; depth++) {
    if (error instanceof VouchError) return error
    error = error.cause
  }
  const said =
    thrown instanceof client.AuthorizationResponseError ? (thrown.error_description ?? thrown.error) : messageOf(thrown)
  return new VouchError(code, `${what}: ${said}. Begin again; if it stays so, tell whoever set it up.`, {
    cause: thrown,
  })
}
