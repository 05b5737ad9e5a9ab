import { List, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Prose } from '../../../web/components/prose.tsx'
import { Section } from '../../../web/components/section.tsx'
import type { Connector } from './queries.ts'

/** What a connector needs and what it reads. */
export function ConnectorAbout({ connector }: { connector: Connector }): ReactNode {
  return (
    <>
      <Section title="Rights that it needs">
        <Text size="sm">
          <Prose text={connector.privileges} />
        </Text>
        {connector.secrets.length > 0 ? (
          <Text size="xs" c="dimmed" mt="xs">
            Secrets go to the encrypted vault. No page, API or log shows them again.
          </Text>
        ) : null}
      </Section>
      <Section title="What it reads">
        <List size="sm" spacing={4}>
          {connector.resources.map(({ name, title }) => (
            <List.Item key={name}>
              {title}{' '}
              <Text span size="xs" c="dimmed" className="v-mono">
                {name}
              </Text>
            </List.Item>
          ))}
        </List>
      </Section>
    </>
  )
}
