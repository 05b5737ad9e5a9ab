import { z } from 'zod'
import { anonymousActor, deedOf } from '../../platform/db/deed.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { passwordReset } from '../../platform/mail/templates/password-reset.ts'
import { signInLink } from '../../platform/mail/templates/sign-in-link.ts'
import type { Services } from '../../platform/services.ts'
import { requireStrongPassword } from '../../platform/sign-in/password.ts'
import type { Begun, Caller } from '../../platform/sign-in/sign-in.ts'
import { tell } from './account.ts'
import { linkMinutes, purpose as signInPurpose } from './sign-in-links.ts'
import { listMemberships } from './store.ts'

const resetPurpose = 'reset'

/** The links that whoever is not signed in can ask for: the page that takes each, what its token is for, and what it is called in the log. */
const kinds = {
  sign_in_link: { path: '/sign-in', purpose: signInPurpose, operation: 'mailSignInLink', letter: signInLink },
  password_reset: { path: '/reset', purpose: resetPurpose, operation: 'mailPasswordReset', letter: passwordReset },
} as const

export type LinkKind = keyof typeof kinds

const requestSchema = z.object({
  kind: z.enum(Object.keys(kinds) as [LinkKind, ...LinkKind[]]),
  email: z.string(),
  base: z.string(),
  address: z.string(),
  agent: z.string().nullable(),
  at: z.number(),
})
const payloadSchema = z.object({ sealed: z.base64() })

/**
 * Asks that a link be mailed to `email`. What is done and answered is the same whether or not it has an account: that is found out by a worker, apart from the answer. Throws
 * `rate_limited`, or `conflict` where nothing is mailed.
 */
export async function askForLink(
  services: Services,
  kind: LinkKind,
  email: string,
  caller: Caller,
  base: string,
): Promise<void> {
  const { mail, signIn } = services
  if (mail.mode === 'off')
    throw new VouchError(
      'conflict',
      'This installation sends no mail. Whoever runs it can make you a link: ./vouch sign-in-link ADDRESS',
    )
  await signIn.countLinkRequest(email, caller.address)
  const { address, agent = null } = caller
  const request: z.infer<typeof requestSchema> = { kind, email, base, address, agent, at: Date.now() }
  await mail.requestLink(request)
}

/** The task that answers a request: with a message to who has the account, with nothing to who has none. */
export function mailLink(services: Services): (payload: unknown) => Promise<void> {
  const { mail, signIn } = services
  return async payload => {
    const { sealed } = payloadSchema.parse(payload)
    const request = requestSchema.parse(JSON.parse(mail.open('link request', Buffer.from(sealed, 'base64'))))
    const seconds = linkMinutes * 60
    // Nobody waits for it any more.
    if (Date.now() - request.at > seconds * 1_000) return
    const user = await signIn.findUser(request.email)
    if (!user) return
    await recordRequest(services, user.id, request)
    const { path, purpose, letter } = kinds[request.kind]
    const token = await signIn.makeToken(purpose, user.id, seconds)
    const expiresAt = new Date(Date.now() + seconds * 1_000)
    const link = `${request.base}${path}#${token}`
    await mail.personal(trx =>
      mail.enqueuePersonal(trx, {
        template: request.kind,
        to: user.email,
        letter: letter({ name: user.name, link, expiresAt, from: request.address }),
        by: anonymousActor,
        expiresAt,
      }),
    )
  }
}

/** In each organisation of the person: somebody asked for a way into their account, and from where. */
async function recordRequest(
  { database, clock }: Services,
  userId: string,
  { kind, address, agent }: z.infer<typeof requestSchema>,
): Promise<void> {
  const deed = {
    ...deedOf(kinds[kind].operation, anonymousActor),
    address,
    agent,
    subject: { kind: 'members', id: userId },
  }
  for (const { id } of await listMemberships(database, userId)) await database.recordDeed(id, clock, deed, 'done')
}

/**
 * Sets a new password by a mailed link. All sessions of the person end, and all their other links; then one begins, as by any link. Throws `gone` for a link that was used or is
 * too old, `invalid_input` for a weak password; the link stays usable then.
 */
export async function resetPassword(
  services: Services,
  { token, password }: { token: string; password: string },
  caller: Caller,
): Promise<Begun> {
  const { signIn } = services
  const userId = await signIn.readToken(resetPurpose, token)
  const user = userId === undefined ? undefined : await signIn.findUserById(userId)
  if (!user) throw over()
  requireStrongPassword(password, [user.name, user.email])
  if ((await signIn.spendToken(resetPurpose, token)) === undefined) throw over()
  await signIn.changePassword(user, password, null)
  await signIn.forgetTokens(user.id)
  await tell(services, user.id, 'access.session')
  return signIn.begin(user.id, null, 'link', caller)
}

function over(): VouchError {
  return new VouchError('gone', 'This link was used or is too old. Ask for another on the sign-in page.')
}
