import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { toast } from '../../../web/components/toast.ts'
import type { Member } from './queries.ts'

/** Takes somebody out of the organisation, after asking. */
export function RemoveMember({ member, onClose }: { member: Member; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/members/{id}', { params: { path: { id: member.id } } })),
    onSuccess: async () => {
      toast(`${member.name} is no longer a member.`)
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
      title={`Remove ${member.name}?`}
      action="Remove"
      keep="Keep them"
    >
      They lose sight of the organisation at once, on every page that they have open. What they did stays, and the
      removal is written to the ledger. To let them in again, invite them.
    </Confirm>
  )
}
