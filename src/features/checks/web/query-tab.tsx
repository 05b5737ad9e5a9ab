import { Accordion, Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { CodeEditor } from '../../../web/components/code-editor.tsx'
import { Confirm } from '../../../web/components/confirm.tsx'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { ParametersForm, type ParameterValue } from './parameters-form.tsx'
import { PreviewAnswer } from './preview.tsx'
import { type Check, checkQuery } from './queries.ts'
import { TablesHelp } from './tables-help.tsx'

/** The check's SQL and parameters: edit, preview over the newest snapshots, save, or take back to what came with Vouch. */
export function QueryTab({ check }: { check: Check }): ReactNode {
  const client = useQueryClient()
  const [sql, setSql] = useState(check.sql)
  const [parameters, setParameters] = useState<Record<string, ParameterValue>>(() =>
    Object.fromEntries(check.parameters.map(({ name, value }) => [name, value])),
  )
  const [resetting, setResetting] = useState(false)
  const changed = sql !== check.sql || check.parameters.some(({ name, value }) => parameters[name] !== value)
  const path = { id: check.id }

  const adopt = async (next: Check, message: string) => {
    toast(message)
    client.setQueryData(checkQuery(check.id).queryKey, next)
    await client.invalidateQueries({ queryKey: ['checks'] })
  }
  const preview = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/checks/{id}/preview', { params: { path }, body: { sql, parameters } })),
  })
  const save = useMutation({
    mutationFn: () => answer(api.PATCH('/api/v1/checks/{id}', { params: { path }, body: { sql, parameters } })),
    onSuccess: next => adopt(next, 'Saved as a new version. It applies from the next batch of checks on.'),
  })
  const reset = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/checks/{id}/reset', { params: { path } })),
    onSuccess: async next => {
      setResetting(false)
      await adopt(next, 'The check is again the one that came with Vouch.')
    },
    onError: toastProblem,
  })
  const previewed = preview.data?.ok === true

  return (
    <Stack p="md" gap="md">
      {check.parameters.length > 0 ? (
        <ParametersForm parameters={check.parameters} values={parameters} onChange={setParameters} />
      ) : null}
      <CodeEditor label="SQL of the check" value={sql} onChange={setSql} onRun={() => preview.mutate()} />
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <Button variant="default" onClick={() => preview.mutate()} loading={preview.isPending}>
            Preview
          </Button>
          <Button onClick={() => save.mutate()} loading={save.isPending} disabled={!changed || !previewed}>
            Save
          </Button>
          {changed ? (
            <Text size="xs" c="dimmed">
              {previewed ? 'Saving makes a new version; earlier runs keep theirs.' : 'Preview it before saving.'}
            </Text>
          ) : null}
        </Group>
        {check.edited ? (
          <Button variant="subtle" color="gray" onClick={() => setResetting(true)}>
            Back to Vouch’s own
          </Button>
        ) : null}
      </Group>
      {save.error ? <ProblemAlert error={save.error} /> : null}
      <PreviewAnswer answer={preview.data} error={preview.error} subject={check.subject} />
      <Accordion variant="separated">
        <Accordion.Item value="tables">
          <Accordion.Control>Tables that it may read</Accordion.Control>
          <Accordion.Panel>
            <TablesHelp tables={check.tables} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
      <Confirm
        opened={resetting}
        onClose={() => setResetting(false)}
        onConfirm={() => reset.mutate()}
        pending={reset.isPending}
        title="Go back to the check that came with Vouch?"
        action="Go back"
      >
        Your SQL and parameters are replaced. Runs and results of your version stay as they are.
      </Confirm>
    </Stack>
  )
}
