import { Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertTriangle, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { Confirm } from '../../../web/components/confirm.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { JobProgress } from '../../../web/components/job-progress.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryPage } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { toast } from '../../../web/components/toast.ts'
import { humanise } from '../../../web/format.ts'
import { History } from '../../activity/web/history.tsx'
import { ConnectionForm } from './connection-form.tsx'
import { ConnectorAbout } from './connector-about.tsx'
import { CoverageSection } from './coverage-section.tsx'
import { filesDefinitions } from './files/files-definitions.tsx'
import { UploadedFiles } from './files/uploaded-files.tsx'
import { HowToPush } from './push/how-to-push.tsx'
import { pushDefinitions } from './push/push-definitions.tsx'
import { type Connection, type Connector, connectionQuery, connectorsQuery, leaving } from './queries.ts'
import { RunButton } from './run-button.tsx'
import { Runs } from './runs.tsx'
import { scheduleWords } from './schedule.ts'
import { stateOfRun } from './state-of-run.ts'

const route = getRouteApi('/connections/$id')

/** One connection: its last collection and those before, its settings, and its end. */
export function ConnectionPage(): ReactNode {
  const { id } = route.useParams()
  const query = useQuery(connectionQuery(id))
  return (
    <QueryPage query={query} title="Connection">
      {connection => <Content connection={connection} />}
    </QueryPage>
  )
}

function Content({ connection }: { connection: Connection }): ReactNode {
  const mayChange = useMay('connections.change')
  const { data: connectors } = useQuery(connectorsQuery)
  const connector = connectors?.find(candidate => candidate.kind === connection.kind)
  const { edit } = route.useSearch()
  const { last_run, active_job } = connection
  return (
    <Page
      title={connection.name}
      badge={<StateBadge state={active_job ? active_job.state : stateOfRun(last_run)} />}
      trail={[
        <TextLink key="list" to="/connections" size="xs">
          Connections
        </TextLink>,
        <span key="kind">{connector?.title ?? connection.kind}</span>,
      ]}
      actions={<RunButton connection={connection} />}
    >
      {active_job ? (
        <Section title="Collecting now">
          <JobProgress jobId={active_job.id} />
        </Section>
      ) : null}
      {last_run?.error ? (
        <Notice
          tone="bad"
          icon={IconAlertTriangle}
          title={`The last ${connection.kind === 'push' ? 'push' : 'collection'} failed; nothing of it was published`}
        >
          {last_run.error}
        </Notice>
      ) : null}
      {edit && connector && mayChange ? <SettingsForm connection={connection} connector={connector} /> : null}
      <Columns>
        <MainColumn>
          {connection.kind === 'push' ? <HowToPush connection={connection} /> : null}
          <CoverageSection connectionId={connection.id} />
          <Runs connection={connection} />
          <UploadedFiles connection={connection} />
          <History subject={connection.id} />
        </MainColumn>
        <SideColumn>
          <Settings connection={connection} connector={connector} />
          {connector ? <ConnectorAbout connector={connector} /> : null}
          {mayChange ? <Removal connection={connection} /> : null}
        </SideColumn>
      </Columns>
    </Page>
  )
}

/** The settings as a form, over the whole width of the page. */
function SettingsForm({ connection, connector }: { connection: Connection; connector: Connector }): ReactNode {
  const client = useQueryClient()
  const navigate = route.useNavigate()
  const close = () => navigate({ search: { edit: undefined } })
  return (
    <Section title="Change the settings">
      <ConnectionForm
        key={connection.id}
        connector={connector}
        connection={connection}
        action="Save"
        onCancel={() => void close()}
        onSave={async draft => {
          await answer(api.PATCH('/api/v1/connections/{id}', { params: { path: { id: connection.id } }, body: draft }))
          toast('The connection was changed.')
          await close()
          await client.invalidateQueries({ queryKey: ['connections'] })
        }}
      />
    </Section>
  )
}

function Settings({ connection, connector }: { connection: Connection; connector: Connector | undefined }): ReactNode {
  const mayChange = useMay('connections.change')
  const { edit } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Section
      title="Settings"
      actions={
        mayChange ? (
          <Button
            variant="default"
            size="compact-xs"
            onClick={() => void navigate({ search: { edit: true } })}
            disabled={!connector || edit === true}
          >
            Change
          </Button>
        ) : null
      }
    >
      <Definitions
        of={{
          ...(connection.kind === 'push'
            ? {
                Expected: connection.every_hours === null ? 'whenever it comes' : scheduleWords(connection.every_hours),
              }
            : { Collects: scheduleWords(connection.every_hours) }),
          Next: connection.next_run_at ? <Time iso={connection.next_run_at} as="relative" /> : null,
          Since: <Time iso={connection.created_at} as="day" />,
          ...(connection.kind === 'files' && connector
            ? filesDefinitions(connection.settings, connector.resources)
            : connection.kind === 'push'
              ? pushDefinitions(connection.settings)
              : settingsDefinitions(connection.settings)),
          ...Object.fromEntries(connection.secrets_set.map(name => [humanise(name), 'set, kept in the vault'])),
        }}
      />
    </Section>
  )
}

function settingsDefinitions(settings: Connection['settings']): Record<string, ReactNode> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      humanise(name),
      <span key={name} className="v-mono v-wrap">
        {typeof value === 'string' ? value : JSON.stringify(value)}
      </span>,
    ]),
  )
}

function Removal({ connection }: { connection: Connection }): ReactNode {
  const client = useQueryClient()
  const navigate = route.useNavigate()
  const [asking, { open, close }] = useDisclosure(false)
  const remove = useMutation({
    mutationFn: () => {
      leaving.add(connection.id)
      return answer(api.DELETE('/api/v1/connections/{id}', { params: { path: { id: connection.id } } }))
    },
    onError: () => leaving.delete(connection.id),
    onSuccess: async () => {
      toast(`“${connection.name}” was removed. What it collected stays.`)
      await navigate({ to: '/connections' })
      await client.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  return (
    <Section title="Remove">
      <Text size="sm" c="dimmed" mb="xs">
        Nothing more is collected. Snapshots, results and the ledger stay as they are.
      </Text>
      <Group>
        <Button variant="default" leftSection={<IconTrash size={14} />} onClick={open}>
          Remove this connection
        </Button>
      </Group>
      <Confirm
        opened={asking}
        onClose={close}
        onConfirm={() => remove.mutate()}
        pending={remove.isPending}
        error={remove.error}
        title={`Remove “${connection.name}”?`}
        action="Remove it"
        typed={connection.name}
      >
        Its schedule ends and its secrets are destroyed. What it collected stays, since evidence is never deleted.
      </Confirm>
    </Section>
  )
}
