import { Readable } from 'node:stream'
import { z } from 'zod'
import type { App, Routes } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { activityDetailSchema, activityPage, activityQuery, exportQuery, streamQuery } from './contract.ts'
import { exportActivity, followActivity, type NamesOf, presentActivity, readActivity } from './read-activity.ts'
import { pageOfActivity } from './store.ts'

/** Who did what: a list, an entry with its proof, exports, and a stream for a SIEM. */
export function activityRoutes(namesOf: NamesOf): Routes {
  return (app: App, services: Services) => {
    const { database, clock } = services
    const tags = ['activity']
    const access = 'activity.read'
    app.get(
      '/activity',
      {
        config: { access },
        schema: {
          operationId: 'listActivity',
          summary: 'Who did what',
          tags,
          querystring: activityQuery,
          response: { 200: activityPage },
        },
      },
      request =>
        database.tenant(request.orgId, clock, async tx => {
          const { rows, next_cursor, total } = await pageOfActivity(tx, request.query)
          return { items: await presentActivity(tx, rows, namesOf), next_cursor, total }
        }),
    )
    app.get(
      '/activity/:id',
      {
        config: { access },
        schema: {
          operationId: 'getActivity',
          summary: 'One activity: what it changed, and whether it is still what was recorded',
          tags,
          params: z.object({ id: z.coerce.number().int().min(1) }),
          response: { 200: activityDetailSchema },
        },
      },
      request => database.tenant(request.orgId, clock, tx => readActivity(tx, request.params.id, namesOf)),
    )
    app.get(
      '/activity/export',
      {
        config: { access, sensitive: true, fresh: true },
        schema: {
          operationId: 'exportActivity',
          summary: 'The activity that the filters leave, as CSV or JSON Lines',
          tags,
          querystring: exportQuery,
          produces: ['text/csv', 'application/x-ndjson'],
          response: { 200: z.any() },
        },
      },
      async (request, reply) => {
        const { format } = request.query
        return reply
          .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
          .header('content-disposition', `attachment; filename="activity.${format}"`)
          .send(Readable.from(exportActivity(services, request.orgId, request.query, namesOf)))
      },
    )
    app.get(
      '/activity/stream',
      {
        // Not recorded: each answer would be the next one's content.
        config: { access },
        schema: {
          operationId: 'followActivity',
          summary: 'The activity after a cursor, oldest first, as JSON Lines of OCSF 1.3.0 events: for a SIEM',
          tags,
          querystring: streamQuery,
          produces: ['application/x-ndjson'],
          response: { 200: z.any() },
        },
      },
      async (request, reply) => {
        const { after, limit, wait } = request.query
        const ask = () => database.tenant(request.orgId, clock, tx => followActivity(tx, after, limit, namesOf))
        const { lines, next } = await askUntilAny(services, request.orgId, ask, wait * 1_000, request.signal)
        if (wait > 0) await request.permitAgain()
        return reply.type('application/x-ndjson').header('x-next-cursor', next).send(lines.join(''))
      },
    )
  }
}

type Followed = Awaited<ReturnType<typeof followActivity>>

/** Asks again at each new checkpoint of the organisation's log until there is something, or the time is up, or nobody listens any more. */
async function askUntilAny(
  { changes }: Services,
  orgId: string,
  ask: () => Promise<Followed>,
  ms: number,
  gone: AbortSignal,
): Promise<Followed> {
  const over = AbortSignal.any([gone, AbortSignal.timeout(ms)])
  let wake = () => {}
  // Listening before asking: what comes in between is not missed.
  let woken = new Promise<void>(resolve => (wake = resolve))
  const stops = [
    changes.onChange(event => event.orgId === orgId && event.topic.startsWith('ledger.') && wake()),
    changes.onGap(() => wake()),
  ]
  over.addEventListener('abort', () => wake())
  try {
    for (;;) {
      const found = await ask()
      if (found.lines.length > 0 || ms === 0 || over.aborted) return found
      await woken
      woken = new Promise<void>(resolve => (wake = resolve))
    }
  } finally {
    for (const stop of stops) stop()
  }
}
