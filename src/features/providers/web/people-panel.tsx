import { Text } from '@mantine/core'
import { IconCircleCheck, IconCircleDashed, IconCircleMinus, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { StatusBadge } from '../../../web/components/status.tsx'
import type { StatusWords } from '../../../web/components/status-words.ts'
import { humanise } from '../../../web/format.ts'
import { type Person, peopleQuery } from './queries.ts'

/** Whom the provider sent or provisioned, and what they are here. */
export function PeoplePanel({ id }: { id: string }): ReactNode {
  return (
    <QueryView query={useQuery(peopleQuery(id))}>
      {({ items, total }) =>
        items.length === 0 ? (
          <Empty title="Nobody yet" icon={IconUsers}>
            Whoever signs in by it, or is provisioned by it, stands here.
          </Empty>
        ) : (
          <>
            <DataTable caption="People of the provider" columns={columns} rows={items} rowId={person => person.id} />
            {total > items.length ? (
              <Text size="xs" c="dimmed" p="sm">
                The first {items.length} of {total}.
              </Text>
            ) : null}
          </>
        )
      }
    </QueryView>
  )
}

function stateOf({ active, role, why_not }: Person): StatusWords {
  if (!active)
    return { label: 'Inactive', tone: 'idle', icon: IconCircleMinus, means: 'The provider took their access.' }
  if (role === null)
    return { label: 'No member', tone: 'warn', icon: IconCircleDashed, means: why_not ?? 'They do not belong here.' }
  return { label: 'Member', tone: 'good', icon: IconCircleCheck, means: 'They belong to the organisation.' }
}

const columns: readonly Column<Person>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ name, user_name, email }) => (
      <>
        <Text size="sm" fw={550} className="v-wrap">
          {name}
        </Text>
        {name === user_name && email === null ? null : (
          <Text size="xs" c="dimmed" className="v-wrap">
            {email ?? user_name}
          </Text>
        )}
      </>
    ),
  },
  {
    id: 'state',
    header: 'Here',
    width: '190px',
    cell: person => (
      <>
        <StatusBadge words={stateOf(person)} />
        {person.why_not ? (
          <Text size="xs" c="dimmed">
            {person.why_not}
          </Text>
        ) : null}
      </>
    ),
  },
  { id: 'role', header: 'Role', width: '150px', cell: ({ role }) => (role ? humanise(role) : '') },
  {
    id: 'signed_in',
    header: 'Came yet',
    width: '95px',
    wideOnly: true,
    cell: ({ signed_in }) => (signed_in ? 'Yes' : 'No'),
  },
]
