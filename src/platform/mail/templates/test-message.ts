import { type Letter, letter, moment } from '../letter.ts'

/** Shows that messages arrive. */
export function testMessage({ by, link, at }: { by: string; link: string; at: Date }): Letter {
  return letter('A test message from Vouch', [
    `${by} asked Vouch on ${moment(at)} to send this message, to see whether its messages arrive. They do.`,
    { label: 'Vouch is at', link },
    'There is nothing to do, and nothing in it that expires.',
  ])
}
