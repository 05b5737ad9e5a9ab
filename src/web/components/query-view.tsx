import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { isNotFound } from '../api/problem.ts'
import { NotFound } from '../shell/not-found.tsx'
import { Loading, ProblemAlert } from './feedback.tsx'
import { Page } from './page.tsx'

interface QueryViewProps<T> {
  readonly query: UseQueryResult<T>
  readonly children: (data: T) => ReactNode
  /** Shown while it loads. */
  readonly loading?: ReactNode
}

/** The answer to a query, or that it is loading, or what went wrong. What was shown before stays while it is asked again. */
export function QueryView<T>({ query, children, loading }: QueryViewProps<T>): ReactNode {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <ProblemAlert error={query.error} retry={() => void query.refetch()} />
  return loading ?? <Loading />
}

/** As QueryView for a page's main thing: not found is a page of its own. */
export function QueryPage<T>({ query, title, children }: QueryViewProps<T> & { title: string }): ReactNode {
  if (query.data !== undefined) return children(query.data)
  if (isNotFound(query.error)) return <NotFound />
  return (
    <Page title={title}>
      {query.error ? <ProblemAlert error={query.error} retry={() => void query.refetch()} /> : <Loading rows={10} />}
    </Page>
  )
}
