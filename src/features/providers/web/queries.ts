import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import type { paths } from '../../../web/api/schema.gen.ts'

export type Provider = Schemas['Provider']
export type ProviderInput = NonNullable<
  paths['/api/v1/providers']['post']['requestBody']
>['content']['application/json']
export type Person =
  paths['/api/v1/providers/{id}/people']['get']['responses']['200']['content']['application/json']['items'][number]
export type Group =
  paths['/api/v1/providers/{id}/groups']['get']['responses']['200']['content']['application/json']['items'][number]

export const providersQuery = queryOptions({
  queryKey: ['providers', 'list'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/providers', { signal }))).items,
})

/** Providers that this browser has removed: their page is left a moment after they are gone. */
export const leaving = new Set<string>()

const of = (id: string) => ({ params: { path: { id } } })

export const providerQuery = (id: string) =>
  queryOptions({
    enabled: () => !leaving.has(id),
    queryKey: ['providers', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/providers/{id}', { ...of(id), signal })),
  })

export const peopleQuery = (id: string) =>
  queryOptions({
    enabled: () => !leaving.has(id),
    queryKey: ['providers', 'people', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/providers/{id}/people', { ...of(id), signal })),
  })

export const groupsQuery = (id: string) =>
  queryOptions({
    enabled: () => !leaving.has(id),
    queryKey: ['providers', 'groups', id],
    queryFn: async ({ signal }) =>
      (await answer(api.GET('/api/v1/providers/{id}/groups', { ...of(id), signal }))).items,
  })

export const ruleQuery = queryOptions({
  queryKey: ['providers', 'rule'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/sign-in-rule', { signal })),
})

/** The roles that a provider can give, in the words of pages. */
export const givenRoles = [
  'admin',
  'compliance_manager',
  'control_owner',
  'employee',
  'auditor',
  'viewer',
] as const satisfies readonly ProviderInput['default_role'][]
