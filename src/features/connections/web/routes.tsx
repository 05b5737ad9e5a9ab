import { IconPlugConnected } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { type Reader, searchOf, text } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'
import { fetchConnections } from './queries.ts'

/** True, or not in the address. */
const onOnly: Reader<true> = raw => (raw === true ? true : undefined)

const access = 'connections.read'

const connectionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/connections',
  staticData: { access },
  component: lazyRouteComponent(() => import('./connections-page.tsx'), 'ConnectionsPage'),
})

const newConnectionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/connections/new',
  staticData: { access: 'connections.change' },
  validateSearch: searchOf({ kind: text }),
  component: lazyRouteComponent(() => import('./new-connection-page.tsx'), 'NewConnectionPage'),
})

const monitoringRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/connections/monitoring',
  component: lazyRouteComponent(() => import('./monitoring-page.tsx'), 'MonitoringPage'),
})

const connectionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/connections/$id',
  staticData: { access },
  validateSearch: searchOf({ cursor: text, edit: onOnly }),
  component: lazyRouteComponent(() => import('./connection-page.tsx'), 'ConnectionPage'),
})

export const connectionsRoutes = [connectionsRoute, newConnectionRoute, monitoringRoute, connectionRoute] as const

export const connectionsWeb: WebFeature = {
  access,
  navigation: [{ to: '/connections', label: 'Connections', icon: IconPlugConnected, key: 'n' }],
  palette: {
    group: 'Connections',
    queryKey: ['connections'],
    load: async signal =>
      (await fetchConnections(signal)).map(({ id, name, kind }) => ({
        id,
        label: name,
        description: kind,
        to: `/connections/${id}`,
      })),
  },
}
