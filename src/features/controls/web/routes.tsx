import { IconShieldCheck } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { controlStatusOrder } from '../../../web/components/status-words.ts'
import { oneOf, searchOf, text } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'
import { fetchControls } from './queries.ts'

const access = 'controls.read'

const controlsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/controls',
  staticData: { access },
  validateSearch: searchOf({
    q: text,
    status: oneOf(controlStatusOrder),
    category: text,
    criterion: text,
    sort: oneOf(['code', '-code', 'title', '-title', 'status', '-status', 'owner', '-owner']),
  }),
  component: lazyRouteComponent(() => import('./controls-page.tsx'), 'ControlsPage'),
})

const controlRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/controls/$id',
  staticData: { access },
  component: lazyRouteComponent(() => import('./control-page.tsx'), 'ControlPage'),
})

export const controlsRoutes = [controlsRoute, controlRoute] as const

export const controlsWeb: WebFeature = {
  access,
  navigation: [{ to: '/controls', label: 'Controls', icon: IconShieldCheck, key: 'c' }],
  palette: {
    group: 'Controls',
    queryKey: ['controls'],
    load: async signal =>
      (await fetchControls(signal)).map(({ id, code, title }) => ({
        id,
        label: title,
        description: code,
        to: `/controls/${id}`,
      })),
  },
}
