import { type AccessControl, callerOf, type Principal } from '../../platform/http/access.ts'
import type { Services } from '../../platform/services.ts'
import { permissionsOf } from './permissions.ts'
import { listMemberships } from './store.ts'

/**
 * Who asks: the session's user, in the organisation that the session works in as long as they belong to it, else in their first. Members and roles are read at every
 * request: whoever is removed is out at once.
 */
export function accessControl(services: Services): AccessControl {
  return {
    async authenticate(request, reply) {
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
        may: member ? permissionsOf(member.role) : new Set(),
      } satisfies Principal
    },

    async stillMay({ user, sessionId, organisation }, access) {
      if (!(await services.signIn.lives(sessionId))) return false
      const memberships = await listMemberships(services.database, user.id)
      const member = memberships.find(({ id }) => id === organisation?.id)
      return member !== undefined && permissionsOf(member.role).has(access)
    },
  }
}
