import { queryOptions } from '@tanstack/react-query'
import { answer, api } from './client.ts'

/** The framework that the organisation is measured by: its categories, series and criteria. */
export const frameworkQuery = queryOptions({
  queryKey: ['frameworks', 'soc2-2017'],
  queryFn: ({ signal }) =>
    answer(api.GET('/api/v1/frameworks/{id}', { params: { path: { id: 'soc2-2017' } }, signal })),
  staleTime: Number.POSITIVE_INFINITY,
})
