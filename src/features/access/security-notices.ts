import { createHash } from 'node:crypto'
import { z } from 'zod'
import { findPerson, noteBrowser } from '../../platform/mail/mail-store.ts'
import { type Notice, securityNotice } from '../../platform/mail/templates/security-notice.ts'
import type { Services } from '../../platform/services.ts'
import { pagesAddress } from './cli.ts'

const at = z.coerce.date()
const payloadSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('password'), userId: z.uuid(), at }),
  z.object({
    kind: z.literal('sign_in'),
    userId: z.uuid(),
    at,
    agent: z.string().nullable(),
    address: z.string().nullable(),
    method: z.string(),
  }),
])

const dayMs = 24 * 3_600_000
const longestAgent = 200

/** The task that tells a person what happened to their sign-in. The database asks for it itself, in the transaction of what happened (migrations/0013_mail.sql). */
export function mailNotice(services: Services): (payload: unknown) => Promise<void> {
  const { mail } = services
  return async payload => {
    const happened = payloadSchema.parse(payload)
    await mail.personal(async trx => {
      const person = await findPerson(trx, happened.userId)
      if (!person) return
      let notice: Notice = { kind: 'password' }
      if (happened.kind === 'sign_in') {
        const agent = happened.agent ?? ''
        // A person's first browser is no news, and neither is one that was used before.
        if ((await noteBrowser(trx, person.id, markOf(agent))) !== 'new') return
        notice = { kind: 'sign_in', address: happened.address ?? '', agent: agent.slice(0, longestAgent) }
      }
      if (mail.mode === 'off') return
      await mail.enqueuePersonal(trx, {
        template: 'security_notice',
        to: person.email,
        letter: securityNotice({
          name: person.name,
          notice,
          at: happened.at,
          link: `${pagesAddress(services)}/account`,
        }),
        by: 'system',
        expiresAt: new Date(Date.now() + dayMs),
      })
    })
  }
}

/** A browser by what it says of itself, without its versions: it is the same one after an update. */
function markOf(agent: string): Buffer {
  return createHash('sha256')
    .update(agent.replace(/[\d.]+/g, ''))
    .digest()
}
