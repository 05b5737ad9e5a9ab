import { Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { Definitions } from '../../../web/components/definitions.tsx'
import { ReadOnly } from '../../../web/components/read-only.tsx'
import { Section } from '../../../web/components/section.tsx'
import type { Control } from './queries.ts'

/** Who answers for the control, whether it operates and applies, for those who may not change it. */
export function Responsibility({ control }: { control: Control }): ReactNode {
  const { owner, owner_role, implemented, not_applicable_reason } = control
  return (
    <Section title="Responsibility">
      <Stack gap="sm">
        <Definitions
          of={{
            Owner: owner ?? `nobody yet; usually the ${owner_role}`,
            'It operates': implemented ? 'yes' : 'not yet',
            'It applies': not_applicable_reason === null ? 'yes' : `no: ${not_applicable_reason}`,
          }}
        />
        <ReadOnly />
      </Stack>
    </Section>
  )
}
