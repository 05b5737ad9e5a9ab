import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import type { Step } from '../../../web/verify/steps.ts'
import { verifyEntry } from '../../../web/verify/verify-entry.ts'
import { verifyNames } from '../../../web/verify/verify-records.ts'

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
