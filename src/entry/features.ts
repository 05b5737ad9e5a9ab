import { factorRoutes } from '../features/access/factor-routes.ts'
import { keyRoutes } from '../features/access/key-routes.ts'
import { mailedLinkRoutes } from '../features/access/mailed-link-routes.ts'
import { mailLink } from '../features/access/mailed-links.ts'
import { memberRoutes } from '../features/access/member-routes.ts'
import { namesOf, namesOfActors } from '../features/access/people.ts'
import { proofRoutes } from '../features/access/proof-routes.ts'
import { roleRoutes } from '../features/access/role-routes.ts'
import { mailNotice } from '../features/access/security-notices.ts'
import { sessionRoutes } from '../features/access/session-routes.ts'
import { activityRoutes } from '../features/activity/routes.ts'
import { aliasesRoutes } from '../features/aliases/routes.ts'
import { checksJob, requestChecks } from '../features/checks/jobs.ts'
import { checksRoutes } from '../features/checks/routes.ts'
import { checkSupport, snapshotUses } from '../features/checks/support.ts'
import { collectJob, scheduleTick } from '../features/connections/jobs.ts'
import { monitoringRoutes } from '../features/connections/monitoring-routes.ts'
import { pushRoutes } from '../features/connections/push/routes.ts'
import { connectionsRoutes } from '../features/connections/routes.ts'
import { hasControl } from '../features/controls/read-controls.ts'
import { controlsRoutes } from '../features/controls/routes.ts'
import { evidenceRoutes } from '../features/evidence/routes.ts'
import { frameworksRoutes } from '../features/frameworks/routes.ts'
import { ledgerTick } from '../features/ledger/integrator.ts'
import { ledgerRoutes } from '../features/ledger/routes.ts'
import { mailRoutes } from '../features/mail/routes.ts'
import { overviewRoutes } from '../features/overview/routes.ts'
import { exportJob } from '../features/packages/jobs.ts'
import { packagesRoutes } from '../features/packages/routes.ts'
import { providerRoutes } from '../features/providers/routes.ts'
import { signOnRoutes } from '../features/providers/sign-on-routes.ts'
import { scopeRoutes } from '../features/scope/routes.ts'
import { webhooksRoutes } from '../features/webhooks/routes.ts'
import { webhooksTick } from '../features/webhooks/sender.ts'
import type { Routes } from '../platform/http/app.ts'
import { requestKeyTick } from '../platform/http/request-keys.ts'
import type { JobDefinition, Tasks, Tick } from '../platform/jobs/job.ts'
import { jobRoutes } from '../platform/jobs/routes.ts'
import { sweepMessages } from '../platform/mail/mail-store.ts'
import { sendMessage } from '../platform/mail/send-message.ts'
import type { Services } from '../platform/services.ts'
import { personalStores } from './personal-stores.ts'
import { setUpOrganisation } from './set-up.ts'

/** Every feature's routes, lowest feature first. */
export const routes: readonly Routes[] = [
  jobRoutes,
  ledgerRoutes,
  activityRoutes(namesOf),
  evidenceRoutes({ uses: snapshotUses, hasControl, namesOf: namesOfActors }),
  frameworksRoutes,
  scopeRoutes,
  sessionRoutes(setUpOrganisation),
  memberRoutes(setUpOrganisation),
  keyRoutes,
  roleRoutes,
  mailedLinkRoutes,
  mailRoutes,
  signOnRoutes,
  providerRoutes,
  factorRoutes,
  proofRoutes,
  controlsRoutes(checkSupport),
  connectionsRoutes,
  pushRoutes(async tx => void (await requestChecks(tx, 'collection'))),
  monitoringRoutes,
  checksRoutes,
  packagesRoutes,
  webhooksRoutes,
  overviewRoutes,
  aliasesRoutes(personalStores),
]

/** Every kind of job. New snapshots make the checks run. */
export function jobs(services: Services): readonly JobDefinition[] {
  return [
    collectJob(services, async tx => void (await requestChecks(tx, 'collection'))),
    checksJob(services),
    exportJob(services),
  ] as readonly JobDefinition[]
}

/** What happens every minute. */
export function ticks(services: Services): readonly Tick[] {
  const mailTick = { name: 'mail', run: () => sweepMessages(services.database) }
  return [scheduleTick(services), ledgerTick(services), requestKeyTick(services), webhooksTick(services), mailTick]
}

/** What the database puts on the queue by itself. */
export function tasks(services: Services): Tasks {
  return { mail: sendMessage(services), mail_link: mailLink(services), mail_notice: mailNotice(services) }
}
