import { IconWebhook } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { oneOf, searchOf, text } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const access = 'webhooks.read'

const webhooksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/webhooks',
  staticData: { access },
  component: lazyRouteComponent(() => import('./webhooks-page.tsx'), 'WebhooksPage'),
})

const webhookRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/webhooks/$id',
  staticData: { access },
  validateSearch: searchOf({
    q: text,
    state: oneOf(['waiting', 'delivered', 'dead']),
    kind: text,
    cursor: text,
  }),
  component: lazyRouteComponent(() => import('./webhook-page.tsx'), 'WebhookPage'),
})

const deliveryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/webhooks/deliveries/$id',
  staticData: { access },
  component: lazyRouteComponent(() => import('./delivery-page.tsx'), 'DeliveryPage'),
})

export const webhooksRoutes = [webhooksRoute, webhookRoute, deliveryRoute] as const

export const webhooksWeb: WebFeature = {
  access,
  navigation: [{ to: '/webhooks', label: 'Webhooks', icon: IconWebhook, key: 'w' }],
}
