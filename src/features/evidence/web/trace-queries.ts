import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import type { Step } from '../../../web/verify/steps.ts'
import { verifyEntry } from '../../../web/verify/verify-entry.ts'
import { verifyNames } from '../../../web/verify/verify-records.ts'
import { fetchRecords, type RawRecord } from './queries.ts'

export type Check = Schemas['Check']
export type CheckRun = Schemas['CheckRun']
export type CheckResult = Schemas['CheckResult']

export const checkQuery = (id: string) =>
  queryOptions({
    queryKey: ['checks', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/checks/{id}', { params: { path: { id } }, signal })),
  })

const candidates = 100

/** The newest result of one subject; null when the newest run has none. */
export const resultQuery = (check: string, subject: string) =>
  queryOptions({
    queryKey: ['checks', 'result', check, subject],
    queryFn: async ({ signal }) => {
      const { items } = await answer(
        api.GET('/api/v1/checks/{id}/results', {
          params: { path: { id: check }, query: { q: subject, limit: candidates } },
          signal,
        }),
      )
      return items.find(result => result.subject_id === subject) ?? null
    },
  })

export interface FoundRecords {
  readonly records: readonly RawRecord[]
  /** How many contain the words that were found. */
  readonly total: number
}

const recordsShown = 3

/**
 * The raw records that a subject stands for. A check may put the connection's name or other keys before the record's own, with a slash
 * between (`repository/commit`), so the subject is looked for whole, then without the connection, then by its last part; a record with
 * a field that is exactly those words comes before one that only contains them.
 */
export const subjectRecordsQuery = (snapshotId: string, connection: string, subject: string) =>
  queryOptions({
    queryKey: ['records', 'of subject', snapshotId, connection, subject],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<FoundRecords> => {
      for (const words of wordsFor(subject, connection)) {
        const { items, total } = await fetchRecords(snapshotId, { q: words, limit: candidates }, signal)
        const exact = items.filter(item => Object.values(item.record).includes(words))
        if (exact.length > 0) return { records: exact.slice(0, recordsShown), total: exact.length }
        if (items.length > 0) return { records: items.slice(0, recordsShown), total }
      }
      return { records: [], total: 0 }
    },
  })

/** What to look for, the most telling first. */
export function wordsFor(subject: string, connection: string): string[] {
  const own = subject.startsWith(`${connection}/`) ? subject.slice(connection.length + 1) : subject
  return [...new Set([subject, own, own.split('/').at(-1) ?? own])].filter(words => words !== '')
}

export interface VerifiedEntry {
  readonly entry: Schemas['LedgerEntryDetail']
  readonly steps: readonly Step[]
}

/**
 * A ledger entry, verified in this browser from its content to the signature, and that it names `hash`. The key lies under the ledger, so a
 * new checkpoint verifies again.
 */
export const verifiedEntryQuery = (id: number, hash: string, what: string) =>
  queryOptions({
    queryKey: ['ledger', 'verified', id, hash],
    queryFn: async ({ signal }): Promise<VerifiedEntry> => {
      const [entry, ledger] = await Promise.all([
        answer(api.GET('/api/v1/ledger/entries/{id}', { params: { path: { id } }, signal })),
        answer(api.GET('/api/v1/ledger', { signal })),
      ])
      const proven = await verifyEntry(
        entry,
        ledger.origin,
        ledger.keys.map(key => key.vkey),
      )
      return { entry, steps: [verifyNames(entry, hash, what), ...proven] }
    },
  })
