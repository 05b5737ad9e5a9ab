import { IconLink } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { searchOf, text } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const access = 'ledger.read'

const ledgerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/ledger',
  staticData: { access },
  validateSearch: searchOf({ q: text, kind: text, sort: text, cursor: text }),
  component: lazyRouteComponent(() => import('./ledger-page.tsx'), 'LedgerPage'),
})

const entryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/ledger/$id',
  staticData: { access },
  component: lazyRouteComponent(() => import('./entry-page.tsx'), 'EntryPage'),
})

export const ledgerRoutes = [ledgerRoute, entryRoute] as const

export const ledgerWeb: WebFeature = {
  access,
  navigation: [{ to: '/ledger', label: 'Ledger', icon: IconLink, key: 'l' }],
}
