import { Button, Checkbox, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import { frameworkQuery } from '../../../web/api/framework.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { useMay } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryPage, QueryView } from '../../../web/components/query-view.tsx'
import { ReadOnly } from '../../../web/components/read-only.tsx'
import { Section } from '../../../web/components/section.tsx'
import { toast } from '../../../web/components/toast.ts'
import { count } from '../../../web/format.ts'

type Scope = Schemas['Scope']
type Framework = Schemas['Framework']
type Category = Scope['categories'][number]

/** What the report is about: the categories of criteria, and the period. */
export function ScopePage(): ReactNode {
  const query = useQuery({
    queryKey: ['scope'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/scope', { signal })),
  })
  const framework = useQuery(frameworkQuery)
  return (
    <QueryPage query={query} title="Scope">
      {scope => (
        <Page
          title="Scope"
          description="What the report is about. Every change is written to the ledger, and a report of a period uses what was true in it."
        >
          <QueryView query={framework}>{loaded => <ScopeForm scope={scope} framework={loaded} />}</QueryView>
        </Page>
      )}
    </QueryPage>
  )
}

function ScopeForm({ scope, framework }: { scope: Scope; framework: Framework }): ReactNode {
  const client = useQueryClient()
  const mayChange = useMay('scope.change')
  const form = useForm({
    initialValues: {
      categories: scope.categories as string[],
      period_from: scope.period_from ?? '',
      period_to: scope.period_to ?? '',
    },
    validate: {
      period_to: (to, { period_from: from }) =>
        to !== '' && from !== '' && to < from ? 'It ends before it begins.' : null,
    },
  })
  const save = useMutation({
    mutationFn: (values: typeof form.values) =>
      answer(
        api.PUT('/api/v1/scope', {
          body: {
            categories: values.categories as Category[],
            period_from: values.period_from || null,
            period_to: values.period_to || null,
          },
        }),
      ),
    onSuccess: async next => {
      client.setQueryData(['scope'], next)
      form.resetDirty()
      toast('The scope was changed. Statuses follow at once.')
      await Promise.all(['scope', 'controls', 'overview'].map(noun => client.invalidateQueries({ queryKey: [noun] })))
    },
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  const criteriaOf = (category: string) =>
    framework.criteria.filter(criterion => criterion.category === category).length

  return (
    <form onSubmit={form.onSubmit(values => save.mutate(values))} noValidate>
      <Columns>
        <MainColumn>
          <Section title="Categories" description={framework.title}>
            <Checkbox.Group aria-label="Categories in scope" {...form.getInputProps('categories')}>
              <Stack gap="md">
                {framework.categories.map(({ id, title, description }) => (
                  <Checkbox
                    key={id}
                    value={id}
                    disabled={id === 'security' || !mayChange}
                    label={
                      <>
                        <Text span size="sm" fw={550}>
                          {title}
                        </Text>{' '}
                        <Text span size="xs" c="dimmed">
                          {count(criteriaOf(id), 'criterion', 'criteria')}
                          {id === 'security' ? ', always in scope' : ''}
                        </Text>
                      </>
                    }
                    description={description}
                  />
                ))}
              </Stack>
            </Checkbox.Group>
          </Section>
          <Section
            title="Period"
            description="The days that the report covers, in UTC. Leave them empty until you know."
          >
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" maw={420}>
              <TextInput type="date" label="First day" readOnly={!mayChange} {...form.getInputProps('period_from')} />
              <TextInput type="date" label="Last day" readOnly={!mayChange} {...form.getInputProps('period_to')} />
            </SimpleGrid>
          </Section>
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
        </MainColumn>
        <SideColumn>
          <Section title="About the criteria">
            <Text size="sm">{framework.copyright}</Text>
          </Section>
        </SideColumn>
      </Columns>
    </form>
  )
}
