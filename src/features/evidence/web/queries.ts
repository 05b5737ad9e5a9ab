import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import type { paths } from '../../../web/api/schema.gen.ts'

export type Snapshot = Schemas['Snapshot']
export type SnapshotDetail = Schemas['SnapshotDetail']
export type RawRecord = Schemas['RawRecord']
export type Document = Schemas['Document']
export type SnapshotsQuery = NonNullable<paths['/api/v1/evidence/snapshots']['get']['parameters']['query']>
export type DocumentsQuery = NonNullable<paths['/api/v1/evidence/documents']['get']['parameters']['query']>
export type RecordsQuery = NonNullable<paths['/api/v1/evidence/snapshots/{id}/records']['get']['parameters']['query']>

export const pageSize = 50
export const exportSize = 500

export const fetchSnapshots = (query: SnapshotsQuery, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/evidence/snapshots', { params: { query }, signal: signal ?? null }))

export const snapshotsQuery = (query: SnapshotsQuery) =>
  queryOptions({
    queryKey: ['evidence', 'snapshots', query],
    queryFn: ({ signal }) => fetchSnapshots(query, signal),
    placeholderData: keepPreviousData,
  })

export const snapshotQuery = (id: string) =>
  queryOptions({
    queryKey: ['evidence', 'snapshot', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/evidence/snapshots/{id}', { params: { path: { id } }, signal })),
  })

export const fetchRecords = (id: string, query: RecordsQuery, signal?: AbortSignal) =>
  answer(
    api.GET('/api/v1/evidence/snapshots/{id}/records', { params: { path: { id }, query }, signal: signal ?? null }),
  )

/** A snapshot never changes, so its records are asked for once. */
export const recordsQuery = (id: string, query: RecordsQuery) =>
  queryOptions({
    queryKey: ['records', id, query],
    queryFn: ({ signal }) => fetchRecords(id, query, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })

export const fetchDocuments = (query: DocumentsQuery, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/evidence/documents', { params: { query }, signal: signal ?? null }))

export const documentsQuery = (query: DocumentsQuery) =>
  queryOptions({
    queryKey: ['evidence', 'documents', query],
    queryFn: ({ signal }) => fetchDocuments(query, signal),
    placeholderData: keepPreviousData,
  })

export const connectionsQuery = queryOptions({
  queryKey: ['connections', 'list'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/connections', { signal })),
})

/** All bytes of a snapshot, as the server keeps them. */
export async function downloadContent(id: string): Promise<Uint8Array> {
  const response = await fetch(`/api/v1/evidence/snapshots/${id}/content`)
  if (!response.ok) throw new Error(`The content could not be downloaded: the server answered ${response.status}.`)
  return new Uint8Array(await response.arrayBuffer())
}
