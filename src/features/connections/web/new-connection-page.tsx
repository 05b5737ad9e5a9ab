import { Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { toast } from '../../../web/components/toast.ts'
import { ConnectionForm } from './connection-form.tsx'
import classes from './connections.module.css'
import { ConnectorAbout } from './connector-about.tsx'
import { ConnectorIcon } from './connector-icon.tsx'
import { type Connector, connectorsQuery } from './queries.ts'

const route = getRouteApi('/connections/new')

/** Adds a source: first its kind, then its settings. */
export function NewConnectionPage(): ReactNode {
  const { kind } = route.useSearch()
  const query = useQuery(connectorsQuery)
  return (
    <Page
      title="Add a connection"
      trail={[
        <TextLink key="list" to="/connections" size="xs">
          Connections
        </TextLink>,
      ]}
    >
      <QueryView query={query}>
        {connectors => {
          const connector = connectors.find(candidate => candidate.kind === kind)
          return connector ? <Settings connector={connector} /> : <Kinds connectors={connectors} />
        }}
      </QueryView>
    </Page>
  )
}

function Kinds({ connectors }: { connectors: readonly Connector[] }): ReactNode {
  return (
    <ul className={classes.grid} aria-label="Kinds of sources">
      {connectors.map(({ kind, title, description }) => (
        <li key={kind}>
          <Link to="/connections/new" search={{ kind }} className={classes.choice}>
            <span className={classes.icon}>
              <ConnectorIcon kind={kind} />
            </span>
            <span>
              <Text fw={600} span display="block">
                {title}
              </Text>
              <Text size="sm" c="dimmed" span>
                {description}
              </Text>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Settings({ connector }: { connector: Connector }): ReactNode {
  const navigate = route.useNavigate()
  const client = useQueryClient()
  return (
    <Columns>
      <MainColumn>
        <Section title={connector.title} description={connector.description}>
          <ConnectionForm
            connector={connector}
            action="Add it"
            onCancel={() => void navigate({ to: '/connections' })}
            onSave={async draft => {
              const added = await answer(api.POST('/api/v1/connections', { body: { kind: connector.kind, ...draft } }))
              await client.invalidateQueries({ queryKey: ['connections'] })
              toast(
                connector.pushed
                  ? `“${added.name}” was added. It waits for the first push.`
                  : `“${added.name}” was added. Collect it now, or wait for its schedule.`,
              )
              await navigate({ to: '/connections/$id', params: { id: added.id } })
            }}
          />
        </Section>
      </MainColumn>
      <SideColumn>
        <ConnectorAbout connector={connector} />
      </SideColumn>
    </Columns>
  )
}
