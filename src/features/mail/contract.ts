import { z } from 'zod'
import { listQuery, pageOf } from '../../platform/http/paging.ts'

const states = ['waiting', 'sending', 'sent', 'preview', 'refused', 'given_up', 'cancelled'] as const
const templates = ['invitation', 'sign_in_link', 'password_reset', 'security_notice', 'test'] as const

/** A message: who, what, when, and what became of it; not what it says. */
export const messageSchema = z
  .object({
    id: z.uuid(),
    template: z.enum(templates),
    recipient: z.string(),
    subject: z.string(),
    state: z.enum(states),
    attempts: z.int(),
    last_error: z.string().nullable(),
    created_by: z.string(),
    created_by_name: z.string().nullable(),
    created_at: z.iso.datetime(),
    next_attempt_at: z.iso.datetime().nullable(),
    give_up_at: z.iso.datetime(),
    sent_at: z.iso.datetime().nullable(),
    personal: z
      .boolean()
      .meta({ description: 'It concerns a member’s own sign-in: it can be neither sent again nor called off.' }),
    sendable: z.boolean().meta({ description: 'It was not sent, and still could be.' }),
    cancellable: z.boolean(),
  })
  .meta({ id: 'MailMessage' })

export const messagesQuery = listQuery(['created_at', 'recipient', 'template', 'state'], '-created_at').extend({
  state: z.enum(states).optional(),
  template: z.enum(templates).optional(),
})
export const messagesPage = pageOf(messageSchema)

/** With what it says, where nothing is mailed and messages are shown instead: the demo and development. */
export const messageDetail = messageSchema
  .extend({ letter: z.object({ text: z.string(), html: z.string() }).nullable() })
  .meta({ id: 'MailMessageDetail' })
