import { sql } from 'kysely'
import type { Database, TenantTx } from '../db/database.ts'
import { isAbsent } from '../db/presence.ts'
import type { Services } from '../services.ts'
import { tenantVaultStore } from '../vault/sql-store.ts'

/** One attempt at a request that came with a key: what its row is found by. */
export interface Attempt {
  readonly actor: string
  readonly key: string
  readonly operation: string
  /** The process that is at it: see `presenceSpace`. */
  readonly holder: string
  readonly attempt: string
}

export interface Answer {
  readonly status: number
  readonly type: string | null
  readonly body: string
}

/** How a request with a key stands when it comes. */
export type Claim =
  | { readonly state: 'claimed' | 'running' | 'lost' }
  | {
      readonly state: 'answered'
      readonly operation: string
      readonly fingerprint: string
      readonly answer: Answer
    }

/** The first half of the advisory locks by which processes that answer requests show that they live. */
export const presenceSpace = 722_191

const keepForMs = 86_400_000

/**
 * Makes the key this attempt's, unless it was answered or another one that lives is at it. An attempt whose process died before it changed anything is followed by this one; of one that
 * died between a change and its answer, only that is known.
 */
export async function claimKey(services: Services, tx: TenantTx, attempt: Attempt): Promise<Claim> {
  if (await insertAttempt(tx, attempt)) return { state: 'claimed' }
  const row = await tx.sql
    .selectFrom('request_key')
    .selectAll()
    .where('actor', '=', attempt.actor)
    .where('key', '=', attempt.key)
    .forUpdate()
    .executeTakeFirst()
  // Given up or swept between the two statements: whoever asks again gets it.
  if (!row) return { state: 'running' }
  if (row.state === 'answered' && row.answer && row.fingerprint !== null && row.status !== null) {
    const opened = await services.vault.over(tenantVaultStore(tx)).open(tx.orgId, nameOf(attempt), row.answer)
    const { type, body } = JSON.parse(opened.toString('utf8')) as Pick<Answer, 'type' | 'body'>
    const answer = { status: row.status, type, body }
    return { state: 'answered', operation: row.operation, fingerprint: row.fingerprint, answer }
  }
  if (!(await isAbsent(tx.sql, presenceSpace, row.holder))) return { state: 'running' }
  if (row.state === 'written') return { state: 'lost' }
  await tx.sql.deleteFrom('request_key').where('actor', '=', attempt.actor).where('key', '=', attempt.key).execute()
  return { state: (await insertAttempt(tx, attempt)) ? 'claimed' : 'running' }
}

/** Answers whether the key was free. Of several that come at the same time, one gets it. */
async function insertAttempt(tx: TenantTx, attempt: Attempt): Promise<boolean> {
  const now = tx.clock.now()
  const values = {
    ...attempt,
    org_id: tx.orgId,
    state: 'running',
    fingerprint: null,
    status: null,
    answer: null,
    created_at: now,
    expires_at: new Date(now.getTime() + keepForMs),
  }
  const row = await tx.sql
    .insertInto('request_key')
    .values(values)
    .onConflict(conflict =>
      conflict.columns(['org_id', 'actor', 'key']).doUpdateSet(values).where('request_key.expires_at', '<=', now),
    )
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

function ofAttempt(tx: TenantTx, { actor, key, attempt }: Attempt) {
  return tx.sql
    .updateTable('request_key')
    .where('actor', '=', actor)
    .where('key', '=', key)
    .where('attempt', '=', attempt)
}

/** Says, in the transaction that has changed something, that the request is no longer one that did nothing. */
export async function markWritten(tx: TenantTx, attempt: Attempt): Promise<void> {
  await ofAttempt(tx, attempt)
    .set({ state: 'written' })
    .where('state', '=', 'running')
    .where(sql<boolean>`pg_current_xact_id_if_assigned() is not null`)
    .execute()
}

/** Keeps the answer. */
export async function keepAnswer(
  services: Services,
  tx: TenantTx,
  attempt: Attempt,
  fingerprint: string,
  { status, type, body }: Answer,
): Promise<void> {
  const text = Buffer.from(JSON.stringify({ type, body }))
  const answer = await services.vault.over(tenantVaultStore(tx)).seal(tx.orgId, nameOf(attempt), text)
  await ofAttempt(tx, attempt).set({ state: 'answered', fingerprint, status, answer }).execute()
}

/** Gives the key back, after a request that failed or was refused. */
export async function releaseKey(tx: TenantTx, { actor, key, attempt }: Attempt): Promise<void> {
  await tx.sql
    .deleteFrom('request_key')
    .where('actor', '=', actor)
    .where('key', '=', key)
    .where('attempt', '=', attempt)
    .where('state', '<>', 'answered')
    .execute()
}

/** Forgets keys and answers whose time is over, of every organisation. */
export async function sweepKeys(database: Database, now: Date): Promise<void> {
  await database.operator(trx => trx.deleteFrom('request_key').where('expires_at', '<=', now).execute())
}

/** What a sealed answer belongs to: it opens as no other caller's. */
function nameOf({ actor, key }: Attempt): string {
  return `answer:${actor}:${key}`
}
