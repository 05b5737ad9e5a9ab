import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import type { Begun, Caller } from '../../platform/sign-in/sign-in.ts'

export const purpose = 'sign-in'
export const linkMinutes = 15

/**
 * The token of a one-time sign-in link for the account of `email`, for whoever has the machine: when a password was forgotten, or in the demo. Throws `not_found` when
 * the address has no account.
 */
export async function makeSignInToken(services: Services, email: string, minutes = linkMinutes): Promise<string> {
  const user = await services.signIn.findUser(email)
  if (!user)
    throw new VouchError(
      'not_found',
      `Nobody signs in as ${email}. Invite them under Members, or run: ./vouch set-up-link`,
    )
  return services.signIn.makeToken(purpose, user.id, minutes * 60)
}

/** Begins a session by a sign-in link. Throws `gone` when it was used or is too old. */
export async function signInByToken(services: Services, token: string, caller: Caller): Promise<Begun> {
  const userId = await services.signIn.spendToken(purpose, token)
  if (userId === undefined)
    throw new VouchError(
      'gone',
      'This sign-in link was used or is too old. Ask for another, or sign in with your password.',
    )
  return services.signIn.begin(userId, null, 'link', caller)
}
