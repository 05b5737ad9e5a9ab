import { Button, Stack, Switch, Tabs, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { Hash } from '../../../web/components/hash.tsx'
import { HistoryStrip } from '../../../web/components/history-strip.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { Prose } from '../../../web/components/prose.tsx'
import { QueryPage } from '../../../web/components/query-view.tsx'
import { ReadOnly } from '../../../web/components/read-only.tsx'
import { Section } from '../../../web/components/section.tsx'
import { OutcomeBadge, SeverityBadge } from '../../../web/components/status.tsx'
import { outcomeWords } from '../../../web/components/status-words.ts'
import { Time } from '../../../web/components/time.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { formatDuration, formatNumber, humanise } from '../../../web/format.ts'
import { EditDetails } from './edit-details.tsx'
import { FindingsPanel } from './findings-panel.tsx'
import { type Check, checkQuery } from './queries.ts'
import { QueryTab } from './query-tab.tsx'
import { QueryText } from './query-text.tsx'
import { ResultsTab } from './results-tab.tsx'
import { RunsTab } from './runs-tab.tsx'

const route = getRouteApi('/checks/$id')

const tabs = [
  { value: 'results', label: 'Results' },
  { value: 'findings', label: 'Findings' },
  { value: 'runs', label: 'Runs' },
  { value: 'query', label: 'Query' },
] as const

/** One check: its results, findings, runs and query. */
export function CheckPage(): ReactNode {
  const { id } = route.useParams()
  const query = useQuery(checkQuery(id))
  return (
    <QueryPage query={query} title="Check">
      {check => <Content check={check} />}
    </QueryPage>
  )
}

function Content({ check }: { check: Check }): ReactNode {
  const mayChange = useMay('checks.change')
  const { tab = 'results', state, cursor, q, sort } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page
      title={check.title}
      badge={<OutcomeBadge outcome={check.latest?.outcome ?? null} />}
      trail={[
        <TextLink key="list" to="/checks" size="xs">
          Checks
        </TextLink>,
        <span key="source">{humanise(check.source)}</span>,
      ]}
      description={check.description}
    >
      {check.latest_run?.error ? (
        <Notice tone="warn" icon={IconAlertTriangle} title="The last run could not be finished">
          {check.latest_run.error}
        </Notice>
      ) : null}
      <Columns>
        <MainColumn>
          <Panel>
            <Tabs
              value={tab}
              onChange={next => {
                const chosen = tabs.find(({ value }) => value === next)
                if (chosen) void navigate({ search: { tab: chosen.value } })
              }}
            >
              <Tabs.List px="xs" pt={4}>
                {tabs.map(({ value, label }) => (
                  <Tabs.Tab key={value} value={value}>
                    {label}
                    {value === 'findings' && check.open_findings > 0 ? ` (${formatNumber(check.open_findings)})` : ''}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value="results">
                <ResultsTab check={check} />
              </Tabs.Panel>
              <Tabs.Panel value="findings">
                <FindingsPanel
                  search={{ state, cursor, q, sort, check: check.id }}
                  onSearch={change =>
                    void navigate({
                      search: previous => ({ ...previous, cursor: undefined, ...change }),
                      replace: true,
                    })
                  }
                  ofOneCheck
                />
              </Tabs.Panel>
              <Tabs.Panel value="runs">
                <RunsTab check={check} />
              </Tabs.Panel>
              <Tabs.Panel value="query">
                {mayChange ? <QueryTab key={check.version} check={check} /> : <QueryText check={check} />}
              </Tabs.Panel>
            </Tabs>
          </Panel>
        </MainColumn>
        <SideColumn>
          <Latest check={check} />
          <Section title="What to do when it fails">
            <Text size="sm">
              <Prose text={check.remediation} />
            </Text>
          </Section>
          <About check={check} />
        </SideColumn>
      </Columns>
    </Page>
  )
}

function Latest({ check }: { check: Check }): ReactNode {
  const run = check.latest_run
  return (
    <Section title="Latest run">
      {run ? (
        <Stack gap="sm">
          <HistoryStrip
            large
            noun="runs"
            history={check.history.map(({ as_of, outcome }) => ({ time: as_of, words: outcomeWords[outcome] }))}
          />
          <Text size="sm">{run.outcome_reason}</Text>
          <Definitions
            of={{
              'As of': <Time iso={run.as_of} />,
              Took: formatDuration(run.duration_ms),
              'Counts for': `${check.fresh_for_hours} hours`,
              Results: run.results ? <Hash value={run.results} name="hash of the results" /> : null,
              Ledger: (
                <TextLink to="/ledger/$id" params={{ id: String(run.ledger_entry_id) }} size="sm">
                  Entry {run.ledger_entry_id}
                </TextLink>
              ),
              Inputs: (
                <Stack gap={2}>
                  {run.inputs.map(input => (
                    <TextLink key={input.snapshot_id} to="/evidence/$id" params={{ id: input.snapshot_id }} size="sm">
                      {input.resource} ({formatNumber(input.records)}) from {input.connection}
                    </TextLink>
                  ))}
                </Stack>
              ),
            }}
          />
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          It has not run yet. It runs after each collection of {check.resources.join(' or ')}.
        </Text>
      )}
    </Section>
  )
}

function About({ check }: { check: Check }): ReactNode {
  const client = useQueryClient()
  const mayChange = useMay('checks.change')
  const change = useMutation({
    mutationFn: (enabled: boolean) =>
      answer(api.PATCH('/api/v1/checks/{id}', { params: { path: { id: check.id } }, body: { enabled } })),
    onSuccess: next => {
      client.setQueryData(checkQuery(check.id).queryKey, next)
      void client.invalidateQueries({ queryKey: ['checks'] })
      toast(next.enabled ? 'The check runs again from the next batch on.' : 'The check no longer runs.')
    },
    onError: toastProblem,
  })
  const [editing, setEditing] = useState(false)
  return (
    <Section
      title="About"
      actions={
        check.own && mayChange ? (
          <Button variant="subtle" size="compact-xs" onClick={() => setEditing(true)}>
            Edit
          </Button>
        ) : null
      }
    >
      {editing ? <EditDetails check={check} onClose={() => setEditing(false)} /> : null}
      <Stack gap="sm">
        <Switch
          label="Runs with every batch"
          checked={check.enabled}
          disabled={change.isPending || !mayChange}
          onChange={event => change.mutate(event.currentTarget.checked)}
        />
        {mayChange ? null : <ReadOnly />}
        <Definitions
          of={{
            Id: <span className="v-mono">{check.id}</span>,
            Severity: <SeverityBadge severity={check.severity} />,
            Subject: humanise(check.subject),
            Controls: (
              <Stack gap={2}>
                {check.controls.map(control => (
                  <TextLink key={control} to="/controls/$id" params={{ id: control }} size="sm">
                    {humanise(control)}
                  </TextLink>
                ))}
              </Stack>
            ),
            Version: <Hash value={check.version} name="version" />,
          }}
        />
      </Stack>
    </Section>
  )
}
