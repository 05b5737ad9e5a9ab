import { Button, Center, Skeleton, Stack, Text, ThemeIcon } from '@mantine/core'
import { type Icon, IconAlertCircle, IconMoodEmpty } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { describeError } from '../api/problem.ts'
import { Notice } from './notice.tsx'

/** What failed, why, and a way to try again. */
export function ProblemAlert({ error, retry }: { error: unknown; retry?: () => void }): ReactNode {
  const { title, detail } = describeError(error)
  return (
    <Notice tone="bad" icon={IconAlertCircle} title={title} urgent>
      {detail}
      {retry ? (
        <Button variant="default" onClick={retry} mt="xs" display="block">
          Try again
        </Button>
      ) : null}
    </Notice>
  )
}

interface EmptyProps {
  readonly title: string
  /** What to do about it. */
  readonly children?: ReactNode
  readonly icon?: Icon
  readonly action?: ReactNode
}

/** Nothing to show, and what to do about it. */
export function Empty({ title, children, icon: Icon = IconMoodEmpty, action }: EmptyProps): ReactNode {
  return (
    <Center py={36} px="md">
      <Stack align="center" gap={6} maw={420}>
        <ThemeIcon variant="light" color="gray" size={38} radius="xl">
          <Icon size={20} />
        </ThemeIcon>
        <Text fw={600} ta="center">
          {title}
        </Text>
        {children ? (
          <Text size="sm" c="dimmed" ta="center" component="div">
            {children}
          </Text>
        ) : null}
        {action}
      </Stack>
    </Center>
  )
}

/** Grey lines in the place of what is being loaded. */
export function Loading({ rows = 6 }: { rows?: number }): ReactNode {
  return (
    <Stack gap={10} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={row} height={18} radius="sm" width={`${96 - ((row * 17) % 40)}%`} />
      ))}
    </Stack>
  )
}
