import { Button, Group, Modal, Stack } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { toast } from '../../../web/components/toast.ts'
import { roleWords } from '../../../web/format.ts'
import { type Member, rolesQuery } from './queries.ts'
import { RolePicker } from './role-picker.tsx'

/** Gives a member another role. */
export function ChangeRole({ member, onClose }: { member: Member; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const roles = useQuery(rolesQuery)
  const [role, setRole] = useState(member.role)
  const change = useMutation({
    mutationFn: () =>
      answer(api.PATCH('/api/v1/members/{id}', { params: { path: { id: member.id } }, body: { role } })),
    onSuccess: async () => {
      toast(`${member.name} is ${roleWords(role)} now.`)
      onClose()
      await client.invalidateQueries({ queryKey: ['members'] })
    },
  })
  return (
    <Modal opened onClose={onClose} title={`The role of ${member.name}`} size="lg">
      <form
        onSubmit={event => {
          event.preventDefault()
          change.mutate()
        }}
      >
        <Stack gap="sm">
          <QueryView query={roles}>
            {loaded => <RolePicker roles={loaded.roles} value={role} onChange={setRole} />}
          </QueryView>
          {change.error ? <ProblemAlert error={change.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending} disabled={role === member.role}>
              Change it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
