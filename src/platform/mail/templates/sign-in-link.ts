import { type Letter, letter, moment } from '../letter.ts'

export interface LinkRequest {
  readonly name: string
  readonly link: string
  readonly expiresAt: Date
  /** The network address that asked for it. */
  readonly from: string
}

/** A link that signs in, for who asked for one. */
export function signInLink({ name, link, expiresAt, from }: LinkRequest): Letter {
  return letter('Your sign-in link for Vouch', [
    `Hello ${name}. Somebody at the network address ${from} asked for a link that signs you in to Vouch.`,
    { label: 'Sign in', link },
    `It works once, until ${moment(expiresAt)}. Whoever has it is you: do not pass it on.`,
    'It was not you? Then do nothing: the link ends by itself, and only your mailbox has it.',
  ])
}
