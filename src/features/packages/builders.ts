import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { SimulatedClock } from '../../platform/clock/clock.ts'
import { readConfig } from '../../platform/config/config.ts'
import { Database } from '../../platform/db/database.ts'
import { prepareDatabase } from '../../platform/db/prepare-database.ts'
import { ChangeListener } from '../../platform/events/events.ts'
import { Mail } from '../../platform/mail/mail.ts'
import { FolderStore } from '../../platform/objects/folder-store.ts'
import type { Services } from '../../platform/services.ts'
import { SignIn } from '../../platform/sign-in/sign-in.ts'
import { deriveSecret, loadMasterKeys } from '../../platform/vault/master-key.ts'
import { operatorVaultStore } from '../../platform/vault/sql-store.ts'
import { Vault } from '../../platform/vault/vault.ts'
import { adoptChecks } from '../checks/change-check.ts'
import { runChecks } from '../checks/run-checks.ts'
import { addConnection } from '../connections/change-connection.ts'
import { collect } from '../connections/collect.ts'
import { adoptControls } from '../controls/adopt-controls.ts'
import { adoptFramework } from '../frameworks/adopt-framework.ts'
import { integrate } from '../ledger/integrate.ts'
import { createOrganisation } from '../scope/create-organisation.ts'

/** Services on a database of their own, with a simulated clock; test data. */
export interface TestServices extends Services {
  readonly clock: SimulatedClock
  close(): Promise<void>
}

/** Opens services on an empty database, with a data folder that `close` removes. */
export async function openTestServices(connectionString: string, start: Date): Promise<TestServices> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vouch-packages-'))
  await prepareDatabase(connectionString)
  const database = new Database(connectionString)
  const changes = await ChangeListener.start(database)
  const masterKeys = loadMasterKeys({ dataDir, env: {} })
  const vault = new Vault(masterKeys, operatorVaultStore(database))
  const signIn = new SignIn({
    connectionString,
    secret: deriveSecret(masterKeys[0], 'sessions'),
    secure: false,
    masterKeys,
  })
  const objects = await FolderStore.open(join(dataDir, 'objects'))
  const close = async () => {
    await changes.close()
    await signIn.close()
    await mail.close()
    await database.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  const config = readConfig({ VOUCH_DATA: dataDir })
  const mail = new Mail({ config, connectionString, masterKeys, vault })
  return {
    config,
    clock: new SimulatedClock(start),
    database,
    changes,
    vault,
    signIn,
    mail,
    objects,
    log: pino({ level: 'silent' }),
    close,
  }
}

/** A sample organisation with everything that this version ships. Returns its id. */
export async function makeTestOrganisation(services: TestServices): Promise<string> {
  const organisation = { slug: 'test', name: 'Test <Company> & Co', isSample: true }
  const orgId = await createOrganisation(services, organisation, 'system', async tx => {
    await adoptFramework(services, tx, 'system')
    await adoptControls(tx, 'system')
    await adoptChecks(tx, 'system')
  })
  await integrate(services, orgId)
  return orgId
}

/** CSV files as a source, by name; every column has its own name as heading. Returns the connection's id. */
export async function connectFiles(
  services: TestServices,
  orgId: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = join(services.config.dataDir, 'files')
  writeFiles(services, files)
  const settings = {
    folder,
    files: Object.entries(files).map(([resource, text]) => {
      const headings = (text.split('\n')[0] ?? '').split(',')
      return { file: `${resource}.csv`, resource, mapping: Object.fromEntries(headings.map(name => [name, name])) }
    }),
  }
  const input = { kind: 'files', name: 'Files', settings, every_hours: 24 }
  return services.database.tenant(orgId, services.clock, tx => addConnection(services, tx, input, 'system'))
}

export function writeFiles(services: TestServices, files: Readonly<Record<string, string>>): void {
  const folder = join(services.config.dataDir, 'files')
  mkdirSync(folder, { recursive: true })
  for (const [resource, text] of Object.entries(files)) writeFileSync(join(folder, `${resource}.csv`), text)
}

/** Collects from a connection, runs all checks and integrates the ledger, at the clock's time. */
export async function liveOneDay(services: TestServices, orgId: string, connectionId: string): Promise<void> {
  const { signal } = new AbortController()
  const common = { jobId: null, cause: 'sample' as const, signal, progress: () => {} }
  await collect(services, orgId, { connectionId, ...common, onPublished: async () => {} })
  await runChecks(services, orgId, common)
  await integrate(services, orgId)
}
