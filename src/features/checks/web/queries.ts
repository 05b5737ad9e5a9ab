import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import type { paths } from '../../../web/api/schema.gen.ts'

export type CheckSummary = Schemas['CheckSummary']
export type Check = Schemas['Check']
export type CheckRun = Schemas['CheckRun']
export type CheckResult = Schemas['CheckResult']
export type Finding = Schemas['Finding']
export type CheckTable =
  paths['/api/v1/checks/tables']['get']['responses'][200]['content']['application/json']['items'][number]

export type ResultsQuery = NonNullable<paths['/api/v1/checks/{id}/results']['get']['parameters']['query']>
export type RunsQuery = NonNullable<paths['/api/v1/checks/{id}/runs']['get']['parameters']['query']>
export type FindingsQuery = NonNullable<paths['/api/v1/findings']['get']['parameters']['query']>

export async function fetchChecks(signal: AbortSignal): Promise<CheckSummary[]> {
  return (await answer(api.GET('/api/v1/checks', { signal }))).items
}

export const checksQuery = queryOptions({ queryKey: ['checks', 'list'], queryFn: ({ signal }) => fetchChecks(signal) })

export const checkQuery = (id: string) =>
  queryOptions({
    queryKey: ['checks', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/checks/{id}', { params: { path: { id } }, signal })),
  })

export const tablesQuery = queryOptions({
  queryKey: ['checks', 'tables'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/v1/checks/tables', { signal }))).items,
})

export const fetchResults = (id: string, query: ResultsQuery, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/checks/{id}/results', { params: { path: { id }, query }, signal: signal ?? null }))

export const resultsQuery = (id: string, query: ResultsQuery) =>
  queryOptions({
    queryKey: ['checks', 'results', id, query],
    queryFn: ({ signal }) => fetchResults(id, query, signal),
    placeholderData: keepPreviousData,
  })

export const runsQuery = (id: string, query: RunsQuery) =>
  queryOptions({
    queryKey: ['checks', 'runs', id, query],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/checks/{id}/runs', { params: { path: { id }, query }, signal })),
    placeholderData: keepPreviousData,
  })

export const fetchFindings = (query: FindingsQuery, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/findings', { params: { query }, signal: signal ?? null }))

export const findingsQuery = (query: FindingsQuery) =>
  queryOptions({
    queryKey: ['findings', query],
    queryFn: ({ signal }) => fetchFindings(query, signal),
    placeholderData: keepPreviousData,
  })

/** Rows of a page, and of each request of an export. */
export const pageSize = 50
export const exportSize = 500
