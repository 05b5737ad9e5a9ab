import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { OutcomeBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { formatDuration, formatNumber } from '../../../web/format.ts'
import { type Check, type CheckRun, pageSize, runsQuery } from './queries.ts'

const route = getRouteApi('/checks/$id')

const columns: readonly Column<CheckRun>[] = [
  { id: 'as_of', header: 'As of', cell: run => <Time iso={run.as_of} /> },
  { id: 'outcome', header: 'Outcome', cell: run => <OutcomeBadge outcome={run.outcome} /> },
  { id: 'reason', header: 'Why', cell: run => run.error ?? run.outcome_reason },
  ...(['passed', 'failed', 'unknown'] as const).map(
    (name): Column<CheckRun> => ({
      id: name,
      header: name.slice(0, 1).toUpperCase() + name.slice(1),
      align: 'right',
      cell: run => <span className="v-num">{formatNumber(run[name])}</span>,
    }),
  ),
  {
    id: 'inputs',
    header: 'Inputs',
    wideOnly: true,
    cell: run =>
      run.inputs.map(input => (
        <Text key={input.snapshot_id} size="xs">
          <TextLink to="/evidence/$id" params={{ id: input.snapshot_id }} inherit>
            {input.resource}
          </TextLink>
        </Text>
      )),
  },
  { id: 'took', header: 'Took', align: 'right', wideOnly: true, cell: run => formatDuration(run.duration_ms) },
  {
    id: 'entry',
    header: 'Ledger',
    cell: run => (
      <TextLink to="/ledger/$id" params={{ id: String(run.ledger_entry_id) }} size="sm">
        Entry {run.ledger_entry_id}
      </TextLink>
    ),
  },
]

/** All runs of a check, newest first. */
export function RunsTab({ check }: { check: Check }): ReactNode {
  const { cursor } = route.useSearch()
  const query = useQuery(runsQuery(check.id, { limit: pageSize, cursor }))
  return (
    <QueryView query={query}>
      {({ items, next_cursor, total }) =>
        items.length === 0 ? (
          <Empty title="It has not run yet">
            Run all checks from the list of checks, or wait for the next collection.
          </Empty>
        ) : (
          <>
            <DataTable
              caption="Runs of this check"
              columns={columns}
              rows={items}
              rowId={run => `${run.batch_id} ${run.as_of}`}
            />
            <Pager cursor={cursor} next={next_cursor} shown={items.length} total={total} noun="runs" />
          </>
        )
      }
    </QueryView>
  )
}
