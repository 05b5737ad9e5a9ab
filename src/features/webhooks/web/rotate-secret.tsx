import { Button, Group, Modal, Radio, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { NewSecret } from './new-secret.tsx'
import type { Webhook } from './queries.ts'

/** Makes a new secret and shows it this once; the present one holds on for as long as is chosen. */
export function RotateSecret({ webhook, onClose }: { webhook: Webhook; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const [hours, setHours] = useState('24')
  const rotate = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/webhooks/{id}/secret', {
          params: { path: { id: webhook.id } },
          body: { overlap_hours: Number(hours) },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
  })
  return (
    <Modal opened onClose={onClose} title="New secret" size="lg">
      {rotate.data ? (
        <NewSecret title="From now on events are signed with it" secret={rotate.data.secret} onClose={onClose}>
          {rotate.data.previous_until
            ? 'The one before signs too until its time is over: change the program over by then.'
            : 'The one before no longer holds: the program refuses events until it has this one.'}
        </NewSecret>
      ) : (
        <Stack gap="md">
          <Radio.Group label="How long the present one signs too" value={hours} onChange={setHours}>
            <Stack gap={6} mt={6}>
              <Radio value="24" label="A day, so that nothing is missed while the program is changed over" />
              <Radio value="168" label="A week" />
              <Radio value="0" label="Not at all: it has leaked" />
            </Stack>
          </Radio.Group>
          {rotate.error ? <ProblemAlert error={rotate.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button onClick={() => rotate.mutate()} loading={rotate.isPending}>
              Make it
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
