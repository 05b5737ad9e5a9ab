import { Button, Group } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { humanise } from '../../../web/format.ts'
import { Invited } from './invite.tsx'
import { type Invitation, invitationsQuery } from './queries.ts'

/** The invitations that nobody has accepted yet, and taking them back. */
export function InvitationsPanel(): ReactNode {
  const mayChange = useMay('members.change')
  const query = useQuery(invitationsQuery)
  const [revoking, setRevoking] = useState<Invitation>()
  const client = useQueryClient()
  const again = useMutation({
    mutationFn: ({ id }: Invitation) => answer(api.POST('/api/v1/invitations/{id}/send', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['members'] }),
    onError: toastProblem,
  })
  return (
    <>
      <QueryView query={query}>
        {items =>
          items.length === 0 ? (
            <Empty title="Nobody is invited" icon={IconMail}>
              {mayChange
                ? 'Whoever you invite stands here until they join.'
                : 'Whom an owner or an admin invites stands here until they join.'}
            </Empty>
          ) : (
            <DataTable
              caption="Invitations"
              columns={columnsOf(mayChange, setRevoking, again.mutate)}
              rows={items}
              rowId={invitation => invitation.id}
            />
          )
        }
      </QueryView>
      {again.data ? <Invited invitation={again.data} link={again.data.link} onClose={again.reset} /> : null}
      {revoking ? <Revoke invitation={revoking} onClose={() => setRevoking(undefined)} /> : null}
    </>
  )
}

function columnsOf(
  mayChange: boolean,
  onRevoke: (invitation: Invitation) => void,
  onSend: (invitation: Invitation) => void,
): Column<Invitation>[] {
  const columns: Column<Invitation>[] = [
    { id: 'email', header: 'E-mail address', cell: ({ email }) => <span className="v-wrap">{email}</span> },
    { id: 'role', header: 'Role', width: '170px', cell: ({ role }) => humanise(role) },
    {
      id: 'created_at',
      header: 'Invited',
      width: '130px',
      cell: ({ created_at }) => <Time iso={created_at} as="relative" />,
    },
    {
      id: 'expires_at',
      header: 'Ends',
      width: '130px',
      cell: ({ expires_at, expired }) =>
        expired ? <StateBadge state="expired" /> : <Time iso={expires_at} as="relative" />,
    },
  ]
  if (!mayChange) return columns
  return [
    ...columns,
    {
      id: 'actions',
      header: 'Action',
      width: '210px',
      cell: invitation => (
        <Group gap={6} wrap="nowrap">
          <Button
            variant="default"
            size="compact-xs"
            aria-label={`Send again: the invitation of ${invitation.email}`}
            onClick={() => onSend(invitation)}
          >
            Send again
          </Button>
          <Button
            variant="default"
            size="compact-xs"
            aria-label={`Take back the invitation of ${invitation.email}`}
            onClick={() => onRevoke(invitation)}
          >
            Take back…
          </Button>
        </Group>
      ),
    },
  ]
}

function Revoke({ invitation, onClose }: { invitation: Invitation; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id: invitation.id } } })),
    onSuccess: async () => {
      toast('The invitation was taken back.')
      onClose()
      await client.invalidateQueries({ queryKey: ['members'] })
    },
  })
  return (
    <Confirm
      opened
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      pending={revoke.isPending}
      error={revoke.error}
      title={`Take back the invitation of ${invitation.email}?`}
      action="Take it back"
    >
      Its link no longer works. You can invite the address again at any time.
    </Confirm>
  )
}
