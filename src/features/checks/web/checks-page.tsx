import { Text } from '@mantine/core'
import { IconListSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ExportMenu } from '../../../web/components/export-menu.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { HistoryStrip } from '../../../web/components/history-strip.tsx'
import { ButtonLink, TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { OutcomeBadge, SeverityBadge, StateBadge } from '../../../web/components/status.tsx'
import { outcomeWords, severityRank, severityWords } from '../../../web/components/status-words.ts'
import { Filter, SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { count, formatNumber, humanise } from '../../../web/format.ts'
import { type CheckSummary, checksQuery } from './queries.ts'
import { RunChecks } from './run-checks.tsx'

const route = getRouteApi('/checks')

const worstFirst = ['fail', 'unknown', 'never_run', 'pass', 'not_applicable'] as const
const outcomeOf = (check: CheckSummary) => check.latest?.outcome ?? 'never_run'

const columns: readonly Column<CheckSummary>[] = [
  {
    id: 'title',
    header: 'Check',
    sortable: true,
    value: check => check.title,
    cell: check => (
      <>
        <TextLink to="/checks/$id" params={{ id: check.id }} size="sm" fw={550} c="inherit">
          {check.title}
        </TextLink>{' '}
        {check.edited ? <StateBadge state="edited" plain /> : null}
        {check.own ? <StateBadge state="own" plain /> : null}
        <Text size="xs" c="dimmed" className="v-mono">
          {check.id}
        </Text>
      </>
    ),
  },
  {
    id: 'outcome',
    header: 'Outcome',
    sortable: true,
    width: '190px',
    value: check => worstFirst.indexOf(outcomeOf(check)),
    cell: check => (
      <>
        {check.enabled ? <OutcomeBadge outcome={check.latest?.outcome ?? null} /> : <StateBadge state="disabled" />}
        <Text size="xs" c="dimmed" className="v-clamp">
          {check.enabled ? check.latest?.outcome_reason : 'Switched off'}
        </Text>
      </>
    ),
  },
  {
    id: 'severity',
    header: 'Severity',
    sortable: true,
    width: '100px',
    value: check => severityRank[check.severity],
    cell: check => <SeverityBadge severity={check.severity} />,
  },
  {
    id: 'findings',
    header: 'Findings',
    sortable: true,
    align: 'right',
    width: '90px',
    value: check => check.open_findings,
    cell: check => <span className="v-num">{check.open_findings > 0 ? formatNumber(check.open_findings) : '–'}</span>,
  },
  {
    id: 'history',
    header: 'History',
    width: '200px',
    cell: check => (
      <HistoryStrip
        noun="runs"
        last={30}
        history={check.history.map(({ as_of, outcome }) => ({ time: as_of, words: outcomeWords[outcome] }))}
      />
    ),
  },
]

const exported: readonly Column<CheckSummary>[] = [
  { id: 'id', header: 'Id', cell: () => null, value: check => check.id },
  ...columns.map(
    (column): Column<CheckSummary> =>
      column.id === 'outcome'
        ? { ...column, value: outcomeOf }
        : column.id === 'severity'
          ? { ...column, value: check => check.severity }
          : column,
  ),
]

/** All checks and how they came out. */
export function ChecksPage(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery(checksQuery)
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: previous => ({ ...previous, ...change }), replace: true })
  return (
    <Page
      title="Checks"
      description="Queries over raw records. Each says of every subject whether a rule is met; what could not be read is unknown, never a pass."
      actions={
        <>
          <ButtonLink to="/checks/new" variant="default">
            Write a check
          </ButtonLink>
          <RunChecks />
        </>
      }
    >
      <QueryView query={query}>
        {checks => {
          const rows = checks.filter(check => matches(check, search))
          const sources = [...new Set(checks.map(check => check.source))].sort()
          return (
            <Panel>
              <Toolbar
                end={
                  <>
                    <span>{count(rows.length, 'check')}</span>
                    <ExportMenu name="checks" columns={exported} rows={() => rows} />
                  </>
                }
              >
                <SearchBox label="Search checks" value={search.q} onChange={q => set({ q })} />
                <Filter
                  label="Outcome"
                  value={search.outcome}
                  onChange={outcome => set({ outcome })}
                  options={worstFirst.map(value => ({
                    value,
                    label: value === 'never_run' ? 'Never ran' : outcomeWords[value].label,
                  }))}
                />
                <Filter
                  label="Severity"
                  width={130}
                  value={search.severity}
                  onChange={severity => set({ severity })}
                  options={(['critical', 'high', 'medium', 'low'] as const).map(value => ({
                    value,
                    label: severityWords[value].label,
                  }))}
                />
                <Filter
                  label="Source"
                  width={130}
                  value={search.source}
                  onChange={source => set({ source })}
                  options={sources.map(value => ({ value, label: humanise(value) }))}
                />
              </Toolbar>
              {rows.length === 0 ? (
                <Empty
                  title="No check matches"
                  icon={IconListSearch}
                  action={
                    <ButtonLink to="/checks" variant="default" mt="sm">
                      Clear all filters
                    </ButtonLink>
                  }
                />
              ) : (
                <DataTable
                  caption="Checks"
                  columns={columns}
                  rows={rows}
                  rowId={check => check.id}
                  sort={search.sort ?? 'outcome'}
                  onSort={sort => set({ sort: sort as NonNullable<typeof search.sort> })}
                />
              )}
            </Panel>
          )
        }}
      </QueryView>
    </Page>
  )
}

function matches(
  check: CheckSummary,
  search: { q?: string; outcome?: string; severity?: string; source?: string },
): boolean {
  const words = search.q?.toLowerCase().split(/\s+/) ?? []
  const text = [check.id, check.title, check.description, ...check.controls].join(' ').toLowerCase()
  return (
    words.every(word => text.includes(word)) &&
    (search.outcome === undefined || outcomeOf(check) === search.outcome) &&
    (search.severity === undefined || check.severity === search.severity) &&
    (search.source === undefined || check.source === search.source)
  )
}
