import { type AccessControl, callerOf, type Principal } from '../../platform/http/access.ts'
import type { Services } from '../../platform/services.ts'
import { authenticateKey } from './keys.ts'
import { permissionsOf } from './permissions.ts'
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
      const memberships = await listMemberships(services.database, user.id)
      const member = memberships.find(({ id }) => id === session.orgId) ?? memberships[0]
      if (member && member.id !== session.orgId) await services.signIn.setOrganisation(session.id, member.id)
      return {
        actor: `user:${user.id}`,
        user,
        sessionId: session.id,
        organisation: member ? { id: member.id, role: member.role } : null,
        may: member ? permissionsOf(member.role, member.own_may) : new Set(),
      } satisfies Principal
    },

    async stillMay({ user, sessionId, organisation }, access) {
      // A key's requests are short; the one that stays open, the stream of changes, is for pages.
      if (!user || sessionId === null || !(await services.signIn.lives(sessionId))) return false
      const memberships = await listMemberships(services.database, user.id)
      const member = memberships.find(({ id }) => id === organisation?.id)
      return member !== undefined && permissionsOf(member.role, member.own_may).has(access)
    },

    async organisationsOf(userId) {
      return (await listMemberships(services.database, userId)).map(({ id }) => id)
    },
  }
}

/** The key of an `authorization: Bearer` header. Whoever sends one is judged by it alone, whatever cookie comes with it. */
function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : (/^Bearer +(\S+)$/i.exec(header)?.[1] ?? '')
}
