import { IconLink } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { searchOf, text } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const ledgerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/ledger',
  validateSearch: searchOf({ q: text, kind: text, sort: text, cursor: text }),
  component: lazyRouteComponent(() => import('./ledger-page.tsx'), 'LedgerPage'),
})

const entryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/ledger/$id',
  component: lazyRouteComponent(() => import('./entry-page.tsx'), 'EntryPage'),
})

export const ledgerRoutes = [ledgerRoute, entryRoute] as const

export const ledgerWeb: WebFeature = {
  navigation: [{ to: '/ledger', label: 'Ledger', icon: IconLink, key: 'l' }],
}
