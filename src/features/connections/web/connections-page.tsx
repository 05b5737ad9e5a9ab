import { Text } from '@mantine/core'
import { IconCalendarStats, IconPlugConnected, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Empty } from '../../../web/components/feedback.tsx'
import { JobProgress } from '../../../web/components/job-progress.tsx'
import { ButtonLink, TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Card } from '../../../web/components/section.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { count } from '../../../web/format.ts'
import classes from './connections.module.css'
import { ConnectorIcon } from './connector-icon.tsx'
import { type Connection, connectionsQuery, connectorsQuery } from './queries.ts'
import { RunButton } from './run-button.tsx'
import { scheduleWords } from './schedule.ts'
import { stateOfRun } from './state-of-run.ts'

/** The configured sources. */
export function ConnectionsPage(): ReactNode {
  const query = useQuery(connectionsQuery)
  const add = (
    <ButtonLink to="/connections/new" leftSection={<IconPlus size={14} />}>
      Add a connection
    </ButtonLink>
  )
  return (
    <Page
      title="Connections"
      description="Where raw records come from. A run publishes all of its snapshots or none; what could not be read is said."
      actions={
        <>
          <ButtonLink to="/connections/monitoring" variant="default" leftSection={<IconCalendarStats size={14} />}>
            Monitoring
          </ButtonLink>
          {add}
        </>
      }
    >
      <QueryView query={query}>
        {connections =>
          connections.length === 0 ? (
            <Card>
              <Empty title="No source is connected" icon={IconPlugConnected} action={add}>
                Connect a repository, a PostgreSQL database, this machine or a folder of files. None of them needs a
                cloud account.
              </Empty>
            </Card>
          ) : (
            <ul className={classes.grid}>
              {connections.map(connection => (
                <ConnectionCard key={connection.id} connection={connection} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Page>
  )
}

function ConnectionCard({ connection }: { connection: Connection }): ReactNode {
  const { data: connectors } = useQuery(connectorsQuery)
  const { id, kind, name, last_run, active_job } = connection
  const title = connectors?.find(connector => connector.kind === kind)?.title ?? kind
  return (
    <li className={classes.card}>
      <div className={classes.head}>
        <span className={classes.icon}>
          <ConnectorIcon kind={kind} />
        </span>
        <div style={{ minWidth: 0 }}>
          <TextLink to="/connections/$id" params={{ id }} fw={600} c="inherit" className="v-wrap">
            {name}
          </TextLink>
          <Text size="xs" c="dimmed">
            {title} · {scheduleWords(connection.every_hours)}
          </Text>
        </div>
      </div>
      {active_job ? (
        <JobProgress jobId={active_job.id} />
      ) : (
        <div className={classes.foot}>
          <div>
            <StateBadge state={stateOfRun(last_run)} />
            <Text size="xs" c="dimmed" mt={3}>
              {last_run ? (
                <>
                  <Time iso={last_run.finished_at ?? last_run.started_at} as="relative" />,{' '}
                  {count(last_run.records, 'record')}
                </>
              ) : (
                `Nothing was ${kind === 'push' ? 'pushed' : 'collected'} yet`
              )}
            </Text>
          </div>
          <RunButton connection={connection} compact />
        </div>
      )}
    </li>
  )
}
