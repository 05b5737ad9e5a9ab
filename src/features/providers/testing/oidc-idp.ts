import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import Provider, { type Configuration } from 'oidc-provider'

/** Somebody whom the provider knows; synthetic. */
export interface KnownPerson {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly name?: string
}

export interface OidcIdp {
  readonly issuer: string
  readonly clientId: string
  readonly secret: string
  /** By the name that they sign in with. */
  readonly people: Map<string, KnownPerson>
  close(): Promise<void>
}

/**
 * An OpenID provider that others wrote (`oidc-provider`), on loopback, with its own pages for signing in: any name of `people` and any password. `redirects` may be added to
 * while it runs, for the address of the product is known only then.
 */
export async function startOidcIdp(redirects: string[], options: { port?: number } = {}): Promise<OidcIdp> {
  const people = new Map<string, KnownPerson>()
  const clientId = `vouch-${randomUUID().slice(0, 8)}`
  const secret = randomUUID() + randomUUID()
  const configuration: Configuration = {
    clients: [{ client_id: clientId, client_secret: secret, redirect_uris: redirects, response_types: ['code'] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    scopes: ['openid', 'email', 'profile'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: [randomUUID()] },
    // As most providers do: what was asked for is in the ID token.
    conformIdTokenClaims: false,
    findAccount: (_context, id) => {
      const person = people.get(id)
      return person && { accountId: person.sub, claims: async () => ({ ...person }) }
    },
  }
  const { createServer } = await import('node:http')
  const server: Server = createServer()
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const issuer = `http://127.0.0.1:${address.port}`
  const provider = new Provider(issuer, configuration)
  server.on('request', provider.callback())
  return {
    issuer,
    clientId,
    secret,
    people,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A browser without pages: it follows the provider's redirects, fills in its form and says yes, until it is sent to `redirect`. Returns what it is sent there with. */
export async function signInAtIdp(start: string, login: string, redirect: string): Promise<string> {
  const jar = new Map<string, string>()
  let next = new URL(start)
  let form: URLSearchParams | undefined
  for (let step = 0; step < 20; step++) {
    if (next.href.startsWith(redirect)) return next.search
    const response = await fetch(next, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { body: form }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      const at = pair.indexOf('=')
      jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    form = undefined
    const location = response.headers.get('location')
    if (location) {
      next = new URL(location, next)
      continue
    }
    const html = await response.text()
    const action = /action="([^"]+)"/.exec(html)?.[1]
    if (!action) throw new Error(`no form at ${next.pathname}: ${html.slice(0, 500)}`)
    next = new URL(action, next)
    form = new URLSearchParams({ prompt: html.includes('value="login"') ? 'login' : 'consent', login, password: 'any' })
  }
  throw new Error('the provider leads in circles')
}
