import { Button } from '@mantine/core'
import { IconCompassOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Empty } from '../components/feedback.tsx'
import { Page } from '../components/page.tsx'

/** The page of an address that leads nowhere. */
export function NotFound(): ReactNode {
  return (
    <Page title="Not found">
      <Empty
        icon={IconCompassOff}
        title="There is nothing at this address"
        action={
          <Button component={Link} to="/" mt="sm">
            Go to the overview
          </Button>
        }
      >
        It may have been removed, or the link was copied wrongly. Press ⌘K or Ctrl K to look for it.
      </Empty>
    </Page>
  )
}
