import { Text } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { shareWords } from '../../../../verifier/rules/describe-gap.ts'
import { Empty } from '../../../web/components/feedback.tsx'
import { ButtonLink, TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Card, Section } from '../../../web/components/section.tsx'
import classes from './calendar.module.css'
import { Calendar, CalendarLegend } from './calendar.tsx'
import { coverageSentence, gapsOf } from './coverage-section.tsx'
import { GapList } from './gap-list.tsx'
import { type Coverage, monitoringQuery, shownDays } from './queries.ts'
import { scheduleWords } from './schedule.ts'

/** When every source was watched and when not, those included that were removed since. */
export function MonitoringPage(): ReactNode {
  const query = useQuery(monitoringQuery)
  const share = query.data?.share
  return (
    <Page
      title="Monitoring"
      trail={[
        <TextLink key="list" to="/connections" size="xs">
          Connections
        </TextLink>,
      ]}
      description={
        share === undefined || share === null
          ? 'When every source was watched, and when not.'
          : `${shareWords(share)} of what was scheduled in the last ${shownDays} days was covered. A package prints the same for its period.`
      }
    >
      <QueryView query={query}>
        {({ connections }) =>
          connections.length === 0 ? (
            <Card>
              <Empty
                title="No source is connected"
                icon={IconPlugConnected}
                action={<ButtonLink to="/connections/new">Add a connection</ButtonLink>}
              >
                What is not connected is not watched.
              </Empty>
            </Card>
          ) : (
            <>
              <Section title="Gaps" description={`In the last ${shownDays} days`} flush>
                <GapList gaps={gapsOf(connections)} withSource />
              </Section>
              <Section title="Calendar" description="Each day is as well as its worst moment; days in UTC">
                {connections.map(coverage => (
                  <Source key={coverage.connection_id} coverage={coverage} />
                ))}
                <CalendarLegend days={connections.flatMap(coverage => coverage.days)} />
              </Section>
            </>
          )
        }
      </QueryView>
    </Page>
  )
}

function Source({ coverage }: { coverage: Coverage }): ReactNode {
  const { connection_id, name, in_use, every_hours, days } = coverage
  return (
    <div className={classes.source}>
      <Text size="sm" fw={600} component="h3" m={0}>
        {in_use ? (
          <TextLink to="/connections/$id" params={{ id: connection_id }} inherit>
            {name}
          </TextLink>
        ) : (
          `${name} (removed)`
        )}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        Collected {scheduleWords(every_hours)}. {coverageSentence(coverage)}
      </Text>
      <Calendar name={name} days={days} />
    </div>
  )
}
