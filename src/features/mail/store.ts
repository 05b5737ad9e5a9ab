import { sql } from 'kysely'
import type { TenantTx } from '../../platform/db/database.ts'
import { contains, type ListRequest, paginate } from '../../platform/http/paging.ts'

/** The organisation's messages, and those that the sign-in mailed to its members. */
function selectMessages(tx: TenantTx) {
  return tx.sql
    .selectFrom(
      sql<MessageRow>`(
        select id, template, recipient, subject, state, attempts, last_error, created_by, created_at, next_attempt_at, give_up_at, expires_at, sent_at, false as personal
          from mail_message
        union all
        select id, template, recipient, subject, state, attempts, last_error, created_by, created_at, next_attempt_at, give_up_at, expires_at, sent_at, true
          from mail_personal
      )`.as('message'),
    )
    .selectAll()
}

export interface MessageRow {
  readonly id: string
  readonly template: string
  readonly recipient: string
  readonly subject: string
  readonly state: string
  readonly attempts: number
  readonly last_error: string | null
  readonly created_by: string
  readonly created_at: Date
  readonly next_attempt_at: Date | null
  readonly give_up_at: Date
  readonly expires_at: Date
  readonly sent_at: Date | null
  readonly personal: boolean
}

export async function findMessage(tx: TenantTx, id: string): Promise<MessageRow | undefined> {
  return selectMessages(tx).where('message.id', '=', id).executeTakeFirst()
}

interface MessageFilters extends ListRequest {
  readonly state?: string | undefined
  readonly template?: string | undefined
}

export async function pageOfMessages(tx: TenantTx, list: MessageFilters) {
  let query = selectMessages(tx)
  const { q: words, state, template } = list
  if (words)
    query = query.where(where =>
      where.or([contains(sql`message.recipient`, words), contains(sql`message.subject`, words)]),
    )
  if (state !== undefined) query = query.where('message.state', '=', state)
  if (template !== undefined) query = query.where('message.template', '=', template)
  const columns = {
    created_at: sql`message.created_at`,
    recipient: sql`message.recipient`,
    template: sql`message.template`,
    state: sql`message.state`,
  }
  return paginate(query, list, columns, sql`message.id`)
}
