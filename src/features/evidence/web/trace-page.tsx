import { Group, Stack, Text } from '@mantine/core'
import { IconInfoCircle, IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Definitions } from '../../../web/components/definitions.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { Hash } from '../../../web/components/hash.tsx'
import { TextView } from '../../../web/components/json-view.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryPage, QueryView } from '../../../web/components/query-view.tsx'
import { Card, Section } from '../../../web/components/section.tsx'
import { OutcomeBadge, StateBadge } from '../../../web/components/status.tsx'
import { StepItem, StepList, VerifiedSteps } from '../../../web/components/steps.tsx'
import { Time } from '../../../web/components/time.tsx'
import { formatDuration, formatNumber } from '../../../web/format.ts'
import { allHold } from '../../../web/verify/steps.ts'
import { AliasText } from '../../aliases/web/alias-text.tsx'
import { snapshotQuery } from './queries.ts'
import { RecordDetail } from './records.tsx'
import {
  type Check,
  type CheckRun,
  checkQuery,
  resultQuery,
  subjectRecordsQuery,
  verifiedEntryQuery,
} from './trace-queries.ts'

const route = getRouteApi('/trace/$check')

/** From a figure down to where it came from: result, run, snapshot, raw record, ledger, signature; each verified in this browser. */
export function TracePage(): ReactNode {
  const { check: id } = route.useParams()
  const { subject } = route.useSearch()
  const query = useQuery(checkQuery(id))
  return (
    <QueryPage query={query} title="Trace">
      {check => <Content check={check} subject={subject} />}
    </QueryPage>
  )
}

function Content({ check, subject }: { check: Check; subject: string | undefined }): ReactNode {
  const run = check.latest_run
  return (
    <Page
      title="Trace"
      trail={[
        <TextLink key="checks" to="/checks" size="xs">
          Checks
        </TextLink>,
        <TextLink key="check" to="/checks/$id" params={{ id: check.id }} size="xs">
          {check.title}
        </TextLink>,
      ]}
      description="From the figure down to the raw record and the signature over the log. Every tick is computed in this browser from what the server sent, not taken from its word."
    >
      {run === null ? (
        <Card>
          <Empty title="There is nothing to trace" icon={IconRoute}>
            The check has not run yet.
          </Empty>
        </Card>
      ) : (
        <>
          {subject ? <ResultPart check={check} subject={subject} /> : null}
          <RunPart check={check} run={run} />
          {run.inputs.map(input => (
            <InputPart key={input.snapshot_id} input={input} subject={subject} />
          ))}
        </>
      )}
    </Page>
  )
}

function ResultPart({ check, subject }: { check: Check; subject: string }): ReactNode {
  const query = useQuery(resultQuery(check.id, subject))
  return (
    <Section title="1. The figure" description="What the newest run says of this subject.">
      <QueryView query={query}>
        {result =>
          result ? (
            <Definitions
              of={{
                [check.subject]: (
                  <code className="v-mono v-wrap">
                    <AliasText text={subject} />
                  </code>
                ),
                Status: (
                  <>
                    <OutcomeBadge outcome={result.status} />{' '}
                    {result.excepted ? <StateBadge state="excepted" plain /> : null}
                  </>
                ),
                Why: <AliasText text={result.reason} />,
                ...Object.fromEntries(
                  Object.entries(result.columns).map(([name, value]) => [
                    name.replaceAll('_', ' '),
                    value === null ? (
                      'none'
                    ) : (
                      <AliasText key={name} text={typeof value === 'object' ? JSON.stringify(value) : String(value)} />
                    ),
                  ]),
                ),
              }}
            />
          ) : (
            <Notice tone="idle" icon={IconInfoCircle} title="The newest run says nothing of this subject">
              It may have been removed at the source, or an earlier version of the check looked at it.
            </Notice>
          )
        }
      </QueryView>
    </Section>
  )
}

function RunPart({ check, run }: { check: Check; run: CheckRun }): ReactNode {
  return (
    <Section
      title="2. The run"
      description={
        <>
          As of <Time iso={run.as_of} />, in {formatDuration(run.duration_ms)}. Anyone can run the same query over the
          same records.
        </>
      }
    >
      <Stack gap="md">
        <TextView name="SQL of the check" text={check.sql.trim()} />
        <Definitions
          of={{
            Parameters:
              Object.keys(run.parameters).length > 0
                ? Object.entries(run.parameters)
                    .map(([name, value]) => `${name} = ${String(value)}`)
                    .join(', ')
                : 'none',
            Version: <Hash value={run.version} name="version of the check" />,
            Results: run.results ? <Hash value={run.results} name="hash of the results" /> : 'none: it did not finish',
            Outcome: (
              <>
                <OutcomeBadge outcome={run.outcome} /> {run.outcome_reason}
              </>
            ),
          }}
        />
        {run.results ? <EntryPart id={run.ledger_entry_id} hash={run.results} what="the results" /> : null}
      </Stack>
    </Section>
  )
}

function InputPart({ input, subject }: { input: CheckRun['inputs'][number]; subject: string | undefined }): ReactNode {
  return (
    <Section
      title={`3. The snapshot: ${input.resource}`}
      description={
        <>
          {formatNumber(input.records)} records from {input.connection}.{' '}
          <TextLink to="/evidence/$id" params={{ id: input.snapshot_id }} size="xs" underline="always">
            Open the snapshot
          </TextLink>
        </>
      }
    >
      <Stack gap="md">
        <Definitions
          of={{
            Content: <Hash value={input.content} name="content hash" />,
            Completeness: <StateBadge state={input.complete ? 'complete' : 'incomplete'} />,
          }}
        />
        {subject ? <RecordPart input={input} subject={subject} /> : null}
        <SnapshotEntry input={input} />
      </Stack>
    </Section>
  )
}

function RecordPart({ input, subject }: { input: CheckRun['inputs'][number]; subject: string }): ReactNode {
  const query = useQuery(subjectRecordsQuery(input.snapshot_id, input.connection, subject))
  return (
    <QueryView query={query}>
      {({ records, total }) =>
        records.length === 0 ? (
          <Text size="sm" c="dimmed">
            No record of this snapshot contains “{subject}”; the query made it from other values.
          </Text>
        ) : (
          <StepList label="Raw records of the subject">
            {records.map(record => (
              <StepItem
                key={record.line}
                state="plain"
                title={`Raw record, line ${record.line}`}
                detail={total > records.length ? `One of ${formatNumber(total)} that contain the subject.` : undefined}
              >
                <RecordDetail record={record} verifyAtOnce />
              </StepItem>
            ))}
          </StepList>
        )
      }
    </QueryView>
  )
}

function SnapshotEntry({ input }: { input: CheckRun['inputs'][number] }): ReactNode {
  const query = useQuery(snapshotQuery(input.snapshot_id))
  return (
    <QueryView query={query}>
      {snapshot => <EntryPart id={snapshot.ledger_entry_id} hash={input.content} what="the snapshot" />}
    </QueryView>
  )
}

function EntryPart({ id, hash, what }: { id: number; hash: string; what: string }): ReactNode {
  const query = useQuery(verifiedEntryQuery(id, hash, what))
  return (
    <div aria-live="polite">
      <Group gap="xs" mb={8}>
        <Text size="sm" fw={600}>
          In the ledger:{' '}
          <TextLink to="/ledger/$id" params={{ id: String(id) }} inherit underline="always">
            entry {id}
          </TextLink>
        </Text>
        {query.data ? <StateBadge state={allHold(query.data.steps) ? 'verified_here' : 'not_verified'} /> : null}
      </Group>
      <QueryView query={query}>
        {({ steps }) => <VerifiedSteps label={`Check of entry ${id}`} steps={steps} />}
      </QueryView>
    </div>
  )
}
