import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { oneOf, searchOf } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import './arrival.ts'

const access = 'providers.read'

const signOnRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in/sso',
  staticData: { alone: true },
  component: lazyRouteComponent(() => import('./sign-on-page.tsx'), 'SignOnPage'),
})

const providersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/providers',
  staticData: { access },
  component: lazyRouteComponent(() => import('./providers-page.tsx'), 'ProvidersPage'),
})

const newProviderRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/providers/new',
  staticData: { access: 'providers.change' },
  validateSearch: searchOf({ kind: oneOf(['oidc', 'saml']) }),
  component: lazyRouteComponent(() => import('./new-provider-page.tsx'), 'NewProviderPage'),
})

const providerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/providers/$id',
  staticData: { access },
  validateSearch: searchOf({ tab: oneOf(['people', 'provisioning']) }),
  component: lazyRouteComponent(() => import('./provider-page.tsx'), 'ProviderPage'),
})

export const providersRoutes = [signOnRoute, providersRoute, newProviderRoute, providerRoute] as const
