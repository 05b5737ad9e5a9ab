import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import type { paths } from '../../../web/api/schema.gen.ts'

export type Message = Schemas['MailMessage']
export type MessagesQuery = NonNullable<paths['/api/v1/mail']['get']['parameters']['query']>

export const pageSize = 50
export const exportSize = 500
const againMs = 10_000

export const fetchMessages = (query: MessagesQuery, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/mail', { params: { query }, signal: signal ?? null }))

export const messagesQuery = (query: MessagesQuery) =>
  queryOptions({
    queryKey: ['mail', 'list', query],
    queryFn: ({ signal }) => fetchMessages(query, signal),
    placeholderData: keepPreviousData,
    // What the sign-in mails belongs to no organisation, so no change of it is announced.
    refetchInterval: againMs,
  })

/** Asked once: each reading is recorded. */
export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: ['mail-message', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/mail/{id}', { params: { path: { id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
