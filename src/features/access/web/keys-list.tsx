import { Button, Text } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ExportMenu } from '../../../web/components/export-menu.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { Filter, SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { allPages } from '../../../web/export-rows.ts'
import { count } from '../../../web/format.ts'
import { KeyPermissions } from './key-permissions.tsx'
import { exportSize, fetchKeys, type Key, type KeysQuery, keysQuery, pageSize } from './queries.ts'
import { RevokeKey } from './revoke-key.tsx'

const route = getRouteApi('/keys')

const shownStates = [
  { value: 'ended', label: 'Ended' },
  { value: 'all', label: 'In use and ended' },
] as const

/** The keys that the reader may see: those in use, or those that have ended, searched, sorted and exported. */
export function KeysList({ onMake }: { onMake: () => void }): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [revoking, setRevoking] = useState<Key>()
  const sort = search.sort ?? '-created_at'
  const state = search.state === 'all' ? undefined : (search.state ?? 'in_use')
  const filters: KeysQuery = { limit: pageSize, sort, q: search.q, state }
  const query = useQuery(keysQuery({ ...filters, cursor: search.cursor }))
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: previous => ({ ...previous, cursor: undefined, ...change }), replace: true })
  const columns = columnsOf(setRevoking)
  return (
    <>
      <Toolbar
        end={
          <>
            {query.data ? <span>{count(query.data.total, 'key')}</span> : null}
            <ExportMenu
              name="keys"
              columns={columns}
              rows={() => allPages(cursor => fetchKeys({ ...filters, limit: exportSize, cursor }))}
            />
          </>
        }
      >
        <SearchBox label="Search keys" value={search.q} onChange={q => set({ q })} />
        <Filter
          label="In use"
          value={search.state}
          onChange={next => set({ state: next })}
          options={shownStates}
          width={190}
        />
      </Toolbar>
      <QueryView query={query}>
        {({ items, next_cursor, total }) =>
          items.length === 0 ? (
            <Nothing searched={search.q !== undefined} state={search.state} onMake={onMake} />
          ) : (
            <>
              <DataTable
                caption="Keys"
                columns={columns}
                rows={items}
                rowId={key => key.id}
                sort={sort}
                onSort={next => set({ sort: next as NonNullable<typeof search.sort> })}
                sortedByServer
              />
              <Pager cursor={search.cursor} next={next_cursor} shown={items.length} total={total} noun="keys" />
            </>
          )
        }
      </QueryView>
      {revoking ? <RevokeKey of={revoking} onClose={() => setRevoking(undefined)} /> : null}
    </>
  )
}

interface NothingProps {
  readonly searched: boolean
  readonly state: 'ended' | 'all' | undefined
  readonly onMake: () => void
}

function Nothing({ searched, state, onMake }: NothingProps): ReactNode {
  if (searched) return <Empty title="No key matches" icon={IconKey} />
  if (state === 'ended') return <Empty title="No key has ended" icon={IconKey} />
  return (
    <Empty
      title="No key is in use"
      icon={IconKey}
      action={
        <Button variant="default" mt="sm" onClick={onMake}>
          Make the first
        </Button>
      }
    >
      A pipeline that has one can push evidence: with ./vouch push, curl, or anything that speaks HTTP.
    </Empty>
  )
}

const whose = ({ member }: Key) => (member ? member.name : 'A service')
const maker = ({ made_by }: Key) => made_by.name ?? (made_by.actor === 'operator' ? 'Whoever has the machine' : 'Vouch')

function columnsOf(onRevoke: (key: Key) => void): Column<Key>[] {
  return [
    {
      id: 'name',
      header: 'Key',
      sortable: true,
      value: key => key.name,
      cell: key => (
        <>
          <Text size="sm" fw={550} className="v-wrap">
            {key.name}
          </Text>
          <Text size="xs" c="dimmed">
            {whose(key)}, <span className="v-mono">…{key.hint}</span>
          </Text>
        </>
      ),
    },
    {
      id: 'may',
      header: 'May',
      value: key => key.may.join(' '),
      cell: key => <KeyPermissions may={key.may} />,
    },
    {
      id: 'created_at',
      header: 'Made',
      sortable: true,
      width: '150px',
      value: key => key.created_at,
      cell: key => (
        <>
          <Time iso={key.created_at} as="day" />
          <Text size="xs" c="dimmed" className="v-wrap">
            by {maker(key)}
          </Text>
        </>
      ),
    },
    {
      id: 'last_used_at',
      header: 'Last used',
      sortable: true,
      width: '120px',
      value: key => key.last_used_at,
      cell: key =>
        key.last_used_at ? (
          <Time iso={key.last_used_at} as="relative" />
        ) : (
          <Text size="sm" c="dimmed">
            never used
          </Text>
        ),
    },
    {
      id: 'expires_at',
      header: 'Expires',
      sortable: true,
      width: '120px',
      value: key => key.expires_at,
      cell: key => <Time iso={key.expires_at} as="day" />,
    },
    {
      id: 'state',
      header: 'State',
      width: '150px',
      value: key => key.state,
      cell: key => (
        <>
          <StateBadge state={key.state} />
          {key.ended_at ? (
            <Text size="xs" c="dimmed">
              <Time iso={key.ended_at} as="relative" />
            </Text>
          ) : null}
        </>
      ),
    },
    {
      id: 'actions',
      header: 'Action',
      width: '110px',
      cell: key =>
        key.revocable ? (
          <Button variant="default" size="compact-xs" aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
            Revoke…
          </Button>
        ) : null,
    },
  ]
}
