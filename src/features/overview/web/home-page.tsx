import { Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useMay, useSession } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { ButtonLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Section } from '../../../web/components/section.tsx'
import { roleWords } from '../../../web/format.ts'
import { OverviewPage } from './overview-page.tsx'

/** The first page: the overview, or for those whose role does not include it, what concerns them. */
export function HomePage(): ReactNode {
  return useMay('overview.read') ? <OverviewPage /> : <OwnPage />
}

function OwnPage(): ReactNode {
  const { user, role, organisation } = useSession()
  return (
    <Page
      title={`Welcome, ${user?.name ?? ''}`}
      description={`You are ${roleWords(role)} of ${organisation?.name ?? ''}.`}
    >
      <Columns>
        <MainColumn>
          <Section title="Waiting for you">
            <Empty title="Nothing is due" icon={IconCircleCheck}>
              When something needs you, it stands here first. There is nothing that you have to look for elsewhere.
            </Empty>
          </Section>
        </MainColumn>
        <SideColumn>
          <Section title="Your account">
            <Text size="sm" mb="sm">
              Your name, your password, and where you are signed in.
            </Text>
            <ButtonLink to="/account" variant="default">
              Open your account
            </ButtonLink>
          </Section>
        </SideColumn>
      </Columns>
    </Page>
  )
}
