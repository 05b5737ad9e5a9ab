import { z } from 'zod'
import { exceptedSubjects } from '../../../verifier/rules/program.ts'
import type { App } from '../../platform/http/app.ts'
import { listQuery, pageOf } from '../../platform/http/paging.ts'
import type { Services } from '../../platform/services.ts'
import { addCheck, previewNewCheck, readTables, requireControls } from './add-check.ts'
import { changeCheck, resetCheck } from './change-check.ts'
import {
  checkChange,
  checkList,
  checkRunSchema,
  checkSchema,
  checkTables,
  exceptionInput,
  exceptionSchema,
  type findingSchema,
  findingsPage,
  findingsQuery,
  newCheck,
  newPreviewRequest,
  outcomeSchema,
  previewRequest,
  previewSchema,
  resultsPage,
  resultsQuery,
  startedJob,
} from './contract.ts'
import { grantException, revokeException } from './exceptions.ts'
import { listExceptions, pageOfFindings, type selectFindings } from './findings-store.ts'
import { requestChecks } from './jobs.ts'
import { previewCheck } from './preview-check.ts'
import { presentRuns, readCheck, readChecks } from './read-checks.ts'
import { pageOfResults, pageOfRuns } from './runs-store.ts'
import { listStoredChecks, requireCheck, type StoredCheck } from './store.ts'

const params = z.object({ id: z.string().max(200) })
const byUuid = z.object({ id: z.uuid() })

/** Checks, what they found, and exceptions. */
export function checksRoutes(app: App, services: Services): void {
  const { database, clock } = services
  const tags = ['checks']
  const read = { access: 'checks.read' }
  const change = { access: 'checks.change' }
  app.get(
    '/checks',
    {
      config: read,
      schema: {
        operationId: 'listChecks',
        summary: 'Every check and its newest outcome',
        tags,
        response: { 200: checkList },
      },
    },
    request => database.tenant(request.orgId, clock, async tx => ({ items: await readChecks(tx) })),
  )
  app.post(
    '/checks/run',
    {
      config: { access: 'checks.run' },
      schema: { operationId: 'runChecks', summary: 'Run all checks now', tags, response: { 202: startedJob } },
    },
    async (request, reply) => {
      const job_id = await database.tenant(request.orgId, clock, tx => requestChecks(tx, 'demand'))
      return reply.code(202).send({ job_id })
    },
  )
  app.post(
    '/checks',
    {
      config: change,
      schema: {
        operationId: 'addCheck',
        summary: 'Add a check of one’s own; its query is tried first',
        tags,
        body: newCheck,
        response: { 201: checkSchema },
      },
    },
    async (request, reply) => {
      const id = await addCheck(services, request.orgId, request.body, request.actor)
      return reply.code(201).send(await database.tenant(request.orgId, clock, tx => readCheck(tx, id)))
    },
  )
  app.post(
    '/checks/preview',
    {
      config: change,
      schema: {
        operationId: 'previewNewCheck',
        summary: 'Try a query that is no check yet; nothing is kept',
        tags,
        body: newPreviewRequest,
        response: { 200: previewSchema },
      },
    },
    request => previewNewCheck(services, request.orgId, request.body),
  )
  app.get(
    '/checks/tables',
    {
      config: read,
      schema: {
        operationId: 'listCheckTables',
        summary: 'What checks can look at, with its columns',
        tags,
        response: { 200: checkTables },
      },
    },
    request => database.tenant(request.orgId, clock, readTables),
  )
  app.get(
    '/checks/:id',
    {
      config: read,
      schema: { operationId: 'getCheck', summary: 'One check', tags, params, response: { 200: checkSchema } },
    },
    request => database.tenant(request.orgId, clock, tx => readCheck(tx, request.params.id)),
  )
  app.patch(
    '/checks/:id',
    {
      config: change,
      schema: {
        operationId: 'changeCheck',
        summary: 'Change a check: a new version',
        tags,
        params,
        body: checkChange,
        response: { 200: checkSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        await requireControls(tx, request.body.details?.controls ?? [])
        await changeCheck(tx, request.params.id, request.body, request.actor)
        return readCheck(tx, request.params.id)
      }),
  )
  app.post(
    '/checks/:id/reset',
    {
      config: change,
      schema: {
        operationId: 'resetCheck',
        summary: 'Go back to the check as shipped',
        tags,
        params,
        response: { 200: checkSchema },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        await resetCheck(tx, request.params.id, request.actor)
        return readCheck(tx, request.params.id)
      }),
  )
  app.post(
    '/checks/:id/preview',
    {
      config: change,
      schema: {
        operationId: 'previewCheck',
        summary: 'Try a draft of the SQL; nothing is kept',
        tags,
        params,
        body: previewRequest,
        response: { 200: previewSchema },
      },
    },
    request => previewCheck(services, request.orgId, request.params.id, request.body),
  )
  app.get(
    '/checks/:id/results',
    {
      config: read,
      schema: {
        operationId: 'listResults',
        summary: 'The newest results, by subject',
        tags,
        params,
        querystring: resultsQuery,
        response: { 200: resultsPage },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const { id } = request.params
        await requireCheck(tx, id)
        const page = await pageOfResults(tx, id, request.query)
        const exceptions = (await listExceptions(tx)).map(presentException).map(row => ({
          ...row,
          exception: row.id,
          check: row.check_id,
          subject: row.subject_id,
          revokedAt: row.revoked_at ?? undefined,
        }))
        const excepted = exceptedSubjects({ exceptions }, id, tx.clock.now().toISOString())
        const items = page.rows.map(row => ({
          subject_id: row.subject_id,
          status: outcomeSchema.parse(row.status),
          reason: row.reason,
          columns: z.record(z.string(), z.json()).parse(row.columns),
          excepted: row.status === 'fail' && excepted.has(row.subject_id),
        }))
        return { items, next_cursor: page.next_cursor, total: page.total }
      }),
  )
  app.get(
    '/checks/:id/runs',
    {
      config: read,
      schema: {
        operationId: 'listCheckRuns',
        summary: "A check's runs",
        tags,
        params,
        querystring: listQuery(['as_of'], '-as_of'),
        response: { 200: pageOf(checkRunSchema) },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        await requireCheck(tx, request.params.id)
        const page = await pageOfRuns(tx, request.params.id, request.query)
        return {
          items: await presentRuns(tx, page.rows),
          next_cursor: page.next_cursor,
          total: page.total,
        }
      }),
  )
  app.get(
    '/findings',
    {
      config: read,
      schema: {
        operationId: 'listFindings',
        summary: 'What fails, since when',
        tags,
        querystring: findingsQuery,
        response: { 200: findingsPage },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const page = await pageOfFindings(tx, request.query)
        const checks = new Map((await listStoredChecks(tx)).map(check => [check.id, check]))
        const items = page.rows.flatMap(row => {
          const check = checks.get(row.check_id)
          return check ? [presentFinding(row, check)] : []
        })
        return { items, next_cursor: page.next_cursor, total: page.total }
      }),
  )
  app.post(
    '/exceptions',
    {
      config: { access: 'exceptions.grant' },
      schema: {
        operationId: 'grantException',
        summary: 'Except a subject from a check, for a time and a reason',
        tags,
        body: exceptionInput,
        response: { 201: exceptionSchema },
      },
    },
    async (request, reply) => {
      const exception = await database.tenant(request.orgId, clock, tx =>
        grantException(tx, request.body, request.actor),
      )
      return reply.code(201).send(exception)
    },
  )
  app.delete(
    '/exceptions/:id',
    {
      config: { access: 'exceptions.revoke' },
      schema: {
        operationId: 'revokeException',
        summary: 'End an exception',
        tags,
        params: byUuid,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await database.tenant(request.orgId, clock, tx => revokeException(tx, request.params.id, request.actor))
      return reply.code(204).send()
    },
  )
}

function presentException(row: Awaited<ReturnType<typeof listExceptions>>[number]) {
  const { id, check_id, subject_id, reason, approver } = row
  return {
    id,
    check_id,
    subject_id,
    reason,
    approver,
    granted_at: row.granted_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
  }
}

type FindingRow = Awaited<ReturnType<ReturnType<typeof selectFindings>['execute']>>[number]

function presentFinding(row: FindingRow, check: StoredCheck): z.infer<typeof findingSchema> {
  const { exception_id, exception_reason, approver, granted_at, expires_at } = row
  const exception =
    exception_id && exception_reason && approver && granted_at && expires_at
      ? {
          id: exception_id,
          reason: exception_reason,
          approver,
          granted_at: granted_at.toISOString(),
          expires_at: expires_at.toISOString(),
        }
      : null
  return {
    id: row.id,
    check_id: row.check_id,
    check_title: check.definition.metadata.title,
    severity: check.definition.metadata.severity,
    subject_id: row.subject_id,
    reason: row.reason,
    state: row.resolved_at ? 'resolved' : exception ? 'excepted' : 'open',
    opened_at: row.opened_at.toISOString(),
    last_failed_at: row.last_failed_at.toISOString(),
    resolved_at: row.resolved_at?.toISOString() ?? null,
    exception,
  }
}
