import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { CheckDefinition } from '../../../verifier/checks/check.ts'
import { runChecks as runInSandbox } from '../../../verifier/checks/engine.ts'
import type { ParameterValue } from '../../../verifier/checks/parameters.ts'
import { readResults } from '../../../verifier/checks/read-results.ts'
import type { Services } from '../../platform/services.ts'
import { connectionsInUse } from '../connections/read-connections.ts'
import { allResources } from '../connections/registry.ts'
import { latestSnapshots } from '../evidence/snapshots.ts'
import { requireParameters } from './change-check.ts'
import type { previewRequest, previewSchema } from './contract.ts'
import { stageSnapshots, tablesOf } from './stage-snapshots.ts'
import { getStoredCheck } from './store.ts'

const shownRows = 200
const previewTimeoutMs = 15_000

/**
 * Runs a draft of a check's SQL over the newest snapshots, in the same sandbox as a real run, and keeps nothing of it. What is wrong with the SQL is in the answer's
 * `error`; throws `not_found` for the check, `invalid_input` for parameters.
 */
export async function previewCheck(
  services: Services,
  orgId: string,
  id: string,
  draft: z.infer<typeof previewRequest>,
): Promise<z.infer<typeof previewSchema>> {
  const check = await services.database.tenant(orgId, services.clock, tx => getStoredCheck(tx, id))
  const definition = { ...check.definition, sql: draft.sql }
  const parameters = draft.parameters ?? check.parameters
  requireParameters(definition, parameters)
  return previewDefinition(services, orgId, definition, parameters)
}

/** Runs a definition over the newest snapshots, in the same sandbox as a real run, and keeps nothing of it. What is wrong with the SQL is in the answer's `error`. */
export async function previewDefinition(
  services: Services,
  orgId: string,
  definition: CheckDefinition,
  parameters: Readonly<Record<string, ParameterValue>>,
): Promise<z.infer<typeof previewSchema>> {
  const { database, clock, objects } = services
  const snapshots = await database.tenant(orgId, clock, async tx => latestSnapshots(tx, await connectionsInUse(tx)))
  const { id, resources, optional_resources } = definition.metadata
  const names = [...resources, ...optional_resources]
  const folder = await mkdtemp(join(tmpdir(), 'vouch-preview-'))
  try {
    const inputs = snapshots.filter(candidate => names.includes(candidate.resource))
    const tables = tablesOf(inputs, await stageSnapshots(objects, inputs, folder))
    const outDir = join(folder, 'results')
    await mkdir(outDir)
    const declarations = names.flatMap(
      name => snapshots.find(snapshot => snapshot.resource === name)?.declaration ?? allResources().get(name) ?? [],
    )
    const report = await runInSandbox(
      {
        resources: declarations.map(declaration => ({ declaration, files: [] })),
        checks: [{ key: id, definition, parameters, asOf: clock.now().toISOString(), tables }],
      },
      { outDir, checkTimeoutMs: previewTimeoutMs },
    )
    const [outcome] = report.results
    const none = { passed: 0, failed: 0, unknown: 0, not_applicable: 0 }
    if (!outcome?.ok)
      return { ok: false, error: outcome?.error.message ?? 'It was not run.', ...none, rows: [], duration_ms: 0 }
    const rows: z.infer<typeof previewSchema>['rows'] = []
    for await (const { subject_id, status, reason, ...columns } of readResults(outcome.file)) {
      rows.push({ subject_id, status, reason, columns: z.record(z.string(), z.json()).parse(columns) })
      if (rows.length === shownRows) break
    }
    const { pass, fail, unknown, not_applicable } = outcome.counts
    return {
      ok: true,
      error: null,
      passed: pass,
      failed: fail,
      unknown,
      not_applicable,
      rows,
      duration_ms: outcome.durationMs,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
