import { Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useSession } from '../api/session.ts'
import { roleWords } from '../format.ts'
import classes from './read-only.module.css'

/** Said in the place of a form's buttons to whoever may look at a thing and not change it. */
export function ReadOnly(): ReactNode {
  const { role } = useSession()
  return (
    <Text size="xs" c="dimmed" className={classes.line}>
      <IconLock size={13} aria-hidden />
      You are {roleWords(role)} here, so you see this and cannot change it.
    </Text>
  )
}
