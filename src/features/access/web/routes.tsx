import { IconKey, IconUsers } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { oneOf, searchOf, text } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const access = 'members.read'
const alone = { alone: true } as const

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  staticData: alone,
  validateSearch: searchOf({ to: text }),
  component: lazyRouteComponent(() => import('./sign-in-page.tsx'), 'SignInPage'),
})

const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset',
  staticData: alone,
  component: lazyRouteComponent(() => import('./reset-page.tsx'), 'ResetPage'),
})

const setUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/set-up',
  staticData: alone,
  component: lazyRouteComponent(() => import('./set-up-page.tsx'), 'SetUpPage'),
})

const joinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join',
  staticData: alone,
  component: lazyRouteComponent(() => import('./join-page.tsx'), 'JoinPage'),
})

const membersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/members',
  staticData: { access },
  validateSearch: searchOf({
    tab: oneOf(['invitations', 'roles', 'sign-in']),
    q: text,
    sort: oneOf(['name', '-name', 'email', '-email', 'role', '-role', 'joined_at', '-joined_at']),
    cursor: text,
  }),
  component: lazyRouteComponent(() => import('./members-page.tsx'), 'MembersPage'),
})

const keysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/keys',
  staticData: { access: 'keys.make' },
  validateSearch: searchOf({
    state: oneOf(['ended', 'all']),
    q: text,
    sort: oneOf([
      'created_at',
      '-created_at',
      'name',
      '-name',
      'expires_at',
      '-expires_at',
      'last_used_at',
      '-last_used_at',
    ]),
    cursor: text,
  }),
  component: lazyRouteComponent(() => import('./keys-page.tsx'), 'KeysPage'),
})

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./account-page.tsx'), 'AccountPage'),
})

const missingFactorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/second-factor',
  staticData: alone,
  component: lazyRouteComponent(() => import('./missing-factor-page.tsx'), 'MissingFactorPage'),
})

export const accessRoutes = [
  missingFactorRoute,
  signInRoute,
  resetRoute,
  setUpRoute,
  joinRoute,
  membersRoute,
  keysRoute,
  accountRoute,
] as const

export const accessWeb: WebFeature = {
  access,
  navigation: [
    { to: '/members', label: 'Members', icon: IconUsers, key: 'm' },
    { to: '/keys', label: 'Keys', icon: IconKey, key: 'y' },
  ],
}
