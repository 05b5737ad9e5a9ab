import type { FastifyReply, FastifyRequest } from 'fastify'
import { VouchError } from '../errors/errors.ts'
import type { Caller } from '../sign-in/sign-in.ts'

/** Who asks, in which organisation, and what they may do there. It comes from the session or the key, never from what the request names. */
export interface Principal {
  /** As facts name them: `user:<id>`, `key:<id>`. */
  readonly actor: string
  /** The person; null for a service. */
  readonly user: { readonly id: string; readonly name: string; readonly email: string } | null
  /** Null for a key. */
  readonly sessionId: string | null
  /** The organisation that the session works in; null for a person who belongs to none. */
  readonly organisation: { readonly id: string; readonly role: string } | null
  /** The permissions of their role in it. */
  readonly may: ReadonlySet<string>
  /** The one organisation that the session is limited to: its identity provider began it. Then it has no business with the person's account elsewhere. */
  readonly within?: string
  /** Why the organisation lets this session do nothing, and what to do about it. */
  readonly refusal?: string
}

/** Who asks, and whether they still may. Implemented above the platform, which knows neither members nor roles. */
export interface AccessControl {
  /** Finds out who asks; undefined when nobody is signed in. May prolong the session's cookie on `reply`. */
  authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Principal | undefined>
  /** Whether somebody who was let in may still do `access`: for what stays open. MUST NOT prolong the session. */
  stillMay(principal: Principal, access: string): Promise<boolean>
  /** The organisations that a user belongs to: whose logs have what the user did as a person, such as signing in. */
  organisationsOf(userId: string): Promise<readonly string[]>
}

/** The topics of changes after which what stays open asks again whether it may; the id is the user's. */
export const accessTopics: readonly string[] = ['access.member', 'access.session']

/** Needs no sign-in. */
export const open = 'open'
/** Needs a person who is signed in, in whatever organisation or none: their own account and sessions. */
export const signedIn = 'signed-in'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. Throws `unauthenticated` in an operation that is open to everybody and was asked by nobody. */
    readonly principal: Principal
    /** Who asks, if they are signed in. */
    found: Principal | undefined
    /** The organisation of this request. It is never taken from the request's own ids. */
    readonly orgId: string
    /** Who asks, as facts name them. */
    readonly actor: string
    /** `VOUCH_URL`, if it is set. */
    readonly publicUrl: string | undefined
    /** For an operation that waited: permits or refuses it again, by what is true now. Throws as `permit` does. */
    permitAgain: () => Promise<void>
  }
  interface FastifyContextConfig {
    /** The permission that the operation needs, `<noun>.<verb>`, or `open`, or `signed-in`. Every operation under /api/v1 names one. */
    access?: string
    /** For who is `signed-in`: also for a session that is limited to one organisation. Without it, what concerns a person's account is not for such a session. */
    limited?: boolean
  }
}

/**
 * The one place where an operation is permitted or refused. Throws `unauthenticated` without a session and `forbidden` without the permission; what an id leads to is then
 * looked for in the session's organisation alone.
 */
export function permit(access: string | undefined, found: Principal | undefined, limited = false): void {
  if (access === open) return
  if (!found) throw new VouchError('unauthenticated', 'You are not signed in, or your session is over. Sign in again.')
  if (access === signedIn) {
    if (found.sessionId === null)
      throw new VouchError('forbidden', 'This is for people who are signed in, not for keys.')
    if (found.within !== undefined && !limited)
      throw new VouchError(
        'forbidden',
        'You came by single sign-on, which speaks for one organisation and not for your account. Sign in with your password to do this.',
      )
    return
  }
  if (found.refusal !== undefined) throw new VouchError('forbidden', found.refusal)
  if (!found.organisation)
    throw new VouchError('forbidden', 'You belong to no organisation yet. Ask to be invited to one.')
  if (access === undefined || !found.may.has(access)) {
    if (found.sessionId === null)
      throw new VouchError(
        'forbidden',
        'This key does not include this. Make one that does, under what you may do yourself.',
      )
    throw new VouchError(
      'forbidden',
      `Your role, ${found.organisation.role.replaceAll('_', ' ')}, does not include this. An owner or an admin can change your role under Members.`,
    )
  }
}

/** The person and their session, in an operation for who is signed in. Throws `forbidden` for a key. */
export function sessionOf({ principal }: FastifyRequest) {
  const { user, sessionId, actor } = principal
  if (!user || sessionId === null)
    throw new VouchError('forbidden', 'This is for people who are signed in, not for keys.')
  return { user, sessionId, actor }
}

/**
 * Where the pages are: links that are mailed or shown begin with it. It is `VOUCH_URL`; without it, this machine under the name that the request came by, which was judged before
 * (`guard-site.ts`). No other header has a say, or whoever asks for somebody's link could have it lead to them.
 */
export function baseOf(request: FastifyRequest): string {
  return request.publicUrl ?? `http://${request.headers.host}`
}

/** What signing in needs to know of a request. */
export function callerOf(request: FastifyRequest): Caller {
  return { cookie: request.headers.cookie, agent: request.headers['user-agent'], address: request.ip }
}
