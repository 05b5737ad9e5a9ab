import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useMay } from '../../../web/api/session.ts'
import { TextLink } from '../../../web/components/link.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { ActivityList } from './activity-list.tsx'
import { activityQuery, historySize } from './queries.ts'

/** A record's own history, for its page: who changed it, when, and what it was before. Nothing for those who may not see it. */
export function History({ subject }: { subject: string }): ReactNode {
  const may = useMay('activity.read')
  const query = useQuery({ ...activityQuery({ subject, limit: historySize }), enabled: may })
  if (!may) return null
  return (
    <Section
      title="History"
      description="Who did what to it, newest first."
      flush
      actions={
        <TextLink to="/activity" search={{ subject }} size="xs">
          All of it
        </TextLink>
      }
    >
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed" px="md" pb="md">
              Nobody has done anything to it since activity is recorded.
            </Text>
          ) : (
            <ActivityList items={items} name="History of this record" />
          )
        }
      </QueryView>
    </Section>
  )
}
