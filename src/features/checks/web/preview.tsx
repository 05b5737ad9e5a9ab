import { Group, Stack, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Schemas } from '../../../web/api/client.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { OutcomeBadge, StatusBadge } from '../../../web/components/status.tsx'
import { outcomeWords } from '../../../web/components/status-words.ts'
import { formatDuration, formatNumber } from '../../../web/format.ts'

type CheckPreview = Schemas['CheckPreview']
type Row = CheckPreview['rows'][number]

/** What came of trying a query: its results, or what is wrong with it. Read out when it comes. */
export function PreviewAnswer({
  answer,
  error,
  subject,
}: {
  answer: CheckPreview | undefined
  error: Error | null
  subject: string
}): ReactNode {
  return (
    <div aria-live="polite">
      {error ? <ProblemAlert error={error} /> : null}
      {answer && !answer.ok ? (
        <Notice tone="bad" icon={IconAlertCircle} title="The query was not accepted">
          <pre style={{ margin: 0, whiteSpace: 'pre-wrap' }}>{answer.error}</pre>
        </Notice>
      ) : null}
      {answer?.ok ? <Preview preview={answer} subject={subject} /> : null}
    </div>
  )
}

/** What an edited query would say now. Nothing of it is kept. */
function Preview({ preview, subject }: { preview: CheckPreview; subject: string }): ReactNode {
  const columns: Column<Row>[] = [
    { id: 'subject_id', header: subject, cell: row => <span className="v-mono v-wrap">{row.subject_id}</span> },
    { id: 'status', header: 'Status', width: '120px', cell: row => <OutcomeBadge outcome={row.status} /> },
    { id: 'reason', header: 'Why', cell: row => row.reason },
  ]
  const counts = [
    ['pass', preview.passed],
    ['fail', preview.failed],
    ['unknown', preview.unknown],
    ['not_applicable', preview.not_applicable],
  ] as const
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Text size="sm" fw={600}>
          Preview over the newest snapshots
        </Text>
        {counts.map(([outcome, number]) => (
          <StatusBadge key={outcome} words={outcomeWords[outcome]} plain>
            {formatNumber(number)} {outcomeWords[outcome].label.toLowerCase()}
          </StatusBadge>
        ))}
        <Text size="xs" c="dimmed">
          {formatDuration(preview.duration_ms)}; the first {preview.rows.length} are shown
        </Text>
      </Group>
      <DataTable caption="Preview of the results" columns={columns} rows={preview.rows} rowId={row => row.subject_id} />
    </Stack>
  )
}
