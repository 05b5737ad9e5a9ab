import { Button, Group, Stack } from '@mantine/core'
import type { ErrorComponentProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ProblemAlert } from '../components/feedback.tsx'
import { Page } from '../components/page.tsx'

/** Shown in place of a page that failed; the rest of the application goes on. */
export function Crash({ error, reset }: ErrorComponentProps): ReactNode {
  return (
    <Page title="This page failed">
      <Stack align="stretch">
        <ProblemAlert error={error} />
        <Group gap="xs">
          <Button onClick={reset}>Try again</Button>
          <Button variant="default" onClick={() => window.location.reload()}>
            Load the application again
          </Button>
        </Group>
      </Stack>
    </Page>
  )
}
