import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import type { paths } from '../../../web/api/schema.gen.ts'

export type Activity = Schemas['ActivityEntry']
export type ActivityDetail = Schemas['ActivityDetail']
export type Change = Schemas['ActivityChange']
export type ActivityQuery = NonNullable<paths['/api/v1/activity']['get']['parameters']['query']>

export const pageSize = 50
export const historySize = 8

export const activityQuery = (query: ActivityQuery) =>
  queryOptions({
    queryKey: ['activity', 'list', query],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/activity', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  })

export const activityDetailQuery = (id: number) =>
  queryOptions({
    queryKey: ['activity', 'entry', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/activity/{id}', { params: { path: { id } }, signal })),
  })
