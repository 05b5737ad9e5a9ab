import { Accordion, Button, Group, MultiSelect, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import { CodeEditor } from '../../../web/components/code-editor.tsx'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { toast } from '../../../web/components/toast.ts'
import { count } from '../../../web/format.ts'
import { DetailsFields, showProblems, useDetailsForm } from './check-details.tsx'
import { PreviewAnswer } from './preview.tsx'
import { type CheckTable, checkQuery, tablesQuery } from './queries.ts'
import { draftOf } from './starting-query.ts'
import { TablesHelp } from './tables-help.tsx'

const route = getRouteApi('/checks/new')

/** Writes a check of one's own: what it looks at, its query, tried over the newest snapshots, and what is said of it. */
export function NewCheckPage(): ReactNode {
  const query = useQuery(tablesQuery)
  return (
    <Page
      title="Write a check"
      description="A query over what your sources gave. It runs with all the others, supports controls as they do, and is repeated by whoever verifies a package."
      trail={[
        <TextLink key="list" to="/checks" size="xs">
          Checks
        </TextLink>,
      ]}
    >
      <QueryView query={query}>{tables => <Draft tables={tables} />}</QueryView>
    </Page>
  )
}

function Draft({ tables }: { tables: readonly CheckTable[] }): ReactNode {
  const client = useQueryClient()
  const navigate = route.useNavigate()
  const form = useDetailsForm()
  const [resources, setResources] = useState<string[]>([])
  const [written, setWritten] = useState<string>()
  const chosen = tables.filter(table => resources.includes(table.resource))
  const sql = written ?? draftOf(chosen)
  const draft = JSON.stringify([resources, sql])
  const preview = useMutation({
    mutationFn: async () => ({
      draft,
      answer: await answer(api.POST('/api/v1/checks/preview', { body: { resources, sql } })),
    }),
  })
  const tried = preview.data?.draft === draft ? preview.data.answer : undefined
  const add = useMutation({
    mutationFn: (details: typeof form.values) =>
      answer(api.POST('/api/v1/checks', { body: { ...details, resources, sql } })),
    onSuccess: async (check: Schemas['Check']) => {
      client.setQueryData(checkQuery(check.id).queryKey, check)
      await client.invalidateQueries({ queryKey: ['checks', 'list'] })
      toast('The check was added. It runs with the next batch; run all checks to see it now.')
      await navigate({ to: '/checks/$id', params: { id: check.id } })
    },
    onError: error => showProblems(form, error),
  })
  return (
    <form onSubmit={form.onSubmit(values => add.mutate(values))} noValidate>
      <Stack gap="md">
        <Section title="1. What it looks at">
          <MultiSelect
            label="Resources"
            description="Those that your sources have given come first."
            searchable
            required
            value={resources}
            onChange={setResources}
            data={tables.map(({ resource, title, records }) => ({
              value: resource,
              label: `${title} (${resource}${records === null ? ', not collected yet' : `, ${count(records, 'record')}`})`,
            }))}
          />
        </Section>
        <Section title="2. Its query" description="It is tried as often as you like; nothing is kept of a preview.">
          <Stack gap="md">
            <CodeEditor
              label="SQL of the check"
              value={sql}
              onChange={setWritten}
              onRun={() => resources.length > 0 && preview.mutate()}
            />
            <Group gap="xs">
              <Button
                variant="default"
                onClick={() => preview.mutate()}
                loading={preview.isPending}
                disabled={resources.length === 0}
              >
                Preview
              </Button>
              {resources.length === 0 ? (
                <Text size="xs" c="dimmed">
                  Choose first what it looks at.
                </Text>
              ) : null}
            </Group>
            <PreviewAnswer
              answer={tried}
              error={preview.error}
              subject={form.values.subject === '' ? 'Subject' : form.values.subject}
            />
            {chosen.length > 0 ? (
              <Accordion variant="separated">
                <Accordion.Item value="tables">
                  <Accordion.Control>Tables that it may read</Accordion.Control>
                  <Accordion.Panel>
                    <TablesHelp tables={chosen} />
                  </Accordion.Panel>
                </Accordion.Item>
              </Accordion>
            ) : null}
          </Stack>
        </Section>
        <Section title="3. What is said of it">
          <Stack gap="sm">
            <DetailsFields form={form} />
            {add.error ? <ProblemAlert error={add.error} /> : null}
            <Group gap="xs">
              <Button type="submit" loading={add.isPending} disabled={tried?.ok !== true}>
                Add the check
              </Button>
              {tried?.ok === true ? null : (
                <Text size="xs" c="dimmed">
                  Preview its query first.
                </Text>
              )}
            </Group>
          </Stack>
        </Section>
      </Stack>
    </form>
  )
}
