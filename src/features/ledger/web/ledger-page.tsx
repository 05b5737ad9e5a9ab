import { Button, Stack, Text } from '@mantine/core'
import { IconClock, IconFingerprint, IconLink } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { Empty, ProblemAlert } from '../../../web/components/feedback.tsx'
import { Hash } from '../../../web/components/hash.tsx'
import { TextView } from '../../../web/components/json-view.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryPage } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { VerifiedSteps } from '../../../web/components/steps.tsx'
import { Time } from '../../../web/components/time.tsx'
import { count, formatNumber } from '../../../web/format.ts'
import { Checkpoints } from './checkpoints.tsx'
import { Entries } from './entries.tsx'
import { type Ledger, ledgerQuery } from './queries.ts'
import { verifyLog } from './verify-log.ts'

/** The log of all facts: its checkpoints, keys, time stamps and entries, and a check of it in this browser. */
export function LedgerPage(): ReactNode {
  const query = useQuery(ledgerQuery)
  return (
    <QueryPage query={query} title="Ledger">
      {ledger => <Content ledger={ledger} />}
    </QueryPage>
  )
}

function Content({ ledger }: { ledger: Ledger }): ReactNode {
  const verify = useMutation({ mutationFn: () => verifyLog(ledger) })
  const { latest } = ledger
  return (
    <Page
      title="Ledger"
      description="An append-only log of everything that happened. Its signed checkpoints make it impossible to change or remove an entry unnoticed."
      actions={
        latest ? (
          <Button
            leftSection={<IconFingerprint size={14} />}
            onClick={() => verify.mutate()}
            loading={verify.isPending}
          >
            Verify in your browser
          </Button>
        ) : undefined
      }
    >
      {ledger.stamping.late ? (
        <Notice tone="warn" icon={IconClock} title="The time stamps are late">
          {ledger.stamping.authority ?? 'The time-stamping authority'} has not answered lately. Vouch keeps asking;
          until then the newest checkpoints prove their order, and not yet their time.
        </Notice>
      ) : null}
      <div aria-live="polite">
        {verify.error ? <ProblemAlert error={verify.error} /> : null}
        {verify.data ? (
          <Section
            title="Verified in your browser"
            description="Signatures and consistency of the checkpoints listed here, oldest first."
          >
            <VerifiedSteps label="Verification of the log" steps={verify.data} />
          </Section>
        ) : null}
      </div>
      <Columns>
        <MainColumn>
          <Entries />
        </MainColumn>
        <SideColumn>
          <Log ledger={ledger} />
          <Checkpoints checkpoints={ledger.checkpoints} />
          <Keys ledger={ledger} />
        </SideColumn>
      </Columns>
    </Page>
  )
}

function Log({ ledger }: { ledger: Ledger }): ReactNode {
  const { latest, waiting, stamping, witness } = ledger
  return (
    <Section title="Latest checkpoint">
      {latest ? (
        <Stack gap="sm">
          <Definitions
            of={{
              Leaves: formatNumber(latest.size),
              Waiting: waiting > 0 ? count(waiting, 'entry', 'entries') : 'none',
              Signed: <Time iso={latest.created_at} />,
              Root: <Hash value={latest.root} name="root hash" />,
              'Time stamps':
                latest.timestamps.length > 0
                  ? latest.timestamps.map(stamp => `${stamp.authority}`).join(', ')
                  : (stamping.authority ?? 'no authority is configured'),
              Witness:
                latest.witnesses.length > 0 ? latest.witnesses.join(', ') : (witness.name ?? 'none is configured'),
            }}
          />
          <TextView name="Signed note of the latest checkpoint" text={latest.note.trimEnd()} />
        </Stack>
      ) : (
        <Empty title="Nothing is signed yet" icon={IconLink}>
          The first entries get their place in the tree within seconds.
        </Empty>
      )}
    </Section>
  )
}

function Keys({ ledger }: { ledger: Ledger }): ReactNode {
  return (
    <Section title="Keys" description="Give the verifier key to whoever shall check this log.">
      <Stack gap="sm">
        {ledger.keys.map(key => (
          <div key={key.vkey}>
            <Hash value={key.vkey} name="verifier key" whole />
            <Text size="xs" c="dimmed">
              from leaf {formatNumber(key.from_size)} on, made <Time iso={key.created_at} as="day" />
            </Text>
          </div>
        ))}
        <Definitions of={{ Origin: <span className="v-mono v-wrap">{ledger.origin}</span> }} />
      </Stack>
    </Section>
  )
}
