import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import type { paths } from '../../../web/api/schema.gen.ts'

export type Member = Schemas['Member']
export type Invitation = Schemas['Invitation']
export type LiveSession = Schemas['LiveSession']
export type Key = Schemas['Key']
export type KeysQuery = NonNullable<paths['/api/v1/keys']['get']['parameters']['query']>
export type Permission = Roles['permissions'][number]
export type MembersQuery = NonNullable<paths['/api/v1/members']['get']['parameters']['query']>
export type Roles = paths['/api/v1/roles']['get']['responses']['200']['content']['application/json']
export type Role = Schemas['Role']

export const pageSize = 50
export const exportSize = 500

export const fetchMembers = (query: MembersQuery, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/members', { params: { query }, signal: signal ?? null }))

export const membersQuery = (query: MembersQuery) =>
  queryOptions({
    queryKey: ['members', 'list', query],
    queryFn: ({ signal }) => fetchMembers(query, signal),
    placeholderData: keepPreviousData,
  })

export const invitationsQuery = queryOptions({
  queryKey: ['members', 'invitations'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/invitations', { signal }))).items,
})

/** The roles, and which of them the reader may give. */
export const rolesQuery = queryOptions({
  queryKey: ['members', 'roles'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/roles', { signal })),
})

export const factorsQuery = queryOptions({
  queryKey: ['account', 'factors'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/account/factors', { signal })),
})

export const signInRulesQuery = queryOptions({
  queryKey: ['members', 'rules'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/sign-in-rules', { signal })),
})

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/account/sessions', { signal }))).items,
})

export const fetchKeys = (query: KeysQuery, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/keys', { params: { query }, signal: signal ?? null }))

export const keysQuery = (query: KeysQuery) =>
  queryOptions({
    queryKey: ['keys', 'list', query],
    queryFn: ({ signal }) => fetchKeys(query, signal),
    placeholderData: keepPreviousData,
  })
