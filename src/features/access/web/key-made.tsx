import { Box, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Copy } from '../../../web/components/hash.tsx'
import { TextView } from '../../../web/components/json-view.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Time } from '../../../web/components/time.tsx'
import { linesFor } from './key-lines.ts'
import type { Key } from './queries.ts'

/** A key that was made, with lines that use it: shown this once. */
export function KeyMade({ made, onClose }: { made: Key & { key: string }; onClose: () => void }): ReactNode {
  const lines = linesFor(made.may, made.key, window.location.origin)
  return (
    <Modal opened onClose={onClose} title="Make a key" size="lg" closeOnClickOutside={false}>
      <Stack gap="md">
        <Notice tone="good" icon={IconCircleCheck} title={`“${made.name}” is made`}>
          It works until <Time iso={made.expires_at} as="day" />. It is shown only now: Vouch keeps no copy.
        </Notice>
        <Shown label="The key" text={made.key} name="key" />
        <Text size="sm" c="dimmed">
          Put it where the program’s secrets are, as VOUCH_KEY; never into its code. Whoever has it can do what it may.
        </Text>
        <Shown label="Try it" text={lines} name="lines" />
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            I have copied it
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Shown({ label, text, name }: { label: string; text: string; name: string }): ReactNode {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Box flex={1} miw={0}>
          <TextView name={label} text={text} />
        </Box>
        <Copy value={text} name={name} />
      </Group>
    </div>
  )
}
