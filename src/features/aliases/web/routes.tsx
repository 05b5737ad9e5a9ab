import { IconEyeOff } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const access = 'aliases.read'

const aliasesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/aliases',
  staticData: { access },
  component: lazyRouteComponent(() => import('./aliases-page.tsx'), 'AliasesPage'),
})

export const aliasesRoutes = [aliasesRoute] as const

export const aliasesWeb: WebFeature = {
  access,
  navigation: [{ to: '/aliases', label: 'Aliases', icon: IconEyeOff, key: 'i' }],
}
