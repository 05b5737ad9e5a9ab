import { Button, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { Section } from '../../../web/components/section.tsx'
import { Time } from '../../../web/components/time.tsx'
import { count, formatTime } from '../../../web/format.ts'
import classes from './ledger.module.css'
import type { Checkpoint } from './queries.ts'

const shownAtFirst = 6

/** The newest checkpoints: how large the tree was, and who vouches for their time. */
export function Checkpoints({ checkpoints }: { checkpoints: readonly Checkpoint[] }): ReactNode {
  const [shown, setShown] = useState(shownAtFirst)
  return (
    <Section title="Checkpoints" flush>
      <ul className={classes.list}>
        {checkpoints.slice(0, shown).map(({ size, root, created_at, timestamps, witnesses }) => (
          <li key={size}>
            <div className={classes.line}>
              <span className="v-num">{count(size, 'leaf', 'leaves')}</span>
              <code className="v-mono" title={root}>
                {root.slice(0, 10)}…
              </code>
            </div>
            <Text size="xs" c="dimmed">
              <Time iso={created_at} />
              {timestamps.map(stamp => `, stamped ${formatTime(stamp.time)} by ${stamp.authority}`)}
              {witnesses.length > 0 ? `, witnessed by ${witnesses.join(', ')}` : ''}
            </Text>
          </li>
        ))}
      </ul>
      {shown < checkpoints.length ? (
        <Button variant="subtle" fullWidth onClick={() => setShown(checkpoints.length)}>
          Show all {checkpoints.length}
        </Button>
      ) : null}
    </Section>
  )
}
