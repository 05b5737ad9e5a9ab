import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { shareWords } from '../../../../verifier/rules/describe-gap.ts'
import type { Schemas } from '../../../web/api/client.ts'
import { TextLink } from '../../../web/components/link.tsx'
import { Section } from '../../../web/components/section.tsx'
import { count } from '../../../web/format.ts'

/** How much of the last days was covered, and what was not. */
export function Monitoring({ monitoring }: { monitoring: Schemas['Overview']['monitoring'] }): ReactNode {
  const { days, share, gaps, open, unexplained } = monitoring
  return (
    <Section
      title="Monitoring"
      actions={
        <TextLink to="/connections/monitoring" size="xs">
          Calendar and gaps
        </TextLink>
      }
    >
      <Text size="sm">
        {share === null
          ? `Nothing was scheduled in the last ${days} days.`
          : `${shareWords(share)} of what was scheduled in the last ${days} days was covered.`}{' '}
        {gaps === 0
          ? 'There is no gap.'
          : `${count(gaps, 'gap')}${open > 0 ? `, ${open} going on` : ''}; ${unexplained === 0 ? 'explained' : `${unexplained} not explained`}.`}
      </Text>
    </Section>
  )
}
