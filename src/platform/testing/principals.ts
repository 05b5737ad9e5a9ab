import { randomUUID } from 'node:crypto'
import type { AccessControl } from '../http/access.ts'

/** For a test of routes alone: everybody is somebody who may do everything in the organisation `orgId`, which may change from request to request. */
export function everythingIn(orgId: () => string): AccessControl {
  const id = randomUUID()
  const may = { has: () => true } as unknown as ReadonlySet<string>
  return {
    authenticate: async () => ({
      actor: `user:${id}`,
      user: { id, name: 'A. Tester', email: 'tester@example.test' },
      sessionId: randomUUID(),
      organisation: { id: orgId(), role: 'owner' },
      may,
      freshUntil: new Date(8.64e15),
      lacks: null,
    }),
    stillMay: async () => true,
    organisationsOf: async () => [orgId()],
  }
}
