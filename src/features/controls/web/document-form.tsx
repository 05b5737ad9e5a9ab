import { Button, FileInput, Group, NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { isInRange, isNotEmpty, useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { toast } from '../../../web/components/toast.ts'
import type { Control } from './queries.ts'

interface DocumentValues {
  readonly title: string
  readonly covers_from: string
  readonly covers_to: string
  readonly fresh_for_days: number | string
  readonly source_url: string
  readonly file: File | null
}

const yearDays = 365

/** Files a document for a control. */
export function DocumentForm({ control, onDone }: { control: Control; onDone: () => void }): ReactNode {
  const client = useQueryClient()
  const wanted = control.evidence.find(evidence => evidence.kind !== 'check')
  const today = new Date().toISOString().slice(0, 10)
  const form = useForm<DocumentValues>({
    mode: 'controlled',
    initialValues: {
      title: wanted?.title ?? '',
      covers_from: today,
      covers_to: today,
      fresh_for_days: wanted?.freshness_days ?? yearDays,
      source_url: '',
      file: null,
    },
    validate: {
      title: isNotEmpty('Say what it is.'),
      covers_from: isNotEmpty('Give the first day that it covers.'),
      covers_to: (value, values) =>
        value === ''
          ? 'Give the last day that it covers.'
          : value < values.covers_from
            ? 'It ends before it begins.'
            : null,
      fresh_for_days: isInRange({ min: 1, max: 3_650 }, 'A number of days from 1 to 3,650.'),
      file: isNotEmpty('Choose a file.'),
    },
  })
  const file = useMutation({
    mutationFn: (values: DocumentValues) => {
      const body = new FormData()
      body.set('control_id', control.id)
      for (const name of ['title', 'covers_from', 'covers_to', 'fresh_for_days', 'source_url'] as const)
        body.set(name, String(values[name]))
      // Last, so that the server knows what the file is before its bytes arrive.
      if (values.file) body.set('file', values.file)
      return answer(api.POST('/api/v1/evidence', { body: body as never, bodySerializer: () => body }))
    },
    onSuccess: async document => {
      toast(`“${document.title}” was filed. Its hash is in the ledger.`)
      form.reset()
      onDone()
      await Promise.all([
        client.invalidateQueries({ queryKey: ['controls'] }),
        client.invalidateQueries({ queryKey: ['evidence'] }),
      ])
    },
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })

  return (
    <form onSubmit={form.onSubmit(values => file.mutate(values))} noValidate>
      <Stack gap="sm" p="md" pt={4}>
        <TextInput label="What it is" required maxLength={300} {...form.getInputProps('title')} />
        <FileInput label="File" required placeholder="Choose a file" {...form.getInputProps('file')} />
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
          <TextInput type="date" label="Covers from" required {...form.getInputProps('covers_from')} />
          <TextInput type="date" label="Covers to" required {...form.getInputProps('covers_to')} />
          <NumberInput
            label="Counts for"
            suffix=" days"
            required
            min={1}
            max={3_650}
            {...form.getInputProps('fresh_for_days')}
          />
        </SimpleGrid>
        <TextInput
          type="url"
          label="Where it comes from"
          placeholder="https://"
          maxLength={2_000}
          {...form.getInputProps('source_url')}
        />
        {file.error ? <ProblemAlert error={file.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={file.isPending}>
            File it
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
