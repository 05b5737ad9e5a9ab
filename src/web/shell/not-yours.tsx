import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useSession } from '../api/session.ts'
import { Empty } from '../components/feedback.tsx'
import { ButtonLink } from '../components/link.tsx'
import { Page } from '../components/page.tsx'
import { roleWords } from '../format.ts'

/** In place of a page that the person's role does not include. */
export function NotYours(): ReactNode {
  const { role } = useSession()
  return (
    <Page title="Not for your role">
      <Empty
        icon={IconLock}
        title={`You are ${roleWords(role)} here, which does not include this page`}
        action={
          <ButtonLink to="/" mt="sm">
            Go to the first page
          </ButtonLink>
        }
      >
        An owner or an admin can give you another role under Members.
      </Empty>
    </Page>
  )
}
