import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { toast } from '../../../web/components/toast.ts'
import { count } from '../../../web/format.ts'
import type { Webhook } from './queries.ts'

const dayMs = 86_400_000

/** Sends a webhook again all that happened since a time. */
export function ReplaySince({ webhook, onClose }: { webhook: Webhook; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const [since, setSince] = useState(() => localTime(new Date(Date.now() - dayMs)))
  const replay = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/webhooks/{id}/replay', {
          params: { path: { id: webhook.id } },
          body: { since: new Date(since).toISOString() },
        }),
      ),
    onSuccess: async ({ queued }) => {
      toast(queued === 0 ? 'Nothing has happened since then.' : `${count(queued, 'event')} on the way.`)
      onClose()
      await client.invalidateQueries({ queryKey: ['webhooks'] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    replay.mutate()
  }
  return (
    <Modal opened onClose={onClose} title="Send again">
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            type="datetime-local"
            label="All that happened since"
            description="What arrived before is sent too, under the same webhook-id; and what happened while the webhook was off. At most 30 days back."
            required
            value={since}
            onChange={event => setSince(event.currentTarget.value)}
            data-autofocus
          />
          {replay.error ? <ProblemAlert error={replay.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={replay.isPending} disabled={since === ''}>
              Send again
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** A time as `datetime-local` takes it, in the reader's zone. */
function localTime(time: Date): string {
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
