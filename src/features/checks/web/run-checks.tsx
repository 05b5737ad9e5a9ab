import { Button, Popover } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { JobProgress } from '../../../web/components/job-progress.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'

/** Runs all checks over the newest snapshots, and shows how far it is. */
export function RunChecks(): ReactNode {
  const client = useQueryClient()
  const mayRun = useMay('checks.run')
  const [jobId, setJobId] = useState<string>()
  const start = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/checks/run')),
    onSuccess: ({ job_id }) => setJobId(job_id),
    onError: toastProblem,
  })
  const onEnd = (job: Schemas['Job']) => {
    setJobId(undefined)
    if (job.state === 'succeeded') toast('All checks have run.')
    if (job.state === 'failed') toastProblem(new Error(job.error ?? 'The checks did not run to the end.'))
    for (const noun of ['checks', 'findings', 'controls', 'overview'])
      void client.invalidateQueries({ queryKey: [noun] })
  }
  if (!mayRun) return null
  return (
    <Popover opened={jobId !== undefined} position="bottom-end" width={340} shadow="md" withinPortal={false}>
      <Popover.Target>
        <Button
          leftSection={<IconPlayerPlay size={14} />}
          onClick={() => start.mutate()}
          loading={start.isPending}
          disabled={jobId !== undefined}
        >
          {jobId === undefined ? 'Run all checks' : 'Running…'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Progress of the checks">
        {jobId ? <JobProgress jobId={jobId} onEnd={onEnd} /> : null}
      </Popover.Dropdown>
    </Popover>
  )
}
