import { Button, Checkbox, Group, Stack, Text, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { ReadOnly } from '../../../web/components/read-only.tsx'
import { Section } from '../../../web/components/section.tsx'
import { toast } from '../../../web/components/toast.ts'
import type { AliasKind } from '../contract.ts'
import { kindWords } from './kind-words.ts'
import { type Aliases, aliasesQuery } from './queries.ts'

const lines = (text: string) => text.split(/[\s,]+/).filter(line => line !== '')

/** Says what is stored as aliases from the next collection on. */
export function SettingForm({ aliases }: { aliases: Aliases }): ReactNode {
  const client = useQueryClient()
  const mayChange = useMay('aliases.change')
  const { setting } = aliases
  const form = useForm({
    initialValues: {
      kinds: setting.kinds as string[],
      programs: setting.programs.join('\n'),
      domains: setting.domains.join('\n'),
    },
  })
  const save = useMutation({
    mutationFn: ({ kinds, programs, domains }: typeof form.values) =>
      answer(
        api.PUT('/api/v1/aliases/setting', {
          body: { kinds: kinds as AliasKind[], programs: lines(programs), domains: lines(domains) },
        }),
      ),
    onSuccess: async next => {
      client.setQueryData(aliasesQuery.queryKey, next)
      form.resetDirty()
      toast('It applies from the next collection on. Every source is being collected again.')
      await client.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  return (
    <Section
      title="What is stored as aliases"
      description="Of the fields that are declared to hold such values, in every source, from the next collection on. What was stored before stays as it is."
    >
      <form onSubmit={form.onSubmit(values => save.mutate(values))} noValidate>
        <Stack gap="lg">
          <Checkbox.Group aria-label="Kinds of personal values" {...form.getInputProps('kinds')}>
            <Stack gap="sm">
              {Object.entries(kindWords).map(([kind, { title, becomes }]) => (
                <Checkbox
                  key={kind}
                  value={kind}
                  disabled={!mayChange}
                  label={
                    <Text span size="sm" fw={550}>
                      {title}
                    </Text>
                  }
                  description={becomes}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <Textarea
            label="Addresses of programs"
            description="One a line. They belong to nobody, and are stored as they are: checks know automations by them."
            autosize
            minRows={2}
            readOnly={!mayChange}
            {...form.getInputProps('programs')}
          />
          <Textarea
            label="Only these domains are kept"
            description="One a line. Of other addresses the domain is hidden too, for a domain of one’s own is a name; checks that look at domains then see alias.invalid. Empty: every domain is kept."
            autosize
            minRows={2}
            readOnly={!mayChange}
            {...form.getInputProps('domains')}
          />
          {save.error ? <ProblemAlert error={save.error} /> : null}
          {mayChange ? (
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={() => form.reset()} disabled={!form.isDirty()}>
                Take back
              </Button>
              <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
                Save
              </Button>
            </Group>
          ) : (
            <ReadOnly />
          )}
        </Stack>
      </form>
    </Section>
  )
}
