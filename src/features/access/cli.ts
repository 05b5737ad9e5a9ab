import type { Command } from 'commander'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { resetFactors } from './factors.ts'
import { makeSetUpToken } from './set-up.ts'
import { linkMinutes, makeSignInToken } from './sign-in-links.ts'

/** The address of the pages, as far as the configuration tells. */
export function pagesAddress({ config }: Services): string {
  return config.url ?? `http://localhost:${config.port}`
}

/** The line that a start shows while there is no owner; undefined when there is one. */
export async function setUpInvitation(services: Services, address: string): Promise<string | undefined> {
  const token = await makeSetUpToken(services)
  return token && `Set it up, as its first owner, within a day: ${address}/set-up#${token}`
}

/** `vouch set-up-link`, `vouch sign-in-link` and `vouch reset-factors`: ways in for whoever has the machine. */
export function accessCommands(
  program: Command,
  { withInstallation }: { withInstallation<T>(work: (services: Services) => Promise<T>): Promise<T> },
): void {
  program
    .command('set-up-link')
    .description('A one-time link by which the first owner sets Vouch up. The link before it ends.')
    .action(() =>
      withInstallation(async services => {
        const line = await setUpInvitation(services, pagesAddress(services))
        if (line === undefined)
          throw new VouchError(
            'conflict',
            'Vouch is set up already. For a way into an account: ./vouch sign-in-link ADDRESS',
          )
        process.stdout.write(`${line}\n`)
      }),
    )
  program
    .command('sign-in-link')
    .description(
      `A one-time link that signs an account in, valid for ${linkMinutes} minutes: for a forgotten password.`,
    )
    .argument('<address>', 'the e-mail address of the account')
    .action((email: string) =>
      withInstallation(async services => {
        const token = await makeSignInToken(services, email)
        process.stdout.write(`${pagesAddress(services)}/sign-in#${token}\n`)
      }),
    )
  program
    .command('reset-factors')
    .description(
      'Take the second factors of an account away, for somebody who has lost phone, passkeys and recovery codes. Its sessions end.',
    )
    .argument('<address>', 'the e-mail address of the account')
    .action((email: string) =>
      withInstallation(async services => {
        const { name } = await resetFactors(services, email)
        process.stdout.write(
          `${name} has no second factor any more, and is signed out everywhere. A way in: ./vouch sign-in-link ${email}\n`,
        )
      }),
    )
}
