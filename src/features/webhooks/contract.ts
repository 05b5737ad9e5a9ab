import { z } from 'zod'
import { listQuery, pageOf } from '../../platform/http/paging.ts'
import { choosableKinds } from './events.ts'

const url = z
  .url({ protocol: /^https?$/, error: 'Give an address that begins with https://.' })
  .max(2_000)
  .refine(text => {
    const parsed = URL.parse(text)
    return parsed === null || (parsed.username === '' && parsed.password === '')
  }, 'Leave out the name and password: the secret’s signature shows who sends.')
const description = z.string().trim().max(200)
const kinds = z
  .array(z.enum(choosableKinds))
  .min(1, 'Choose at least one kind, or all.')
  .nullable()
  .meta({ description: 'The kinds of events that it is sent; null: all, and those that come later.' })

export const endpointStates = ['on', 'failing', 'off', 'gone', 'given_up'] as const

export const webhookSchema = z
  .object({
    id: z.uuid(),
    url: z.string(),
    description: z.string(),
    kinds: z.array(z.string()).nullable(),
    enabled: z.boolean(),
    state: z.enum(endpointStates).meta({
      description: 'gone: it answered 410 Gone. given_up: it failed for five days. Both are off until switched on.',
    }),
    failing_since: z.iso.datetime().nullable(),
    last_delivered_at: z.iso.datetime().nullable(),
    secret_set_at: z.iso.datetime(),
    previous_until: z.iso.datetime().nullable().meta({ description: 'Until then the secret before signs too.' }),
    waiting: z.int(),
    dead: z.int(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Webhook' })
export const webhookList = z.object({
  items: z.array(webhookSchema),
  kinds: z.array(z.object({ kind: z.string(), means: z.string() })),
})

export const webhookInput = z.object({
  url,
  description: description.default(''),
  kinds: kinds.default(null),
})
export const webhookChange = z
  .object({ url, description, kinds, enabled: z.boolean() })
  .partial()
  .refine(change => Object.keys(change).length > 0, 'Say what to change.')

const secret = z.string().meta({ description: 'Begins with whsec_. Shown this once.' })
export const webhookMade = webhookSchema.extend({ secret })
export const rotation = z.object({
  overlap_hours: z
    .int()
    .min(0)
    .max(168)
    .default(24)
    .meta({ description: 'How long the present secret signs beside the new one; 0 when it leaked.' }),
})

export const replayInput = z.object({
  since: z.iso.datetime({ offset: true }).meta({ description: 'At most 30 days ago.' }),
})
export const replayStarted = z.object({ queued: z.int() })

export const deliveryStates = ['waiting', 'delivered', 'dead'] as const
export const deliverySchema = z
  .object({
    id: z.uuid(),
    message: z.string().meta({ description: 'webhook-id' }),
    kind: z.string(),
    state: z.enum(deliveryStates),
    attempts: z.int(),
    created_at: z.iso.datetime(),
    next_at: z.iso.datetime().nullable().meta({ description: 'When it is tried again; null when it is not.' }),
    ended_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Delivery' })
export const deliveryDetail = deliverySchema
  .extend({
    webhook_id: z.uuid(),
    payload: z.string().meta({ description: 'The body, as it is sent.' }),
    log: z.array(
      z.object({
        time: z.iso.datetime(),
        took_ms: z.int(),
        status: z.int().nullable(),
        error: z.string().nullable(),
        answer: z.string().meta({ description: 'The first KB.' }),
      }),
    ),
  })
  .meta({ id: 'DeliveryDetail' })
export const deliveriesQuery = listQuery(['created_at'], '-created_at').extend({
  state: z.enum(deliveryStates).optional(),
  kind: z.string().max(100).optional(),
})
export const deliveriesPage = pageOf(deliverySchema)
