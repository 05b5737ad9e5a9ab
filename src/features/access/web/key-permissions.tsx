import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { rolesQuery } from './queries.ts'

const shown = 2

/** What a key allows, in the words of the table of permissions: the first two, and how many more. */
export function KeyPermissions({ may }: { may: readonly string[] }): ReactNode {
  const { data: roles } = useQuery(rolesQuery)
  const words = may.map(id => roles?.permissions.find(permission => permission.id === id)?.title ?? id)
  const more = words.length - shown
  return (
    <Text size="sm" className="v-wrap" title={words.join('\n')}>
      {words.slice(0, shown).join('; ')}
      {more > 0 ? (
        <Text span size="xs" c="dimmed">
          {' '}
          and {more} more
        </Text>
      ) : null}
    </Text>
  )
}
