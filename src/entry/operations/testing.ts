import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChecks } from '../../features/checks/run-checks.ts'
import { addConnection } from '../../features/connections/change-connection.ts'
import { collect } from '../../features/connections/collect.ts'
import { operatorActor } from '../../features/ledger/append-fact.ts'
import { integrate } from '../../features/ledger/integrate.ts'
import { dataFolderMode } from '../../platform/config/data-folder.ts'
import type { Services } from '../../platform/services.ts'
import { setUpOrganisation } from '../set-up.ts'

/** A real organisation with one collection of a CSV file, and its checks run; test data. Returns its id. */
export async function makeSmallOrganisation(services: Services, slug = 'small'): Promise<string> {
  const orgId = await setUpOrganisation(services, { slug, name: `Small ${slug}`, isSample: false }, operatorActor)
  const folder = join(services.config.dataDir, `sources-${slug}`)
  mkdirSync(folder)
  const rows = Array.from({ length: 300 }, (_, n) => `e${n},Émile ${n},e${n}@sample.example,active,2024-01-01\n`)
  writeFileSync(join(folder, 'people.csv'), `employee_id,name,email,status,start_date\n${rows.join('')}`)
  const mapping = Object.fromEntries(['employee_id', 'name', 'email', 'status', 'start_date'].map(name => [name, name]))
  const settings = { folder, files: [{ file: 'people.csv', resource: 'hr.employee', mapping }] }
  const connectionId = await services.database.tenant(orgId, services.clock, tx =>
    addConnection(services, tx, { kind: 'files', name: 'Files', settings, every_hours: null }, operatorActor),
  )
  const { signal } = new AbortController()
  const common = { jobId: null, cause: 'demand' as const, signal, progress: () => {} }
  await collect(services, orgId, { connectionId, ...common, onPublished: async () => {} })
  await runChecks(services, orgId, common)
  await integrate(services, orgId)
  return orgId
}

/** A new empty folder in the temporary folder, and how to remove it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'vouch-operations-'))
  chmodSync(path, dataFolderMode)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
