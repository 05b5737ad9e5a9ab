/** Pages for the signed out; nobody is led back to one. */
const standAlone = ['/sign-in', '/sign-in/sso', '/set-up', '/join']

/**
 * The address to go on at after signing in: path, query and fragment of a page of this site; `/` for everything else. Whoever writes a link to the sign-in page chooses
 * `wanted`, so an address that could lead to another site, also after it was normalised, is not followed.
 */
export function wayBack(wanted: string | undefined, origin: string): string {
  if (!wanted?.startsWith('/')) return '/'
  const url = URL.parse(wanted, origin)
  if (url?.origin !== origin || url.pathname.startsWith('//')) return '/'
  if (standAlone.includes(url.pathname.replace(/\/+$/, ''))) return '/'
  return url.pathname + url.search + url.hash
}
