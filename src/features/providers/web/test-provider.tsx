import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { toast, toastProblem } from '../../../web/components/toast.ts'

/** Asks the provider whether it is what its settings say. */
export function TestProvider({ id }: { id: string }): ReactNode {
  const test = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/providers/{id}/test', { params: { path: { id } } })),
    onSuccess: ({ ok, message }) => (ok ? toast(message) : toastProblem(new Error(message))),
    onError: toastProblem,
  })
  return (
    <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
      Test it
    </Button>
  )
}
