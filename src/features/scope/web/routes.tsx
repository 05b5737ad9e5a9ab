import { IconTarget } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const scopeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/scope',
  component: lazyRouteComponent(() => import('./scope-page.tsx'), 'ScopePage'),
})

export const scopeRoutes = [scopeRoute] as const

export const scopeWeb: WebFeature = {
  navigation: [{ to: '/scope', label: 'Scope', icon: IconTarget, key: 's' }],
}
