import { randomBytes } from 'node:crypto'
import { canonicalJson, commitmentOf } from '../../../verifier/records/canonical.ts'
import type { FactContent, FactKind } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { announce } from '../../platform/events/events.ts'
import { insertEntries } from './store.ts'

/** Something that happened and must never be denied. */
export interface Fact<Kind extends FactKind = FactKind> {
  /** `collection.completed`, `scope.changed`…; past tense, `<noun>.<what happened>`. All kinds are in `verifier/records/facts.ts`. */
  readonly kind: Kind
  /** Who or what did it: `user:<id>`, `key:<id>`, `system`, or `operator` (whoever has the machine). Never a name or an address. */
  readonly actor: string
  /** The id of what it is about. Never personal data: it is public to whoever reads the log. */
  readonly subject: string
  /** What the leaf commits to. Kept beside the log, under a salt, and erasable. */
  readonly content: FactContent<Kind>
}

/** The actor of what the program does by itself. */
export const systemActor = 'system'
/** The actor of what is done on the command line. */
export const operatorActor = 'operator'

/**
 * Appends facts to the organisation's log, in the transaction of the change that they record: both happen, or neither.
 * The leaves get their place in the tree when the integrator next runs. Returns the entries' ids, in the order of `facts`.
 * Throws when the organisation is real and its clock simulated (a trigger of `ledger_entry`).
 */
export async function appendFacts(tx: TenantTx, facts: readonly Fact[]): Promise<number[]> {
  if (facts.length === 0) return []
  const time = tx.clock.now().toISOString()
  // One call for all salts: one for each took a tenth of the time of a large append.
  const salts = randomBytes(32 * facts.length).toString('hex')
  const rows = facts.map(({ kind, actor, subject, content }, at) => {
    const salt = salts.slice(at * 64, at * 64 + 64)
    const text = canonicalJson(content)
    return {
      kind,
      actor,
      subject,
      salt,
      content: text,
      leaf: leafOf({ kind, time, actor, subject, commitment: commitmentOf(salt, text) }),
    }
  })
  const ids = await insertEntries(tx, time, rows)
  await announce(tx, 'ledger.pending', tx.orgId)
  return ids
}

/** The canonical JSON of a leaf. Its names are known, and in order (RFC 8785 section 3.2.3), which saves a tenth of the processor time of an append. */
function leafOf(leaf: Readonly<Record<'kind' | 'time' | 'actor' | 'subject' | 'commitment', string>>): string {
  const { actor, commitment, kind, subject, time } = leaf
  // Only `canonicalJson` refuses lone surrogates (section 3.2.2.2).
  if (!`${actor}${kind}${subject}`.isWellFormed()) return canonicalJson(leaf)
  const pieces = [actor, commitment, kind, subject, time].map(value => JSON.stringify(value))
  return `{"actor":${pieces[0]},"commitment":${pieces[1]},"kind":${pieces[2]},"subject":${pieces[3]},"time":${pieces[4]}}`
}

/** Appends one fact; see `appendFacts`. */
export async function appendFact<Kind extends FactKind>(tx: TenantTx, fact: Fact<Kind>): Promise<number> {
  const [id] = await appendFacts(tx, [fact])
  if (id === undefined) throw new Error('an appended fact has no id')
  return id
}
