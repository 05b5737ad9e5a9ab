import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Kysely } from 'kysely'
import type { DB } from '../db/schema.gen.ts'
import { messageOf, VouchError } from '../errors/errors.ts'
import { firstRecoveryCodes, forgetWithLastFactor, lockUser } from './factors.ts'

/** Whose passkeys these are: our own origin and its host name (WebAuthn's relying party), as the server knows them. MUST NOT come from a request's headers. */
export interface Site {
  readonly origin: string
  readonly host: string
}

/** One-time tokens, which serve as challenges: kept by their hash, used once, over after a time. */
export interface Tokens {
  makeToken(purpose: string, what: string, seconds: number): Promise<string>
  spendToken(purpose: string, token: string): Promise<string | undefined>
}

const challengeSeconds = 300
const [registration, authentication] = ['passkey-registration', 'passkey']
// What a challenge that anybody may answer is made for.
const anybody = 'anybody'

/**
 * Passkeys (WebAuthn level 3, by SimpleWebAuthn): kept on a device or by a provider, found without a user name, and with user verification, so that using one shows two
 * factors. Attestation is not asked for: which make of authenticator somebody has is not our business.
 */
export class Passkeys {
  readonly #db: Kysely<DB>
  readonly #tokens: Tokens

  constructor(db: Kysely<DB>, tokens: Tokens) {
    this.#db = db
    this.#tokens = tokens
  }

  async list(userId: string) {
    return this.#db
      .selectFrom('auth_passkey')
      .select(['id', 'name', 'synced', 'created_at', 'last_used_at'])
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
  }

  /** What a browser needs to make a passkey for the user. */
  async registrationOptions(user: { id: string; name: string; email: string }, site: Site) {
    const known = await this.#db
      .selectFrom('auth_passkey')
      .select(['credential_id', 'transports'])
      .where('user_id', '=', user.id)
      .execute()
    return generateRegistrationOptions({
      rpName: 'Vouch',
      rpID: site.host,
      userID: Uint8Array.from(handleOf(user.id)),
      userName: user.email,
      userDisplayName: user.name,
      challenge: await this.#challenge(registration, user.id),
      timeout: challengeSeconds * 1_000,
      attestationType: 'none',
      excludeCredentials: known.map(({ credential_id, transports }) => ({ id: credential_id, transports })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
  }

  /**
   * Keeps the passkey that the browser has made. Returns recovery codes when it is the user's first second factor. Throws `invalid_input` for an answer to a challenge that is
   * not ours, was used or is over, or of another origin; `conflict` for a passkey that is known.
   */
  async add(
    userId: string,
    name: string,
    response: RegistrationResponseJSON,
    site: Site,
  ): Promise<{ id: string; recoveryCodes: string[] | null }> {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: async challenge => (await this.#tokens.spendToken(registration, challenge)) === userId,
      expectedOrigin: site.origin,
      expectedRPID: site.host,
      requireUserVerification: true,
    }).catch(error => {
      throw notAccepted('invalid_input', error)
    })
    if (!verified) throw notAccepted('invalid_input')
    const { credential, credentialDeviceType } = registrationInfo
    const row = {
      user_id: userId,
      name,
      credential_id: credential.id,
      public_key: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: response.response.transports ?? [],
      synced: credentialDeviceType === 'multiDevice',
    }
    return this.#db.transaction().execute(async trx => {
      await lockUser(trx, userId)
      const added = await trx
        .insertInto('auth_passkey')
        .values(row)
        .onConflict(conflict => conflict.column('credential_id').doNothing())
        .returning('id')
        .executeTakeFirst()
      if (!added) throw new VouchError('conflict', 'This passkey is there already.')
      return { id: added.id, recoveryCodes: await firstRecoveryCodes(trx, userId) }
    })
  }

  /** Answers whether the user has such a passkey. */
  async rename(userId: string, id: string, name: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('auth_passkey')
      .set({ name })
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** Answers whether the user had such a passkey. */
  async remove(userId: string, id: string): Promise<boolean> {
    return this.#db.transaction().execute(async trx => {
      await lockUser(trx, userId)
      const { numDeletedRows } = await trx
        .deleteFrom('auth_passkey')
        .where('user_id', '=', userId)
        .where('id', '=', id)
        .executeTakeFirst()
      await forgetWithLastFactor(trx, userId)
      return numDeletedRows > 0n
    })
  }

  /** What a browser needs to let somebody choose one of the passkeys that it has for this site. */
  async authenticationOptions(site: Site) {
    return generateAuthenticationOptions({
      rpID: site.host,
      challenge: await this.#challenge(authentication, anybody),
      timeout: challengeSeconds * 1_000,
      userVerification: 'required',
    })
  }

  /**
   * Whose passkey has signed a challenge of ours. Throws `unauthenticated` when it is not known, the challenge was used or is over, the origin is another, its holder was not
   * verified, or its counter did not move on, as with a copy.
   */
  async authenticate(response: AuthenticationResponseJSON, site: Site): Promise<string> {
    const passkey = await this.#db
      .selectFrom('auth_passkey')
      .select(['id', 'user_id', 'credential_id', 'public_key', 'counter', 'transports'])
      .where('credential_id', '=', response.id)
      .executeTakeFirst()
    if (!passkey) {
      throw new VouchError(
        'unauthenticated',
        'This passkey is not known here, or was removed. Take another one, or sign in with your password.',
      )
    }
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: async challenge => (await this.#tokens.spendToken(authentication, challenge)) !== undefined,
      expectedOrigin: site.origin,
      expectedRPID: site.host,
      requireUserVerification: true,
      credential: {
        id: passkey.credential_id,
        publicKey: Uint8Array.from(passkey.public_key),
        counter: passkey.counter,
        transports: passkey.transports,
      },
    }).catch(error => {
      throw notAccepted('unauthenticated', error)
    })
    const { userHandle } = response.response
    if (!verified || (userHandle !== undefined && userHandle !== handleOf(passkey.user_id).toString('base64url')))
      throw notAccepted('unauthenticated')
    if (!(await this.#countOn(passkey.id, authenticationInfo.newCounter))) throw notAccepted('unauthenticated')
    return passkey.user_id
  }

  /** Of two answers with the same count, one is a copy's; what does not count stays at 0. */
  async #countOn(id: string, counter: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('auth_passkey')
      .set({ counter, last_used_at: new Date() })
      .where('id', '=', id)
      .where(where =>
        where.or([where('counter', '<', counter), where.and({ counter: 0 }).and(where.val(counter), '=', 0)]),
      )
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  async #challenge(purpose: string, what: string) {
    const token = await this.#tokens.makeToken(purpose, what, challengeSeconds)
    return Uint8Array.from(Buffer.from(token, 'base64url'))
  }
}

/** How a passkey names its user: without telling who it is. */
function handleOf(userId: string): Buffer {
  return Buffer.from(userId.replaceAll('-', ''), 'hex')
}

function notAccepted(code: 'invalid_input' | 'unauthenticated', cause?: unknown): VouchError {
  return new VouchError(
    code,
    'The passkey was not accepted: its answer was used before, is too old, or is for another address. Try again, at the address by which Vouch is always opened.',
    { cause: cause === undefined ? undefined : messageOf(cause) },
  )
}
