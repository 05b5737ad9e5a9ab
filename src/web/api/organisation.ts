import { queryOptions } from '@tanstack/react-query'
import { answer, api } from './client.ts'

/** The organisation whose pages these are. */
export const organisationQuery = queryOptions({
  queryKey: ['organisation'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/organisation', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
})
