import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { Hash } from '../../../web/components/hash.tsx'
import { JsonView, TextView } from '../../../web/components/json-view.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryPage, QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { VerifiedSteps } from '../../../web/components/steps.tsx'
import { Time } from '../../../web/components/time.tsx'
import { formatNumber } from '../../../web/format.ts'
import { verifyEntry } from '../../../web/verify/verify-entry.ts'
import { kindWords } from './kind-words.ts'
import { type EntryDetail, entryQuery, ledgerQuery } from './queries.ts'

const route = getRouteApi('/ledger/$id')

/** One entry: its content, its leaf, and its proof, verified in this browser. */
export function EntryPage(): ReactNode {
  const { id } = route.useParams()
  const query = useQuery(entryQuery(Number(id)))
  return (
    <QueryPage query={query} title="Ledger entry">
      {entry => <Content entry={entry} />}
    </QueryPage>
  )
}

function Content({ entry }: { entry: EntryDetail }): ReactNode {
  return (
    <Page
      title={kindWords(entry.kind)}
      badge={<StateBadge state={entry.index === null ? 'queued' : 'in_the_log'} />}
      trail={[
        <TextLink key="ledger" to="/ledger" size="xs">
          Ledger
        </TextLink>,
        <span key="entry">Entry {entry.id}</span>,
      ]}
    >
      <Columns>
        <MainColumn>
          <Proof entry={entry} />
          <Section
            title="Content"
            description="What the leaf commits to. It is kept beside the log and can be erased; the log stays whole."
          >
            {entry.content === null ? (
              <Text size="sm" c="dimmed">
                It was erased.
              </Text>
            ) : (
              <JsonView name="Content of the entry" value={entry.content} />
            )}
          </Section>
          <Section title="Leaf" description="The bytes in the log: no personal data, only a commitment.">
            <TextView name="Bytes of the leaf" text={entry.leaf} />
          </Section>
          {entry.proof ? (
            <Section title="Signed checkpoint">
              <TextView name="Signed note of the checkpoint" text={entry.proof.checkpoint.trimEnd()} />
            </Section>
          ) : null}
        </MainColumn>
        <SideColumn>
          <Section title="About">
            <Definitions
              of={{
                Kind: <span className="v-mono">{entry.kind}</span>,
                When: <Time iso={entry.time} />,
                By: entry.actor,
                Subject: <Hash value={entry.subject} name="subject" />,
                Leaf: entry.index === null ? 'waiting for its place' : formatNumber(entry.index),
                Tree: entry.proof ? `${formatNumber(entry.proof.size)} leaves` : null,
                Salt: entry.salt ? <Hash value={entry.salt} name="salt" /> : null,
              }}
            />
          </Section>
        </SideColumn>
      </Columns>
    </Page>
  )
}

function Proof({ entry }: { entry: EntryDetail }): ReactNode {
  const query = useQuery({ ...ledgerQuery, staleTime: Number.POSITIVE_INFINITY })
  return (
    <Section title="Proof" description="Computed in this browser, step by step, from the bytes that the server sent.">
      <QueryView query={query}>
        {({ origin, keys }) => <Steps entry={entry} origin={origin} trusted={keys.map(key => key.vkey)} />}
      </QueryView>
    </Section>
  )
}

function Steps({
  entry,
  origin,
  trusted,
}: {
  entry: EntryDetail
  origin: string
  trusted: readonly string[]
}): ReactNode {
  const query = useQuery({
    queryKey: ['ledger', 'steps', entry.id, entry.proof?.checkpoint ?? '', trusted],
    queryFn: () => verifyEntry(entry, origin, trusted),
  })
  return (
    <div aria-live="polite">
      <QueryView query={query}>{steps => <VerifiedSteps label="Verification of the entry" steps={steps} />}</QueryView>
    </div>
  )
}
