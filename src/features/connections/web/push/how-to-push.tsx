import { Box, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useMay } from '../../../../web/api/session.ts'
import { Copy } from '../../../../web/components/hash.tsx'
import { TextView } from '../../../../web/components/json-view.tsx'
import { TextLink } from '../../../../web/components/link.tsx'
import { Section } from '../../../../web/components/section.tsx'
import type { Connection } from '../queries.ts'

/** The lines by which a program pushes to this connection, with its own id and resource. */
export function HowToPush({ connection }: { connection: Connection }): ReactNode {
  const mayMakeKeys = useMay('keys.make')
  const resource = resourceOf(connection)
  const lines = `export VOUCH_URL=${window.location.origin}   # and VOUCH_KEY, from the pipeline's secrets
./vouch push records FILE --connection ${connection.id} --resource ${resource}`
  return (
    <Section
      title="How to push"
      description={`JSON Lines, one ${resource} a line: all that there are, each time.`}
      actions={
        mayMakeKeys ? (
          <TextLink to="/keys" size="sm">
            Keys
          </TextLink>
        ) : null
      }
    >
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Box flex={1} miw={0}>
          <TextView name="Lines that push" text={lines} />
        </Box>
        <Copy value={lines} name="lines" />
      </Group>
      <Text size="xs" c="dimmed" mt="xs">
        The key needs to be one that may push records. A push is published whole or not at all; a line that is wrong is
        named by its number.
      </Text>
    </Section>
  )
}

function resourceOf({ settings }: Connection): string {
  return settings.resource === 'custom' ? `custom.${String(settings.name)}` : String(settings.resource)
}
