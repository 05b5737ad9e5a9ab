import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'

export type Connection = Schemas['Connection']
export type Connector = Schemas['Connector']
export type CollectionRun = Schemas['CollectionRun']

export type Coverage = Schemas['Coverage']
export type Gap = Schemas['MonitoringGap']

export const pageSize = 25
/** Twenty-six weeks: as much as a narrow screen can show at once. */
export const shownDays = 182

export async function fetchConnections(signal: AbortSignal): Promise<Connection[]> {
  return (await answer(api.GET('/api/v1/connections', { signal }))).items
}

export const connectionsQuery = queryOptions({
  queryKey: ['connections', 'page'],
  queryFn: ({ signal }) => fetchConnections(signal),
})

/**
 * Connections that this browser is removing or has removed: their page is left a moment after they are gone, and news of the removal must not make it ask for them again.
 */
export const leaving = new Set<string>()

export const connectionQuery = (id: string) =>
  queryOptions({
    enabled: () => !leaving.has(id),
    queryKey: ['connections', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/connections/{id}', { params: { path: { id } }, signal })),
  })

export const runsQuery = (id: string, cursor: string | undefined) =>
  queryOptions({
    enabled: () => !leaving.has(id),
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

export const coverageQuery = (id: string) =>
  queryOptions({
    enabled: () => !leaving.has(id),
    queryKey: ['connections', 'coverage', id],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/connections/{id}/monitoring', {
          params: { path: { id }, query: { days: shownDays } },
          signal,
        }),
      ),
  })

export const monitoringQuery = queryOptions({
  queryKey: ['connections', 'monitoring'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/monitoring', { params: { query: { days: shownDays } }, signal })),
})
