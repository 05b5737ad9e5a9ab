import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB } from '../db/schema.gen.ts'
import { VouchError } from '../errors/errors.ts'
import type { MasterKey } from '../vault/master-key.ts'
import { personVaultStore } from '../vault/person-store.ts'
import { Vault } from '../vault/vault.ts'
import { replaceRecoveryCodes, spendRecoveryCode } from './recovery-codes.ts'
import { makeTotpKey, stepOfCode, totpAddress } from './totp.ts'

/** What a user can show besides a password. */
export interface UserFactors {
  /** Since when they have an authenticator app; null without one. */
  readonly totp: Date | null
  readonly passkeys: number
  /** Recovery codes that were not used. */
  readonly recoveryCodes: number
}

export type SecondFactor = 'totp' | 'recovery_code' | 'passkey'

const [kept, offered] = ['totp', 'totp-offered']

/** Second factors of users: authenticator apps and recovery codes. The keys of the apps are in the vault; passkeys have a class of their own. */
export class Factors {
  readonly #db: Kysely<DB>
  readonly #vault: Vault

  constructor(db: Kysely<DB>, masterKeys: readonly [MasterKey, ...MasterKey[]]) {
    this.#db = db
    this.#vault = new Vault(
      masterKeys,
      personVaultStore(work => work(db)),
    )
  }

  async of(userId: string): Promise<UserFactors> {
    const row = await this.#db
      .selectNoFrom(({ selectFrom, fn }) => [
        selectFrom('auth_totp').select('confirmed_at').where('user_id', '=', userId).as('totp'),
        selectFrom('auth_passkey').select(fn.countAll<number>().as('n')).where('user_id', '=', userId).as('passkeys'),
        selectFrom('auth_recovery_code')
          .select(fn.countAll<number>().as('n'))
          .where('user_id', '=', userId)
          .where('used_at', 'is', null)
          .as('codes'),
      ])
      .executeTakeFirstOrThrow()
    return { totp: row.totp, passkeys: row.passkeys ?? 0, recoveryCodes: row.codes ?? 0 }
  }

  /** Whether a password or a link is not enough for this user. */
  async has(userId: string): Promise<boolean> {
    const { totp, passkeys } = await this.of(userId)
    return totp !== null || passkeys > 0
  }

  /** Offers a key for an authenticator app, which counts for nothing until it is confirmed. It is returned this once. */
  async offerTotp(user: { id: string; email: string }): Promise<{ key: string; address: string }> {
    const key = makeTotpKey()
    await this.#vault.putSecret(user.id, offered, key)
    return { key, address: totpAddress(key, user.email) }
  }

  /**
   * Takes the offered key by a code that it makes; an app that was there before is replaced. The code is used up. Returns recovery codes when these are the user's first
   * second factor. Throws `gone` when nothing is offered, `invalid_input` for a wrong code.
   */
  async confirmTotp(userId: string, code: string): Promise<{ recoveryCodes: string[] | null }> {
    return this.#db.transaction().execute(async trx => {
      await lockUser(trx, userId)
      const vault = this.#vault.over(personVaultStore(work => work(trx)))
      const key = await vault.getSecretText(userId, offered)
      if (key === undefined) throw new VouchError('gone', 'This key is not offered any more. Begin again.')
      const step = stepOfCode(key, code, Date.now())
      if (step === undefined)
        throw new VouchError('invalid_input', 'This is not the code that the app shows now. Try the next one.', {
          fields: [{ path: 'code', message: 'is not the code that the app shows now' }],
        })
      const confirmed = { last_step: step, confirmed_at: new Date() }
      await trx
        .insertInto('auth_totp')
        .values({ user_id: userId, ...confirmed })
        .onConflict(conflict => conflict.column('user_id').doUpdateSet(confirmed))
        .execute()
      await vault.putSecret(userId, kept, key)
      await vault.deleteSecret(userId, offered)
      return { recoveryCodes: await firstRecoveryCodes(trx, userId) }
    })
  }

  /** Whether it is a code of the user's app that was never accepted before. Of one code, in however many requests at the same moment, one is accepted. */
  async acceptTotp(userId: string, code: string): Promise<boolean> {
    const key = await this.#vault.getSecretText(userId, kept)
    const step = key === undefined ? undefined : stepOfCode(key, code, Date.now())
    if (step === undefined) return false
    const { numUpdatedRows } = await this.#db
      .updateTable('auth_totp')
      .set({ last_step: step })
      .where('user_id', '=', userId)
      .where('last_step', '<', step)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** Whether it is one of the user's recovery codes; it is used up. */
  async acceptRecoveryCode(userId: string, code: string): Promise<boolean> {
    return spendRecoveryCode(this.#db, userId, code)
  }

  /** New recovery codes in place of the others. Throws `conflict` for who has no second factor. */
  async makeRecoveryCodes(userId: string): Promise<string[]> {
    if (!(await this.has(userId)))
      throw new VouchError('conflict', 'Recovery codes are for who has a second factor. Add one first.')
    return this.#db.transaction().execute(trx => replaceRecoveryCodes(trx, userId))
  }

  /** Takes the authenticator app away; answers whether there was one. */
  async removeTotp(userId: string): Promise<boolean> {
    return this.#db.transaction().execute(async trx => {
      await lockUser(trx, userId)
      const { numDeletedRows } = await trx.deleteFrom('auth_totp').where('user_id', '=', userId).executeTakeFirst()
      await this.#vault.over(personVaultStore(work => work(trx))).deleteSecret(userId, kept)
      await forgetWithLastFactor(trx, userId)
      return numDeletedRows > 0n
    })
  }

  /** Takes all second factors away, for who has lost them. */
  async reset(userId: string): Promise<void> {
    await this.#db.transaction().execute(async trx => {
      await lockUser(trx, userId)
      for (const table of ['auth_totp', 'auth_passkey', 'auth_secret'] as const)
        await trx.deleteFrom(table).where('user_id', '=', userId).execute()
      await forgetWithLastFactor(trx, userId)
    })
  }
}

/** Changes of one user's factors wait for each other. */
export async function lockUser(trx: Transaction<DB>, userId: string): Promise<void> {
  await sql`select from auth_user where id = ${userId} for update`.execute(trx)
}

/** Recovery codes for who gets their first second factor, in whose transaction it is; null for who has codes. */
export async function firstRecoveryCodes(trx: Transaction<DB>, userId: string): Promise<string[] | null> {
  const some = await trx
    .selectFrom('auth_recovery_code')
    .select('hash')
    .where('user_id', '=', userId)
    .limit(1)
    .executeTakeFirst()
  return some ? null : replaceRecoveryCodes(trx, userId)
}

/** With the last second factor go the recovery codes, and what the user's sessions had of it. */
export async function forgetWithLastFactor(trx: Transaction<DB>, userId: string): Promise<void> {
  const left = await trx
    .selectFrom('auth_totp')
    .select('user_id')
    .where('user_id', '=', userId)
    .unionAll(trx.selectFrom('auth_passkey').select('user_id').where('user_id', '=', userId))
    .limit(1)
    .executeTakeFirst()
  if (left) return
  await trx.deleteFrom('auth_recovery_code').where('user_id', '=', userId).execute()
  await trx.updateTable('auth_session').set({ second_factor: null }).where('user_id', '=', userId).execute()
}
