import { IconPackage } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { searchOf, text } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const access = 'packages.read'

const packagesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/packages',
  staticData: { access },
  validateSearch: searchOf({ cursor: text }),
  component: lazyRouteComponent(() => import('./packages-page.tsx'), 'PackagesPage'),
})

export const packagesRoutes = [packagesRoute] as const

export const packagesWeb: WebFeature = {
  access,
  navigation: [{ to: '/packages', label: 'Packages', icon: IconPackage, key: 'p' }],
}
