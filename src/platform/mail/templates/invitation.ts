import { type Letter, letter, moment } from '../letter.ts'

export interface Invitation {
  readonly organisation: string
  /** Undefined when it was whoever has the machine. */
  readonly inviter: string | undefined
  /** As a person reads it. */
  readonly role: string
  readonly link: string
  readonly expiresAt: Date
}

/** Somebody is invited to an organisation. */
export function invitation({ organisation, inviter, role, link, expiresAt }: Invitation): Letter {
  return letter(`Join ${organisation} on Vouch`, [
    `${inviter ?? 'Somebody'} invites you to ${organisation} on Vouch, as ${role}. Vouch is where ${organisation} keeps the evidence for its SOC 2 report.`,
    { label: `Join ${organisation}`, link },
    `The link is for you alone: whoever has it can join in your place. It works once, until ${moment(expiresAt)}.`,
    'You did not expect this? Then do nothing: without the link, nobody joins.',
  ])
}
