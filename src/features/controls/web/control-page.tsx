import { List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { frameworkQuery } from '../../../web/api/framework.ts'
import { useMay } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { HistoryStrip } from '../../../web/components/history-strip.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryPage } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { ControlStatusBadge, OutcomeBadge } from '../../../web/components/status.tsx'
import { controlStatusWords } from '../../../web/components/status-words.ts'
import { Time } from '../../../web/components/time.tsx'
import { humanise } from '../../../web/format.ts'
import { History } from '../../activity/web/history.tsx'
import { ControlSettings } from './control-settings.tsx'
import { Documents } from './documents.tsx'
import { domainName } from './domains.ts'
import { type Control, controlQuery } from './queries.ts'
import { Responsibility } from './responsibility.tsx'

const route = getRouteApi('/controls/$id')

/** One control: its status and why, its checks, its documents, and who answers for it. */
export function ControlPage(): ReactNode {
  const { id } = route.useParams()
  const query = useQuery(controlQuery(id))
  return (
    <QueryPage query={query} title="Control">
      {control => <Content control={control} />}
    </QueryPage>
  )
}

function Content({ control }: { control: Control }): ReactNode {
  const mayChange = useMay('controls.change')
  const mayRead = useMay('evidence.read')
  return (
    <Page
      title={control.title}
      badge={<ControlStatusBadge status={control.status} />}
      trail={[
        <TextLink key="list" to="/controls" size="xs">
          Controls
        </TextLink>,
        <span key="domain">{domainName(control.domain)}</span>,
      ]}
      description={control.description}
    >
      <Columns>
        <MainColumn>
          <Section title="Why it has this status">
            <Stack gap="sm">
              <List size="sm" spacing={3}>
                {control.reasons.map(reason => (
                  <List.Item key={reason}>{reason}</List.Item>
                ))}
              </List>
              {control.history.length > 0 ? (
                <HistoryStrip
                  large
                  noun="batches of checks"
                  history={control.history.map(({ time, status }) => ({ time, words: controlStatusWords[status] }))}
                />
              ) : null}
            </Stack>
          </Section>
          <Checks control={control} />
          {mayRead ? <Documents control={control} /> : null}
          <Section title="How to do it">
            <Text size="sm">{control.how}</Text>
          </Section>
          <Section title="How an auditor tests it">
            <List size="sm" spacing={4} type="ordered">
              {control.test_procedures.map(procedure => (
                <List.Item key={procedure}>{procedure}</List.Item>
              ))}
            </List>
          </Section>
          <History subject={control.id} />
        </MainColumn>
        <SideColumn>
          {mayChange ? <ControlSettings key={control.id} control={control} /> : <Responsibility control={control} />}
          <Section title="About">
            <Definitions
              of={{
                Code: <span className="v-mono">{control.code}</span>,
                Kind: humanise(control.kind),
                Nature: humanise(control.nature),
                Frequency: humanise(control.frequency),
                Policies: control.policies.length > 0 ? control.policies.map(humanise).join(', ') : null,
              }}
            />
          </Section>
          <Criteria ids={control.criteria} />
        </SideColumn>
      </Columns>
    </Page>
  )
}

const checkColumns: readonly Column<Control['checks_detail'][number]>[] = [
  {
    id: 'title',
    header: 'Check',
    cell: check => (
      <>
        <TextLink to="/checks/$id" params={{ id: check.id }} size="sm" fw={550} c="inherit">
          {check.title}
        </TextLink>
        <Text size="xs" c="dimmed" className="v-mono">
          {check.id}
        </Text>
      </>
    ),
  },
  { id: 'outcome', header: 'Outcome', width: '130px', cell: check => <OutcomeBadge outcome={check.outcome} /> },
  { id: 'reason', header: 'Why', cell: check => check.outcome_reason ?? 'It has not run yet.' },
  {
    id: 'as_of',
    header: 'Ran',
    width: '120px',
    cell: check => (check.as_of ? <Time iso={check.as_of} as="relative" /> : 'never'),
  },
]

function Checks({ control }: { control: Control }): ReactNode {
  return (
    <Section title="Checks" description="Queries over raw records that say whether it operates." flush>
      {control.checks_detail.length === 0 ? (
        <Empty title="No check looks at this control">
          Its status follows from the documents that are filed for it.
        </Empty>
      ) : (
        <DataTable
          caption="Checks of this control"
          columns={checkColumns}
          rows={control.checks_detail}
          rowId={check => check.id}
        />
      )}
    </Section>
  )
}

function Criteria({ ids }: { ids: readonly string[] }): ReactNode {
  const { data: framework } = useQuery(frameworkQuery)
  const titles = new Map(framework?.criteria.map(({ id, title }) => [id, title]))
  return (
    <Section title="Criteria it supports">
      <Stack gap={4}>
        {ids.map(id => (
          <Text key={id} size="sm">
            <TextLink to="/controls" search={{ criterion: id }} className="v-num" underline="always">
              {id}
            </TextLink>{' '}
            {titles.get(id)}
          </Text>
        ))}
      </Stack>
    </Section>
  )
}
