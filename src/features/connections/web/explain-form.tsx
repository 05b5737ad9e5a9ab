import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { hasLength, isNotEmpty, useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { Time } from '../../../web/components/time.tsx'
import { toast } from '../../../web/components/toast.ts'
import type { GapOf } from './gap-list.tsx'

/** Says why there is a gap, and who says so. The gap stays. */
export function ExplainForm({ coverage, gap, onClose }: GapOf & { readonly onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const form = useForm({
    initialValues: { text: '', by: '' },
    validate: {
      text: hasLength({ min: 3, max: 2_000 }, 'Say why, in a sentence.'),
      by: isNotEmpty('Say who says so.'),
    },
  })
  const explain = useMutation({
    mutationFn: (values: typeof form.values) =>
      answer(
        api.POST('/api/v1/connections/{id}/explanations', {
          params: { path: { id: coverage.connection_id } },
          body: { since: gap.since, ...values },
        }),
      ),
    onSuccess: async () => {
      toast('The explanation was written to the ledger. It stands beside the gap, which stays.')
      onClose()
      await Promise.all(['connections', 'overview'].map(noun => client.invalidateQueries({ queryKey: [noun] })))
    },
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  return (
    <Modal opened onClose={onClose} title="Explain this gap">
      <form onSubmit={form.onSubmit(values => explain.mutate(values))} noValidate>
        <Stack gap="sm">
          <Text size="sm" component="div" className="v-wrap">
            {coverage.name}, since <Time iso={gap.since} />: {gap.reason}
          </Text>
          <Textarea
            label="Why it came about, and what was done"
            description="Printed beside the gap in every package. It takes nothing of the gap away and cannot be changed later."
            required
            autosize
            minRows={3}
            data-autofocus
            {...form.getInputProps('text')}
          />
          <TextInput label="Who says so" required {...form.getInputProps('by')} />
          {explain.error ? <ProblemAlert error={explain.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={explain.isPending}>
              Record it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
