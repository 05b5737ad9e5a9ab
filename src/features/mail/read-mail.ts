import type { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { namesOf } from '../access/people.ts'
import { type messageDetail, messageSchema } from './contract.ts'
import { findMessage, type MessageRow } from './store.ts'

export async function presentMessages(services: Services, tx: TenantTx, rows: readonly MessageRow[]) {
  const userIds = rows.flatMap(row => /^user:(.+)$/.exec(row.created_by)?.[1] ?? [])
  const names = await namesOf(tx, [...new Set(userIds)])
  return rows.map(row => presentMessage(services, row, names.get(row.created_by.replace('user:', '')) ?? null))
}

/**
 * A message of the organisation or to one of its members. What it says is there only where messages are shown instead of mailed: elsewhere nobody but the recipient reads it, for
 * it may hold a way in. Throws `not_found`.
 */
export async function readMessage(
  services: Services,
  orgId: string,
  id: string,
): Promise<z.infer<typeof messageDetail>> {
  const { database, clock, mail } = services
  const shown = mail.mode === 'preview'
  const { message, row, letter } = await database.tenant(orgId, clock, async tx => {
    const found = await findMessage(tx, id)
    if (!found) throw new VouchError('not_found', 'There is no such message.')
    const [presented] = await presentMessages(services, tx, [found])
    if (!presented) throw new Error('one row is one message')
    return {
      message: presented,
      row: found,
      letter: shown && !found.personal ? await mail.readLetter(tx, id) : undefined,
    }
  })
  const read = shown && row.personal ? await mail.personal(trx => mail.readPersonalLetter(trx, id)) : letter
  return { ...message, letter: read ? { text: read.text, html: read.html } : null }
}

function presentMessage(services: Services, row: MessageRow, name: string | null): z.infer<typeof messageSchema> {
  const { expires_at, created_at, next_attempt_at, give_up_at, sent_at, ...rest } = row
  const over = expires_at <= services.clock.now()
  const own = !row.personal
  return messageSchema.parse({
    ...rest,
    created_by_name: name,
    created_at: created_at.toISOString(),
    next_attempt_at: next_attempt_at?.toISOString() ?? null,
    give_up_at: give_up_at.toISOString(),
    sent_at: sent_at?.toISOString() ?? null,
    sendable: own && !over && services.mail.mode === 'smtp' && ['preview', 'refused', 'given_up'].includes(row.state),
    cancellable: own && ['waiting', 'preview', 'refused', 'given_up'].includes(row.state),
  })
}
