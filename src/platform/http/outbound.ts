import { promises, lookup as resolveName } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, request } from 'undici'
import { messageOf, VouchError } from '../errors/errors.ts'

export interface OutboundRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  readonly timeoutMs?: number
  readonly maxBytes?: number
  /** Instead of refusing a longer answer, reads this much of it and hangs up. */
  readonly cutAfter?: number
  /** Gives up when aborted. */
  readonly signal?: AbortSignal
}

/** Finds a name's addresses; another than the system's for tests. */
export type ResolveName = typeof resolveName

export interface OutboundResponse {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: Uint8Array
}

/**
 * The one way out. Only public addresses are reached, judged after the name is resolved and on the very address that is connected to, unless the host is
 * named in `allowPrivateHosts` (VOUCH_ALLOW_PRIVATE_HOSTS); redirects are not followed; time and size are limited.
 * Throws VouchError `source_failed` when the other side cannot be reached, is too slow or answers too much, `forbidden` for an address that is not public.
 */
export async function fetchOutside(
  allowPrivateHosts: readonly string[],
  outbound: OutboundRequest,
  resolve: ResolveName = resolveName,
): Promise<OutboundResponse> {
  const { url, host, allowed } = judgeUrl(allowPrivateHosts, outbound.url)
  const agent = new Agent({ connect: { lookup: guardedLookup(host, allowed, resolve) } })
  const timeoutMs = outbound.timeoutMs ?? 15_000
  const maxBytes = outbound.maxBytes ?? 1024 * 1024
  try {
    const response = await request(url, {
      dispatcher: agent,
      method: outbound.method,
      headers: { ...outbound.headers },
      body: outbound.body,
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(outbound.signal ? [outbound.signal] : [])]),
    })
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (outbound.cutAfter !== undefined && size >= outbound.cutAfter) {
        chunks.push(chunk.subarray(0, chunk.length - (size - outbound.cutAfter)))
        break
      }
      if (size > maxBytes) throw new VouchError('source_failed', `${host} answered more than ${maxBytes} bytes.`)
      chunks.push(chunk)
    }
    const type = response.headers['content-type']
    return {
      status: response.statusCode,
      contentType: Array.isArray(type) ? type[0] : type,
      body: Buffer.concat(chunks),
    }
  } catch (error) {
    if (error instanceof VouchError) throw error
    if (error instanceof Error && error.cause instanceof VouchError) throw error.cause
    throw new VouchError('source_failed', `${host} could not be reached: ${messageOf(error)}`, { cause: error })
  } finally {
    await agent.destroy()
  }
}

/** An address as it may be reached. Throws `forbidden` when its protocol is not HTTP, or its host is the number of an address that is not public. */
function judgeUrl(allowPrivateHosts: readonly string[], text: string) {
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new VouchError('forbidden', `Only http and https addresses are reached, not ${url.protocol}`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const allowed = allowPrivateHosts.includes(host)
  if (!allowed && ipaddr.isValid(host) && !isPublic(host)) throw notPublic(host)
  return { url, host, allowed }
}

/**
 * Refuses an address that leads to no public one now, so that whoever enters it hears of it at once; each request judges again. A name that does not resolve is let through.
 * Throws VouchError `forbidden`.
 */
export async function judgeOutside(allowPrivateHosts: readonly string[], text: string): Promise<void> {
  const { host, allowed } = judgeUrl(allowPrivateHosts, text)
  if (allowed) return
  const addresses = await promises.lookup(host, { all: true }).catch(() => [])
  if (addresses.some(({ address }) => !isPublic(address))) throw notPublic(host)
}

// RFC 4291 section 2.4: whatever else IPv6 has (an IPv4 address written as ::127.0.0.1, say) is nobody's address on the internet.
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/** Whether an IP address is one that anybody on the internet can have: no loopback, private, link-local, reserved or tunnelled one. */
export function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast)
}

function notPublic(host: string): VouchError {
  return new VouchError(
    'forbidden',
    `${host} is not a public address. If it is meant, name it in VOUCH_ALLOW_PRIVATE_HOSTS.`,
  )
}

function guardedLookup(host: string, allowed: boolean, resolve: ResolveName): LookupFunction {
  return (name, options, done) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error || !first) return done(error ?? new Error(`${host} has no address`), '', 4)
      const forbidden = allowed ? undefined : addresses.find(entry => !isPublic(entry.address))
      if (forbidden) return done(notPublic(host) as NodeJS.ErrnoException, '', 4)
      if (options.all) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }
}
