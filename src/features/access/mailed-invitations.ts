import type { TenantTx } from '../../platform/db/database.ts'
import { invitation as invitationLetter } from '../../platform/mail/templates/invitation.ts'
import type { Services } from '../../platform/services.ts'
import { readOrganisation } from '../scope/read-scope.ts'
import { invite, renewInvitation } from './invitations.ts'
import type { Granter } from './members.ts'
import { readRole } from './roles.ts'

/** Who invites, and where the pages are. */
export interface Inviter extends Granter {
  readonly name: string | undefined
  readonly base: string
}

/** Invites an address and mails the link, in one transaction. Returns the invitation and the link, which is kept nowhere in the clear. Throws as `invite` does. */
export async function inviteByMail(
  services: Services,
  tx: TenantTx,
  input: { email: string; role: string },
  by: Inviter,
) {
  return mailed(services, tx, await invite(tx, input, by), by)
}

/** Mails an open invitation again, with a new link, since the one before is kept nowhere. Throws as `renewInvitation` does. */
export async function sendInvitationAgain(services: Services, tx: TenantTx, id: string, by: Inviter) {
  return mailed(services, tx, await renewInvitation(tx, id, by), by)
}

async function mailed(
  services: Services,
  tx: TenantTx,
  { invitation, token }: Awaited<ReturnType<typeof invite>>,
  by: Inviter,
) {
  const link = `${by.base}/join#${token}`
  const { name: organisation } = await readOrganisation(tx)
  const { title } = await readRole(tx, invitation.role)
  await services.mail.enqueue(tx, {
    template: 'invitation',
    to: invitation.email,
    letter: invitationLetter({
      organisation,
      inviter: by.name,
      role: title.toLowerCase(),
      link,
      expiresAt: invitation.expires_at,
    }),
    by: by.actor,
    expiresAt: invitation.expires_at,
    about: invitation.id,
  })
  return { invitation, link }
}
