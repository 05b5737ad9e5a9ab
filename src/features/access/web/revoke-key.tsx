import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { toast } from '../../../web/components/toast.ts'
import type { Key } from './queries.ts'

/** Ends a key, after asking. */
export function RevokeKey({ of: key, onClose }: { of: Key; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/keys/{id}', { params: { path: { id: key.id } } })),
    onSuccess: async () => {
      toast(`The key “${key.name}” no longer works.`)
      onClose()
      await client.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  return (
    <Confirm
      opened
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      pending={revoke.isPending}
      error={revoke.error}
      title={`Revoke “${key.name}”?`}
      action="Revoke it"
    >
      The program that has it is refused from its next request on. What it pushed stays, and the end of the key is
      written to the ledger. It cannot be taken back: make another key for the program if it goes on.
    </Confirm>
  )
}
