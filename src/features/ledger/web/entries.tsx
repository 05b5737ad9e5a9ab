import { Text } from '@mantine/core'
import { IconLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ExportMenu } from '../../../web/components/export-menu.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Time } from '../../../web/components/time.tsx'
import { Filter, SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { allPages } from '../../../web/export-rows.ts'
import { count } from '../../../web/format.ts'
import { kindWords } from './kind-words.ts'
import { type EntriesQuery, type Entry, entriesQuery, exportSize, fetchEntries, pageSize } from './queries.ts'

const route = getRouteApi('/ledger')

const columns: readonly Column<Entry>[] = [
  {
    id: 'kind',
    header: 'What happened',
    value: entry => entry.kind,
    cell: entry => (
      <>
        <TextLink to="/ledger/$id" params={{ id: String(entry.id) }} size="sm" fw={550} c="inherit">
          {kindWords(entry.kind)}
        </TextLink>
        <Text size="xs" c="dimmed" className="v-mono v-wrap">
          {entry.subject}
        </Text>
      </>
    ),
  },
  {
    id: 'id',
    header: 'Entry',
    sortable: true,
    align: 'right',
    width: '80px',
    value: entry => entry.id,
    cell: entry => <span className="v-num">{entry.id}</span>,
  },
  {
    id: 'index',
    header: 'Leaf',
    align: 'right',
    width: '90px',
    value: entry => entry.index,
    cell: entry => <span className="v-num">{entry.index ?? 'waiting'}</span>,
  },
  { id: 'actor', header: 'By', width: '110px', value: entry => entry.actor, cell: entry => entry.actor },
  {
    id: 'time',
    header: 'When',
    width: '160px',
    value: entry => entry.time,
    cell: entry => <Time iso={entry.time} />,
  },
]

/** The log's entries, newest first. */
export function Entries(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const sort: NonNullable<EntriesQuery['sort']> = search.sort === 'id' ? 'id' : '-id'
  const filters: EntriesQuery = { limit: pageSize, sort, q: search.q, kind: search.kind }
  const query = useQuery(entriesQuery({ ...filters, cursor: search.cursor }))
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: previous => ({ ...previous, cursor: undefined, ...change }), replace: true })
  const kinds = [
    ...new Set([...(query.data?.items ?? []).map(entry => entry.kind), ...(search.kind ? [search.kind] : [])]),
  ].sort()
  return (
    <Panel>
      <Toolbar
        end={
          <>
            {query.data ? <span>{count(query.data.total, 'entry', 'entries')}</span> : null}
            <ExportMenu
              name="ledger-entries"
              columns={columns}
              rows={() => allPages(cursor => fetchEntries({ ...filters, limit: exportSize, cursor }))}
            />
          </>
        }
      >
        <SearchBox label="Search entries" value={search.q} onChange={q => set({ q })} />
        <Filter
          label="Kind"
          width={190}
          value={search.kind}
          onChange={kind => set({ kind })}
          options={kinds.map(value => ({ value, label: kindWords(value) }))}
        />
      </Toolbar>
      <QueryView query={query}>
        {({ items, next_cursor, total }) =>
          items.length === 0 ? (
            <Empty title="No entry matches" icon={IconLink}>
              Clear the filters to see all of them.
            </Empty>
          ) : (
            <>
              <DataTable
                caption="Entries of the ledger"
                columns={columns}
                rows={items}
                rowId={entry => String(entry.id)}
                sort={sort}
                onSort={next => set({ sort: next })}
                sortedByServer
              />
              <Pager cursor={search.cursor} next={next_cursor} shown={items.length} total={total} noun="entries" />
            </>
          )
        }
      </QueryView>
    </Panel>
  )
}
