import { Modal } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { toast } from '../../../web/components/toast.ts'
import type { KindChoice, Webhook, WebhookInput } from './queries.ts'
import { WebhookForm } from './webhook-form.tsx'

interface EditWebhookProps {
  readonly webhook: Webhook
  readonly kinds: readonly KindChoice[]
  readonly onClose: () => void
}

/** Changes where events go, and which. */
export function EditWebhook({ webhook, kinds, onClose }: EditWebhookProps): ReactNode {
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (body: WebhookInput) =>
      answer(api.PATCH('/api/v1/webhooks/{id}', { params: { path: { id: webhook.id } }, body })),
    onSuccess: async () => {
      toast('The webhook was changed.')
      onClose()
      await client.invalidateQueries({ queryKey: ['webhooks'] })
    },
  })
  return (
    <Modal opened onClose={onClose} title="Edit the webhook" size="lg">
      <WebhookForm
        webhook={webhook}
        kinds={kinds}
        action="Save"
        onCancel={onClose}
        onSave={draft => change.mutateAsync(draft as WebhookInput)}
        pending={change.isPending}
        error={change.error}
      />
    </Modal>
  )
}
