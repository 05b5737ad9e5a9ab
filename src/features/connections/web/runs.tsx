import { Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { formatDuration, formatNumber } from '../../../web/format.ts'
import { type CollectionRun, type Connection, runsQuery } from './queries.ts'
import { stateOfRun } from './state-of-run.ts'

const route = getRouteApi('/connections/$id')

const causes: Readonly<Record<CollectionRun['cause'], string>> = {
  schedule: 'by schedule',
  demand: 'on demand',
  sample: 'sample data',
  push: 'pushed',
}

const columns: readonly Column<CollectionRun>[] = [
  {
    id: 'started_at',
    header: 'Started',
    width: '170px',
    cell: run => (
      <>
        <Time iso={run.started_at} />
        <Text size="xs" c="dimmed">
          {causes[run.cause]}
          {run.pushed_by ? ` by ${run.pushed_by.name ?? run.pushed_by.actor}` : ''}
        </Text>
      </>
    ),
  },
  { id: 'state', header: 'State', width: '130px', cell: run => <StateBadge state={stateOfRun(run)} /> },
  {
    id: 'snapshots',
    header: 'Snapshots',
    cell: run =>
      run.error ?? (
        <Text size="sm" component="span">
          {run.snapshots.map((snapshot, position) => (
            <span key={snapshot.id} title={snapshot.incomplete_reason ?? undefined}>
              {position > 0 ? ', ' : ''}
              <TextLink to="/evidence/$id" params={{ id: snapshot.id }} inherit>
                {snapshot.resource}
              </TextLink>{' '}
              {formatNumber(snapshot.records)}
              {snapshot.complete ? '' : ' (incomplete)'}
            </span>
          ))}
        </Text>
      ),
  },
  {
    id: 'took',
    header: 'Took',
    align: 'right',
    width: '90px',
    wideOnly: true,
    cell: run =>
      run.cause === 'sample'
        ? '–'
        : run.finished_at
          ? formatDuration(Date.parse(run.finished_at) - Date.parse(run.started_at))
          : '…',
  },
]

/** A connection's collections, newest first. */
export function Runs({ connection }: { connection: Connection }): ReactNode {
  const { cursor } = route.useSearch()
  const query = useQuery(runsQuery(connection.id, cursor))
  return (
    <Section title={connection.kind === 'push' ? 'Pushes' : 'Collections'} flush>
      <QueryView query={query}>
        {({ items, next_cursor, total }) =>
          items.length === 0 ? (
            <Empty
              title={connection.kind === 'push' ? 'Nothing was pushed yet' : 'Nothing was collected yet'}
              icon={IconHistory}
            >
              {connection.kind === 'push'
                ? 'Run the program that pushes; the lines for it are above.'
                : 'Press “Collect now”. It reads the source once and keeps what it returned.'}
            </Empty>
          ) : (
            <>
              <DataTable
                caption="Collections of this connection"
                columns={columns}
                rows={items}
                rowId={run => run.id}
              />
              <Pager cursor={cursor} next={next_cursor} shown={items.length} total={total} noun="collections" />
            </>
          )
        }
      </QueryView>
    </Section>
  )
}
