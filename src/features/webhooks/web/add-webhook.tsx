import { Modal } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { NewSecret } from './new-secret.tsx'
import type { KindChoice, WebhookInput } from './queries.ts'
import { WebhookForm } from './webhook-form.tsx'

/** Adds a webhook, shows its secret this once, and leads to it. */
export function AddWebhook({ kinds, onClose }: { kinds: readonly KindChoice[]; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const navigate = useNavigate()
  const add = useMutation({
    mutationFn: (body: WebhookInput) => answer(api.POST('/api/v1/webhooks', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
  })
  const made = add.data
  const done = () => {
    onClose()
    if (made) void navigate({ to: '/webhooks/$id', params: { id: made.id } })
  }
  return (
    <Modal opened onClose={done} title="Add a webhook" size="lg">
      {made ? (
        <NewSecret title="It is told what happens from now on" secret={made.secret} onClose={done}>
          With this secret every event is signed. Send a test from its page to see whether all is well.
        </NewSecret>
      ) : (
        <WebhookForm
          kinds={kinds}
          action="Add it"
          onCancel={onClose}
          onSave={draft => add.mutateAsync(draft as WebhookInput)}
          pending={add.isPending}
          error={add.error}
        />
      )}
    </Modal>
  )
}
