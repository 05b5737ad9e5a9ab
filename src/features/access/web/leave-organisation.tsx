import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDoorExit } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useSession } from '../../../web/api/session.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { Section } from '../../../web/components/section.tsx'
import { roleWords } from '../../../web/format.ts'

/** The way out of the organisation, which its last owner is refused. */
export function LeaveOrganisation(): ReactNode {
  const { organisation, role } = useSession()
  const [asking, { open, close }] = useDisclosure(false)
  const leave = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/membership')),
    onSuccess: () => window.location.assign('/'),
  })
  if (!organisation) return null
  return (
    <Section title={organisation.name}>
      <Text size="sm" c="dimmed" mb="xs">
        You belong to it as {roleWords(role)}. What you did here stays, whether you leave or not.
      </Text>
      <Button variant="default" leftSection={<IconDoorExit size={14} />} onClick={open}>
        Leave the organisation
      </Button>
      <Confirm
        opened={asking}
        onClose={() => {
          leave.reset()
          close()
        }}
        onConfirm={() => leave.mutate()}
        pending={leave.isPending || leave.isSuccess}
        error={leave.error}
        title={`Leave ${organisation.name}?`}
        action="Leave"
        keep="Stay"
      >
        You see nothing of it any more, at once. Only an invitation lets you in again. Your account stays.
      </Confirm>
    </Section>
  )
}
