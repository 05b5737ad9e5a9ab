import { createHash, randomBytes } from 'node:crypto'
import { Kysely, PostgresDialect } from 'kysely'
import { z } from 'zod'
import { currentDeed, identify } from '../db/deed.ts'
import { authPool } from '../db/prepare-database.ts'
import type { DB } from '../db/schema.gen.ts'
import { VouchError } from '../errors/errors.ts'
import type { MasterKey } from '../vault/master-key.ts'
import { Attempts, linkLimits } from './attempts.ts'
import {
  type Auth,
  absoluteSeconds,
  createAuth,
  freshSeconds,
  type SignInMethod,
  secondFactors,
  signInMethods,
} from './better-auth.ts'
import { Factors, type SecondFactor } from './factors.ts'
import {
  type Half,
  halfCookie,
  halfFrom,
  halfSeconds,
  halfToken,
  halfValue,
  noHalfCookie,
  readHalf,
} from './half-session.ts'
import { Passkeys } from './passkeys.ts'
import { requireStrongPassword } from './password.ts'

export interface User {
  readonly id: string
  readonly name: string
  readonly email: string
}

export interface Session {
  readonly id: string
  readonly userId: string
  /** The organisation that it works in; null until one was chosen. */
  readonly orgId: string | null
  readonly method: SignInMethod
  /** The one organisation that it is limited to: an identity provider of it began the session. Null when there is no such limit. */
  readonly onlyOrg: string | null
  /** The second of two factors that it was begun with; null for one. */
  readonly secondFactor: SecondFactor | null
  /** Until when its person need not show again who they are. */
  readonly freshUntil: Date
  readonly address: string
  readonly agent: string
  readonly createdAt: Date
  readonly usedAt: Date
  readonly expiresAt: Date
}

/** What of a request matters for signing in. */
export interface Caller {
  readonly cookie: string | undefined
  readonly agent: string | undefined
  /** The network address. */
  readonly address: string
}

/** A session that was begun, and the cookies that say so, to be sent as `set-cookie`. */
export interface Begun {
  /** Null when the user has a second factor: the cookie is then of half a session, which lets in nowhere until that is shown. */
  readonly sessionId: string | null
  readonly cookies: readonly string[]
}

/** What somebody shows to prove that they are still who they were. */
export type Proof = { readonly password: string } | { readonly code: string }

const wrong = 'The address or the password is not right.'

const sessionRow = z.object({
  id: z.string(),
  userId: z.string(),
  orgId: z.string().nullish(),
  method: z.enum(signInMethods).catch('password'),
  onlyOrg: z.string().nullish(),
  secondFactor: z.enum(secondFactors).nullish(),
  authenticatedAt: z.date(),
  ipAddress: z.string().nullish(),
  userAgent: z.string().nullish(),
  createdAt: z.date(),
  updatedAt: z.date(),
  expiresAt: z.date(),
})

/** Ways in that show two factors by themselves: no other is asked for. */
const strongMethods: ReadonlyMap<SignInMethod, SecondFactor> = new Map([['passkey', 'passkey']])

export interface SignInOptions {
  readonly connectionString: string
  /** Signs the session's cookie. */
  readonly secret: string
  /** The pages are reached over HTTPS. */
  readonly secure: boolean
  /** Wrap what the keys of authenticator apps are sealed with. */
  readonly masterKeys: readonly [MasterKey, ...MasterKey[]]
  readonly freshSeconds?: number | undefined
}

/** Who a person is: users, passwords, second factors, sessions and one-time tokens, on a role and tables of its own. What they may do is not decided here. */
export class SignIn {
  readonly factors: Factors
  readonly passkeys: Passkeys
  readonly #pool: ReturnType<typeof authPool>
  readonly #db: Kysely<DB>
  readonly #auth: Auth
  readonly #attempts: Attempts
  readonly #linkAttempts: Attempts
  readonly #secure: boolean
  readonly #freshMs: number

  constructor(options: SignInOptions) {
    this.#pool = authPool(options.connectionString, 6)
    this.#db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: this.#pool }) })
    this.#auth = createAuth({ db: this.#db, ...options })
    this.#attempts = new Attempts(this.#pool)
    this.#linkAttempts = new Attempts(this.#pool, linkLimits, 'link_')
    this.#secure = options.secure
    this.#freshMs = (options.freshSeconds ?? freshSeconds) * 1_000
    this.factors = new Factors(this.#db, options.masterKeys)
    this.passkeys = new Passkeys(this.#db, this)
  }

  /** Whose session the cookie names, if it lives; `cookies` when its life was prolonged. */
  async authenticate(
    caller: Caller,
  ): Promise<{ user: User; session: Session; cookies: readonly string[] } | undefined> {
    if (!caller.cookie?.includes('vouch-session')) return undefined
    const { response, headers } = await this.#auth.api.getSession({ headers: headersOf(caller), returnHeaders: true })
    if (!response) return undefined
    const session = this.#present(response.session)
    if (Date.now() - session.createdAt.getTime() > absoluteSeconds * 1_000) {
      await this.endSession(session.userId, session.id)
      return undefined
    }
    return { user: presentUser(response.user), session, cookies: headers.getSetCookie() }
  }

  /**
   * Begins a session with a password. Throws `unauthenticated` in the same words and after the same work whether the account or the password is wrong, `rate_limited` after
   * too many failures.
   */
  async withPassword(email: string, password: string, caller: Caller): Promise<Begun & { userId: string }> {
    await this.#attempts.begin(email, caller.address)
    const userId = await this.#whoHas(email, password)
    if (userId === undefined) {
      tried(email)
      throw new VouchError('unauthenticated', wrong)
    }
    await this.#attempts.succeeded(email, caller.address)
    return { userId, ...(await this.begin(userId, null, 'password', caller)) }
  }

  /**
   * Begins a session for a user who has shown who they are; the one place where sessions begin. Whoever has a second factor gets half a session, unless the way in has shown two.
   */
  async begin(userId: string, orgId: string | null, method: SignInMethod, caller: Caller): Promise<Begun> {
    const strong = strongMethods.get(method)
    if (strong !== undefined) return this.#begin({ userId, orgId, method }, strong, caller)
    if (!(await this.factors.has(userId))) return this.#begin({ userId, orgId, method }, null, caller)
    halfBegun(userId)
    const token = await this.makeToken(halfToken, halfValue({ userId, orgId, method }), halfSeconds)
    return { sessionId: null, cookies: [halfCookie(token, this.#secure)] }
  }

  /** What the caller's half a session can be completed with; undefined without one. */
  async halfway(caller: Caller) {
    const half = await this.#half(caller)
    return half && this.factors.of(half.userId)
  }

  /**
   * Completes half a session by a code of the authenticator app or a recovery code. Throws `gone` when there is none or it is over, `unauthenticated` for a wrong code or one
   * that was used before, `rate_limited` after too many.
   */
  async complete(code: string, caller: Caller): Promise<Begun> {
    const half = await this.#half(caller)
    if (!half) throw halfOver()
    const shown = await this.#confirmCode(half.userId, code, caller.address)
    if (!shown) throw wrongCode()
    if ((await this.spendToken(halfToken, half.token)) === undefined) throw halfOver()
    return this.#begin(half, shown, caller)
  }

  /** Takes it that the session's person has shown again who they are. Throws `invalid_input` at what was wrong, `rate_limited` after too many attempts. */
  async refresh(user: User, sessionId: string, proof: Proof, address: string): Promise<void> {
    if ('password' in proof) {
      if (!(await this.confirmPassword(user, proof.password, address)))
        throw new VouchError('invalid_input', 'This is not your password.', {
          fields: [{ path: 'password', message: 'is not your password' }],
        })
    } else if (!(await this.#confirmCode(user.id, proof.code, address))) throw wrongCode('invalid_input')
    await this.markFresh(sessionId)
  }

  /** From now on for a while, what needs its person to have shown lately who they are is let through. */
  async markFresh(sessionId: string): Promise<void> {
    await this.#db
      .updateTable('auth_session')
      .set({ authenticated_at: new Date() })
      .where('id', '=', sessionId)
      .execute()
  }

  /** The session's person has shown a second factor, by adding it. */
  async markSecondFactor(sessionId: string, factor: SecondFactor): Promise<void> {
    await this.#db
      .updateTable('auth_session')
      .set({ second_factor: factor, authenticated_at: new Date() })
      .where('id', '=', sessionId)
      .execute()
  }

  /** Begins a session for a user whom an identity provider of the organisation `orgId` names: it sees that organisation and no other. */
  async beginByProvider(
    userId: string,
    by: { orgId: string; provider: string; method: SignInMethod },
    caller: Caller,
  ): Promise<Begun> {
    const { response, headers } = await this.#auth.api.beginSession({
      body: { userId, ...by, secondFactor: null },
      headers: headersOf(caller),
      returnHeaders: true,
    })
    begun(userId, response.id)
    return { sessionId: response.id, cookies: headers.getSetCookie() }
  }

  /** Counts a question of somebody who is nobody yet, by their network address. Throws `rate_limited` after too many. */
  async countQuestion(address: string): Promise<void> {
    await this.#attempts.ask(address)
  }

  /** Whether it is the user's password. Counts as an attempt. */
  async confirmPassword(user: User, password: string, address: string): Promise<boolean> {
    await this.#attempts.begin(user.email, address)
    const right = (await this.#whoHas(user.email, password)) === user.id
    if (right) {
      await this.#attempts.succeeded(user.email, address)
      identify(user.id)
    } else tried(user.email)
    return right
  }

  async hasPassword(userId: string): Promise<boolean> {
    const { internalAdapter } = await this.#auth.$context
    return Boolean((await internalAdapter.findCredentialAccount(userId))?.password)
  }

  /** Adds a user. Throws `invalid_input` for a weak password, `conflict` when the address has an account. */
  async addUser(user: { name: string; email: string; password: string }): Promise<User> {
    requireStrongPassword(user.password, [user.name, user.email])
    const created = await this.addUserWithoutPassword(user)
    await this.#setPassword(created.id, user.password)
    return created
  }

  /** Adds a user who can only come in by a link. Throws `conflict` when the address has an account. */
  async addUserWithoutPassword(user: { name: string; email: string }): Promise<User> {
    const { name } = user
    const email = user.email.toLowerCase()
    // One statement, so that of two at the same moment one is refused and not broken.
    const created = await this.#db
      .insertInto('auth_user')
      .values({ name, email, email_verified: true })
      .onConflict(conflict => conflict.column('email').doNothing())
      .returning(['id', 'name', 'email'])
      .executeTakeFirst()
    if (!created) throw new VouchError('conflict', 'This address has an account already. Sign in with it.')
    identify(created.id)
    return created
  }

  /** Like `addUser`; a user who is there already gets the name and password, and their sessions end. For who proved to have the machine. */
  async addOrResetUser(input: { name: string; email: string; password: string }): Promise<User> {
    const user = await this.findUser(input.email)
    if (!user) return this.addUser(input)
    identify(user.id)
    await this.changePassword({ ...user, name: input.name }, input.password, null)
    await this.renameUser(user.id, input.name)
    return { ...user, name: input.name }
  }

  /** Sets a new password and ends the user's other sessions, and halves of sessions. Throws `invalid_input` for a weak one. */
  async changePassword(user: User, password: string, keepSession: string | null): Promise<void> {
    requireStrongPassword(password, [user.name, user.email])
    await this.#setPassword(user.id, password)
    await this.endOtherSessions(user.id, keepSession)
  }

  async renameUser(id: string, name: string): Promise<void> {
    await this.#db.updateTable('auth_user').set({ name, updated_at: new Date() }).where('id', '=', id).execute()
  }

  async findUser(email: string): Promise<User | undefined> {
    const { internalAdapter } = await this.#auth.$context
    const found = await internalAdapter.findUserByEmail(email.toLowerCase())
    return found ? presentUser(found.user) : undefined
  }

  async findUserById(id: string): Promise<User | undefined> {
    const { internalAdapter } = await this.#auth.$context
    const found = await internalAdapter.findUserById(id)
    return found ? presentUser(found) : undefined
  }

  /** The user's sessions that live, newest use first. */
  async listSessions(userId: string): Promise<Session[]> {
    const { internalAdapter } = await this.#auth.$context
    const rows = await internalAdapter.listSessions(userId)
    return rows
      .map(row => this.#present(row))
      .filter(session => session.expiresAt.getTime() > Date.now())
      .sort((a, b) => b.usedAt.getTime() - a.usedAt.getTime())
  }

  /** Sets the organisation that a session works in. */
  async setOrganisation(sessionId: string, orgId: string | null): Promise<void> {
    await this.#db.updateTable('auth_session').set({ org_id: orgId }).where('id', '=', sessionId).execute()
  }

  /** Ends one of the user's sessions; answers whether there was one. */
  async endSession(userId: string, sessionId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('auth_session')
      .where('id', '=', sessionId)
      .where('user_id', '=', userId)
      .executeTakeFirst()
    return numDeletedRows > 0n
  }

  /** Ends all of the user's sessions but one, and what was on the way to be one. Returns how many ended. */
  async endOtherSessions(userId: string, keep: string | null): Promise<number> {
    await this.#db
      .deleteFrom('auth_verification')
      .where('value', 'like', `${halfValue({ userId })}%`)
      .execute()
    let ended = this.#db.deleteFrom('auth_session').where('user_id', '=', userId)
    if (keep !== null) ended = ended.where('id', '<>', keep)
    return Number((await ended.executeTakeFirst()).numDeletedRows)
  }

  /** Ends the sessions that a provider began. Returns whose they were. */
  async endSessionsOfProvider(provider: string): Promise<string[]> {
    const rows = await this.#db
      .deleteFrom('auth_session')
      .where('provider', '=', provider)
      .returning('user_id')
      .execute()
    return [...new Set(rows.map(row => row.user_id))]
  }

  /** Ends the user's sessions that are limited to an organisation. */
  async endSessionsWithin(userId: string, orgId: string): Promise<void> {
    await this.#db.deleteFrom('auth_session').where('user_id', '=', userId).where('only_org', '=', orgId).execute()
  }

  /** The cookie that takes the session's cookie away. */
  async signOutCookies(caller: Caller): Promise<readonly string[]> {
    const { headers } = await this.#auth.api.signOut({ headers: headersOf(caller), returnHeaders: true })
    return headers.getSetCookie()
  }

  /** A token for one use within `seconds`, kept by its hash; `what` comes back when it is used. */
  async makeToken(purpose: string, what: string, seconds: number): Promise<string> {
    const token = randomBytes(32).toString('base64url')
    const { internalAdapter } = await this.#auth.$context
    const expiresAt = new Date(Date.now() + seconds * 1_000)
    await internalAdapter.createVerificationValue({ identifier: identifierOf(purpose, token), value: what, expiresAt })
    return token
  }

  /** What the token was made for, if it lives; it is used up. */
  async spendToken(purpose: string, token: string): Promise<string | undefined> {
    const { internalAdapter } = await this.#auth.$context
    const found = await internalAdapter.consumeVerificationValue(identifierOf(purpose, token))
    return found && found.expiresAt.getTime() > Date.now() ? found.value : undefined
  }

  /** Whether the token would be taken, without using it up. */
  async seesToken(purpose: string, token: string): Promise<boolean> {
    return (await this.readToken(purpose, token)) !== undefined
  }

  /** What the token was made for, if it lives, without using it up. */
  async readToken(purpose: string, token: string): Promise<string | undefined> {
    const { internalAdapter } = await this.#auth.$context
    const found = await internalAdapter.findVerificationValue(identifierOf(purpose, token))
    return found && found.expiresAt.getTime() > Date.now() ? found.value : undefined
  }

  /** Counts a request for a mailed link to `email`, whether or not anybody has it. Throws `rate_limited` after too many. */
  async countLinkRequest(email: string, address: string): Promise<void> {
    await this.#linkAttempts.begin(email, address)
  }

  /** Ends the tokens that were made for exactly `what`. */
  async forgetTokens(what: string): Promise<void> {
    await this.#db.deleteFrom('auth_verification').where('value', '=', what).execute()
  }

  /** Whether a session is not over, asked without prolonging it. */
  async lives(sessionId: string): Promise<boolean> {
    return (await this.howItLives(sessionId)) !== undefined
  }

  /** With what a session was begun if it is not over, asked without prolonging it. */
  async howItLives(sessionId: string): Promise<Pick<Session, 'secondFactor'> | undefined> {
    const row = await this.#db
      .selectFrom('auth_session')
      .select(['created_at', 'expires_at', 'second_factor'])
      .where('id', '=', sessionId)
      .executeTakeFirst()
    const now = Date.now()
    if (!row || row.expires_at.getTime() <= now || now - row.created_at.getTime() >= absoluteSeconds * 1_000) return
    return { secondFactor: secondFactors.find(factor => factor === row.second_factor) ?? null }
  }

  async close(): Promise<void> {
    await this.#db.destroy()
  }

  /** Whoever came in by a link alone has no password to be changed: they get one. */
  async #setPassword(userId: string, password: string): Promise<void> {
    const { internalAdapter, password: hasher } = await this.#auth.$context
    const hash = await hasher.hash(password)
    if (await internalAdapter.findCredentialAccount(userId)) await internalAdapter.updatePassword(userId, hash)
    else
      await internalAdapter.linkAccount({
        userId,
        providerId: 'credential',
        accountId: userId,
        password: hash,
      })
  }

  /** The user whose password it is. Somebody's without an account is hashed too, so that the time of the answer tells nothing. */
  async #whoHas(email: string, password: string): Promise<string | undefined> {
    const { internalAdapter, password: hasher } = await this.#auth.$context
    const found = await internalAdapter.findUserByEmail(email.toLowerCase())
    const hash = found && (await internalAdapter.findCredentialAccount(found.user.id))?.password
    if (!found || !hash) {
      await hasher.hash(password)
      return undefined
    }
    return (await hasher.verify({ hash, password })) ? found.user.id : undefined
  }

  /** By which second factor the code is right; undefined when it is not. Counted apart from passwords: whoever knows the password has no more attempts at codes. */
  async #confirmCode(userId: string, code: string, address: string): Promise<SecondFactor | undefined> {
    const account = `code ${userId}`
    await this.#attempts.begin(account, address)
    const typed = code.replace(/\s/g, '')
    const totp = /^\d{6}$/.test(typed)
    const right = totp
      ? await this.factors.acceptTotp(userId, typed)
      : await this.factors.acceptRecoveryCode(userId, typed)
    if (right) {
      await this.#attempts.succeeded(account, address)
      identify(userId)
      return totp ? 'totp' : 'recovery_code'
    }
    const user = await this.#db.selectFrom('auth_user').select('email').where('id', '=', userId).executeTakeFirst()
    if (user) tried(user.email)
    return undefined
  }

  async #half({ cookie }: Caller): Promise<(Half & { token: string }) | undefined> {
    const token = halfFrom(cookie, this.#secure)
    if (token === undefined) return undefined
    const value = await this.readToken(halfToken, token)
    return value === undefined ? undefined : { ...readHalf(value), token }
  }

  async #begin({ userId, orgId, method }: Half, secondFactor: SecondFactor | null, caller: Caller): Promise<Begun> {
    const { response, headers } = await this.#auth.api.beginSession({
      body: { userId, orgId, method, secondFactor },
      headers: headersOf({ ...caller, cookie: undefined }),
      returnHeaders: true,
    })
    begun(userId, response.id)
    const cookies = headers.getSetCookie()
    if (halfFrom(caller.cookie, this.#secure) !== undefined) cookies.push(noHalfCookie(this.#secure))
    return { sessionId: response.id, cookies }
  }

  #present(row: unknown): Session {
    return presentSession(row, this.#freshMs)
  }
}

/** A session began: the activity log names the user and the session. */
function begun(userId: string, sessionId: string): void {
  identify(userId)
  const deed = currentDeed()
  if (deed) deed.session ??= sessionId
}

/** Half a session began: the activity log names the user, and no session, even if the browser had one. */
function halfBegun(userId: string): void {
  identify(userId)
  const deed = currentDeed()
  if (deed) deed.session = null
}

/** A password was wrong: the activity log says so where the address has an account. */
function tried(email: string): void {
  const deed = currentDeed()
  if (deed) deed.tried = email
}

function identifierOf(purpose: string, token: string): string {
  return `${purpose}:${createHash('sha256').update(token).digest('base64url')}`
}

/** Nothing else of the request reaches better-auth: not a header by which it could be told another address or origin. */
function headersOf({ cookie, agent, address }: Caller): Headers {
  const headers = new Headers({ 'x-real-ip': address })
  if (cookie !== undefined) headers.set('cookie', cookie)
  if (agent !== undefined) headers.set('user-agent', agent.slice(0, 500))
  return headers
}

function presentUser({ id, name, email }: User): User {
  return { id, name, email }
}

function presentSession(row: unknown, freshMs: number): Session {
  const { id, userId, orgId, onlyOrg, method, secondFactor, authenticatedAt, ipAddress, userAgent, ...times } =
    sessionRow.parse(row)
  return {
    id,
    userId,
    orgId: orgId ?? null,
    method,
    onlyOrg: onlyOrg ?? null,
    secondFactor: secondFactor ?? null,
    freshUntil: new Date(authenticatedAt.getTime() + freshMs),
    address: ipAddress ?? '',
    agent: userAgent ?? '',
    createdAt: times.createdAt,
    usedAt: times.updatedAt,
    expiresAt: times.expiresAt,
  }
}

function halfOver(): VouchError {
  return new VouchError('gone', 'It took too long, or this sign-in was completed. Sign in again from the beginning.')
}

function wrongCode(code: 'unauthenticated' | 'invalid_input' = 'unauthenticated'): VouchError {
  return new VouchError(
    code,
    'This code is not right, or was used before. Wait for the next one, or take a recovery code.',
    {
      fields: [{ path: 'code', message: 'is not right, or was used before' }],
    },
  )
}
