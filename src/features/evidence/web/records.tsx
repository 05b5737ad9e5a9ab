import { ActionIcon, Button, Group, Text } from '@mantine/core'
import { IconChevronDown, IconChevronLeft, IconChevronRight, IconFingerprint } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { Empty } from '../../../web/components/feedback.tsx'
import { Hash } from '../../../web/components/hash.tsx'
import { JsonView } from '../../../web/components/json-view.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { VerifiedSteps } from '../../../web/components/steps.tsx'
import { SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { formatNumber } from '../../../web/format.ts'
import { verifyRecord } from '../../../web/verify/verify-records.ts'
import { AliasText } from '../../aliases/web/alias-text.tsx'
import { type RawRecord, recordsQuery, type SnapshotDetail } from './queries.ts'
import classes from './records.module.css'

const route = getRouteApi('/evidence/$id')
const rowsShown = 25

/** The raw records of a snapshot, with search. */
export function Records({ snapshot }: { snapshot: SnapshotDetail }): ReactNode {
  const { q, offset = 0 } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery(recordsQuery(snapshot.id, { q, offset, limit: rowsShown }))
  const total = query.data?.total ?? snapshot.records
  const go = (next: number) => void navigate({ search: previous => ({ ...previous, offset: next || undefined }) })
  return (
    <Section
      title="Raw records"
      description={
        snapshot.columns.some(column => column.aliased)
          ? 'As the source returned them, with aliases in the place of personal values; canonical JSON, one on each line.'
          : 'As the source returned them, in canonical JSON, one on each line.'
      }
      flush
      actions={
        <Group gap={4}>
          <Text size="xs" c="dimmed" className="v-num">
            {total === 0
              ? 'none'
              : `${formatNumber(offset + 1)}–${formatNumber(Math.min(offset + rowsShown, total))} of ${formatNumber(total)}`}
          </Text>
          <ActionIcon
            aria-label="Earlier records"
            disabled={offset === 0}
            onClick={() => go(Math.max(0, offset - rowsShown))}
          >
            <IconChevronLeft size={16} />
          </ActionIcon>
          <ActionIcon
            aria-label="Later records"
            disabled={offset + rowsShown >= total}
            onClick={() => go(offset + rowsShown)}
          >
            <IconChevronRight size={16} />
          </ActionIcon>
        </Group>
      }
    >
      <Toolbar>
        <SearchBox
          label="Search records"
          value={q}
          onChange={next => void navigate({ search: { q: next }, replace: true })}
        />
      </Toolbar>
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={q ? 'No record contains these words' : 'The source returned no records'}>
              {q ? null : 'An empty population is never a pass.'}
            </Empty>
          ) : (
            <ul className={classes.records}>
              {items.map(record => (
                <RecordRow key={record.line} record={record} keys={snapshot.key} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  )
}

function RecordRow({ record, keys }: { record: RawRecord; keys: readonly string[] }): ReactNode {
  const [open, setOpen] = useState(false)
  const name = keys.map(key => String(record.record[key] ?? '')).join(' · ')
  const rest = Object.entries(record.record)
    .filter(([key, value]) => !keys.includes(key) && value !== null && typeof value !== 'object')
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join('   ')
  return (
    <li className={classes.record}>
      <button type="button" className={classes.line} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
        <span className={classes.number}>{record.line}</span>
        <span className={classes.name}>{name}</span>
        <span className={classes.rest}>{rest}</span>
      </button>
      {open ? <RecordDetail record={record} /> : null}
    </li>
  )
}

/** A raw record whole and its hash, which is computed again here: at once, or by a button. */
export function RecordDetail({
  record,
  verifyAtOnce = false,
}: {
  record: RawRecord
  verifyAtOnce?: boolean
}): ReactNode {
  const verify = useQuery({
    queryKey: ['record check', record.sha256, record.record],
    queryFn: () => verifyRecord(record),
    enabled: verifyAtOnce,
  })
  return (
    <div className={classes.detail}>
      <JsonView name={`Record on line ${record.line}`} value={record.record} text={text => <AliasText text={text} />} />
      {verify.data ? (
        <VerifiedSteps label="Check of the record" steps={[verify.data]} />
      ) : (
        <Group gap="xs">
          <Text size="xs" c="dimmed">
            SHA-256
          </Text>
          <Hash value={record.sha256} name="hash of the record" />
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<IconFingerprint size={13} />}
            onClick={() => void verify.refetch()}
          >
            Verify
          </Button>
        </Group>
      )}
    </div>
  )
}
