import { Button, Checkbox, Group, Radio, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import { ApiProblem } from '../../../web/api/problem.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import type { KindChoice, Webhook } from './queries.ts'
import classes from './webhooks.module.css'

export interface WebhookDraft {
  readonly url: string
  readonly description: string
  readonly kinds: KindChoice['kind'][] | null
}

interface WebhookFormProps {
  readonly webhook?: Webhook
  readonly kinds: readonly KindChoice[]
  readonly action: string
  readonly onSave: (draft: WebhookDraft) => Promise<unknown>
  readonly onCancel: () => void
  readonly pending: boolean
  readonly error: unknown
}

/** Where events go, and which. */
export function WebhookForm({ webhook, kinds, action, onSave, onCancel, pending, error }: WebhookFormProps): ReactNode {
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      url: webhook?.url ?? '',
      description: webhook?.description ?? '',
      all: webhook === undefined || webhook.kinds === null ? 'all' : 'some',
      kinds: webhook?.kinds ?? [],
    },
    validate: {
      url: url => (URL.canParse(url.trim()) ? null : 'Give an address that begins with https://.'),
      kinds: (chosen, { all }) => (all === 'some' && chosen.length === 0 ? 'Choose at least one kind, or all.' : null),
    },
  })
  const submit = form.onSubmit(values =>
    onSave({
      url: values.url.trim(),
      description: values.description.trim(),
      kinds: values.all === 'all' ? null : values.kinds,
    }).catch((thrown: unknown) => {
      if (thrown instanceof ApiProblem) form.setErrors(thrown.fields)
    }),
  )
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Address"
          description="Where the program takes webhooks. Events are posted there, signed."
          placeholder="https://"
          type="url"
          required
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('url')}
        />
        <TextInput
          label="Name"
          description="What the program is, for whoever reads the list."
          maxLength={200}
          autoComplete="off"
          {...form.getInputProps('description')}
        />
        <Radio.Group label="What it is told" {...form.getInputProps('all')}>
          <Stack gap={6} mt={6}>
            <Radio value="all" label="All that happens, and what later versions can tell" />
            <Radio value="some" label="What I choose" />
          </Stack>
        </Radio.Group>
        {form.values.all === 'some' ? (
          <Checkbox.Group label="Kinds of events" {...form.getInputProps('kinds')}>
            <div className={classes.kinds}>
              {kinds.map(({ kind, means }) => (
                <Checkbox key={kind} value={kind} label={<code>{kind}</code>} description={means} />
              ))}
            </div>
          </Checkbox.Group>
        ) : null}
        {error ? <ProblemAlert error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={pending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
