import { createHash, randomInt } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { DB } from '../db/schema.gen.ts'

export const recoveryCodeCount = 10
// Crockford's: without I, L, O and U, which are misread.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const groups = 4
const groupLength = 4

/** A code of 80 random bits, in groups that can be read aloud. */
export function makeCode(): string {
  const group = () => Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join('')
  return Array.from({ length: groups }, group).join('-')
}

/** A recovery code as it was made, however it was typed; undefined for what cannot be one. */
export function readCode(typed: string): string | undefined {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  if (plain.length !== groups * groupLength || [...plain].some(letter => !alphabet.includes(letter))) return undefined
  return plain.replace(/(.{4})(?=.)/g, '$1-')
}

/** Gives a user new recovery codes in place of all others. They are returned once; their hashes are kept. */
export async function replaceRecoveryCodes(trx: Transaction<DB>, userId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, makeCode)
  await trx.deleteFrom('auth_recovery_code').where('user_id', '=', userId).execute()
  await trx
    .insertInto('auth_recovery_code')
    .values(codes.map(code => ({ user_id: userId, hash: hashOf(userId, code) })))
    .execute()
  return codes
}

/** Uses a code up. Of two at the same moment one is refused: it is one statement. */
export async function spendRecoveryCode(db: Kysely<DB>, userId: string, typed: string): Promise<boolean> {
  const code = readCode(typed)
  if (code === undefined) return false
  const { numUpdatedRows } = await db
    .updateTable('auth_recovery_code')
    .set({ used_at: new Date() })
    .where('user_id', '=', userId)
    .where('hash', '=', hashOf(userId, code))
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

// A fast hash is enough: nobody tries 2^80 codes.
function hashOf(userId: string, code: string): Buffer {
  return createHash('sha256').update(`${userId} ${code}`).digest()
}
