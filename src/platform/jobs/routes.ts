import { z } from 'zod'
import type { App } from '../http/app.ts'
import type { Services } from '../services.ts'
import { jobStates } from './job.ts'
import { getJob, requestCancel } from './job-store.ts'

export const jobSchema = z
  .object({
    id: z.uuid(),
    kind: z.string(),
    subject: z.string(),
    state: z.enum(jobStates),
    message: z.string(),
    done: z.int().nullable(),
    total: z.int().nullable(),
    error: z.string().nullable(),
    cancel_requested: z.boolean(),
    created_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Job' })

const params = z.object({ id: z.uuid() })

/** Jobs as pages see them: one job's progress, and a way to stop it. */
export function jobRoutes(app: App, services: Services): void {
  const { database, clock } = services
  app.get(
    '/jobs/:id',
    {
      config: { access: 'jobs.read' },
      schema: {
        operationId: 'getJob',
        summary: 'One job and its progress',
        tags: ['jobs'],
        params,
        response: { 200: jobSchema },
      },
    },
    request => database.tenant(request.orgId, clock, async tx => present(await getJob(tx, request.params.id))),
  )
  app.post(
    '/jobs/:id/cancel',
    {
      config: { access: 'jobs.cancel' },
      schema: {
        operationId: 'cancelJob',
        summary: 'Ask a job to stop',
        tags: ['jobs'],
        params,
        response: { 200: jobSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        await requestCancel(tx, request.params.id)
        return present(await getJob(tx, request.params.id))
      }),
  )
}

function present(job: Awaited<ReturnType<typeof getJob>>): z.infer<typeof jobSchema> {
  return {
    id: job.id,
    kind: job.kind,
    subject: job.subject,
    state: z.enum(jobStates).parse(job.state),
    message: job.message,
    done: job.done,
    total: job.total,
    error: job.error,
    cancel_requested: job.cancel_requested,
    created_at: job.created_at.toISOString(),
    finished_at: job.finished_at?.toISOString() ?? null,
  }
}
