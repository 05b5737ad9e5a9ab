import { type SignInMethod, signInMethods } from './better-auth.ts'

/**
 * Half a session: somebody with a second factor has shown the first. A one-time token in a cookie that no script reads; it is no session, and nothing but the second
 * factor's operation takes it.
 */
export interface Half {
  readonly userId: string
  readonly orgId: string | null
  /** How it began. */
  readonly method: SignInMethod
}

export const halfSeconds = 600
/** The purpose of the token. */
export const halfToken = 'second-factor'

const nobodys = '-'

/** What the token is kept for: one word for each field. With the user alone, how all of theirs begin. */
export function halfValue({ userId, orgId, method }: { userId: string } & Partial<Half>): string {
  return method === undefined ? `${halfToken} ${userId} ` : `${halfToken} ${userId} ${orgId ?? nobodys} ${method}`
}

export function readHalf(value: string): Half {
  const [, userId = '', orgId = nobodys, said] = value.split(' ')
  const method = signInMethods.find(known => known === said)
  if (method === undefined) throw new Error('a half session of a method that is not known')
  return { userId, orgId: orgId === nobodys ? null : orgId, method }
}

export function halfCookie(token: string, secure: boolean): string {
  return cookie(token, halfSeconds, secure)
}

/** The cookie that takes it away. */
export function noHalfCookie(secure: boolean): string {
  return cookie('', 0, secure)
}

/** The token in a request's cookies. */
export function halfFrom(header: string | undefined, secure: boolean): string | undefined {
  const name = nameOf(secure)
  const pair = header?.split(/;\s*/).find(part => part.startsWith(`${name}=`))
  return pair?.slice(name.length + 1) || undefined
}

const nameOf = (secure: boolean) => (secure ? '__Host-vouch-half' : 'vouch-half')

function cookie(value: string, seconds: number, secure: boolean): string {
  return `${nameOf(secure)}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}
