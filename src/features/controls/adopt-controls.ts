import type { Control } from '../../../verifier/content/control.ts'
import { loadControls } from '../../../verifier/content/load.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { appendFacts } from '../ledger/append-fact.ts'
import { insertControls } from './store.ts'

const contentDir = new URL('../../../content/controls', import.meta.url).pathname
let loaded: Promise<readonly Control[]> | undefined

/** The library of controls as this version of Vouch ships it; read once. */
export function controlLibrary(): Promise<readonly Control[]> {
  loaded ??= loadControls(contentDir)
  return loaded
}

/** Gives a new organisation the whole library; each control is a fact. What does not apply is said so later, with a reason. */
export async function adoptControls(tx: TenantTx, actor: string): Promise<void> {
  const controls = await controlLibrary()
  await insertControls(tx, controls)
  await appendFacts(
    tx,
    controls.map(definition => ({
      kind: 'control.changed',
      actor,
      subject: definition.id,
      content: { id: definition.id, definition, implemented: false, not_applicable_reason: null },
    })),
  )
}
