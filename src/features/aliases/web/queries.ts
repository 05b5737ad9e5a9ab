import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'

export type Aliases = Schemas['Aliases']
export type Erasure = Schemas['Erasure']

export const aliasesQuery = queryOptions({
  queryKey: ['aliases', 'setting'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/aliases', { signal })),
})

const shownFor = 5 * 60_000

/** What one alias stands for, once somebody asked: all places that show it tell then, for five minutes. */
export const revealQuery = (token: string) =>
  queryOptions({
    // Not among what is asked again when something changes: each reveal is somebody's.
    queryKey: ['revealed alias', token],
    queryFn: async () => {
      const { items } = await answer(api.POST('/api/v1/aliases/reveal', { body: { aliases: [token] } }))
      return items[0]?.value ?? null
    },
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: shownFor,
    retry: false,
  })
