import { Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconPackageExport } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { JobProgress } from '../../../web/components/job-progress.tsx'
import { Section } from '../../../web/components/section.tsx'
import { toast } from '../../../web/components/toast.ts'

/** Makes a package for a period, and shows how far it is. */
export function MakePackage(): ReactNode {
  const client = useQueryClient()
  const [jobId, setJobId] = useState<string>()
  const [failed, setFailed] = useState<string>()
  const { data: scope } = useQuery({
    queryKey: ['scope'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/scope', { signal })),
  })
  const form = useForm({
    initialValues: { from: '', to: '' },
    validate: { to: (to, { from }) => (to !== '' && from !== '' && to < from ? 'It ends before it begins.' : null) },
  })
  const { initialize } = form
  // The period of the scope is what a package is usually for.
  useEffect(() => {
    if (scope) initialize({ from: scope.period_from ?? '', to: earlier(scope.period_to, today()) })
  }, [scope, initialize])

  const make = useMutation({
    mutationFn: ({ from, to }: { from: string; to: string }) =>
      answer(api.POST('/api/v1/packages', { body: { ...(from ? { from } : {}), ...(to ? { to } : {}) } })),
    onMutate: () => setFailed(undefined),
    onSuccess: ({ job_id }) => setJobId(job_id),
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  const onEnd = (job: Schemas['Job']) => {
    setJobId(undefined)
    if (job.state === 'succeeded') toast('The package is ready.')
    if (job.state === 'failed') setFailed(job.error ?? 'The package could not be made.')
    void client.invalidateQueries({ queryKey: ['packages'] })
  }
  return (
    <Section title="Make a package" description="Left empty, it begins with the organisation and ends today.">
      <form onSubmit={form.onSubmit(values => make.mutate(values))} noValidate>
        <Stack gap="sm">
          <SimpleGrid cols={2} spacing="sm">
            <TextInput type="date" label="From (UTC)" disabled={jobId !== undefined} {...form.getInputProps('from')} />
            <TextInput type="date" label="To (UTC)" disabled={jobId !== undefined} {...form.getInputProps('to')} />
          </SimpleGrid>
          {make.error ? <ProblemAlert error={make.error} /> : null}
          {failed ? <ProblemAlert error={new Error(failed)} /> : null}
          {jobId ? (
            <JobProgress jobId={jobId} onEnd={onEnd} />
          ) : (
            <Group justify="flex-end">
              <Button type="submit" loading={make.isPending} leftSection={<IconPackageExport size={14} />}>
                Make it
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  )
}

const today = () => new Date().toISOString().slice(0, 10)

function earlier(day: string | null, other: string): string {
  return day === null || day > other ? other : day
}
