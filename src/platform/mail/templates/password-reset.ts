import { type Letter, letter, moment } from '../letter.ts'
import type { LinkRequest } from './sign-in-link.ts'

/** A link that sets a new password, for who has forgotten theirs. */
export function passwordReset({ name, link, expiresAt, from }: LinkRequest): Letter {
  return letter('Choose a new password for Vouch', [
    `Hello ${name}. Somebody at the network address ${from} asked to set a new password for your account, because yours was forgotten.`,
    { label: 'Choose a new password', link },
    `It works once, until ${moment(expiresAt)}. Your present password stays until you have chosen another; then all your sessions end.`,
    'It was not you? Then do nothing: your password stays as it is, and only your mailbox has the link.',
  ])
}
