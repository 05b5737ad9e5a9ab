import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import { type Lack, ruleTopic } from '../../platform/http/access.ts'
import type { Session } from '../../platform/sign-in/sign-in.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { listRules, setRule } from './store.ts'

type Shown = Pick<Session, 'secondFactor'>

/** What each rule asks of a session. */
const fulfilled: Readonly<Record<Lack, (session: Shown) => boolean>> = {
  second_factor: session => session.secondFactor !== null,
}
const rules = Object.keys(fulfilled) as Lack[]

/** The first of the required rules that a session does not fulfil. */
export function lackOf(required: readonly string[], session: Shown): Lack | null {
  return rules.find(rule => required.includes(rule) && !fulfilled[rule](session)) ?? null
}

export interface SignInRules {
  readonly second_factor: boolean
}

export async function readSignInRules(tx: TenantTx): Promise<SignInRules> {
  return { second_factor: (await listRules(tx)).includes('second_factor') }
}

/**
 * Changes what the organisation requires of its members' sign-ins, and logs it. It applies from the next request on. Throws `conflict` when whoever changes it would lock
 * themselves out.
 */
export async function changeSignInRules(
  tx: TenantTx,
  change: SignInRules,
  by: { actor: string; secondFactor: boolean },
): Promise<SignInRules> {
  if (change.second_factor && !by.secondFactor) {
    throw new VouchError(
      'conflict',
      'You would lock yourself out: you have no second factor. Add one under Account first.',
    )
  }
  if (await setRule(tx, 'second_factor', change.second_factor)) {
    const content = { rule: 'second_factor', required: change.second_factor } as const
    await appendFact(tx, { kind: 'access_rule.changed', actor: by.actor, subject: content.rule, content })
    await announce(tx, ruleTopic, content.rule)
  }
  return readSignInRules(tx)
}
