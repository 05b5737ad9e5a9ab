import { z } from 'zod'
import { VouchError } from '../errors/errors.ts'
import { announce } from '../events/events.ts'
import type { Services } from '../services.ts'
import type { Letter } from './letter.ts'
import { giveUpAfterMs } from './mail.ts'
import {
  lockMessage,
  type MessageRows,
  markAskedAgain,
  markEnded,
  markSending,
  markWaiting,
  organisationRows,
  personalRows,
} from './mail-store.ts'
import type { Attempt, Outgoing } from './smtp.ts'

const payloadSchema = z.object({ orgId: z.uuid().nullable(), id: z.uuid() })

const firstPauseMs = 30_000
const longestPauseMs = 3_600_000

/** The pause after attempt number `attempts`: it doubles, up to an hour. */
export function pauseAfter(attempts: number): number {
  return Math.min(firstPauseMs * 2 ** (attempts - 1), longestPauseMs)
}

/** A message's rows and letter, in one transaction. */
interface Held {
  readonly rows: MessageRows
  readLetter(): Promise<Letter | undefined>
  forgetLetter(): Promise<void>
}

/**
 * The task that makes one attempt at one message. That it is being made is committed before, and what came of it after. A worker that is killed in between leaves a message
 * that is sent again by another: the server may then have it twice, if it had taken it and our commit was not reached. It has the same Message-ID both times.
 */
export function sendMessage(services: Services): (payload: unknown) => Promise<void> {
  const { mail } = services
  return async payload => {
    const { orgId, id } = payloadSchema.parse(payload)
    const hold = holder(services, orgId, id)
    const message = await hold(held => beginAttempt(held, id))
    if (!message) return
    const attempt = mail.smtp
      ? await mail.smtp.send(message)
      : ({ kind: 'failed', error: 'This worker has no SMTP server. Give it the same VOUCH_SMTP_URL.' } as const)
    await hold(held => endAttempt(held, id, attempt))
  }
}

/** Runs work on a message in a transaction of whom it belongs to. */
function holder(services: Services, orgId: string | null, id: string) {
  const { mail, database, clock } = services
  return <T>(work: (held: Held) => Promise<T>): Promise<T> =>
    orgId === null
      ? mail.personal(trx =>
          work({
            rows: personalRows(trx),
            readLetter: () => mail.readPersonalLetter(trx, id),
            forgetLetter: () => mail.forgetPersonalLetter(trx, id),
          }),
        )
      : database.tenant(orgId, clock, async tx => {
          const done = await work({
            rows: organisationRows(tx),
            readLetter: () => mail.readLetter(tx, id),
            forgetLetter: () => mail.forgetLetter(tx, id),
          })
          await announce(tx, 'mail.message', id)
          return done
        })
}

async function beginAttempt(held: Held, id: string): Promise<Outgoing | undefined> {
  const found = await lockMessage(held.rows, id)
  // Called off, or sent by a worker that died just after.
  if (!found || (found.state !== 'waiting' && found.state !== 'sending')) return undefined
  const giveUp = async (why: string) => {
    await markEnded(held.rows, id, 'given_up', found.last_error ?? why)
    return undefined
  }
  if (found.give_up_at <= new Date()) return giveUp('It could not be sent in time.')
  let letter: Letter | undefined
  try {
    letter = await held.readLetter()
  } catch (thrown) {
    if (!(thrown instanceof VouchError)) throw thrown
    return giveUp('What it says cannot be read any more: the master key was replaced. Ask for it again.')
  }
  if (!letter) return giveUp('What it says is no longer kept. Ask for it again.')
  await markSending(held.rows, id)
  return { id, to: found.recipient, letter }
}

async function endAttempt(held: Held, id: string, attempt: Attempt): Promise<void> {
  const found = await lockMessage(held.rows, id)
  if (found?.state !== 'sending') return
  if (attempt.kind === 'sent') {
    await markEnded(held.rows, id, 'sent', null)
    await held.forgetLetter()
  } else if (attempt.kind === 'refused') await markEnded(held.rows, id, 'refused', attempt.error)
  else {
    const next = new Date(Date.now() + pauseAfter(found.attempts))
    if (next < found.give_up_at) await markWaiting(held.rows, id, next, attempt.error)
    else await markEnded(held.rows, id, 'given_up', attempt.error)
  }
}

/** Sends a message of the organisation that was not sent once more. Throws `not_found`; `conflict` where there is nothing to send, or nothing to send it with. */
export async function sendAgain(services: Services, orgId: string, id: string): Promise<void> {
  await holder(
    services,
    orgId,
    id,
  )(async ({ rows, readLetter }) => {
    const found = await lockMessage(rows, id)
    if (!found) throw noMessage()
    if (!services.mail.smtp)
      throw new VouchError('conflict', 'Nothing is mailed here. Set VOUCH_SMTP_URL and VOUCH_MAIL_FROM first.')
    if (!['preview', 'refused', 'given_up'].includes(found.state))
      throw new VouchError('conflict', 'This message was sent, is on its way, or was called off.')
    if (found.expires_at <= new Date() || !(await readLetter()))
      throw new VouchError('conflict', 'The link in this message is over. Invite the person again instead.')
    const giveUpAt = Math.min(Date.now() + giveUpAfterMs, found.expires_at.getTime())
    await markAskedAgain(rows, id, new Date(giveUpAt))
  })
}

/** Calls off a message of the organisation that was not sent, and deletes what it says. Throws `not_found`, or `conflict` when it is too late. */
export async function cancelMessage(services: Services, orgId: string, id: string): Promise<void> {
  await holder(
    services,
    orgId,
    id,
  )(async ({ rows, forgetLetter }) => {
    const found = await lockMessage(rows, id)
    if (!found) throw noMessage()
    if (found.state === 'sending' || found.state === 'sent' || found.state === 'cancelled')
      throw new VouchError('conflict', 'This message was sent, is being sent just now, or was called off before.')
    await markEnded(rows, id, 'cancelled', found.last_error)
    await forgetLetter()
  })
}

function noMessage(): VouchError {
  return new VouchError('not_found', 'There is no such message.')
}
