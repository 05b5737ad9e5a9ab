import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import type { paths } from '../../../web/api/schema.gen.ts'

export type Ledger = Schemas['Ledger']
export type Checkpoint = Schemas['Checkpoint']
export type Entry = Schemas['LedgerEntry']
export type EntryDetail = Schemas['LedgerEntryDetail']
export type EntriesQuery = NonNullable<paths['/api/v1/ledger/entries']['get']['parameters']['query']>

export const pageSize = 50
export const exportSize = 500

export const ledgerQuery = queryOptions({
  queryKey: ['ledger', 'log'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/ledger', { signal })),
})

export const fetchEntries = (query: EntriesQuery, signal?: AbortSignal) =>
  answer(api.GET('/api/v1/ledger/entries', { params: { query }, signal: signal ?? null }))

export const entriesQuery = (query: EntriesQuery) =>
  queryOptions({
    queryKey: ['ledger', 'entries', query],
    queryFn: ({ signal }) => fetchEntries(query, signal),
    placeholderData: keepPreviousData,
  })

export const entryQuery = (id: number) =>
  queryOptions({
    queryKey: ['ledger', 'entry', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/ledger/entries/{id}', { params: { path: { id } }, signal })),
  })
