import { Button, Tabs } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey, IconMail, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMay } from '../../../web/api/session.ts'
import { ButtonLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { formatNumber } from '../../../web/format.ts'
import { InvitationsPanel } from './invitations-panel.tsx'
import { Invite } from './invite.tsx'
import { MembersList } from './members-list.tsx'
import { invitationsQuery } from './queries.ts'
import { RolesPanel } from './roles-panel.tsx'
import { SignInRulesPanel } from './sign-in-rules-panel.tsx'

const route = getRouteApi('/members')
const otherTabs = ['invitations', 'roles', 'sign-in'] as const

/** Who belongs to the organisation, who is invited, and what the roles may do. */
export function MembersPage(): ReactNode {
  const { tab = 'members' } = route.useSearch()
  const navigate = route.useNavigate()
  const mayChange = useMay('members.change')
  const [inviting, { open, close }] = useDisclosure(false)
  const { data: invitations } = useQuery(invitationsQuery)
  const waiting = invitations?.length ?? 0
  return (
    <Page
      title="Members"
      description="Who belongs to the organisation, and in which role. A change of role applies at once and is in the ledger."
      actions={
        <>
          <ButtonLink to="/mail" variant="default" leftSection={<IconMail size={14} />}>
            Mail
          </ButtonLink>
          <ButtonLink to="/providers" variant="default" leftSection={<IconKey size={14} />}>
            Single sign-on
          </ButtonLink>
          {mayChange ? (
            <Button leftSection={<IconUserPlus size={14} />} onClick={open}>
              Invite somebody
            </Button>
          ) : null}
        </>
      }
    >
      <Panel>
        <Tabs
          value={tab}
          onChange={next => void navigate({ search: { tab: otherTabs.find(other => other === next) } })}
        >
          <Tabs.List px="xs" pt={4}>
            <Tabs.Tab value="members">Members</Tabs.Tab>
            <Tabs.Tab value="invitations">Invitations{waiting > 0 ? ` (${formatNumber(waiting)})` : ''}</Tabs.Tab>
            <Tabs.Tab value="roles">Roles</Tabs.Tab>
            <Tabs.Tab value="sign-in">Sign-in</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="members">
            <MembersList />
          </Tabs.Panel>
          <Tabs.Panel value="invitations">
            <InvitationsPanel />
          </Tabs.Panel>
          <Tabs.Panel value="roles">
            <RolesPanel />
          </Tabs.Panel>
          <Tabs.Panel value="sign-in">
            <SignInRulesPanel />
          </Tabs.Panel>
        </Tabs>
      </Panel>
      {inviting ? <Invite onClose={close} /> : null}
    </Page>
  )
}
