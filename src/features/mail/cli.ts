import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { VouchError } from '../../platform/errors/errors.ts'
import { requireMailable } from '../../platform/mail/mail.ts'
import { testMessage } from '../../platform/mail/templates/test-message.ts'
import type { Services } from '../../platform/services.ts'
import { pagesAddress } from '../access/cli.ts'

/** `vouch mail test`: says at once whether the SMTP server takes a message. It goes past the queue. */
export function mailCommands(
  program: Command,
  { withInstallation }: { withInstallation<T>(work: (services: Services) => Promise<T>): Promise<T> },
): void {
  const mail = program.command('mail').description('Messages to people, through VOUCH_SMTP_URL.')
  mail
    .command('test')
    .description('Send a test message now, and say what the SMTP server answers.')
    .argument('<address>', 'the e-mail address to send it to')
    .action((address: string) =>
      withInstallation(async services => {
        const { smtp } = services.mail
        if (!smtp)
          throw new VouchError('not_ready', 'Nothing is mailed here. Set VOUCH_SMTP_URL and VOUCH_MAIL_FROM first.')
        const letter = testMessage({ by: 'Whoever runs Vouch', link: pagesAddress(services), at: new Date() })
        const to = requireMailable(address)
        const attempt = await smtp.send({ id: randomUUID(), to, letter })
        if (attempt.kind !== 'sent')
          throw new VouchError(
            'source_failed',
            `${smtp.settings.host} did not take the message: ${attempt.error} Correct VOUCH_SMTP_URL, or ask whoever runs that server.`,
          )
        process.stdout.write(`${smtp.settings.host} took the message for ${to}. Look whether it arrives.\n`)
      }),
    )
}
