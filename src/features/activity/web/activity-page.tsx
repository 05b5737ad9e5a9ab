import { Button, Menu, Switch, TextInput } from '@mantine/core'
import { IconActivity, IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useSensitiveDownload } from '../../../web/components/download.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Filter, SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { count } from '../../../web/format.ts'
import { ActivityList } from './activity-list.tsx'
import { type ActivityQuery, activityQuery, pageSize } from './queries.ts'
import { actorWords, operationWords, outcomeWords } from './words.ts'

const route = getRouteApi('/activity')

/** Who did what, from where, with what was before and after. */
export function ActivityPage(): ReactNode {
  const { cursor, q, actor, operation, outcome, subject, from, to } = route.useSearch()
  const navigate = route.useNavigate()
  const [live, setLive] = useState(true)
  const filters: ActivityQuery = { q, actor, operation, outcome, subject, from: startOf(from), to: startOf(to, 1) }
  const list = activityQuery({ ...filters, limit: pageSize, cursor })
  // Paused, it shows what it showed: a list that moves cannot be read.
  const query = useQuery({ ...list, enabled: source => live || source.state.data === undefined })
  const set = (change: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: previous => ({ ...previous, cursor: undefined, ...change }), replace: true })
  const seen = query.data?.items ?? []
  const actors = new Map(seen.map(item => [item.actor, actorWords(item)]))
  if (actor !== undefined && !actors.has(actor)) actors.set(actor, actor)
  const operations = [...new Set([...seen.map(item => item.operation), ...(operation ? [operation] : [])])].sort()
  return (
    <Page
      title="Activity"
      description="Every change, every sensitive reading, every sign-in and refusal. Nobody can alter or remove an entry unnoticed: each is a leaf of the ledger."
    >
      <Panel>
        <Toolbar
          end={
            <>
              {query.data ? <span>{count(query.data.total, 'entry', 'entries')}</span> : null}
              <Switch
                size="xs"
                label="Follow live"
                checked={live}
                onChange={event => setLive(event.currentTarget.checked)}
              />
              <ExportLinks filters={filters} />
            </>
          }
        >
          <SearchBox label="Search activity" value={q} onChange={next => set({ q: next })} />
          <Filter
            label="Who"
            value={actor}
            onChange={next => set({ actor: next })}
            options={[...actors].map(([value, label]) => ({ value, label }))}
          />
          <Filter
            label="What"
            width={180}
            value={operation}
            onChange={next => set({ operation: next })}
            options={operations.map(value => ({ value, label: operationWords(value) }))}
          />
          <Filter
            label="Outcome"
            width={120}
            value={outcome}
            onChange={next => set({ outcome: next })}
            options={(['done', 'refused', 'failed'] as const).map(value => ({
              value,
              label: outcomeWords[value].label,
            }))}
          />
          <Day label="From" value={from} onChange={next => set({ from: next })} />
          <Day label="To" value={to} onChange={next => set({ to: next })} />
        </Toolbar>
        <QueryView query={query}>
          {({ items, next_cursor, total }) =>
            items.length === 0 ? (
              <Empty title="No activity matches" icon={IconActivity}>
                Clear the filters to see all of it.
              </Empty>
            ) : (
              <>
                <ActivityList items={items} name="Activity, newest first" />
                <Pager cursor={cursor} next={next_cursor} shown={items.length} total={total} noun="entries" />
              </>
            )
          }
        </QueryView>
      </Panel>
    </Page>
  )
}

/** The beginning of a day in the reader's zone, `later` days later. */
function startOf(day: string | undefined, later = 0): string | undefined {
  if (day === undefined) return undefined
  const start = new Date(`${day}T00:00:00`)
  if (Number.isNaN(start.getTime())) return undefined
  start.setDate(start.getDate() + later)
  return start.toISOString()
}

interface DayProps {
  readonly label: string
  readonly value: string | undefined
  readonly onChange: (day: string | undefined) => void
}

function Day({ label, value, onChange }: DayProps): ReactNode {
  return (
    <TextInput
      type="date"
      size="xs"
      aria-label={label}
      title={label}
      w={132}
      value={value ?? ''}
      onChange={event => onChange(event.currentTarget.value || undefined)}
    />
  )
}

/** The server writes the files: an export is recorded, and has what is before and after. */
function ExportLinks({ filters }: { filters: ActivityQuery }): ReactNode {
  const download = useSensitiveDownload()
  const query = new URLSearchParams(
    Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
  const link = (format: string) => `/api/v1/activity/export?format=${format}${query.size > 0 ? `&${query}` : ''}`
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={14} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => download(link('csv'))}>CSV, for spreadsheets</Menu.Item>
        <Menu.Item onClick={() => download(link('jsonl'))}>JSON Lines, all fields</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
