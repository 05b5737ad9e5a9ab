import { Button, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { Notice } from '../../../../web/components/notice.tsx'
import { count, formatNumber } from '../../../../web/format.ts'
import type { Preview } from './file-values.ts'
import classes from './files.module.css'

const few = 4

/** What is wrong with a file as it is mapped, or that nothing is. */
export function CheckResult({ check }: { check: NonNullable<Preview['check']> }): ReactNode {
  const [all, setAll] = useState(false)
  const { rows, whole, problems } = check
  const read = whole ? count(rows, 'row') : `the first ${count(rows, 'row')}`
  if (check.count === 0) {
    return (
      <Notice tone="good" icon={IconCircleCheck} title={`No problem in ${read}`}>
        {whole ? null : 'A collection checks all of them.'}
      </Notice>
    )
  }
  const shown = all ? problems : problems.slice(0, few)
  return (
    <Notice tone="warn" icon={IconAlertTriangle} title={`${count(check.count, 'problem')} in ${read}`}>
      <ul className={classes.problems}>
        {shown.map(({ line, header, message }, position) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a problem has no identity but its place
          <li key={position}>
            {line === null ? null : <b>Line {formatNumber(line)}</b>}
            {line !== null && header !== null ? `, ${header}: ` : line === null ? '' : ': '}
            {message}
          </li>
        ))}
      </ul>
      {problems.length > few ? (
        <Button variant="default" size="compact-xs" mt={6} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show ${problems.length === check.count ? 'all' : 'the first'} ${problems.length}`}
        </Button>
      ) : null}
      <Text size="xs" c="dimmed" mt={6}>
        It can be saved like this. A collection then reads what it can and is marked incomplete, and checks over it
        answer “unknown”.
      </Text>
    </Notice>
  )
}
