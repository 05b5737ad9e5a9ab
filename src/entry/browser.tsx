import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import '@mantine/charts/styles.css'
import '../web/theme.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { createRouter, RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { accessRoutes, accessWeb } from '../features/access/web/routes.tsx'
import { activityRoutes, activityWeb } from '../features/activity/web/routes.tsx'
import { aliasesRoutes, aliasesWeb } from '../features/aliases/web/routes.tsx'
import { checksRoutes, checksWeb } from '../features/checks/web/routes.tsx'
import { connectionsRoutes, connectionsWeb } from '../features/connections/web/routes.tsx'
import { controlsRoutes, controlsWeb } from '../features/controls/web/routes.tsx'
import { evidenceRoutes, evidenceWeb } from '../features/evidence/web/routes.tsx'
import { ledgerRoutes, ledgerWeb } from '../features/ledger/web/routes.tsx'
import { mailRoutes, mailWeb } from '../features/mail/web/routes.tsx'
import { homeWeb, overviewRoutes, overviewWeb } from '../features/overview/web/routes.tsx'
import { packagesRoutes, packagesWeb } from '../features/packages/web/routes.tsx'
import { providersRoutes } from '../features/providers/web/routes.tsx'
import { scopeRoutes, scopeWeb } from '../features/scope/web/routes.tsx'
import { webhooksRoutes, webhooksWeb } from '../features/webhooks/web/routes.tsx'
import { queryClient } from '../web/api/query-client.ts'
import { FeaturesProvider } from '../web/shell/features-context.tsx'
import { rootRoute } from '../web/shell/root-route.tsx'
import { cssVariablesResolver, theme } from '../web/theme.ts'

/** In the order of the navigation. */
const features = [
  overviewWeb,
  homeWeb,
  controlsWeb,
  checksWeb,
  evidenceWeb,
  connectionsWeb,
  ledgerWeb,
  activityWeb,
  packagesWeb,
  webhooksWeb,
  scopeWeb,
  aliasesWeb,
  accessWeb,
  mailWeb,
]

const routeTree = rootRoute.addChildren([
  ...overviewRoutes,
  ...controlsRoutes,
  ...checksRoutes,
  ...evidenceRoutes,
  ...connectionsRoutes,
  ...ledgerRoutes,
  ...activityRoutes,
  ...packagesRoutes,
  ...webhooksRoutes,
  ...scopeRoutes,
  ...aliasesRoutes,
  ...accessRoutes,
  ...mailRoutes,
  ...providersRoutes,
])

const router = createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

// Style elements that are made here bear it, by Mantine and by the library that keeps the page still behind a dialog (get-nonce, which asks for this global).
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
Object.assign(globalThis, { __webpack_nonce__: nonce })

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <FeaturesProvider value={features}>
          <RouterProvider router={router} />
          <Notifications position="bottom-right" />
        </FeaturesProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
