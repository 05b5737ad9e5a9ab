import { Button, Group, Stack, Switch, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type FormEvent, useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { Section } from '../../../web/components/section.tsx'
import { toast } from '../../../web/components/toast.ts'
import type { Control } from './queries.ts'

const shortestReason = 3

/** Who answers for the control, whether it operates, and whether it applies. */
export function ControlSettings({ control }: { control: Control }): ReactNode {
  const client = useQueryClient()
  const [owner, setOwner] = useState(control.owner ?? '')
  const [implemented, setImplemented] = useState(control.implemented)
  const [applies, setApplies] = useState(control.not_applicable_reason === null)
  const [reason, setReason] = useState(control.not_applicable_reason ?? '')
  const [tried, setTried] = useState(false)

  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PATCH('/api/v1/controls/{id}', {
          params: { path: { id: control.id } },
          body: { owner: owner.trim() || null, implemented, not_applicable_reason: applies ? null : reason.trim() },
        }),
      ),
    onSuccess: async () => {
      toast('The control was changed. The change is in the ledger.')
      await Promise.all([
        client.invalidateQueries({ queryKey: ['controls'] }),
        client.invalidateQueries({ queryKey: ['overview'] }),
      ])
    },
  })
  const reasonMissing = !applies && reason.trim().length < shortestReason
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!reasonMissing) save.mutate()
  }

  return (
    <Section title="Responsibility">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Owner"
            description={`Usually the ${control.owner_role}.`}
            placeholder={control.owner_role}
            maxLength={200}
            value={owner}
            onChange={event => setOwner(event.currentTarget.value)}
          />
          <Switch
            label="It operates"
            description="Your word. Alone it never makes a control effective."
            checked={implemented}
            onChange={event => setImplemented(event.currentTarget.checked)}
          />
          <Switch
            label="It applies to us"
            checked={applies}
            onChange={event => setApplies(event.currentTarget.checked)}
          />
          {applies ? null : (
            <Textarea
              label="Why it does not apply"
              description="Printed in the report; an auditor will read it."
              required
              maxLength={1_000}
              value={reason}
              onChange={event => setReason(event.currentTarget.value)}
              error={tried && reasonMissing ? 'Say why, in a sentence.' : undefined}
            />
          )}
          {save.error ? <ProblemAlert error={save.error} /> : null}
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}
