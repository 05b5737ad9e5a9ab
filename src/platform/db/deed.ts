import { AsyncLocalStorage } from 'node:async_hooks'

import type { TenantTx } from './database.ts'

export type DeedOutcome = 'done' | 'refused' | 'failed'

/** Whoever is not signed in. */
export const anonymousActor = 'anonymous'

/**
 * What is being done, by whom and from where: what an entry of the activity log says besides what changed. Every transaction of an organisation that is opened while it is
 * being done is recorded as it, by the database itself.
 */
export interface Deed {
  /** The API's operationId, a kind of job, a command. */
  readonly operation: string
  /** As facts name them. Of somebody who is signing in it becomes known on the way. */
  actor: string
  session: string | null
  readonly address: string | null
  readonly agent: string | null
  /** A feature's noun and the id of its record, as far as known before; else it is that of the first change. */
  readonly subject: { readonly kind: string; readonly id: string }
  /** Somebody asked for it: it is recorded even when nothing changed that is recorded by itself. */
  readonly asked: boolean
  /** The organisations whose log has it. */
  readonly recordedIn: Set<string>
  /** The organisation in which somebody who is not signed in looked, by what they hold: an invitation. */
  lookedInto?: string
  /** The one organisation that it concerns, although it is about the person: a sign-in by its provider. */
  within?: string
  /** The e-mail address whose password was tried and was wrong. */
  tried?: string
  /** Called at the end of each transaction that is opened while the deed is being done: what is to commit with its changes, or not at all. */
  mark?: (tx: TenantTx) => Promise<void>
}

const doing = new AsyncLocalStorage<Deed>()

/** The deed that the calling code is part of. */
export function currentDeed(): Deed | undefined {
  return doing.getStore()
}

/** Runs `work` as part of `deed`, and whatever it calls and awaits. */
export function during<T>(deed: Deed, work: () => T): T {
  return doing.run(deed, work)
}

/** Runs `work` as part of no deed: what it writes is neither recorded as one nor marked. */
export function apart<T>(work: () => T): T {
  return doing.exit(work)
}

/** What the program does by itself, or whoever has the machine does by a command: recorded where it changes something. */
export function deedOf(operation: string, actor: string): Deed {
  const nowhere = { session: null, address: null, agent: null }
  return { operation, actor, ...nowhere, subject: { kind: '', id: '' }, asked: false, recordedIn: new Set() }
}

/** Somebody showed who they are: what follows of the present deed is theirs. */
export function identify(userId: string): void {
  const deed = currentDeed()
  if (deed?.actor === anonymousActor) deed.actor = `user:${userId}`
}

const longestAgent = 500

/** The deed as the database's functions read it. */
export function deedText({ operation, actor, session, address, agent, subject }: Deed): string {
  // PostgreSQL keeps no NUL, and no other control character has a meaning here.
  const clean = (text: string) => text.replace(/\p{Cc}/gu, ' ')
  return JSON.stringify({
    operation,
    actor,
    session,
    address,
    agent: agent === null ? null : clean(agent).slice(0, longestAgent),
    subject_kind: subject.kind,
    subject: clean(subject.id),
  })
}
