import { Select, Text } from '@mantine/core'
import { IconUsersGroup } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { count, humanise } from '../../../web/format.ts'
import { type Group, givenRoles, groupsQuery } from './queries.ts'

/** The provider's groups, and the role that each gives. */
export function GroupsPanel({ id }: { id: string }): ReactNode {
  return (
    <QueryView query={useQuery(groupsQuery(id))}>
      {groups =>
        groups.length === 0 ? (
          <Empty title="No groups yet" icon={IconUsersGroup}>
            Once the provider has sent its groups, say here which role each gives.
          </Empty>
        ) : (
          <>
            <DataTable caption="Groups of the provider" columns={columns} rows={groups} rowId={group => group.id} />
            <Text size="xs" c="dimmed" p="sm">
              Whoever is in several groups has the role that may most. Whoever leaves all of them has the role of new
              members. Owners stay owners.
            </Text>
          </>
        )
      }
    </QueryView>
  )
}

const columns: readonly Column<Group>[] = [
  { id: 'name', header: 'Group', cell: ({ name }) => <span className="v-wrap">{name}</span> },
  { id: 'people', header: 'People', width: '120px', cell: ({ people }) => count(people, 'person', 'people') },
  { id: 'role', header: 'Role', width: '220px', cell: group => <RoleOf group={group} /> },
]

function RoleOf({ group }: { group: Group }): ReactNode {
  const client = useQueryClient()
  const mayChange = useMay('providers.change')
  const change = useMutation({
    mutationFn: (role: (typeof givenRoles)[number] | null) =>
      answer(api.PATCH('/api/v1/providers/groups/{id}', { params: { path: { id: group.id } }, body: { role } })),
    onSuccess: async () => {
      toast(`The role of ${group.name} was changed, and its people’s.`)
      await client.invalidateQueries({ queryKey: ['providers'] })
    },
    onError: toastProblem,
  })
  if (!mayChange) return group.role ? humanise(group.role) : 'None'
  return (
    <Select
      aria-label={`Role of ${group.name}`}
      size="xs"
      placeholder="None"
      clearable
      disabled={change.isPending}
      data={givenRoles.map(value => ({ value, label: humanise(value) }))}
      value={group.role}
      onChange={next => change.mutate(givenRoles.find(role => role === next) ?? null)}
    />
  )
}
