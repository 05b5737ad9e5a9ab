import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../api/client.ts'
import { ProblemAlert } from '../components/feedback.tsx'

/** Makes another organisation on this installation and goes there. */
export function NewOrganisation({ opened, onClose }: { opened: boolean; onClose: () => void }): ReactNode {
  const form = useForm({ initialValues: { name: '' }, validate: { name: isNotEmpty('Give it a name.') } })
  const make = useMutation({
    mutationFn: (body: { name: string }) => answer(api.POST('/api/v1/organisations', { body })),
    onSuccess: () => window.location.assign('/'),
  })
  return (
    <Modal opened={opened} onClose={onClose} title="New organisation">
      <form onSubmit={form.onSubmit(values => make.mutate(values))} noValidate>
        <Stack gap="sm">
          <TextInput
            label="Name"
            description="As it will stand in reports. It has controls, evidence, members and a ledger of its own; you become its owner."
            required
            maxLength={200}
            autoComplete="organization"
            data-autofocus
            {...form.getInputProps('name')}
          />
          {make.error ? <ProblemAlert error={make.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={make.isPending || make.isSuccess}>
              Make it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
