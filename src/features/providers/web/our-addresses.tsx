import { Box, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Copy } from '../../../web/components/hash.tsx'

/** Values to be copied into somebody else's form, by what it calls them. */
export function ToCopy({ values }: { values: Readonly<Record<string, string>> }): ReactNode {
  return (
    <Stack gap="sm">
      {Object.entries(values).map(([name, value]) => (
        <Box key={name}>
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Group gap={4} wrap="nowrap" align="flex-start">
            <code className="v-mono v-wrap">{value}</code>
            <Copy value={value} name={name} />
          </Group>
        </Box>
      ))}
    </Stack>
  )
}
