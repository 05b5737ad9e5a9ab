import { Button, Group, Modal, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { toast } from '../../../web/components/toast.ts'
import { DetailsFields, showProblems, useDetailsForm } from './check-details.tsx'
import { type Check, checkQuery } from './queries.ts'

/** Changes what is said of a check of one's own. */
export function EditDetails({ check, onClose }: { check: Check; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const form = useDetailsForm(check)
  const save = useMutation({
    mutationFn: (details: typeof form.values) =>
      answer(api.PATCH('/api/v1/checks/{id}', { params: { path: { id: check.id } }, body: { details } })),
    onSuccess: async next => {
      client.setQueryData(checkQuery(check.id).queryKey, next)
      await Promise.all(['checks', 'controls'].map(noun => client.invalidateQueries({ queryKey: [noun] })))
      toast('Saved as a new version. It applies from the next batch of checks on.')
      onClose()
    },
    onError: error => showProblems(form, error),
  })
  return (
    <Modal opened onClose={onClose} title="What is said of this check" size="lg">
      <form onSubmit={form.onSubmit(values => save.mutate(values))} noValidate>
        <Stack gap="sm">
          <DetailsFields form={form} />
          {save.error ? <ProblemAlert error={save.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
