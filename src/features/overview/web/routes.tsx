import { IconHome, IconLayoutDashboard } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./home-page.tsx'), 'HomePage'),
})

export const overviewRoutes = [overviewRoute] as const

const access = 'overview.read'

export const overviewWeb: WebFeature = {
  access,
  navigation: [{ to: '/', label: 'Overview', icon: IconLayoutDashboard, key: 'o' }],
}

/** The first page of those who have no overview. */
export const homeWeb: WebFeature = {
  unless: access,
  navigation: [{ to: '/', label: 'Home', icon: IconHome, key: 'o' }],
}
