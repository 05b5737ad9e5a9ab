import { MultiSelect, NumberInput, Select, SimpleGrid, Textarea, TextInput } from '@mantine/core'
import { hasLength, isInRange, isNotEmpty, useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiProblem } from '../../../web/api/problem.ts'
import { severityWords } from '../../../web/components/status-words.ts'
import { controlsQuery } from '../../controls/web/queries.ts'
import type { Check } from './queries.ts'

const usualHours = 192

/** What is said of a check of one's own. */
export interface Details {
  readonly title: string
  readonly description: string
  readonly subject: string
  readonly controls: string[]
  readonly severity: Check['severity']
  readonly fresh_for_hours: number
  readonly remediation: string
}

const nothing: Details = {
  title: '',
  description: '',
  subject: '',
  controls: [],
  severity: 'medium',
  fresh_for_hours: usualHours,
  remediation: '',
}

/** The state of the form, empty or filled from a check. */
export function useDetailsForm(check?: Check) {
  const { title, description, subject, controls, severity, fresh_for_hours, remediation } = check ?? nothing
  return useForm<Details>({
    initialValues: { title, description, subject, controls, severity, fresh_for_hours, remediation },
    validate: {
      title: hasLength({ min: 1, max: 200 }, 'Name it in a few words.'),
      description: isNotEmpty('Say what it looks for.'),
      subject: isNotEmpty('Say what one subject is, such as “account”.'),
      controls: isNotEmpty('Choose a control that it supports.'),
      fresh_for_hours: isInRange({ min: 1, max: 8_760 }, 'Between an hour and a year.'),
      remediation: isNotEmpty('Say what to do when it fails.'),
    },
  })
}

type DetailsForm = ReturnType<typeof useDetailsForm>

/** Shows at the fields what the server found wrong with them. */
export function showProblems(form: DetailsForm, error: unknown): void {
  if (error instanceof ApiProblem)
    form.setErrors(
      Object.fromEntries(
        Object.entries(error.fields).map(([path, message]) => [path.replace(/^details\./, ''), message]),
      ),
    )
}

/** The fields. */
export function DetailsFields({ form }: { form: DetailsForm }): ReactNode {
  const controls = useQuery(controlsQuery)
  return (
    <>
      <TextInput
        label="Title"
        description="The rule, as it is when it is met: “Laptops are younger than five years”."
        required
        {...form.getInputProps('title')}
      />
      <Textarea label="What it looks for" autosize minRows={2} required {...form.getInputProps('description')} />
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        <TextInput label="One subject is a" placeholder="account" required {...form.getInputProps('subject')} />
        <Select
          label="Severity"
          allowDeselect={false}
          data={(['critical', 'high', 'medium', 'low'] as const).map(value => ({
            value,
            label: severityWords[value].label,
          }))}
          {...form.getInputProps('severity')}
        />
        <NumberInput
          label="A result counts for (hours)"
          min={1}
          max={8_760}
          required
          {...form.getInputProps('fresh_for_hours')}
        />
      </SimpleGrid>
      <MultiSelect
        label="Controls that it supports"
        searchable
        required
        nothingFoundMessage="No control has these words."
        data={(controls.data ?? []).map(({ id, title }) => ({ value: id, label: title }))}
        {...form.getInputProps('controls')}
      />
      <Textarea label="What to do when it fails" autosize minRows={2} required {...form.getInputProps('remediation')} />
    </>
  )
}
