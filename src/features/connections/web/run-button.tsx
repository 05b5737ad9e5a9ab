import { Button } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { toastProblem } from '../../../web/components/toast.ts'
import type { Connection } from './queries.ts'

/** Starts a collection now. */
export function RunButton({ connection, compact }: { connection: Connection; compact?: boolean }): ReactNode {
  const client = useQueryClient()
  const mayCollect = useMay('connections.collect')
  const run = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/connections/{id}/runs', { params: { path: { id: connection.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['connections'] }),
    onError: toastProblem,
  })
  // What is pushed is not collected; the program that pushes is run elsewhere.
  if (!mayCollect || connection.kind === 'push') return null
  return (
    <Button
      variant={compact ? 'default' : 'filled'}
      leftSection={<IconPlayerPlay size={14} />}
      onClick={() => run.mutate()}
      loading={run.isPending}
      disabled={connection.active_job !== null}
      aria-label={compact ? `Collect ${connection.name}` : undefined}
    >
      {compact ? 'Collect' : 'Collect now'}
    </Button>
  )
}
