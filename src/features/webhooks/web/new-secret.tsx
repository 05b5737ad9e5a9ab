import { Box, Button, Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Copy } from '../../../web/components/hash.tsx'
import { TextView } from '../../../web/components/json-view.tsx'
import { Notice } from '../../../web/components/notice.tsx'

interface NewSecretProps {
  readonly title: string
  readonly secret: string
  /** What holds about it. */
  readonly children: ReactNode
  readonly onClose: () => void
}

/** A secret of a webhook, this once. */
export function NewSecret({ title, secret, children, onClose }: NewSecretProps): ReactNode {
  return (
    <Stack gap="md">
      <Notice tone="good" icon={IconCircleCheck} title={title}>
        {children}
      </Notice>
      <Group gap="xs" wrap="nowrap">
        <Box flex={1} miw={0}>
          <TextView name="Secret" text={secret} />
        </Box>
        <Copy value={secret} name="secret" />
      </Group>
      <Text size="sm" c="dimmed">
        Give it to the program, which checks by it that an event comes from here and was not changed on the way. It is
        shown only now; if it is lost, make a new one.
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
