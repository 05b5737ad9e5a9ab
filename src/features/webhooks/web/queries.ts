import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import type { paths } from '../../../web/api/schema.gen.ts'

export type Webhook = Schemas['Webhook']
export type Delivery = Schemas['Delivery']
export type DeliveryDetail = Schemas['DeliveryDetail']
export type WebhookList = paths['/api/v1/webhooks']['get']['responses']['200']['content']['application/json']
export type KindChoice = WebhookList['kinds'][number]
export type WebhookInput = NonNullable<paths['/api/v1/webhooks']['post']['requestBody']>['content']['application/json']
export type DeliveriesQuery = NonNullable<paths['/api/v1/webhooks/{id}/deliveries']['get']['parameters']['query']>

export const pageSize = 50

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks', 'list'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/webhooks', { signal })),
})

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/webhooks/{id}', { params: { path: { id } }, signal })),
  })

export const deliveriesQuery = (id: string, query: DeliveriesQuery) =>
  queryOptions({
    queryKey: ['webhooks', 'deliveries', id, query],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/webhooks/{id}/deliveries', { params: { path: { id }, query }, signal })),
    placeholderData: keepPreviousData,
  })

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'delivery', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/webhooks/deliveries/{id}', { params: { path: { id } }, signal })),
  })
