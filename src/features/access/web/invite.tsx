import { Box, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconCircleCheck } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { type Session, useSession } from '../../../web/api/session.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { Copy } from '../../../web/components/hash.tsx'
import { TextView } from '../../../web/components/json-view.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Time } from '../../../web/components/time.tsx'
import { roleWords } from '../../../web/format.ts'
import { type Invitation, rolesQuery } from './queries.ts'
import { RolePicker } from './role-picker.tsx'

/** Invites an address in a role, and then shows the link: this once. */
export function Invite({ onClose }: { onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const { mail } = useSession()
  const roles = useQuery(rolesQuery)
  const form = useForm({
    mode: 'controlled',
    initialValues: { email: '', role: 'viewer' },
    validate: { email: email => (/^\S+@\S+$/.test(email.trim()) ? null : 'Give an e-mail address.') },
    transformValues: values => ({ ...values, email: values.email.trim() }),
  })
  const invite = useMutation({
    mutationFn: (body: typeof form.values) => answer(api.POST('/api/v1/invitations', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['members'] }),
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  if (invite.data) return <Invited invitation={invite.data} link={invite.data.link} onClose={onClose} />
  return (
    <Modal opened onClose={onClose} title="Invite somebody" size="lg">
      <form onSubmit={form.onSubmit(values => invite.mutate(values))} noValidate>
        <Stack gap="md">
          <TextInput
            label="E-mail address"
            description={`The account that joins will have this address. ${mailWords[mail]}`}
            type="email"
            required
            autoComplete="off"
            data-autofocus
            {...form.getInputProps('email')}
          />
          <QueryView query={roles}>
            {loaded => (
              <RolePicker
                roles={loaded.roles}
                value={form.values.role}
                onChange={role => form.setFieldValue('role', role)}
              />
            )}
          </QueryView>
          {invite.error ? <ProblemAlert error={invite.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={invite.isPending}>
              {mail === 'smtp' ? 'Send the invitation' : 'Make the link'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const mailWords: Readonly<Record<Session['mail'], string>> = {
  smtp: 'The link is mailed to it.',
  preview: 'This demo mails nothing: the message is under Mail, and you see the link.',
  off: 'Nothing is mailed here: you give them the link.',
}

interface InvitedProps {
  readonly invitation: Invitation
  readonly link: string
  readonly onClose: () => void
}

/** The link of an invitation that was just made or renewed: this once. */
export function Invited({ invitation, link, onClose }: InvitedProps): ReactNode {
  const { mail } = useSession()
  return (
    <Modal opened onClose={onClose} title="Invite somebody" size="lg">
      <Stack gap="md">
        <Notice
          tone="good"
          icon={IconCircleCheck}
          title={`${invitation.email} may join as ${roleWords(invitation.role)}`}
        >
          By this link, once, until <Time iso={invitation.expires_at} />. An earlier link for the address no longer
          works. {mail === 'smtp' ? 'It is on its way to them by mail.' : mailWords[mail]}
        </Notice>
        <Group gap="xs" wrap="nowrap">
          <Box flex={1} miw={0}>
            <TextView name="Link of the invitation" text={link} />
          </Box>
          <Copy value={link} name="link" />
        </Group>
        <Text size="sm" c="dimmed">
          {mail === 'smtp' ? 'Should the message not arrive, give it' : 'Give it'} to them over a channel that you
          trust: whoever has it can join. It is shown only now, since Vouch keeps no copy; if it is lost, invite them
          again.
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
