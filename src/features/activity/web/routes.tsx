import { IconActivity } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { oneOf, searchOf, text } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const access = 'activity.read'

const activityRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/activity',
  staticData: { access },
  validateSearch: searchOf({
    q: text,
    actor: text,
    operation: text,
    outcome: oneOf(['done', 'refused', 'failed']),
    subject: text,
    from: text,
    to: text,
    cursor: text,
  }),
  component: lazyRouteComponent(() => import('./activity-page.tsx'), 'ActivityPage'),
})

export const activityRoutes = [activityRoute] as const

export const activityWeb: WebFeature = {
  access,
  navigation: [{ to: '/activity', label: 'Activity', icon: IconActivity, key: 'a' }],
}
