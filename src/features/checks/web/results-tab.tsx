import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ExportMenu } from '../../../web/components/export-menu.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { OutcomeBadge, StateBadge } from '../../../web/components/status.tsx'
import { outcomeOrder, outcomeWords } from '../../../web/components/status-words.ts'
import { Time } from '../../../web/components/time.tsx'
import { Filter, SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { allPages } from '../../../web/export-rows.ts'
import { count, shortenHashes } from '../../../web/format.ts'
import { AliasText } from '../../aliases/web/alias-text.tsx'
import {
  type Check,
  type CheckResult,
  exportSize,
  fetchResults,
  pageSize,
  type ResultsQuery,
  resultsQuery,
} from './queries.ts'

const route = getRouteApi('/checks/$id')
const columnsShown = 2

/** The newest run's results: a row for each subject. */
export function ResultsTab({ check }: { check: Check }): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const sort: NonNullable<ResultsQuery['sort']> =
    (['status', '-status', '-subject_id'] as const).find(name => name === search.sort) ?? 'subject_id'
  const filters: ResultsQuery = { limit: pageSize, sort, status: search.status, q: search.q }
  const query = useQuery(resultsQuery(check.id, { ...filters, cursor: search.cursor }))
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: previous => ({ ...previous, cursor: undefined, ...change }), replace: true })

  const names = [...new Set(query.data?.items.flatMap(result => Object.keys(result.columns)))]
    .slice(0, columnsShown)
    .join('\n')
  const columns = useMemo(() => columnsOf(check, names === '' ? [] : names.split('\n')), [check, names])
  return (
    <>
      <Toolbar
        end={
          <>
            {query.data ? <span>{count(query.data.total, 'result')}</span> : null}
            <ExportMenu
              name={`${check.id}-results`}
              columns={columns}
              rows={() => allPages(cursor => fetchResults(check.id, { ...filters, limit: exportSize, cursor }))}
            />
          </>
        }
      >
        <SearchBox label="Search results" value={search.q} onChange={q => set({ q })} />
        <Filter
          label="Status"
          width={140}
          value={search.status}
          onChange={status => set({ status })}
          options={outcomeOrder.map(value => ({ value, label: outcomeWords[value].label }))}
        />
      </Toolbar>
      <QueryView query={query}>
        {({ items, next_cursor, total }) =>
          items.length === 0 ? (
            <Empty title={search.status || search.q ? 'No result matches' : 'There are no results'}>
              {search.status || search.q
                ? 'Clear the filters to see all of them.'
                : 'There was nothing to look at, or the check has not run. That is no proof of anything.'}
            </Empty>
          ) : (
            <>
              <DataTable
                caption="Results of the newest run"
                columns={columns}
                rows={items}
                rowId={result => result.subject_id}
                sort={sort}
                onSort={next => set({ sort: next })}
                sortedByServer
              />
              <Pager cursor={search.cursor} next={next_cursor} shown={items.length} total={total} noun="results" />
            </>
          )
        }
      </QueryView>
    </>
  )
}

function columnsOf(check: Check, names: readonly string[]): Column<CheckResult>[] {
  return [
    {
      id: 'subject_id',
      header: check.subject.slice(0, 1).toUpperCase() + check.subject.slice(1),
      sortable: true,
      value: result => result.subject_id,
      cell: result => (
        <TextLink
          to="/trace/$check"
          params={{ check: check.id }}
          search={{ subject: result.subject_id }}
          title={result.subject_id}
          size="sm"
          className="v-mono v-wrap"
        >
          {shortenHashes(result.subject_id)}
        </TextLink>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      sortable: true,
      width: '130px',
      value: result => result.status,
      cell: result => (
        <>
          <OutcomeBadge outcome={result.status} /> {result.excepted ? <StateBadge state="excepted" plain /> : null}
        </>
      ),
    },
    { id: 'reason', header: 'Why', value: result => result.reason, cell: result => <AliasText text={result.reason} /> },
    ...names.map(
      (name): Column<CheckResult> => ({
        id: `column:${name}`,
        header: name.replaceAll('_', ' '),
        wideOnly: true,
        value: result => plain(result.columns[name]),
        cell: result => <CellText value={plain(result.columns[name])} />,
      }),
    ),
  ]
}

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function CellText({ value }: { value: string | number | boolean | null }): ReactNode {
  return (
    <Text size="xs" className="v-clamp" component="div" maw={200}>
      {typeof value === 'string' && timePattern.test(value) ? (
        <Time iso={value} />
      ) : (
        <AliasText text={String(value ?? '–')} />
      )}
    </Text>
  )
}

function plain(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null
  return typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean)
}
