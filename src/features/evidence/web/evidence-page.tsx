import { Tabs } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { DocumentsList } from './documents-list.tsx'
import { SnapshotsList } from './snapshots-list.tsx'

const route = getRouteApi('/evidence')

/** All that supports the controls: snapshots of sources, and filed documents. */
export function EvidencePage(): ReactNode {
  const { tab = 'snapshots' } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page
      title="Evidence"
      description="Raw records as the sources returned them, and filed documents. Each is kept under the hash of its content and named in the ledger."
    >
      <Panel>
        <Tabs
          value={tab}
          onChange={next => void navigate({ search: next === 'documents' ? { tab: 'documents' } : {} })}
        >
          <Tabs.List px="xs" pt={4}>
            <Tabs.Tab value="snapshots">Snapshots</Tabs.Tab>
            <Tabs.Tab value="documents">Documents</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="snapshots">
            <SnapshotsList />
          </Tabs.Panel>
          <Tabs.Panel value="documents">
            <DocumentsList />
          </Tabs.Panel>
        </Tabs>
      </Panel>
    </Page>
  )
}
