import { Button, Group, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useMay, useSession } from '../../../web/api/session.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ExportMenu } from '../../../web/components/export-menu.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { ButtonLink } from '../../../web/components/link.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Time } from '../../../web/components/time.tsx'
import { SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { allPages } from '../../../web/export-rows.ts'
import { count, humanise } from '../../../web/format.ts'
import { ChangeRole } from './change-role.tsx'
import { exportSize, fetchMembers, type Member, type MembersQuery, membersQuery, pageSize } from './queries.ts'
import { RemoveMember } from './remove-member.tsx'

const route = getRouteApi('/members')

/** The members: searched, sorted, exported; their roles changed, and they removed, by whoever may. */
export function MembersList(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { user } = useSession()
  const mayChange = useMay('members.change')
  const [changing, setChanging] = useState<Member>()
  const [removing, setRemoving] = useState<Member>()
  const sort = search.sort ?? 'name'
  const filters: MembersQuery = { limit: pageSize, sort, q: search.q }
  const query = useQuery(membersQuery({ ...filters, cursor: search.cursor }))
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: previous => ({ ...previous, cursor: undefined, ...change }), replace: true })
  const columns = columnsOf(user?.id, mayChange, setChanging, setRemoving)
  return (
    <>
      <Toolbar
        end={
          <>
            {query.data ? <span>{count(query.data.total, 'member')}</span> : null}
            <ExportMenu
              name="members"
              columns={columns}
              rows={() => allPages(cursor => fetchMembers({ ...filters, limit: exportSize, cursor }))}
            />
          </>
        }
      >
        <SearchBox label="Search members" value={search.q} onChange={q => set({ q })} />
      </Toolbar>
      <QueryView query={query}>
        {({ items, next_cursor, total }) =>
          items.length === 0 ? (
            <Empty
              title="No member matches"
              icon={IconUsers}
              action={
                <ButtonLink to="/members" variant="default" mt="sm">
                  Clear the search
                </ButtonLink>
              }
            />
          ) : (
            <>
              <DataTable
                caption="Members"
                columns={columns}
                rows={items}
                rowId={member => member.id}
                sort={sort}
                onSort={next => set({ sort: next as NonNullable<typeof search.sort> })}
                sortedByServer
              />
              <Pager cursor={search.cursor} next={next_cursor} shown={items.length} total={total} noun="members" />
            </>
          )
        }
      </QueryView>
      {changing ? <ChangeRole member={changing} onClose={() => setChanging(undefined)} /> : null}
      {removing ? <RemoveMember member={removing} onClose={() => setRemoving(undefined)} /> : null}
    </>
  )
}

function columnsOf(
  own: string | undefined,
  mayChange: boolean,
  onChange: (member: Member) => void,
  onRemove: (member: Member) => void,
): Column<Member>[] {
  const columns: Column<Member>[] = [
    {
      id: 'name',
      header: 'Name',
      sortable: true,
      value: member => member.name,
      cell: member => (
        <Text size="sm" fw={550} className="v-wrap">
          {member.name}
          {member.id === own ? (
            <Text span size="xs" c="dimmed">
              {' '}
              (you)
            </Text>
          ) : null}
        </Text>
      ),
    },
    {
      id: 'email',
      header: 'E-mail address',
      sortable: true,
      value: member => member.email,
      cell: member => <span className="v-wrap">{member.email}</span>,
    },
    {
      id: 'role',
      header: 'Role',
      sortable: true,
      width: '170px',
      value: member => member.role,
      cell: member => humanise(member.role),
    },
    {
      id: 'second_factor',
      header: 'Signs in with',
      width: '130px',
      value: member => (member.second_factor ? 'two factors' : 'one factor'),
      cell: member => (member.second_factor ? 'Two factors' : 'One factor'),
    },
    {
      id: 'joined_at',
      header: 'Since',
      sortable: true,
      width: '120px',
      value: member => member.joined_at,
      cell: member => <Time iso={member.joined_at} as="day" />,
    },
  ]
  if (!mayChange) return columns
  return [
    ...columns,
    {
      id: 'actions',
      header: 'Action',
      width: '200px',
      cell: member => <MemberActions member={member} onChange={onChange} onRemove={onRemove} />,
    },
  ]
}

interface MemberActionsProps {
  readonly member: Member
  readonly onChange: (member: Member) => void
  readonly onRemove: (member: Member) => void
}

function MemberActions({ member, onChange, onRemove }: MemberActionsProps): ReactNode {
  if (!member.changeable) {
    return (
      <Text size="xs" c="dimmed">
        Only an owner can change this.
      </Text>
    )
  }
  return (
    <Group gap={6} wrap="nowrap">
      <Button
        variant="default"
        size="compact-xs"
        aria-label={`Change role of ${member.name}`}
        onClick={() => onChange(member)}
      >
        Change role…
      </Button>
      <Button variant="default" size="compact-xs" aria-label={`Remove ${member.name}`} onClick={() => onRemove(member)}>
        Remove…
      </Button>
    </Group>
  )
}
