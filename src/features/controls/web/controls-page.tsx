import { Text } from '@mantine/core'
import { IconListSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { frameworkQuery } from '../../../web/api/framework.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ExportMenu } from '../../../web/components/export-menu.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { ButtonLink, TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { ControlStatusBadge, OutcomeBadge } from '../../../web/components/status.tsx'
import { controlStatusOrder, controlStatusWords } from '../../../web/components/status-words.ts'
import { Filter, SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { count } from '../../../web/format.ts'
import { domainName } from './domains.ts'
import { type ControlSummary, controlsQuery } from './queries.ts'

const route = getRouteApi('/controls')

const columns: readonly Column<ControlSummary>[] = [
  {
    id: 'title',
    header: 'Control',
    sortable: true,
    value: control => control.title,
    cell: control => (
      <>
        <TextLink to="/controls/$id" params={{ id: control.id }} size="sm" fw={550} c="inherit">
          {control.title}
        </TextLink>
        <Text size="xs" c="dimmed" className="v-clamp">
          {control.status === 'effective' ? control.description : (control.reasons[0] ?? control.description)}
        </Text>
      </>
    ),
  },
  {
    id: 'code',
    header: 'Code',
    sortable: true,
    width: '84px',
    value: control => control.code,
    cell: control => <span className="v-mono">{control.code}</span>,
  },
  {
    id: 'status',
    header: 'Status',
    sortable: true,
    width: '150px',
    value: control => controlStatusOrder.indexOf(control.status),
    cell: control => <ControlStatusBadge status={control.status} />,
  },
  {
    id: 'checks',
    header: 'Checks',
    width: '130px',
    wideOnly: true,
    value: control => control.checks.map(check => `${check.id}: ${check.outcome ?? 'never ran'}`).join('; '),
    cell: control => <CheckCounts control={control} />,
  },
  {
    id: 'criteria',
    header: 'Criteria',
    width: '170px',
    wideOnly: true,
    value: control => control.criteria.join(' '),
    cell: control => (
      <Text size="xs" c="dimmed" title={control.criteria.join(', ')}>
        {control.criteria.slice(0, 4).join(', ')}
        {control.criteria.length > 4 ? ` +${control.criteria.length - 4}` : ''}
      </Text>
    ),
  },
  {
    id: 'owner',
    header: 'Owner',
    sortable: true,
    width: '160px',
    wideOnly: true,
    value: control => control.owner,
    cell: control =>
      control.owner ?? (
        <Text size="sm" c="dimmed">
          {control.owner_role} (suggested)
        </Text>
      ),
  },
]

const exported: readonly Column<ControlSummary>[] = columns.map(column =>
  column.id === 'status' ? { ...column, value: control => control.status } : column,
)

function CheckCounts({ control }: { control: ControlSummary }): ReactNode {
  const worst = (['fail', 'unknown', 'pass', 'not_applicable'] as const).find(outcome =>
    control.checks.some(check => check.outcome === outcome),
  )
  if (control.checks.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        {control.documents > 0 ? count(control.documents, 'document') : 'Documents only'}
      </Text>
    )
  }
  return (
    <span title={control.checks.map(check => check.id).join(', ')}>
      <OutcomeBadge outcome={worst ?? null} plain />{' '}
      <Text span size="xs" c="dimmed">
        of {control.checks.length}
      </Text>
    </span>
  )
}

/** All controls, grouped by domain. */
export function ControlsPage(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery(controlsQuery)
  const { data: framework } = useQuery(frameworkQuery)
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: previous => ({ ...previous, ...change }), replace: true })
  const categoryOf = new Map(framework?.criteria.map(({ id, category }) => [id, category]))
  const sort = search.sort ?? 'code'

  return (
    <Page
      title="Controls"
      description="What the organisation does so that the criteria are met. A status follows from checks and evidence; nobody sets it by hand."
    >
      <QueryView query={query}>
        {controls => {
          const rows = controls.filter(control => matches(control, search, categoryOf))
          return (
            <Panel>
              <Toolbar
                end={
                  <>
                    <span>{count(rows.length, 'control')}</span>
                    <ExportMenu name="controls" columns={exported} rows={() => rows} />
                  </>
                }
              >
                <SearchBox label="Search controls" value={search.q} onChange={q => set({ q })} />
                <Filter
                  label="Status"
                  value={search.status}
                  onChange={status => set({ status })}
                  options={controlStatusOrder.map(value => ({ value, label: controlStatusWords[value].label }))}
                />
                <Filter
                  label="Category"
                  value={search.category}
                  onChange={category => set({ category })}
                  options={(framework?.categories ?? []).map(({ id, title }) => ({ value: id, label: title }))}
                />
                <Filter
                  label="Criterion"
                  width={130}
                  value={search.criterion}
                  onChange={criterion => set({ criterion })}
                  options={(framework?.criteria ?? []).map(({ id, title }) => ({ value: id, label: `${id} ${title}` }))}
                />
              </Toolbar>
              {rows.length === 0 ? (
                <Empty
                  title="No control matches"
                  icon={IconListSearch}
                  action={
                    <ButtonLink to="/controls" variant="default" mt="sm">
                      Clear all filters
                    </ButtonLink>
                  }
                />
              ) : (
                <DataTable
                  caption="Controls"
                  columns={columns}
                  rows={rows}
                  rowId={control => control.id}
                  sort={sort}
                  onSort={next => set({ sort: next as typeof sort })}
                  {...(sort === 'code' ? { groupBy: (control: ControlSummary) => domainName(control.domain) } : {})}
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
  control: ControlSummary,
  search: { q?: string; status?: string; category?: string; criterion?: string },
  categoryOf: ReadonlyMap<string, string>,
): boolean {
  const words = search.q?.toLowerCase().split(/\s+/) ?? []
  const text = [control.code, control.title, control.description, control.id, control.owner, ...control.criteria]
    .join(' ')
    .toLowerCase()
  return (
    words.every(word => text.includes(word)) &&
    (search.status === undefined || control.status === search.status) &&
    (search.criterion === undefined || control.criteria.includes(search.criterion)) &&
    (search.category === undefined || control.criteria.some(id => categoryOf.get(id) === search.category))
  )
}
