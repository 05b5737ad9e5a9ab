import { IconAlertTriangle, IconListCheck } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { outcomeOrder } from '../../../web/components/status-words.ts'
import { oneOf, searchOf, text } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'
import { fetchChecks } from './queries.ts'

const access = 'checks.read'

const severities = ['critical', 'high', 'medium', 'low'] as const
const findingStates = ['open', 'excepted', 'resolved'] as const

const checksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/checks',
  staticData: { access },
  validateSearch: searchOf({
    q: text,
    outcome: oneOf([...outcomeOrder, 'never_run']),
    severity: oneOf(severities),
    source: text,
    sort: oneOf(['title', '-title', 'severity', '-severity', 'outcome', '-outcome', 'findings', '-findings']),
  }),
  component: lazyRouteComponent(() => import('./checks-page.tsx'), 'ChecksPage'),
})

const checkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/checks/$id',
  staticData: { access },
  validateSearch: searchOf({
    tab: oneOf(['results', 'findings', 'runs', 'query']),
    status: oneOf(outcomeOrder),
    state: oneOf(findingStates),
    q: text,
    sort: text,
    cursor: text,
  }),
  component: lazyRouteComponent(() => import('./check-page.tsx'), 'CheckPage'),
})

const newCheckRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/checks/new',
  staticData: { access: 'checks.change' },
  component: lazyRouteComponent(() => import('./new-check-page.tsx'), 'NewCheckPage'),
})

const findingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/findings',
  staticData: { access },
  validateSearch: searchOf({
    q: text,
    state: oneOf(findingStates),
    check: text,
    sort: oneOf(['opened_at', '-opened_at', 'check_id', '-check_id']),
    cursor: text,
  }),
  component: lazyRouteComponent(() => import('./findings-page.tsx'), 'FindingsPage'),
})

export const checksRoutes = [checksRoute, newCheckRoute, checkRoute, findingsRoute] as const

export const checksWeb: WebFeature = {
  access,
  navigation: [
    { to: '/checks', label: 'Checks', icon: IconListCheck, key: 'k' },
    { to: '/findings', label: 'Findings', icon: IconAlertTriangle, key: 'f' },
  ],
  palette: {
    group: 'Checks',
    queryKey: ['checks'],
    load: async signal =>
      (await fetchChecks(signal)).map(({ id, title }) => ({ id, label: title, description: id, to: `/checks/${id}` })),
  },
}
