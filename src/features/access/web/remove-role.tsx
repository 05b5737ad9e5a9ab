import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { toast } from '../../../web/components/toast.ts'
import type { Role } from './queries.ts'

/** Removes a role that nobody has, after asking. */
export function RemoveRole({ role, onClose }: { role: Role; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/roles/{id}', { params: { path: { id: role.id } } })),
    onSuccess: async () => {
      toast(`${role.title} was removed.`)
      onClose()
      await client.invalidateQueries({ queryKey: ['members'] })
    },
  })
  return (
    <Confirm
      opened
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      pending={remove.isPending}
      error={remove.error}
      title={`Remove the role ${role.title}?`}
      action="Remove"
      keep="Keep it"
    >
      It can no longer be given to anybody. Nobody loses anything: a role that somebody has, or is invited to, is not
      removed. What its holders did stays, and the removal is written to the ledger.
    </Confirm>
  )
}
