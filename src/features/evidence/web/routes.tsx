import { IconDatabase } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { oneOf, searchOf, text, whole } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const access = 'evidence.read'

const evidenceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/evidence',
  staticData: { access },
  validateSearch: searchOf({
    tab: oneOf(['snapshots', 'documents']),
    q: text,
    resource: text,
    connection: text,
    sort: text,
    cursor: text,
  }),
  component: lazyRouteComponent(() => import('./evidence-page.tsx'), 'EvidencePage'),
})

const snapshotRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/evidence/$id',
  staticData: { access },
  validateSearch: searchOf({ q: text, offset: whole(0) }),
  component: lazyRouteComponent(() => import('./snapshot-page.tsx'), 'SnapshotPage'),
})

const traceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/trace/$check',
  staticData: { access },
  validateSearch: searchOf({ subject: text }),
  component: lazyRouteComponent(() => import('./trace-page.tsx'), 'TracePage'),
})

export const evidenceRoutes = [evidenceRoute, snapshotRoute, traceRoute] as const

export const evidenceWeb: WebFeature = {
  access,
  navigation: [{ to: '/evidence', label: 'Evidence', icon: IconDatabase, key: 'e' }],
}
