import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { currentDeed, deedOf } from '../../platform/db/deed.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import type { SecondFactor } from '../../platform/sign-in/factors.ts'
import type { Site } from '../../platform/sign-in/passkeys.ts'
import type { Begun, Caller, User } from '../../platform/sign-in/sign-in.ts'
import { operatorActor } from '../ledger/append-fact.ts'
import { endOtherSessions, tell } from './account.ts'
import type { authenticationResponse, passkeyInput, proofInput } from './factor-contract.ts'
import { listMemberships } from './store.ts'

/** Somebody in one of their sessions. */
export interface Own {
  readonly user: User
  readonly sessionId: string
}

/** Our own origin, as the configuration and the socket tell; never as the request's headers do. */
export function siteOf({ config }: Services, request: Pick<FastifyRequest, 'socket'>): Site {
  const origin = config.url ?? `http://localhost:${request.socket.localPort ?? config.port}`
  return { origin, host: new URL(origin).hostname }
}

/** By what a person can show who they are. */
export async function readFactors({ signIn }: Services, userId: string) {
  const { totp, recoveryCodes } = await signIn.factors.of(userId)
  return {
    password: await signIn.hasPassword(userId),
    totp_since: totp?.toISOString() ?? null,
    passkeys: (await signIn.passkeys.list(userId)).map(({ id, name, synced, created_at, last_used_at }) => ({
      id,
      name,
      synced,
      created_at: created_at.toISOString(),
      last_used_at: last_used_at?.toISOString() ?? null,
    })),
    recovery_codes: recoveryCodes,
  }
}

/** Takes the offered authenticator app by a code of it. */
export async function confirmTotp(services: Services, own: Own, code: string) {
  const { recoveryCodes } = await services.signIn.factors.confirmTotp(own.user.id, code)
  await added(services, own, 'totp', recoveryCodes)
  return { recovery_codes: recoveryCodes }
}

/** Keeps a passkey that the browser has made. */
export async function addPasskey(services: Services, own: Own, input: z.output<typeof passkeyInput>, site: Site) {
  const { id, recoveryCodes } = await services.signIn.passkeys.add(own.user.id, input.name, input.passkey, site)
  await added(services, own, 'passkey', recoveryCodes)
  return { id, recovery_codes: recoveryCodes }
}

/** The session in which it was added has shown it. With the first second factor the other sessions end: they began with less than is asked for from now on. */
async function added(services: Services, { user, sessionId }: Own, factor: SecondFactor, first: string[] | null) {
  await services.signIn.markSecondFactor(sessionId, factor)
  if (first !== null) await endOtherSessions(services, user.id, sessionId)
  await tell(services, user.id, 'access.member')
}

/** Throws `not_found` without one, `conflict` when an organisation requires it. */
export async function removeTotp(services: Services, own: Own): Promise<void> {
  await requireAnother(services, own.user.id)
  await removed(services, own, await services.signIn.factors.removeTotp(own.user.id))
}

/** Throws `not_found` when it is not the user's. */
export async function renamePasskey(services: Services, userId: string, id: string, name: string): Promise<void> {
  if (!(await services.signIn.passkeys.rename(userId, id, name)))
    throw new VouchError('not_found', 'You have no such passkey.')
}

/** Throws `not_found` when it is not the user's, `conflict` when an organisation requires it. */
export async function removePasskey(services: Services, own: Own, id: string): Promise<void> {
  const passkeys = await services.signIn.passkeys.list(own.user.id)
  if (passkeys.some(passkey => passkey.id === id)) await requireAnother(services, own.user.id)
  await removed(services, own, await services.signIn.passkeys.remove(own.user.id, id))
}

/** The other sessions end: whoever has the lost phone, or what somebody else had added, is out. */
async function removed(services: Services, { user, sessionId }: Own, wasThere: boolean): Promise<void> {
  if (!wasThere) throw new VouchError('not_found', 'You have no such second factor.')
  await endOtherSessions(services, user.id, sessionId)
  await tell(services, user.id, 'access.member')
}

async function requireAnother(services: Services, userId: string): Promise<void> {
  const { totp, passkeys } = await services.signIn.factors.of(userId)
  if (passkeys + (totp === null ? 0 : 1) !== 1) return
  const requiring = (await listMemberships(services.database, userId)).find(({ required }) =>
    required.includes('second_factor'),
  )
  if (requiring)
    throw new VouchError(
      'conflict',
      `${requiring.name} requires a second factor, and this is your last one. Add another first.`,
    )
}

type Assertion = z.output<typeof authenticationResponse>

/** Begins a session by a passkey, which shows two factors. */
export async function signInByPasskey(
  services: Services,
  given: Assertion,
  site: Site,
  caller: Caller,
): Promise<Begun> {
  const userId = await services.signIn.passkeys.authenticate(present(given), site)
  return services.signIn.begin(userId, null, 'passkey', caller)
}

/** The person shows again who they are; for a while, what is sensitive is let through. Throws `invalid_input` when they do not. */
export async function showAgain(
  services: Services,
  { user, sessionId }: Own,
  proof: z.output<typeof proofInput>,
  { site, address }: { site: Site; address: string },
): Promise<void> {
  if (!('passkey' in proof)) return services.signIn.refresh(user, sessionId, proof, address)
  const userId = await services.signIn.passkeys.authenticate(present(proof.passkey), site)
  if (userId !== user.id)
    throw new VouchError('invalid_input', 'This is a passkey of another account. Take one of yours.', {
      fields: [{ path: 'passkey', message: 'is of another account' }],
    })
  await services.signIn.markFresh(sessionId)
}

function present({ response: { userHandle, ...response }, ...given }: Assertion) {
  return { ...given, response: { ...response, ...(userHandle ? { userHandle } : {}) } }
}

/** Takes all second factors of an account away, for who has lost them; all its sessions end. For whoever has the machine. Throws `not_found` for an address without an account. */
export async function resetFactors(services: Services, email: string): Promise<User> {
  const user = await services.signIn.findUser(email)
  if (!user) throw new VouchError('not_found', `Nobody signs in as ${email}.`)
  const deed = currentDeed() ?? deedOf('vouch reset-factors', operatorActor)
  // Recorded first: what cannot be recorded is not done.
  for (const { id } of await listMemberships(services.database, user.id))
    await services.database.recordDeed(
      id,
      services.clock,
      { ...deed, subject: { kind: 'members', id: user.id } },
      'done',
    )
  await services.signIn.factors.reset(user.id)
  await endOtherSessions(services, user.id, null)
  await tell(services, user.id, 'access.member')
  return user
}
