import type { LoggedFact } from '../../../verifier/records/facts.ts'
import { factSchemas } from '../../../verifier/records/facts.ts'
import type { Services } from '../../platform/services.ts'
import { adoptControls } from '../controls/adopt-controls.ts'
import { adoptFramework } from '../frameworks/adopt-framework.ts'
import { makeOrganisation } from '../scope/builders.ts'
import { adoptChecks } from './change-check.ts'
import { type RunRequest, runChecks } from './run-checks.ts'

/** An organisation with everything that this version ships; test data. Returns its id. */
export function makeFullOrganisation(services: Services): Promise<string> {
  return makeOrganisation(services, async tx => {
    await adoptFramework(services, tx, 'operator')
    await adoptControls(tx, 'operator')
    await adoptChecks(tx, 'operator')
  })
}

/** Runs all checks, on demand, to the end. */
export function checkNow(services: Services, orgId: string, request: Partial<RunRequest> = {}) {
  return runChecks(services, orgId, {
    jobId: null,
    cause: 'sample',
    signal: new AbortController().signal,
    progress: () => {},
    ...request,
  })
}

/** Every integrated fact of an organisation, opened, as a verifier has them. */
export function openLedger(services: Services, orgId: string): Promise<LoggedFact[]> {
  return services.database.tenant(orgId, services.clock, async tx => {
    const rows = await tx.sql
      .selectFrom('ledger_leaf')
      .innerJoin('ledger_entry', 'ledger_entry.id', 'ledger_leaf.entry_id')
      .innerJoin('ledger_opening', 'ledger_opening.entry_id', 'ledger_leaf.entry_id')
      .select(['ledger_leaf.index', 'kind', 'time', 'actor', 'subject', 'content'])
      .orderBy('ledger_leaf.index')
      .execute()
    return rows.map(row => {
      const schema = factSchemas[row.kind as keyof typeof factSchemas]
      return { ...row, time: row.time.toISOString(), content: schema.parse(JSON.parse(row.content)) } as LoggedFact
    })
  })
}
