import type { Config } from '../../platform/config/config.ts'
import { Smtp } from '../../platform/mail/smtp.ts'
import { type Finding, ok, problem } from './finding.ts'

/** The SMTP server, if there is one: reached, encrypted, and willing to let us in. Nothing is sent. */
export async function lookAtMail({ mail }: Config): Promise<Finding[]> {
  const about = 'mail'
  if (!mail.smtp)
    return [ok(about, 'Not configured: nothing is mailed, and pages show links to pass on instead (VOUCH_SMTP_URL).')]
  const { host, port } = mail.smtp
  const wrong = await new Smtp(mail.smtp, mail.from).verify()
  return wrong === undefined
    ? [ok(about, `${host}:${port} lets us in. To see a message arrive: ./vouch mail test ADDRESS`)]
    : [
        problem(
          about,
          `${host}:${port} cannot be used: ${wrong}`,
          'Correct VOUCH_SMTP_URL (host, port, user, password, starttls). Messages wait for a day.',
        ),
      ]
}
