import { Button, Text } from '@mantine/core'
import { IconMessagePlus, IconShieldCheck } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { spanWords } from '../../../../verifier/rules/describe-gap.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { StatusBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { count, formatTime } from '../../../web/format.ts'
import classes from './calendar.module.css'
import { coverageStatusWords } from './coverage-words.ts'
import { ExplainForm } from './explain-form.tsx'
import type { Coverage, Gap } from './queries.ts'

export interface GapOf {
  readonly coverage: Coverage
  readonly gap: Gap
}

/** Gaps with why they are, how long they lasted, which checks they touched, and what people said about them. */
export function GapList({ gaps, withSource }: { gaps: readonly GapOf[]; withSource?: boolean }): ReactNode {
  const [explained, explain] = useState<GapOf>()
  if (gaps.length === 0) {
    return (
      <Empty title="No gap" icon={IconShieldCheck}>
        Whatever was scheduled was read in time.
      </Empty>
    )
  }
  return (
    <>
      <DataTable
        caption="Gaps in monitoring"
        columns={[...(withSource ? [sourceColumn] : []), ...columns(explain)]}
        rows={gaps}
        rowId={({ coverage, gap }) => `${coverage.connection_id} ${gap.since}`}
      />
      {explained ? <ExplainForm {...explained} onClose={() => explain(undefined)} /> : null}
    </>
  )
}

const sourceColumn: Column<GapOf> = {
  id: 'source',
  header: 'Source',
  width: '150px',
  cell: ({ coverage }) =>
    coverage.in_use ? (
      <TextLink to="/connections/$id" params={{ id: coverage.connection_id }} size="sm">
        {coverage.name}
      </TextLink>
    ) : (
      `${coverage.name} (removed)`
    ),
}

function columns(explain: (gap: GapOf) => void): Column<GapOf>[] {
  return [
    {
      id: 'state',
      header: 'What',
      width: '120px',
      cell: ({ gap }) => <StatusBadge words={coverageStatusWords[gap.state]} />,
    },
    {
      id: 'when',
      header: 'When',
      width: '170px',
      cell: ({ gap }) => (
        <>
          <Time iso={gap.since} />
          <Text size="xs" c="dimmed">
            {gap.open ? 'goes on, ' : ''}
            {spanWords(Date.parse(gap.to) - Date.parse(gap.since))}
          </Text>
        </>
      ),
    },
    {
      id: 'why',
      header: 'Why',
      cell: ({ gap }) => (
        <div className="v-wrap">
          {gap.reason}
          {gap.checks.length > 0 ? (
            <details>
              <summary>{count(gap.checks.length, 'check')} without fresh records</summary>
              {gap.checks.map((id, at) => (
                <span key={id}>
                  {at > 0 ? ', ' : ''}
                  <TextLink to="/checks/$id" params={{ id }} size="xs">
                    {id}
                  </TextLink>
                </span>
              ))}
            </details>
          ) : null}
          {gap.explanations.map(({ at, by, text }) => (
            <div key={`${at} ${text}`} className={classes.said}>
              “{text}”
              <Text size="xs" c="dimmed">
                {by}, <Time iso={at} />
              </Text>
            </div>
          ))}
        </div>
      ),
    },
    {
      id: 'explain',
      header: 'Explanation',
      width: '120px',
      cell: item => (
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconMessagePlus size={13} />}
          onClick={() => explain(item)}
          aria-label={`Explain the gap of ${item.coverage.name} since ${formatTime(item.gap.since)}`}
        >
          Explain
        </Button>
      ),
    },
  ]
}
