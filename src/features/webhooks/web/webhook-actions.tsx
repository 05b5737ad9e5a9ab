import { Button, Stack } from '@mantine/core'
import { IconEdit, IconHistory, IconKey, IconPlayerPlay, IconPlayerStop, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { Section } from '../../../web/components/section.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { EditWebhook } from './edit-webhook.tsx'
import { type Webhook, webhooksQuery } from './queries.ts'
import { ReplaySince } from './replay-since.tsx'
import { RotateSecret } from './rotate-secret.tsx'

type Dialog = 'edit' | 'secret' | 'replay' | 'remove'

/** What can be done to a webhook. */
export function WebhookActions({ webhook }: { webhook: Webhook }): ReactNode {
  const client = useQueryClient()
  const [dialog, setDialog] = useState<Dialog>()
  const { data } = useQuery(webhooksQuery)
  const close = () => setDialog(undefined)
  const path = { id: webhook.id }
  const toggle = useMutation({
    mutationFn: () =>
      answer(api.PATCH('/api/v1/webhooks/{id}', { params: { path }, body: { enabled: !webhook.enabled } })),
    onSuccess: () => {
      toast(webhook.enabled ? 'The webhook was switched off.' : 'The webhook was switched on.')
      return client.invalidateQueries({ queryKey: ['webhooks'] })
    },
    onError: toastProblem,
  })
  return (
    <Section title="Change it">
      <Stack gap="xs">
        <Button variant="default" leftSection={<IconEdit size={14} />} onClick={() => setDialog('edit')}>
          Edit…
        </Button>
        <Button variant="default" leftSection={<IconKey size={14} />} onClick={() => setDialog('secret')}>
          New secret…
        </Button>
        {webhook.enabled ? (
          <Button variant="default" leftSection={<IconHistory size={14} />} onClick={() => setDialog('replay')}>
            Send again since…
          </Button>
        ) : null}
        <Button
          variant="default"
          leftSection={webhook.enabled ? <IconPlayerStop size={14} /> : <IconPlayerPlay size={14} />}
          onClick={() => toggle.mutate()}
          loading={toggle.isPending}
        >
          {webhook.enabled ? 'Switch off' : 'Switch on'}
        </Button>
        <Button variant="default" leftSection={<IconTrash size={14} />} onClick={() => setDialog('remove')}>
          Remove…
        </Button>
      </Stack>
      {dialog === 'edit' && data ? <EditWebhook webhook={webhook} kinds={data.kinds} onClose={close} /> : null}
      {dialog === 'secret' ? <RotateSecret webhook={webhook} onClose={close} /> : null}
      {dialog === 'replay' ? <ReplaySince webhook={webhook} onClose={close} /> : null}
      {dialog === 'remove' ? <Remove webhook={webhook} onClose={close} /> : null}
    </Section>
  )
}

function Remove({ webhook, onClose }: { webhook: Webhook; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/webhooks/{id}', { params: { path: { id: webhook.id } } })),
    onSuccess: async () => {
      toast('The webhook was removed.')
      await navigate({ to: '/webhooks' })
      client.removeQueries({ queryKey: ['webhooks', 'one', webhook.id] })
      await client.invalidateQueries({ queryKey: ['webhooks', 'list'] })
    },
  })
  return (
    <Confirm
      opened
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      pending={remove.isPending}
      error={remove.error}
      title="Remove this webhook?"
      action="Remove it"
    >
      Its secret and the list of what it was sent are deleted, and what waits is not sent. To pause it, switch it off
      instead.
    </Confirm>
  )
}
