import { type Letter, letter, moment } from '../letter.ts'

/** What a person should hear of, since only they know whether it was them. */
export type Notice =
  | { readonly kind: 'sign_in'; readonly address: string; readonly agent: string }
  | { readonly kind: 'password' }
  | { readonly kind: 'second_factor'; readonly change: string }

export interface SecurityNotice {
  readonly name: string
  readonly notice: Notice
  readonly at: Date
  /** Where the person looks, and ends what is not theirs. */
  readonly link: string
}

/** Something about a person's sign-in changed. It holds no link that signs in. */
export function securityNotice({ name, notice, at, link }: SecurityNotice): Letter {
  const { subject, what } = wordsOf(notice)
  return letter(subject, [
    `Hello ${name}. ${what} This was on ${moment(at)}.`,
    'It was you? Then there is nothing to do.',
    'It was not you? Sign in, end the sessions that you do not know, change your password, and tell an owner of your organisation. If you cannot sign in, an owner can take your account out at once.',
    { label: 'Your account', link },
  ])
}

function wordsOf(notice: Notice): { subject: string; what: string } {
  switch (notice.kind) {
    case 'sign_in':
      return {
        subject: 'A new sign-in to your Vouch account',
        what: `Somebody signed in to your Vouch account with a browser that was not seen before: ${notice.agent || 'one that does not say what it is'}, from the network address ${notice.address || 'unknown'}.`,
      }
    case 'password':
      return { subject: 'Your Vouch password was changed', what: 'The password of your Vouch account was changed.' }
    case 'second_factor':
      return {
        subject: 'Your second factor for Vouch was changed',
        what: `The second factor of your Vouch account was changed: ${notice.change}.`,
      }
  }
}
