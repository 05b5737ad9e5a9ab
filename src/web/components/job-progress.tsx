import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect, useRef } from 'react'
import { answer, api, type Schemas } from '../api/client.ts'
import { useMay } from '../api/session.ts'
import { ProblemAlert } from './feedback.tsx'
import { StateBadge } from './status.tsx'
import { toastProblem } from './toast.ts'

type Job = Schemas['Job']

const pollMs = 2_000

/** Whether the job goes on. */
function isActive(job: Job | undefined): boolean {
  return job === undefined || job.state === 'queued' || job.state === 'running'
}

interface JobProgressProps {
  readonly jobId: string
  /** Called once, when it ends. */
  readonly onEnd?: (job: Job) => void
}

/** A job as it goes: what it does, how far it is, a way to stop it, and what went wrong. */
export function JobProgress({ jobId, onEnd }: JobProgressProps): ReactNode {
  const client = useQueryClient()
  const mayCancel = useMay('jobs.cancel')
  const query = useQuery({
    queryKey: ['jobs', jobId],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/jobs/{id}', { params: { path: { id: jobId } }, signal })),
    // The event stream is quicker; this is for when it is down.
    refetchInterval: ({ state }) => (isActive(state.data) ? pollMs : false),
  })
  const cancel = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/jobs/{id}/cancel', { params: { path: { id: jobId } } })),
    onSuccess: job => client.setQueryData(['jobs', jobId], job),
    onError: toastProblem,
  })
  const told = useRef<string | undefined>(undefined)
  const job = query.data
  useEffect(() => {
    if (!job || isActive(job) || told.current === job.id) return
    told.current = job.id
    onEnd?.(job)
  }, [job, onEnd])

  if (query.error && !job) return <ProblemAlert error={query.error} />
  const share = job?.done !== null && job?.total ? Math.min(100, ((job.done ?? 0) / job.total) * 100) : undefined
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Group gap="xs" wrap="nowrap" miw={0}>
          <StateBadge state={job?.state ?? 'queued'} />
          <Text size="sm" truncate aria-live="polite">
            {job?.error ?? job?.message}
          </Text>
        </Group>
        {isActive(job) && mayCancel ? (
          <Button
            variant="default"
            size="compact-xs"
            onClick={() => cancel.mutate()}
            disabled={!job || job.cancel_requested}
            loading={cancel.isPending}
          >
            {job?.cancel_requested ? 'Stopping…' : 'Cancel'}
          </Button>
        ) : null}
      </Group>
      {isActive(job) ? (
        <Progress.Root size="sm">
          <Progress.Section
            value={share ?? 100}
            animated={share === undefined}
            striped={share === undefined}
            aria-label="Progress"
          />
        </Progress.Root>
      ) : null}
    </Stack>
  )
}
