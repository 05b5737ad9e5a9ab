import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Connection, Connector } from '../queries.ts'
import { draftsOfSettings } from './file-values.ts'

/** The settings of a files connection in words: where the files are, and what each holds. */
export function filesDefinitions(
  settings: Connection['settings'],
  resources: Connector['resources'],
): Record<string, ReactNode> {
  const titleOf = (name: string) => resources.find(resource => resource.name === name)?.title ?? name
  return {
    Folder: typeof settings.folder === 'string' ? <span className="v-mono v-wrap">{settings.folder}</span> : null,
    ...Object.fromEntries(
      draftsOfSettings(settings).map(({ file, resource, mapping }) => [
        file,
        <span key={file}>
          {titleOf(resource)}
          <Text span size="xs" c="dimmed" display="block">
            {Object.keys(mapping).length} fields
          </Text>
        </span>,
      ]),
    ),
  }
}
