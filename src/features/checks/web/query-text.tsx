import { Accordion, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { Definitions } from '../../../web/components/definitions.tsx'
import { TextView } from '../../../web/components/json-view.tsx'
import { ReadOnly } from '../../../web/components/read-only.tsx'
import { humanise } from '../../../web/format.ts'
import type { Check } from './queries.ts'
import { TablesHelp } from './tables-help.tsx'

/** The check's SQL, parameters and tables, for those who may not change them. */
export function QueryText({ check }: { check: Check }): ReactNode {
  return (
    <Stack p="md" gap="md">
      <ReadOnly />
      {check.parameters.length > 0 ? (
        <Definitions
          of={Object.fromEntries(check.parameters.map(({ name, value }) => [humanise(name), String(value)]))}
        />
      ) : null}
      <TextView name="SQL of the check" text={check.sql} />
      <Accordion variant="separated">
        <Accordion.Item value="tables">
          <Accordion.Control>Tables that it may read</Accordion.Control>
          <Accordion.Panel>
            <TablesHelp tables={check.tables} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  )
}
