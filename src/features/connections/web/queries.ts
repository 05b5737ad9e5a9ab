import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'

export type Connection = Schemas['Connection']
export type Connector = Schemas['Connector']
export type CollectionRun = Schemas['CollectionRun']

export const pageSize = 25

export async function fetchConnections(signal: AbortSignal): Promise<Connection[]> {
  return (await answer(api.GET('/api/v1/connections', { signal }))).items
}

export const connectionsQuery = queryOptions({
  queryKey: ['connections', 'page'],
  queryFn: ({ signal }) => fetchConnections(signal),
})

export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: ['connections', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/connections/{id}', { params: { path: { id } }, signal })),
  })

export const runsQuery = (id: string, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['connections', 'runs', id, cursor],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/connections/{id}/runs', {
          params: { path: { id }, query: { limit: pageSize, cursor } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const connectorsQuery = queryOptions({
  queryKey: ['connectors'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/connectors', { signal }))).items,
  staleTime: Number.POSITIVE_INFINITY,
})
