import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeMember } from '../features/access/builders.ts'
import { accessControl } from '../features/access/control-access.ts'
import { ownersOnly, permissionNames, permissionsOf } from '../features/access/permissions.ts'
import { makeRole } from '../features/access/roles.ts'
import { makeFullOrganisation } from '../features/checks/builders.ts'
import { open, signedIn } from '../platform/http/access.ts'
import { type App, createApp, type Routes } from '../platform/http/app.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { routes } from './features.ts'
import { whoMay } from './testing/who-may.ts'

/* Whatever an organisation puts into a role of its own: an operation is permitted if and only if the role has its permission. */
let services: TestServices
let app: App
let orgId = ''
/** Every operation that needs a permission: which, and how it is called. */
const operations = new Map<string, { access: string; method: string; url: string }>()

beforeAll(async () => {
  services = await testServices()
  orgId = await makeFullOrganisation(services)
  const note: Routes = api => {
    api.addHook('onRoute', ({ schema, config, method, url }) => {
      const { operationId } = (schema ?? {}) as { operationId?: string }
      const access = config?.access
      if (operationId === undefined || access === undefined || access === open || access === signedIn) return
      if (method !== 'HEAD') operations.set(operationId, { access, method: String(method), url })
    })
  }
  app = await createApp({ services, routes: [note, ...routes], access: accessControl(services), version: 'test' })
  await app.ready()
}, 120_000)
afterAll(async () => {
  await app?.close()
  await services?.close()
})

it('permits exactly the operations whose permissions it has', async () => {
  const grantable = permissionNames.filter(name => !ownersOnly.has(name))
  // Half of the permissions, at random, and the other half: each is once given and once not.
  const halves = fc.sample(fc.shuffledSubarray(grantable, { minLength: 1, maxLength: grantable.length - 1 }), 4)
  const sets = halves.flatMap(half => [half, grantable.filter(name => !half.includes(name))])
  const maker = {
    actor: 'operator',
    user: null,
    sessionId: null,
    organisation: { id: orgId, role: 'owner' },
    may: permissionsOf('owner'),
  }
  const wrong: string[] = []
  for (const [index, may] of sets.entries()) {
    const role = await services.database.tenant(orgId, services.clock, tx =>
      makeRole(tx, { title: `Random ${index}`, reason: 'For a test.', may }, maker),
    )
    const { cookie } = await makeMember(services, orgId, role.id)
    for (const [id, { access, method, url }] of operations) {
      const { statusCode } = await app.inject({
        method: method as 'GET',
        url: url.replace(/:\w+|\*/g, '00000000-0000-4000-8000-000000000000'),
        headers: { host: 'localhost', cookie },
        ...(method === 'GET' || method === 'DELETE' ? {} : { payload: { nothing: 'valid' } }),
      })
      const permitted = statusCode !== 403
      if (permitted !== may.includes(access as (typeof may)[number]) || statusCode === 401)
        wrong.push(`${id} with${permitted ? 'out' : ''} ${access}: ${statusCode}`)
    }
  }
  expect(wrong).toEqual([])
  const needing = Object.keys(whoMay).filter(id => typeof whoMay[id] !== 'string')
  expect([...operations.keys()].toSorted()).toEqual(needing.toSorted())
}, 240_000)
