import { Button, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconDownload, IconFingerprint } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { Empty, ProblemAlert } from '../../../web/components/feedback.tsx'
import { Hash } from '../../../web/components/hash.tsx'
import { JsonView } from '../../../web/components/json-view.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryPage } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { VerifiedSteps } from '../../../web/components/steps.tsx'
import { Time } from '../../../web/components/time.tsx'
import { formatBytes, formatNumber, humanise } from '../../../web/format.ts'
import { verifyContent } from '../../../web/verify/verify-records.ts'
import { downloadContent, type SnapshotDetail, snapshotQuery } from './queries.ts'
import { Records } from './records.tsx'

const route = getRouteApi('/evidence/$id')

/** One snapshot: where it came from, what was asked, its raw records, and a check of its hash in this browser. */
export function SnapshotPage(): ReactNode {
  const { id } = route.useParams()
  const query = useQuery(snapshotQuery(id))
  return (
    <QueryPage query={query} title="Snapshot">
      {snapshot => <Content snapshot={snapshot} />}
    </QueryPage>
  )
}

function Content({ snapshot }: { snapshot: SnapshotDetail }): ReactNode {
  return (
    <Page
      title={snapshot.title}
      badge={<StateBadge state={snapshot.complete ? 'complete' : 'incomplete'} />}
      trail={[
        <TextLink key="list" to="/evidence" size="xs">
          Evidence
        </TextLink>,
        <span key="resource">{snapshot.resource}</span>,
      ]}
      description={snapshot.description}
      actions={
        <Button
          component="a"
          href={`/api/v1/evidence/snapshots/${snapshot.id}/content`}
          download
          variant="default"
          leftSection={<IconDownload size={14} />}
        >
          JSON Lines
        </Button>
      }
    >
      {snapshot.incomplete_reason ? (
        <Notice tone="warn" icon={IconAlertTriangle} title="Not all of it could be read">
          {snapshot.incomplete_reason} Checks over it say unknown.
        </Notice>
      ) : null}
      <Columns>
        <MainColumn>
          <Records snapshot={snapshot} />
          <Section title="What was asked, and what the source answered">
            <JsonView name="Manifest of the collection" value={snapshot.manifest} />
          </Section>
          <Section title="Columns" flush>
            <DataTable
              caption="Columns of the records"
              columns={fieldColumns}
              rows={snapshot.columns}
              rowId={column => column.name}
            />
          </Section>
        </MainColumn>
        <SideColumn>
          <Origin snapshot={snapshot} />
          <ContentCheck key={snapshot.id} snapshot={snapshot} />
          <UsedBy snapshot={snapshot} />
        </SideColumn>
      </Columns>
    </Page>
  )
}

const fieldColumns: readonly Column<SnapshotDetail['columns'][number]>[] = [
  { id: 'name', header: 'Column', cell: column => <code className="v-mono">{column.name}</code> },
  { id: 'type', header: 'Type', width: '110px', cell: column => column.type },
  {
    id: 'description',
    header: 'What it is',
    cell: column => (
      <>
        {column.description}
        {column.personal ? (
          <Text span size="xs" c="dimmed">
            {' '}
            (personal: {humanise(column.personal).toLowerCase()}
            {column.aliased ? ', stored as aliases' : ''})
          </Text>
        ) : null}
      </>
    ),
  },
]

function Origin({ snapshot }: { snapshot: SnapshotDetail }): ReactNode {
  const { previous } = snapshot
  return (
    <Section title="Where it came from">
      <Definitions
        of={{
          Source: (
            <TextLink to="/connections/$id" params={{ id: snapshot.connection_id }} size="sm">
              {snapshot.connection_name}
            </TextLink>
          ),
          Collected: <Time iso={snapshot.collected_at} />,
          Records: formatNumber(snapshot.records),
          'Source’s own count':
            snapshot.source_total === null ? 'not given by the source' : formatNumber(snapshot.source_total),
          Size: formatBytes(snapshot.bytes),
          Key: snapshot.key.join(', '),
          Ledger: (
            <TextLink to="/ledger/$id" params={{ id: String(snapshot.ledger_entry_id) }} size="sm">
              Entry {snapshot.ledger_entry_id}
            </TextLink>
          ),
          Before: previous ? (
            <>
              <TextLink to="/evidence/$id" params={{ id: previous.id }} size="sm">
                <Time iso={previous.collected_at} as="day" />
              </TextLink>
              {previous.same ? ', the same content' : ', different content'}
            </>
          ) : (
            'the first of its kind'
          ),
        }}
      />
    </Section>
  )
}

function ContentCheck({ snapshot }: { snapshot: SnapshotDetail }): ReactNode {
  const verify = useMutation({
    mutationFn: async () => verifyContent(await downloadContent(snapshot.id), snapshot.content),
  })
  return (
    <Section title="Content hash">
      <Stack gap="sm" align="flex-start">
        <Hash value={snapshot.content} name="content hash" whole />
        {verify.data ? (
          <VerifiedSteps label="Check of the content" steps={[verify.data]} />
        ) : (
          <Button
            variant="default"
            leftSection={<IconFingerprint size={14} />}
            onClick={() => verify.mutate()}
            loading={verify.isPending}
          >
            Verify in your browser
          </Button>
        )}
        {verify.error ? <ProblemAlert error={verify.error} /> : null}
      </Stack>
    </Section>
  )
}

function UsedBy({ snapshot }: { snapshot: SnapshotDetail }): ReactNode {
  return (
    <Section title="Used by">
      {snapshot.used_by.length === 0 ? (
        <Empty title="No check has used it">Checks run over the newest snapshots.</Empty>
      ) : (
        <Stack gap={6}>
          {snapshot.used_by.map(use => (
            <Text key={`${use.check_id} ${use.as_of}`} size="sm">
              <TextLink to="/checks/$id" params={{ id: use.check_id }} inherit>
                {use.title}
              </TextLink>{' '}
              <Text span size="xs" c="dimmed">
                {humanise(use.outcome).toLowerCase()}, <Time iso={use.as_of} as="day" />
              </Text>
            </Text>
          ))}
        </Stack>
      )}
    </Section>
  )
}
