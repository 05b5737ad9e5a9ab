import type { z } from 'zod'
import { type CheckDefinition, checkVersion } from '../../../verifier/checks/check.ts'
import { type ParameterValue, resolveParameters } from '../../../verifier/checks/parameters.ts'
import type { FactContent } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { appendFacts } from '../ledger/append-fact.ts'
import type { checkChange } from './contract.ts'
import { checkLibrary } from './library.ts'
import { getStoredCheck, lockCheck, type StoredCheck, writeChecks } from './store.ts'

type Definition = FactContent<'check.changed'>['definition']

interface CheckState {
  readonly id: string
  readonly definition: CheckDefinition
  readonly parameters: Readonly<Record<string, ParameterValue>>
  readonly enabled: boolean
}

/** Gives a new organisation every check of the library; each is a fact. */
export async function adoptChecks(tx: TenantTx, actor: string): Promise<void> {
  const checks = (await checkLibrary()).map(({ definition }) => ({
    id: definition.metadata.id,
    definition,
    parameters: {},
    enabled: true,
  }))
  await keepChecks(tx, checks, actor)
}

/** The source of the checks that an organisation writes itself: what stands before the point of their ids. */
export const ownSource = 'custom'

/** Whether the organisation wrote a check itself. */
export function isOwn(id: string): boolean {
  return id.startsWith(`${ownSource}.`)
}

/**
 * Changes a check: its SQL, its parameters, whether it runs, and, of one of the organisation's own, what is said of it. Each change is a new version and a fact; runs
 * made before keep the version they had. Throws `not_found`, `conflict` for what is said of a check that Vouch ships, or `invalid_input` for a parameter that it does
 * not have or that is not of its type.
 */
export async function changeCheck(
  tx: TenantTx,
  id: string,
  change: z.infer<typeof checkChange>,
  actor: string,
): Promise<void> {
  await lockCheck(tx, id)
  const before = await getStoredCheck(tx, id)
  if (change.details && !isOwn(id))
    throw new VouchError(
      'conflict',
      'What is said of a check that Vouch ships is not changed. Write a check of your own.',
    )
  const definition = {
    metadata: { ...before.definition.metadata, ...change.details },
    sql: change.sql ?? before.definition.sql,
  }
  const parameters = change.parameters ?? before.parameters
  requireParameters(definition, parameters)
  await keepChecks(tx, [{ id, definition, parameters, enabled: change.enabled ?? before.enabled }], actor)
}

/** Makes a check again what this version of Vouch ships. Throws `not_found`, or `conflict` when it ships no such check. */
export async function resetCheck(tx: TenantTx, id: string, actor: string): Promise<void> {
  await lockCheck(tx, id)
  const before = await getStoredCheck(tx, id)
  const shipped = (await checkLibrary()).find(check => check.definition.metadata.id === id)
  if (!shipped) throw new VouchError('conflict', 'This version of Vouch ships no check of this name to go back to.')
  await keepChecks(tx, [{ id, definition: shipped.definition, parameters: {}, enabled: before.enabled }], actor)
}

/** Whether a check differs from what this version ships. */
export async function isEdited(check: StoredCheck): Promise<boolean> {
  const shipped = (await checkLibrary()).find(candidate => candidate.definition.metadata.id === check.id)
  return shipped?.version !== check.version || Object.keys(check.parameters).length > 0
}

/** Throws `invalid_input` when parameters do not fit the check's declaration of them. */
export function requireParameters(
  definition: CheckDefinition,
  parameters: Readonly<Record<string, ParameterValue>>,
): void {
  try {
    resolveParameters(definition, parameters)
  } catch (error) {
    throw new VouchError('invalid_input', messageOf(error), {
      fields: [{ path: 'parameters', message: messageOf(error) }],
    })
  }
}

/** Writes checks as they are to be from now on; each is a fact. */
export async function keepChecks(tx: TenantTx, checks: readonly CheckState[], actor: string): Promise<void> {
  const rows = checks.map(check => ({ ...check, version: checkVersion(check.definition) }))
  await writeChecks(tx, rows)
  await appendFacts(
    tx,
    rows.map(({ id, version, enabled, parameters, definition }) => ({
      kind: 'check.changed',
      actor,
      subject: id,
      content: { id, version, enabled, parameters: { ...parameters }, definition: definition as Definition },
    })),
  )
  for (const { id } of rows) await announce(tx, 'checks.check', id)
}
