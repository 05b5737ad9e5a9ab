import { IconMailForward } from '@tabler/icons-react'
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
import { Filter, SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { formatNumber } from '../../../web/format.ts'
import { type Delivery, deliveriesQuery, pageSize, type Webhook, webhooksQuery } from './queries.ts'

const route = getRouteApi('/webhooks/$id')
type Search = ReturnType<typeof route.useSearch>

/** What a webhook was sent in the last 30 days, newest first. */
export function Deliveries({ webhook }: { webhook: Webhook }): ReactNode {
  const { q, state, kind, cursor } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery(deliveriesQuery(webhook.id, { q, state, kind, cursor, limit: pageSize }))
  const { data: all } = useQuery(webhooksQuery)
  const set = (change: Partial<Search>) =>
    void navigate({ search: previous => ({ ...previous, cursor: undefined, ...change }), replace: true })
  const kinds = ['webhook.test', ...(all?.kinds ?? []).map(choice => choice.kind)]
  const filtered = q !== undefined || state !== undefined || kind !== undefined
  return (
    <Section title="What it was sent" description="Newest first; kept for 30 days." flush>
      <Toolbar>
        <SearchBox label="Search deliveries" value={q} onChange={next => set({ q: next })} />
        <Filter
          label="State"
          width={130}
          value={state}
          onChange={next => set({ state: next })}
          options={[
            { value: 'waiting', label: 'Waiting' },
            { value: 'delivered', label: 'Delivered' },
            { value: 'dead', label: 'Given up' },
          ]}
        />
        <Filter
          label="Kind"
          width={180}
          value={kind}
          onChange={next => set({ kind: next })}
          options={kinds.map(value => ({ value, label: value }))}
        />
      </Toolbar>
      <QueryView query={query}>
        {({ items, next_cursor, total }) =>
          items.length === 0 ? (
            <Empty title={filtered ? 'No delivery matches' : 'Nothing was sent yet'} icon={IconMailForward}>
              {filtered ? 'Clear the filters to see all.' : 'Send a test, or wait until something happens.'}
            </Empty>
          ) : (
            <>
              <DataTable
                caption="Deliveries, newest first"
                columns={columns}
                rows={items}
                rowId={delivery => delivery.id}
              />
              <Pager cursor={cursor} next={next_cursor} shown={items.length} total={total} noun="deliveries" />
            </>
          )
        }
      </QueryView>
    </Section>
  )
}

const columns: Column<Delivery>[] = [
  {
    id: 'kind',
    header: 'Event',
    cell: ({ id, kind }) => (
      <TextLink to="/webhooks/deliveries/$id" params={{ id }}>
        {kind}
      </TextLink>
    ),
  },
  { id: 'state', header: 'State', width: '120px', cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'attempts',
    header: 'Attempts',
    width: '90px',
    align: 'right',
    cell: ({ attempts }) => formatNumber(attempts),
  },
  {
    id: 'created_at',
    header: 'Since',
    width: '130px',
    cell: ({ created_at }) => <Time iso={created_at} as="relative" />,
  },
  {
    id: 'next_at',
    header: 'Next attempt',
    width: '130px',
    cell: ({ next_at }) => (next_at ? <Time iso={next_at} as="relative" /> : '—'),
  },
]
