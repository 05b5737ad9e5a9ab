import { betterAuth } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { DB } from '../db/schema.gen.ts'

/** A session that nobody used for so long is over. */
export const idleSeconds = 12 * 3_600
/** However it is used, a session is over after so long. */
export const absoluteSeconds = 14 * 86_400
// Each use within this time of the last that was written costs no write.
const writeEverySeconds = 300
/** For so long after somebody has shown who they are they do what needs that to be lately; VOUCH_FRESH_MINUTES sets another time. */
export const freshSeconds = 15 * 60

/** How a session was begun. */
export const signInMethods = ['password', 'link', 'set_up', 'invitation', 'passkey', 'oidc', 'saml'] as const
export type SignInMethod = (typeof signInMethods)[number]
export const secondFactors = ['totp', 'recovery_code', 'passkey'] as const

export interface AuthOptions {
  readonly db: Kysely<DB>
  /** Signs the session's cookie. */
  readonly secret: string
  /** The pages are reached over HTTPS: the cookie is `__Host-` and never sent otherwise. */
  readonly secure: boolean
}

/**
 * better-auth over the `auth_…` tables. Its own HTTP handler is not served: what may be done is an operation of our API, which calls it.
 * So nobody signs up by themselves, and none of its routes goes around the permissions.
 */
export function createAuth({ db, secret, secure }: AuthOptions) {
  return betterAuth({
    appName: 'Vouch',
    secret,
    // Only links and redirects of its own handler would use it.
    baseURL: 'http://localhost',
    database: { db, type: 'postgres' },
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 256 },
    user: {
      modelName: 'auth_user',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    session: {
      modelName: 'auth_session',
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      additionalFields: {
        orgId: { type: 'string', required: false, input: false, fieldName: 'org_id' },
        method: { type: 'string', required: false, input: false },
        onlyOrg: { type: 'string', required: false, input: false, fieldName: 'only_org' },
        provider: { type: 'string', required: false, input: false },
        secondFactor: { type: 'string', required: false, input: false, fieldName: 'second_factor' },
        authenticatedAt: { type: 'date', required: false, input: false, fieldName: 'authenticated_at' },
      },
      expiresIn: idleSeconds,
      updateAge: writeEverySeconds,
      // A session that was ended is over at once, not when a cached copy is.
      cookieCache: { enabled: false },
    },
    account: {
      modelName: 'auth_account',
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'auth_verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
      storeIdentifier: 'hashed',
    },
    rateLimit: { enabled: false },
    advanced: {
      database: { generateId: 'uuid' },
      useSecureCookies: false,
      cookies: {
        session_token: {
          name: secure ? '__Host-vouch-session' : 'vouch-session',
          attributes: { secure, sameSite: 'lax', httpOnly: true, path: '/' },
        },
      },
      ipAddress: { ipAddressHeaders: ['x-real-ip'] },
    },
    plugins: [beginSession],
  })
}

/** Begins a session for a user who has shown by other means who they are; only our own code can call it. */
const beginSession = {
  id: 'begin-session',
  endpoints: {
    beginSession: createAuthEndpoint(
      '/begin-session',
      {
        method: 'POST',
        requireHeaders: true,
        body: z.object({
          userId: z.uuid(),
          orgId: z.uuid().nullable(),
          method: z.enum(signInMethods),
          provider: z.uuid().optional(),
          secondFactor: z.enum(secondFactors).nullable(),
        }),
        metadata: { SERVER_ONLY: true },
      },
      async context => {
        const { userId, orgId, method, provider, secondFactor } = context.body
        const { internalAdapter } = context.context
        const user = await internalAdapter.findUserById(userId)
        if (!user) throw new Error('there is no such user')
        const authenticatedAt = new Date()
        const session = await internalAdapter.createSession(userId, false, {
          orgId,
          method,
          secondFactor,
          authenticatedAt,
          ...(provider !== undefined && { provider, onlyOrg: orgId }),
        })
        await setSessionCookie(context, { session, user })
        return { id: session.id }
      },
    ),
  },
} as const

export type Auth = ReturnType<typeof createAuth>
