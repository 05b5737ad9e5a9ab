import type { FactContent } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { writeScope } from './store.ts'

/** Sets the scope from now on and logs it. Throws `invalid_input` when the period ends before it begins. */
export async function changeScope(tx: TenantTx, scope: FactContent<'scope.changed'>, actor: string): Promise<void> {
  if (scope.period_from && scope.period_to && scope.period_from > scope.period_to) {
    throw new VouchError('invalid_input', 'The period ends before it begins.', {
      fields: [{ path: 'period_to', message: 'must not be before its beginning' }],
    })
  }
  await writeScope(tx, { ...scope, categories: [...scope.categories] })
  await appendFact(tx, { kind: 'scope.changed', actor, subject: 'scope', content: scope })
  await announce(tx, 'scope.scope', 'current')
}
