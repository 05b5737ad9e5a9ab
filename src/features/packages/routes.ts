import { z } from 'zod'
import { VouchError } from '../../platform/errors/errors.ts'
import { type App, apiPrefix } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { packageInput, packagesPage, packagesQuery, startedJob } from './contract.ts'
import { requestPackage } from './jobs.ts'
import { findPackage, pageOfPackages, type selectPackages } from './store.ts'

type PackageRow = Awaited<ReturnType<ReturnType<typeof selectPackages>['execute']>>[number]

function presentPackage(row: PackageRow) {
  const { id, manifest, content, bytes, size, ledger_entry_id } = row
  return {
    id,
    manifest,
    content,
    bytes,
    size,
    ledger_entry_id,
    period_from: row.period_from.toISOString(),
    period_to: row.period_to.toISOString(),
    created_at: row.created_at.toISOString(),
    download: `${apiPrefix}/packages/${id}/download`,
  }
}

/** Packages: what was made, making one, getting one. */
export function packagesRoutes(app: App, services: Services): void {
  const { database, clock, objects } = services
  const tags = ['packages']
  app.get(
    '/packages',
    {
      config: { access: 'packages.read' },
      schema: {
        operationId: 'listPackages',
        summary: 'Packages that were made',
        tags,
        querystring: packagesQuery,
        response: { 200: packagesPage },
      },
    },
    request =>
      database.tenant(request.orgId, clock, async tx => {
        const page = await pageOfPackages(tx, request.query)
        return { items: page.rows.map(presentPackage), next_cursor: page.next_cursor, total: page.total }
      }),
  )
  app.post(
    '/packages',
    {
      config: { access: 'packages.make', fresh: true },
      schema: {
        operationId: 'makePackage',
        summary: 'Make a package of a period',
        tags,
        body: packageInput,
        response: { 202: startedJob },
      },
    },
    async (request, reply) => {
      const { from, to } = request.body
      if (from !== undefined && to !== undefined && from > to)
        throw new VouchError('invalid_input', 'The first day must not come after the last.')
      const job_id = await database.tenant(request.orgId, clock, tx =>
        requestPackage(tx, { ...(from && { from }), ...(to && { to }) }, request.actor),
      )
      return reply.code(202).send({ job_id })
    },
  )
  app.get(
    '/packages/:id/download',
    {
      config: { access: 'packages.read', sensitive: true, fresh: true },
      schema: {
        operationId: 'downloadPackage',
        summary: 'The package, a ZIP file',
        tags,
        params: z.object({ id: z.uuid() }),
        produces: ['application/zip'],
        response: { 200: z.any() },
      },
    },
    async (request, reply) => {
      const row = await database.tenant(request.orgId, clock, tx => findPackage(tx, request.params.id))
      if (!row) throw new VouchError('not_found', 'There is no such package.')
      const days = `${row.period_from.toISOString().slice(0, 10)}-to-${row.period_to.toISOString().slice(0, 10)}`
      return reply
        .type('application/zip')
        .header('content-length', row.bytes)
        .header('content-disposition', `attachment; filename="vouch-package-${days}.zip"`)
        .send(await objects.get(row.content))
    },
  )
}
