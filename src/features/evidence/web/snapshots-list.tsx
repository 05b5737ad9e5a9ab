import { Text } from '@mantine/core'
import { IconDatabase } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ExportMenu } from '../../../web/components/export-menu.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { Hash } from '../../../web/components/hash.tsx'
import { ButtonLink, TextLink } from '../../../web/components/link.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { Filter, SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { allPages } from '../../../web/export-rows.ts'
import { count, formatBytes, formatNumber } from '../../../web/format.ts'
import {
  connectionsQuery,
  exportSize,
  fetchSnapshots,
  pageSize,
  type Snapshot,
  type SnapshotsQuery,
  snapshotsQuery,
} from './queries.ts'

const route = getRouteApi('/evidence')

const columns: readonly Column<Snapshot>[] = [
  {
    id: 'resource',
    header: 'Resource',
    sortable: true,
    value: snapshot => snapshot.resource,
    cell: snapshot => (
      <>
        <TextLink to="/evidence/$id" params={{ id: snapshot.id }} size="sm" fw={550} c="inherit">
          {snapshot.resource}
        </TextLink>
        <Text size="xs" c="dimmed">
          from {snapshot.connection_name}
        </Text>
      </>
    ),
  },
  {
    id: 'records',
    header: 'Records',
    sortable: true,
    align: 'right',
    width: '100px',
    value: snapshot => snapshot.records,
    cell: snapshot => <span className="v-num">{formatNumber(snapshot.records)}</span>,
  },
  {
    id: 'bytes',
    header: 'Size',
    align: 'right',
    width: '90px',
    wideOnly: true,
    value: snapshot => snapshot.bytes,
    cell: snapshot => <span className="v-num">{formatBytes(snapshot.bytes)}</span>,
  },
  {
    id: 'complete',
    header: 'Completeness',
    width: '140px',
    value: snapshot => (snapshot.complete ? 'complete' : `incomplete: ${snapshot.incomplete_reason ?? ''}`),
    cell: snapshot => <StateBadge state={snapshot.complete ? 'complete' : 'incomplete'} />,
  },
  {
    id: 'content',
    header: 'Content hash',
    width: '230px',
    wideOnly: true,
    value: snapshot => snapshot.content,
    cell: snapshot => <Hash value={snapshot.content} name="content hash" />,
  },
  {
    id: 'collected_at',
    header: 'Collected',
    sortable: true,
    width: '150px',
    value: snapshot => snapshot.collected_at,
    cell: snapshot => <Time iso={snapshot.collected_at} />,
  },
]

/** The snapshots, newest first. */
export function SnapshotsList(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const sort =
    (['collected_at', 'records', '-records', 'resource', '-resource'] as const).find(name => name === search.sort) ??
    '-collected_at'
  const filters: SnapshotsQuery = {
    limit: pageSize,
    sort,
    q: search.q,
    resource: search.resource,
    connection_id: search.connection,
  }
  const query = useQuery(snapshotsQuery({ ...filters, cursor: search.cursor }))
  const { data: connections } = useQuery(connectionsQuery)
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: previous => ({ ...previous, cursor: undefined, ...change }), replace: true })
  const resources = [
    ...new Set([
      ...(query.data?.items ?? []).map(snapshot => snapshot.resource),
      ...(search.resource ? [search.resource] : []),
    ]),
  ].sort()
  const filtered = Boolean(search.q || search.resource || search.connection)
  return (
    <>
      <Toolbar
        end={
          <>
            {query.data ? <span>{count(query.data.total, 'snapshot')}</span> : null}
            <ExportMenu
              name="snapshots"
              columns={columns}
              rows={() => allPages(cursor => fetchSnapshots({ ...filters, limit: exportSize, cursor }))}
            />
          </>
        }
      >
        <SearchBox label="Search snapshots" value={search.q} onChange={q => set({ q })} />
        <Filter
          label="Resource"
          value={search.resource}
          onChange={resource => set({ resource })}
          options={resources.map(value => ({ value, label: value }))}
        />
        <Filter
          label="Connection"
          width={180}
          value={search.connection}
          onChange={connection => set({ connection })}
          options={(connections?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Toolbar>
      <QueryView query={query}>
        {({ items, next_cursor, total }) =>
          items.length === 0 ? (
            <Empty
              title={filtered ? 'No snapshot matches' : 'Nothing was collected yet'}
              icon={IconDatabase}
              action={
                filtered ? null : (
                  <ButtonLink to="/connections" mt="sm">
                    Go to the connections
                  </ButtonLink>
                )
              }
            >
              {filtered
                ? 'Clear the filters to see all of them.'
                : 'Connect a source and run it; each run keeps what the source returned.'}
            </Empty>
          ) : (
            <>
              <DataTable
                caption="Snapshots"
                columns={columns}
                rows={items}
                rowId={snapshot => snapshot.id}
                sort={sort}
                onSort={next => set({ sort: next })}
                sortedByServer
              />
              <Pager cursor={search.cursor} next={next_cursor} shown={items.length} total={total} noun="snapshots" />
            </>
          )
        }
      </QueryView>
    </>
  )
}
