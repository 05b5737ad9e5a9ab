import { sql, type Transaction } from 'kysely'
import type { Database, TenantTx } from '../db/database.ts'
import type { DB } from '../db/schema.gen.ts'

export const messageStates = ['waiting', 'sending', 'sent', 'preview', 'refused', 'given_up', 'cancelled'] as const
export type MessageState = (typeof messageStates)[number]

/** Of an organisation (within its transaction), or of the sign-in and so of none. */
export type MessageTable = 'mail_message' | 'auth_message'

/** The rows of one of the two tables of messages, in a transaction of the role that may see them. */
export interface MessageRows {
  readonly table: MessageTable
  readonly sql: Transaction<DB>
}

export const organisationRows = (tx: TenantTx): MessageRows => ({ table: 'mail_message', sql: tx.sql })
export const personalRows = (trx: Transaction<DB>): MessageRows => ({ table: 'auth_message', sql: trx })

export interface MessageRow {
  readonly id: string
  readonly template: string
  readonly recipient: string
  readonly subject: string
  readonly state: MessageState
  readonly created_by: string
  readonly give_up_at: Date
  readonly expires_at: Date
}

export async function insertOrganisationMessage(tx: TenantTx, row: MessageRow, about?: string): Promise<void> {
  await tx.sql
    .insertInto('mail_message')
    .values({
      org_id: tx.orgId,
      ...row,
      about: about ?? null,
      next_attempt_at: row.state === 'waiting' ? tx.clock.now() : null,
    })
    .execute()
  if (row.state === 'waiting') await enqueue(tx.sql, row.id, new Date())
}

export async function insertPersonalMessage(trx: Transaction<DB>, row: MessageRow, sealed: Buffer): Promise<void> {
  await trx
    .insertInto('auth_message')
    .values({ ...row, sealed, next_attempt_at: row.state === 'waiting' ? new Date() : null })
    .execute()
  if (row.state === 'waiting') await enqueue(trx, row.id, new Date())
}

/** Calls off what was not mailed yet about a record that is no more, and deletes its letters. */
export async function callOffAbout(tx: TenantTx, about: string): Promise<void> {
  const ended = await tx.sql
    .updateTable('mail_message')
    .set({ state: 'cancelled', cancelled_at: new Date(), next_attempt_at: null })
    .where('about', '=', about)
    .where('state', 'in', ['waiting', 'preview', 'refused', 'given_up'])
    .returning('id')
    .execute()
  const names = ended.map(({ id }) => `mail:${id}`)
  if (names.length > 0) await tx.sql.deleteFrom('vault_secret').where('name', 'in', names).execute()
}

// Both tables have the columns that are named here; the types are those of one of them.
const tableOf = ({ table }: MessageRows) => table as 'mail_message'
const columns = [
  'id',
  'template',
  'recipient',
  'subject',
  'state',
  'attempts',
  'last_error',
  'give_up_at',
  'expires_at',
] as const

/** A message, locked until the transaction ends. */
export async function lockMessage(rows: MessageRows, id: string) {
  return rows.sql.selectFrom(tableOf(rows)).select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** An attempt begins. */
export async function markSending(rows: MessageRows, id: string): Promise<void> {
  await rows.sql
    .updateTable(tableOf(rows))
    .set(({ eb }) => ({ state: 'sending', attempts: eb('attempts', '+', 1), next_attempt_at: new Date() }))
    .where('id', '=', id)
    .execute()
}

/** An attempt failed: another follows at `at`. */
export async function markWaiting(rows: MessageRows, id: string, at: Date, error: string): Promise<void> {
  await rows.sql
    .updateTable(tableOf(rows))
    .set({ state: 'waiting', last_error: error, next_attempt_at: at })
    .where('id', '=', id)
    .execute()
  await enqueue(rows.sql, id, at)
}

/** No attempt follows. */
export async function markEnded(
  rows: MessageRows,
  id: string,
  state: Exclude<MessageState, 'waiting' | 'sending' | 'preview'>,
  error: string | null,
): Promise<void> {
  const now = new Date()
  await rows.sql
    .updateTable(tableOf(rows))
    .set({
      state,
      last_error: error,
      next_attempt_at: null,
      ...(state === 'sent' && { sent_at: now }),
      ...(state === 'cancelled' && { cancelled_at: now }),
    })
    .where('id', '=', id)
    .execute()
}

/** Somebody asks for it once more. */
export async function markAskedAgain(rows: MessageRows, id: string, giveUpAt: Date): Promise<void> {
  const now = new Date()
  await rows.sql
    .updateTable(tableOf(rows))
    .set(({ eb }) => ({ state: 'waiting', asked: eb('asked', '+', 1), next_attempt_at: now, give_up_at: giveUpAt }))
    .where('id', '=', id)
    .execute()
  await enqueue(rows.sql, id, now)
}

export async function readSealed(trx: Transaction<DB>, id: string): Promise<Buffer | undefined> {
  const row = await trx.selectFrom('auth_message').select('sealed').where('id', '=', id).executeTakeFirst()
  return row?.sealed ?? undefined
}

export async function deleteSealed(trx: Transaction<DB>, id: string): Promise<void> {
  await trx.updateTable('auth_message').set({ sealed: null }).where('id', '=', id).execute()
}

async function enqueue(trx: Transaction<DB>, id: string, at: Date): Promise<void> {
  await sql`select enqueue_mail(${id}::uuid, ${at.toISOString()}::timestamptz)`.execute(trx)
}

/** Puts the request for a link on the queue, sealed. */
export async function enqueueLinkRequest(trx: Transaction<DB>, sealed: string): Promise<void> {
  await sql`select enqueue_mail_link(${JSON.stringify({ sealed })}::json)`.execute(trx)
}

/** Notes that a person signed in with a browser. Answers `first` for their first one, `known` or `new`. */
export async function noteBrowser(
  trx: Transaction<DB>,
  userId: string,
  mark: Buffer,
): Promise<'first' | 'known' | 'new'> {
  // The same person's sign-ins one after the other, or two first ones at the same moment would both be the first.
  await trx.selectFrom('auth_user').select('id').where('id', '=', userId).forUpdate().executeTakeFirst()
  const { seen } = await trx
    .selectFrom('auth_browser')
    .select(({ fn }) => fn.countAll<number>().as('seen'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  const added = await trx
    .insertInto('auth_browser')
    .values({ user_id: userId, mark })
    .onConflict(conflict => conflict.columns(['user_id', 'mark']).doNothing())
    .returning('mark')
    .executeTakeFirst()
  if (!added) return 'known'
  return Number(seen) === 0 ? 'first' : 'new'
}

export async function findPerson(trx: Transaction<DB>, userId: string) {
  return trx.selectFrom('auth_user').select(['id', 'name', 'email']).where('id', '=', userId).executeTakeFirst()
}

/**
 * What is due and has no job on the queue any more (a restored backup has none) gets one again; letters that can be of no use are deleted, and what was mailed to people a
 * month ago. Over all organisations.
 */
export async function sweepMessages(database: Database): Promise<void> {
  await database.operator(async trx => {
    await sql`
      select graphile_worker.add_job('mail', json_build_object('orgId', due.org_id, 'id', due.id), job_key => 'mail:' || due.id, max_attempts => 12)
      from (
        select org_id, id, next_attempt_at, state from mail_message
        union all select null, id, next_attempt_at, state from auth_message
      ) due
      where due.state in ('waiting', 'sending') and due.next_attempt_at < now() - interval '10 minutes'
        and not exists (select from graphile_worker._private_jobs j where j.key = 'mail:' || due.id)`.execute(trx)
    await sql`
      delete from vault_secret s using mail_message m
      where s.org_id = m.org_id and s.name = 'mail:' || m.id and m.expires_at < now() and m.state not in ('waiting', 'sending')`.execute(
      trx,
    )
    await sql`update auth_message set sealed = null
      where sealed is not null and expires_at < now() and state not in ('waiting', 'sending')`.execute(trx)
    await sql`delete from auth_message where created_at < now() - interval '30 days'`.execute(trx)
  })
}
