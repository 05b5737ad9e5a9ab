import { createHash, randomBytes } from 'node:crypto'
import { isAPIError } from 'better-auth/api'
import { Kysely, PostgresDialect } from 'kysely'
import { z } from 'zod'
import { currentDeed, identify } from '../db/deed.ts'
import { authPool } from '../db/prepare-database.ts'
import type { DB } from '../db/schema.gen.ts'
import { VouchError } from '../errors/errors.ts'
import { Attempts, linkLimits } from './attempts.ts'
import { type Auth, absoluteSeconds, createAuth, type SignInMethod, signInMethods } from './better-auth.ts'
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

/** A session that was begun or refreshed, and the cookies that say so, to be sent as `set-cookie`. */
export interface Begun {
  readonly sessionId: string
  readonly cookies: readonly string[]
}

const wrong = 'The address or the password is not right.'

const sessionRow = z.object({
  id: z.string(),
  userId: z.string(),
  orgId: z.string().nullish(),
  method: z.enum(signInMethods).catch('password'),
  onlyOrg: z.string().nullish(),
  ipAddress: z.string().nullish(),
  userAgent: z.string().nullish(),
  createdAt: z.date(),
  updatedAt: z.date(),
  expiresAt: z.date(),
})

/** Who a person is: users, passwords, sessions and one-time tokens, by better-auth on a role and tables of its own. What they may do is not decided here. */
export class SignIn {
  readonly #pool: ReturnType<typeof authPool>
  readonly #db: Kysely<DB>
  readonly #auth: Auth
  readonly #attempts: Attempts
  readonly #linkAttempts: Attempts

  constructor(options: { connectionString: string; secret: string; secure: boolean }) {
    this.#pool = authPool(options.connectionString, 6)
    this.#db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: this.#pool }) })
    this.#auth = createAuth({ db: this.#db, ...options })
    this.#attempts = new Attempts(this.#pool)
    this.#linkAttempts = new Attempts(this.#pool, linkLimits, 'link_')
  }

  /** Whose session the cookie names, if it lives; `cookies` when its life was prolonged. */
  async authenticate(
    caller: Caller,
  ): Promise<{ user: User; session: Session; cookies: readonly string[] } | undefined> {
    if (!caller.cookie?.includes('vouch-session')) return undefined
    const { response, headers } = await this.#auth.api.getSession({ headers: headersOf(caller), returnHeaders: true })
    if (!response) return undefined
    const session = presentSession(response.session)
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
    try {
      const { response, headers } = await this.#auth.api.signInEmail({
        body: { email, password },
        headers: headersOf({ ...caller, cookie: undefined }),
        returnHeaders: true,
      })
      await this.#attempts.succeeded(email, caller.address)
      const sessionId = await this.#sessionIdOf(response.token)
      begun(response.user.id, sessionId)
      return { userId: response.user.id, sessionId, cookies: headers.getSetCookie() }
    } catch (error) {
      if (!isAPIError(error) || error.statusCode >= 500) throw error
      tried(email)
      throw new VouchError('unauthenticated', wrong)
    }
  }

  /** Begins a session for a user who has shown who they are by a one-time link. */
  async begin(userId: string, orgId: string | null, method: SignInMethod, caller: Caller): Promise<Begun> {
    const { response, headers } = await this.#auth.api.beginSession({
      body: { userId, orgId, method },
      headers: headersOf(caller),
      returnHeaders: true,
    })
    begun(userId, response.id)
    return { sessionId: response.id, cookies: headers.getSetCookie() }
  }

  /** Begins a session for a user whom an identity provider of the organisation `orgId` names: it sees that organisation and no other. */
  async beginByProvider(
    userId: string,
    by: { orgId: string; provider: string; method: SignInMethod },
    caller: Caller,
  ): Promise<Begun> {
    const { response, headers } = await this.#auth.api.beginSession({
      body: { userId, ...by },
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
    const { internalAdapter, password: hasher } = await this.#auth.$context
    const account = await internalAdapter.findCredentialAccount(user.id)
    const right = Boolean(account?.password && (await hasher.verify({ hash: account.password, password })))
    if (right) {
      await this.#attempts.succeeded(user.email, address)
      identify(user.id)
    } else tried(user.email)
    return right
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

  /** Sets a new password and ends the user's other sessions. Throws `invalid_input` for a weak one. */
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
      .map(presentSession)
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

  /** Ends all of the user's sessions but one. Returns how many ended. */
  async endOtherSessions(userId: string, keep: string | null): Promise<number> {
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
    const row = await this.#db
      .selectFrom('auth_session')
      .select(['created_at', 'expires_at'])
      .where('id', '=', sessionId)
      .executeTakeFirst()
    const now = Date.now()
    return (
      row !== undefined && row.expires_at.getTime() > now && now - row.created_at.getTime() < absoluteSeconds * 1_000
    )
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

  async #sessionIdOf(token: string): Promise<string> {
    const row = await this.#db
      .selectFrom('auth_session')
      .select('id')
      .where('token', '=', token)
      .executeTakeFirstOrThrow()
    return row.id
  }
}

/** A session began: the activity log names the user and the session. */
function begun(userId: string, sessionId: string): void {
  identify(userId)
  const deed = currentDeed()
  if (deed) deed.session ??= sessionId
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

function presentSession(row: unknown): Session {
  const { id, userId, orgId, onlyOrg, method, ipAddress, userAgent, createdAt, updatedAt, expiresAt } =
    sessionRow.parse(row)
  return {
    id,
    userId,
    orgId: orgId ?? null,
    method,
    onlyOrg: onlyOrg ?? null,
    address: ipAddress ?? '',
    agent: userAgent ?? '',
    createdAt,
    usedAt: updatedAt,
    expiresAt,
  }
}
