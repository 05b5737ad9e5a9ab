import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { hasLength, isNotEmpty, useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { toast } from '../../../web/components/toast.ts'
import type { Finding } from './queries.ts'

const dayMs = 86_400_000
const usualDays = 90

const inDays = (days: number) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10)

function useRefresh(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await Promise.all(
      ['findings', 'checks', 'controls', 'overview'].map(noun => client.invalidateQueries({ queryKey: [noun] })),
    )
  }
}

/** Accepts a finding: who answers for it, why, and until when. */
export function ExceptionForm({ finding, onClose }: { finding: Finding; onClose: () => void }): ReactNode {
  const refresh = useRefresh()
  const form = useForm({
    initialValues: { reason: '', approver: '', expires_at: inDays(usualDays) },
    validate: {
      reason: hasLength({ min: 3, max: 2_000 }, 'Say why, in a sentence.'),
      approver: isNotEmpty('Say who accepts it.'),
      expires_at: value => (value <= inDays(0) ? 'Choose a day to come: an exception always ends.' : null),
    },
  })
  const grant = useMutation({
    mutationFn: ({ reason, approver, expires_at }: typeof form.values) =>
      answer(
        api.POST('/api/v1/exceptions', {
          body: {
            check_id: finding.check_id,
            subject_id: finding.subject_id,
            reason,
            approver,
            expires_at: `${expires_at}T23:59:59Z`,
          },
        }),
      ),
    onSuccess: async () => {
      toast('The exception was granted and written to the ledger. It counts from the next batch of checks on.')
      onClose()
      await refresh()
    },
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  return (
    <Modal opened onClose={onClose} title="Accept this finding">
      <form onSubmit={form.onSubmit(values => grant.mutate(values))} noValidate>
        <Stack gap="sm">
          <Text size="sm">
            <span className="v-mono v-wrap">{finding.subject_id}</span>: {finding.reason}
          </Text>
          <Textarea
            label="Why it is acceptable"
            description="The auditor will read it."
            required
            data-autofocus
            {...form.getInputProps('reason')}
          />
          <TextInput label="Who accepts it" required {...form.getInputProps('approver')} />
          <TextInput type="date" label="Until (UTC)" required {...form.getInputProps('expires_at')} />
          {grant.error ? <ProblemAlert error={grant.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={grant.isPending}>
              Accept it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Ends an exception before its time. */
export function RevokeException({ finding, onClose }: { finding: Finding; onClose: () => void }): ReactNode {
  const refresh = useRefresh()
  const id = finding.exception?.id ?? ''
  const revoke = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/exceptions/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      toast('The exception was taken back.')
      onClose()
      await refresh()
    },
  })
  return (
    <Confirm
      opened
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      pending={revoke.isPending}
      error={revoke.error}
      title="Take back the exception?"
      action="Take it back"
    >
      The finding is open again and makes its check fail from the next batch on. That there was an exception stays in
      the ledger.
    </Confirm>
  )
}
