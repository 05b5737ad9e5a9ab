import { IconTarget } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const access = 'scope.read'

const scopeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/scope',
  staticData: { access },
  component: lazyRouteComponent(() => import('./scope-page.tsx'), 'ScopePage'),
})

export const scopeRoutes = [scopeRoute] as const

export const scopeWeb: WebFeature = {
  access,
  navigation: [{ to: '/scope', label: 'Scope', icon: IconTarget, key: 's' }],
}
