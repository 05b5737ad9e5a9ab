import type { FastifyRequest } from 'fastify'
import type { Config } from '../config/config.ts'
import { isLoopback } from '../config/public-address.ts'
import { VouchError } from '../errors/errors.ts'
import type { App } from './app.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * A form of another site may be posted here: an identity provider's answer. What it says MUST be proven by itself (a signature, a state that we gave out), for nothing
     * else shows who sent it.
     */
    crossSite?: boolean
  }
}

const readings: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
// Balancers ask by address; what they are told is no secret.
const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz'])
// What a form of any page can be sent as, without the browser asking us first (Fetch, CORS-safelisted content types).
const formTypes = /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i

/**
 * The one place where a request is refused for where it comes from, before anything else of it is read.
 * - The Host header must be that of `VOUCH_URL` or a loopback name: a page on the internet could reach us by pointing its own name here (DNS rebinding).
 * - What changes something must come from our own page, when a browser sends it: by Sec-Fetch-Site, else by Origin.
 * - A browser that sends neither is too old to be trusted with a cookie: it may not send what a form could send.
 * A program without a cookie has nothing that another site could borrow, and is let through.
 */
export function guardSite(app: App, config: Pick<Config, 'url'>): void {
  const own = config.url === undefined ? undefined : new URL(config.url)
  app.addHook('onRequest', async request => {
    // HTTP/1.0 has no Host header.
    const host = (request.headers.host ?? '').toLowerCase()
    if (!isOwnHost(host, own) && !probes.has(request.url)) {
      const where = config.url ?? 'http://localhost or http://127.0.0.1'
      throw new VouchError('forbidden', `This server does not answer to that name. Open it as ${where}.`)
    }
    if (readings.has(request.method) || request.routeOptions.config.crossSite) return
    if (isForeign(request, host, own))
      throw new VouchError('forbidden', 'This request comes from another site and was refused.')
  })
}

function isOwnHost(host: string, own: URL | undefined): boolean {
  return host === own?.host || isLoopback(host.replace(/:\d+$/, ''))
}

function isForeign({ method, headers }: FastifyRequest, host: string, own: URL | undefined): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin } = headers
  if (origin !== undefined) return !(own?.host === host ? origin === own.origin : origin === `http://${host}`)
  if (headers.cookie === undefined || method !== 'POST') return false
  const type = headers['content-type']
  return type === undefined || formTypes.test(type)
}
