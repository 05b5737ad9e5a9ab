import { Button, Text } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useMay } from '../../../web/api/session.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ExportMenu } from '../../../web/components/export-menu.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { SeverityBadge, StateBadge } from '../../../web/components/status.tsx'
import { stateWords } from '../../../web/components/status-words.ts'
import { Time } from '../../../web/components/time.tsx'
import { Filter, SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { allPages } from '../../../web/export-rows.ts'
import { count, shortenHashes } from '../../../web/format.ts'
import { AliasText } from '../../aliases/web/alias-text.tsx'
import { ExceptionForm, RevokeException } from './exception-form.tsx'
import {
  checksQuery,
  exportSize,
  type Finding,
  type FindingsQuery,
  fetchFindings,
  findingsQuery,
  pageSize,
} from './queries.ts'

const states = ['open', 'excepted', 'resolved'] as const

export interface FindingsSearch {
  readonly q?: string | undefined
  readonly state?: Finding['state'] | undefined
  readonly check?: string | undefined
  readonly sort?: string | undefined
  readonly cursor?: string | undefined
}

interface FindingsPanelProps {
  readonly search: FindingsSearch
  readonly onSearch: (change: Partial<FindingsSearch>) => void
  /** On a check's own page: its column and filter are left out. */
  readonly ofOneCheck?: boolean
}

/** A list of findings, with granting and taking back of exceptions. */
export function FindingsPanel({ search, onSearch, ofOneCheck = false }: FindingsPanelProps): ReactNode {
  const [granting, setGranting] = useState<Finding>()
  const [revoking, setRevoking] = useState<Finding>()
  const sort = (['opened_at', 'check_id', '-check_id'] as const).find(name => name === search.sort) ?? '-opened_at'
  const filters: FindingsQuery = { limit: pageSize, sort, state: search.state, check_id: search.check, q: search.q }
  const query = useQuery(findingsQuery({ ...filters, cursor: search.cursor }))
  const { data: checks } = useQuery({ ...checksQuery, enabled: !ofOneCheck })
  const mayGrant = useMay('exceptions.grant')
  const mayRevoke = useMay('exceptions.revoke')
  const columns = columnsOf(ofOneCheck, mayGrant ? setGranting : undefined, mayRevoke ? setRevoking : undefined)
  const filtered = search.q !== undefined || search.state !== undefined || (search.check !== undefined && !ofOneCheck)

  return (
    <>
      <Toolbar
        end={
          <>
            {query.data ? <span>{count(query.data.total, 'finding')}</span> : null}
            <ExportMenu
              name="findings"
              columns={columns}
              rows={() => allPages(cursor => fetchFindings({ ...filters, limit: exportSize, cursor }))}
            />
          </>
        }
      >
        <SearchBox label="Search findings" value={search.q} onChange={q => onSearch({ q })} />
        <Filter
          label="State"
          width={130}
          value={search.state}
          onChange={state => onSearch({ state })}
          options={states.map(value => ({ value, label: stateWords[value]?.label ?? value }))}
        />
        {ofOneCheck ? null : (
          <Filter
            label="Check"
            width={200}
            value={search.check}
            onChange={check => onSearch({ check })}
            options={(checks ?? []).map(({ id, title }) => ({ value: id, label: title }))}
          />
        )}
      </Toolbar>
      <QueryView query={query}>
        {({ items, next_cursor, total }) =>
          items.length === 0 ? (
            <Empty title={filtered ? 'No finding matches' : 'Nothing fails'} icon={IconChecks}>
              {filtered ? 'Clear the filters to see all of them.' : 'A finding opens when a subject fails a check.'}
            </Empty>
          ) : (
            <>
              <DataTable
                caption="Findings"
                columns={columns}
                rows={items}
                rowId={finding => finding.id}
                sort={sort}
                onSort={next => onSearch({ sort: next })}
                sortedByServer
              />
              <Pager cursor={search.cursor} next={next_cursor} shown={items.length} total={total} noun="findings" />
            </>
          )
        }
      </QueryView>
      {granting ? <ExceptionForm finding={granting} onClose={() => setGranting(undefined)} /> : null}
      {revoking ? <RevokeException finding={revoking} onClose={() => setRevoking(undefined)} /> : null}
    </>
  )
}

/** What the reader may do with a finding; undefined when they may not. */
type Act = (finding: Finding) => void

function columnsOf(ofOneCheck: boolean, onGrant: Act | undefined, onRevoke: Act | undefined): Column<Finding>[] {
  const subject: Column<Finding> = {
    id: 'subject',
    header: 'Subject',
    value: finding => finding.subject_id,
    cell: finding => (
      <>
        <TextLink
          to="/trace/$check"
          params={{ check: finding.check_id }}
          search={{ subject: finding.subject_id }}
          title={finding.subject_id}
          size="sm"
          className="v-mono v-wrap"
        >
          {shortenHashes(finding.subject_id)}
        </TextLink>
        {/* What can be clicked keeps its distance (WCAG 2.5.8). */}
        <Text size="xs" c="dimmed" mt={6}>
          <AliasText text={finding.reason} />
        </Text>
      </>
    ),
  }
  const check: Column<Finding> = {
    id: 'check_id',
    header: 'Check',
    sortable: true,
    value: finding => finding.check_id,
    cell: finding => (
      <TextLink to="/checks/$id" params={{ id: finding.check_id }} size="sm" c="inherit">
        {finding.check_title}
      </TextLink>
    ),
  }
  const actions: Column<Finding> = {
    id: 'actions',
    header: 'Action',
    width: '110px',
    cell: finding => <FindingAction finding={finding} onGrant={onGrant} onRevoke={onRevoke} />,
  }
  return [
    subject,
    ...(ofOneCheck ? [] : [check]),
    {
      id: 'severity',
      header: 'Severity',
      width: '95px',
      value: finding => finding.severity,
      cell: finding => <SeverityBadge severity={finding.severity} />,
    },
    {
      id: 'state',
      header: 'State',
      width: '190px',
      value: finding => finding.state,
      cell: finding => (
        <>
          <StateBadge state={finding.state} />
          {finding.exception ? (
            <Text size="xs" c="dimmed">
              by {finding.exception.approver} until <Time iso={finding.exception.expires_at} as="day" />:{' '}
              {finding.exception.reason}
            </Text>
          ) : null}
        </>
      ),
    },
    {
      id: 'opened_at',
      header: 'Opened',
      sortable: true,
      width: '120px',
      value: finding => finding.opened_at,
      cell: finding => <Time iso={finding.opened_at} as="relative" />,
    },
    ...(onGrant || onRevoke ? [actions] : []),
  ]
}

interface FindingActionProps {
  readonly finding: Finding
  readonly onGrant: Act | undefined
  readonly onRevoke: Act | undefined
}

function FindingAction({ finding, onGrant, onRevoke }: FindingActionProps): ReactNode {
  if (finding.state === 'open' && onGrant) {
    return (
      <Button
        variant="default"
        size="compact-xs"
        aria-label={`Accept ${finding.subject_id}`}
        onClick={() => onGrant(finding)}
      >
        Accept…
      </Button>
    )
  }
  if (finding.state === 'excepted' && finding.exception && onRevoke) {
    return (
      <Button
        variant="default"
        size="compact-xs"
        aria-label={`Take back the exception of ${finding.subject_id}`}
        onClick={() => onRevoke(finding)}
      >
        Take back…
      </Button>
    )
  }
  return null
}
