import { type AccessControl, callerOf, type Principal } from '../../platform/http/access.ts'
import type { Services } from '../../platform/services.ts'
import type { Session } from '../../platform/sign-in/sign-in.ts'
import { authenticateKey } from './keys.ts'
import { permissionsOf } from './permissions.ts'
import { lackOf } from './sign-in-rules.ts'
import { listMemberships } from './store.ts'

/**
 * Who asks: the session's user, in the organisation that the session works in as long as they belong to it, else in their first. Members and roles are read at every
 * request: whoever is removed is out at once.
 */
export function accessControl(services: Services): AccessControl {
  return {
    async authenticate(request, reply) {
      const key = bearerOf(request.headers.authorization)
      if (key !== undefined) return authenticateKey(services, key)
      const found = await services.signIn.authenticate(callerOf(request))
      if (!found) return undefined
      if (found.cookies.length > 0) reply.header('set-cookie', [...found.cookies])
      const { user, session } = found
      const within = session.onlyOrg ?? undefined
      const memberships = visible(await listMemberships(services.database, user.id), within)
      const member = memberships.find(({ id }) => id === session.orgId) ?? memberships[0]
      if (member && member.id !== session.orgId) await services.signIn.setOrganisation(session.id, member.id)
      return {
        actor: `user:${user.id}`,
        user,
        sessionId: session.id,
        organisation: member ? { id: member.id, role: member.role } : null,
        may: member ? mayOf(member, within) : new Set(),
        ...(within !== undefined && { within }),
        ...(member && mustComeByProvider(member, within) && { refusal: comeByProvider }),
        freshUntil: session.freshUntil,
        lacks: member ? lackIn(member, session, within) : null,
      } satisfies Principal
    },

    async stillMay({ user, sessionId, organisation, within }, access) {
      // A key's requests are short; the one that stays open, the stream of changes, is for pages.
      if (!user || sessionId === null) return false
      const session = await services.signIn.howItLives(sessionId)
      if (!session) return false
      const memberships = await listMemberships(services.database, user.id)
      const member = memberships.find(({ id }) => id === organisation?.id)
      if (member === undefined || mustComeByProvider(member, within)) return false
      return lackIn(member, session, within) === null && mayOf(member, within).has(access)
    },

    async organisationsOf(userId) {
      return (await listMemberships(services.database, userId)).map(({ id }) => id)
    },
  }
}

const comeByProvider =
  'This organisation wants its members to come by single sign-on. Sign out, and in again through it.'

/** The memberships that a session may know of: of one that an identity provider began, those of its organisation alone. */
export function visible<Membership extends { readonly id: string }>(
  memberships: readonly Membership[],
  within: string | undefined,
): readonly Membership[] {
  return within === undefined ? memberships : memberships.filter(({ id }) => id === within)
}

/** Whoever came by a provider of one organisation makes no other: it would be their account's, for which the provider does not speak. */
function mayOf(
  { role, own_may }: { readonly role: string; readonly own_may: readonly string[] | null },
  within: string | undefined,
): ReadonlySet<string> {
  const may = permissionsOf(role, own_may)
  return within === undefined ? may : new Set([...may].filter(permission => permission !== 'organisation.create'))
}

/** Owners keep their password: with a provider that is broken, nobody else could come in and repair it. */
function mustComeByProvider(
  member: { readonly id: string; readonly role: string; readonly sso_required: boolean | null },
  within: string | undefined,
): boolean {
  return member.sso_required === true && member.role !== 'owner' && within !== member.id
}

/** What a session lacks in an organisation. Which factors a provider's sign-ins have is the provider's to see to. */
function lackIn(
  member: { readonly required: readonly string[] },
  session: Pick<Session, 'secondFactor'>,
  within?: string,
) {
  return within === undefined ? lackOf(member.required, session) : null
}

/** The key of an `authorization: Bearer` header. Whoever sends one is judged by it alone, whatever cookie comes with it. */
function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : (/^Bearer +(\S+)$/i.exec(header)?.[1] ?? '')
}
