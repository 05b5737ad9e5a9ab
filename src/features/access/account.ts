import { VouchError } from '../../platform/errors/errors.ts'
import { announce } from '../../platform/events/events.ts'
import type { Services } from '../../platform/services.ts'
import type { User } from '../../platform/sign-in/sign-in.ts'
import { listMemberships } from './store.ts'

/** The user's sessions that one of them may know of: `within` is the organisation that it is limited to. */
export async function listOwnSessions(services: Services, userId: string, within: string | undefined) {
  const sessions = await services.signIn.listSessions(userId)
  return within === undefined ? sessions : sessions.filter(session => session.onlyOrg === within)
}

/** Ends one of a user's sessions, and what it has open. Answers whether there was one. */
export async function endSession(services: Services, userId: string, sessionId: string): Promise<boolean> {
  const ended = await services.signIn.endSession(userId, sessionId)
  if (ended) await tell(services, userId, 'access.session')
  return ended
}

/** Ends a user's other sessions, and what they have open. Returns how many ended. */
export async function endOtherSessions(services: Services, userId: string, keep: string | null): Promise<number> {
  const ended = await services.signIn.endOtherSessions(userId, keep)
  if (ended > 0) await tell(services, userId, 'access.session')
  return ended
}

export async function renameUser(services: Services, userId: string, name: string): Promise<void> {
  await services.signIn.renameUser(userId, name)
  await tell(services, userId, 'access.member')
}

/** Throws `invalid_input` at `current` for a wrong password, at `password` for a weak new one; `rate_limited` after too many wrong ones. */
export async function changePassword(
  services: Services,
  { user, sessionId }: { user: User; sessionId: string },
  change: { current: string; password: string },
  address: string,
): Promise<void> {
  if (!(await services.signIn.confirmPassword(user, change.current, address)))
    throw new VouchError('invalid_input', 'This is not your present password.', {
      fields: [{ path: 'current', message: 'is not your present password' }],
    })
  await services.signIn.changePassword(user, change.password, sessionId)
  await tell(services, user.id, 'access.session')
}

/** Tells the pages of each organisation of the user: what they have open asks again whether it may. */
export async function tell(services: Services, userId: string, topic: string): Promise<void> {
  for (const { id } of await listMemberships(services.database, userId))
    await services.database.tenant(id, services.clock, tx => announce(tx, topic, userId))
}
