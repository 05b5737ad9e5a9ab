import type { z } from 'zod'
import type { CheckDefinition } from '../../../verifier/checks/check.ts'
import { tableOf } from '../../../verifier/records/resource.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { connectionsInUse } from '../connections/read-connections.ts'
import { allResources } from '../connections/registry.ts'
import { readControlIds } from '../controls/read-controls.ts'
import { latestSnapshots } from '../evidence/snapshots.ts'
import { keepChecks, ownSource } from './change-check.ts'
import type { checkTables, newCheck, newPreviewRequest, previewSchema } from './contract.ts'
import { previewDefinition } from './preview-check.ts'
import { listStoredChecks, lockNewChecks } from './store.ts'

const longestName = 50

/**
 * Adds a check that the organisation wrote itself. Its query is tried over the newest snapshots first. Returns its id, `custom.<words of its title>`. Throws
 * `invalid_input` for resources or controls that are not there, and when the query is not accepted or gives results that no check may give.
 */
export async function addCheck(
  services: Services,
  orgId: string,
  { sql, ...metadata }: z.infer<typeof newCheck>,
  actor: string,
): Promise<string> {
  const { database, clock } = services
  await database.tenant(orgId, clock, async tx => {
    await requireResources(tx, metadata.resources)
    await requireControls(tx, metadata.controls)
  })
  const draft = { metadata: { ...metadata, id: `${ownSource}.draft`, optional_resources: [], parameters: {} }, sql }
  const tried = await previewDefinition(services, orgId, draft, {})
  if (!tried.ok) {
    const message = tried.error ?? 'The query was not accepted.'
    throw new VouchError('invalid_input', message, { fields: [{ path: 'sql', message }] })
  }
  return database.tenant(orgId, clock, async tx => {
    await lockNewChecks(tx)
    const id = freeId(metadata.title, new Set((await listStoredChecks(tx)).map(check => check.id)))
    const definition: CheckDefinition = { ...draft, metadata: { ...draft.metadata, id } }
    await keepChecks(tx, [{ id, definition, parameters: {}, enabled: true }], actor)
    return id
  })
}

/** Tries a query that is no check yet; see `previewDefinition`. Throws `invalid_input` for a resource that is not there. */
export async function previewNewCheck(
  services: Services,
  orgId: string,
  { resources, sql }: z.infer<typeof newPreviewRequest>,
): Promise<z.infer<typeof previewSchema>> {
  await services.database.tenant(orgId, services.clock, tx => requireResources(tx, resources))
  const metadata = {
    id: `${ownSource}.draft`,
    title: 'Draft',
    description: 'Draft',
    subject: 'subject',
    resources,
    optional_resources: [],
    parameters: {},
    controls: [],
    severity: 'low' as const,
    fresh_for_hours: 1,
    remediation: 'None',
  }
  return previewDefinition(services, orgId, { metadata, sql }, {})
}

/** What checks can look at: every resource that a source can give, those with records first. */
export async function readTables(tx: TenantTx): Promise<z.infer<typeof checkTables>> {
  const { known, records } = await knownResources(tx)
  const items = [...known.values()].map(({ name, title, columns }) => ({
    table: tableOf(name),
    resource: name,
    title,
    records: records.get(name) ?? null,
    columns: Object.entries(columns).map(([column, { type, description }]) => ({ name: column, type, description })),
  }))
  const missing = (item: (typeof items)[number]) => (item.records === null ? 1 : 0)
  return { items: items.toSorted((a, b) => missing(a) - missing(b) || a.resource.localeCompare(b.resource)) }
}

/** Every resource that a source can give, and those that this organisation declared itself, once there are records of them; with how many there are of each. */
async function knownResources(tx: TenantTx) {
  const known = new Map(allResources())
  const records = new Map<string, number>()
  for (const snapshot of await latestSnapshots(tx, await connectionsInUse(tx))) {
    if (!known.has(snapshot.resource)) known.set(snapshot.resource, snapshot.declaration)
    records.set(snapshot.resource, (records.get(snapshot.resource) ?? 0) + snapshot.records)
  }
  return { known, records }
}

async function requireResources(tx: TenantTx, names: readonly string[]): Promise<void> {
  const { known } = await knownResources(tx)
  const unknown = names.filter(name => !known.has(name))
  if (unknown.length === 0) return
  const message = `There is no resource ${unknown.join(', ')}. GET /api/v1/checks/tables lists them.`
  throw new VouchError('invalid_input', message, { fields: [{ path: 'resources', message }] })
}

/** Throws `invalid_input` naming the controls that are not there. */
export async function requireControls(tx: TenantTx, ids: readonly string[]): Promise<void> {
  const known = await readControlIds(tx)
  const unknown = ids.filter(id => !known.has(id))
  if (unknown.length === 0) return
  const message = `There is no control ${unknown.join(', ')}.`
  throw new VouchError('invalid_input', message, { fields: [{ path: 'controls', message }] })
}

/** `custom.` and the words of a title; numbered when another check has it. */
export function freeId(title: string, taken: ReadonlySet<string>): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .slice(0, longestName)
    .replace(/_+$/, '')
  const base = `${ownSource}.${words || 'check'}`
  if (!taken.has(base)) return base
  for (let number = 2; ; number += 1) if (!taken.has(`${base}_${number}`)) return `${base}_${number}`
}
