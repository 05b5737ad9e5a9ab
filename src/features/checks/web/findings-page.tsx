import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { FindingsPanel } from './findings-panel.tsx'

const route = getRouteApi('/findings')

/** All findings: what fails, since when, and what somebody accepted. */
export function FindingsPage(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page
      title="Findings"
      description="A subject’s failing of a check over time. Findings open and resolve by themselves; an exception accepts one until a date."
    >
      <Panel>
        <FindingsPanel
          search={search}
          onSearch={change =>
            void navigate({
              search: previous => ({ ...previous, cursor: undefined, ...(change as Partial<typeof search>) }),
              replace: true,
            })
          }
        />
      </Panel>
    </Page>
  )
}
