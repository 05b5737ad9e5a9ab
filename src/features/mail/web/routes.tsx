import { IconMail } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { oneOf, searchOf, text } from '../../../web/search.ts'
import { rootRoute } from '../../../web/shell/root-route.tsx'
import type { WebFeature } from '../../../web/shell/web-feature.ts'

const access = 'mail.read'

const mailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/mail',
  staticData: { access },
  validateSearch: searchOf({
    q: text,
    state: oneOf(['waiting', 'sending', 'sent', 'preview', 'refused', 'given_up', 'cancelled']),
    template: oneOf(['invitation', 'sign_in_link', 'password_reset', 'security_notice', 'test']),
    sort: oneOf(['created_at', '-created_at', 'recipient', '-recipient', 'template', '-template', 'state', '-state']),
    cursor: text,
  }),
  component: lazyRouteComponent(() => import('./mail-page.tsx'), 'MailPage'),
})

export const mailRoutes = [mailRoute] as const

export const mailWeb: WebFeature = {
  access,
  navigation: [{ to: '/mail', label: 'Mail', icon: IconMail, key: 'w' }],
}
