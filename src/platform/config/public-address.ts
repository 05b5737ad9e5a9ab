import ipaddr from 'ipaddr.js'

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

/** Whether a host name, as an address or a `Host` header has it, means this machine and no other. */
export function isLoopback(hostname: string): boolean {
  return loopbackNames.has(hostname.toLowerCase())
}

/** The origin of an address at which pages may be served: https, or http on loopback. Undefined for any other address, and for one with a path, a query or a user. */
export function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    return undefined
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url.origin
  return undefined
}

/** Whether `text` names a proxy: an IP address, or a range that is not everybody. */
export function isProxyAddress(text: string): boolean {
  if (ipaddr.isValid(text)) return true
  return ipaddr.isValidCIDR(text) && ipaddr.parseCIDR(text)[1] > 0
}

/** Whether others than this machine's own programs may reach the server, as it is configured. */
export function isReachable({ url, host }: { url: string | undefined; host: string }): boolean {
  return !isLoopback(host) || (url !== undefined && !isLoopback(new URL(url).hostname))
}

/** Whether people reach the pages over https. */
export function isSecure({ url }: { url: string | undefined }): boolean {
  return url?.startsWith('https:') === true
}

/** Whose attempts and requests are counted together: an address, or the /64 that a network gives to one machine (RFC 6177). */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, 4)
        .map(part => part.toString(16))
        .join(':')}::/64`
    : parsed.toString()
}
