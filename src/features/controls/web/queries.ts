import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'

export type ControlSummary = Schemas['ControlSummary']
export type Control = Schemas['Control']

export async function fetchControls(signal: AbortSignal): Promise<ControlSummary[]> {
  return (await answer(api.GET('/api/v1/controls', { signal }))).items
}

export const controlsQuery = queryOptions({
  queryKey: ['controls', 'list'],
  queryFn: ({ signal }) => fetchControls(signal),
})

export const controlQuery = (id: string) =>
  queryOptions({
    queryKey: ['controls', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/controls/{id}', { params: { path: { id } }, signal })),
  })

export const documentsQuery = (controlId: string) =>
  queryOptions({
    queryKey: ['evidence', 'documents', controlId],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/evidence/documents', { params: { query: { control_id: controlId, limit: 500 } }, signal }),
      ),
  })
