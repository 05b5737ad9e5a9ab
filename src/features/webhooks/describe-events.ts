import { z } from 'zod'
import { eventKinds, eventSchema, meaningOf } from './events.ts'

const headers = [
  { name: 'webhook-id', description: 'The same at each attempt: what was seen before can be passed over.' },
  { name: 'webhook-timestamp', description: 'When it was sent: seconds since 1970.' },
  {
    name: 'webhook-signature',
    description: 'v1,BASE64: HMAC-SHA256 over `ID.TIMESTAMP.BODY`. Several with a space between.',
  },
].map(header => ({ ...header, in: 'header', required: true, schema: { type: 'string' } }))

/** The `webhooks` of the OpenAPI document: one for each kind of event that is sent. */
export function describeEvents(): Record<string, unknown> {
  return Object.fromEntries(
    eventKinds.map(kind => {
      const { $schema: _, ...schema } = z.toJSONSchema(eventSchema(kind))
      const post = {
        operationId: `event:${kind}`,
        summary: meaningOf(kind),
        tags: ['webhooks'],
        parameters: headers,
        requestBody: { required: true, content: { 'application/json': { schema } } },
        responses: {
          '2XX': { description: 'It has arrived.' },
          '410': { description: 'Nobody wants it any more: the endpoint is switched off.' },
        },
      }
      return [kind, { post }]
    }),
  )
}
