import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeMember, makeUser, type Person, signInAgain } from '../features/access/builders.ts'
import { accessControl } from '../features/access/control-access.ts'
import { changeMember, removeMember } from '../features/access/members.ts'
import { type Role, roleNames } from '../features/access/permissions.ts'
import { type App, createApp, type Routes } from '../platform/http/app.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { routes } from './features.ts'
import { createServer } from './server.ts'
import { type Operation, operationsOf, readDocument } from './testing/operations.ts'
import { type Populated, populate } from './testing/populate.ts'
import { type WhoMay, whoMay } from './testing/who-may.ts'

/*
 * Who may do what, proven by machine: every operation that the server describes, for every role, in one's own organisation, in another's, and without any; and every id that one
 * organisation sees, tried by another.
 */
let services: TestServices
let app: App
let ours: Populated
let theirs: Populated
let operations: ReadonlyMap<string, Operation>

beforeAll(async () => {
  services = await testServices()
  ours = await populate(services, 'ours')
  theirs = await populate(services, 'theirs')
  app = await createServer(services)
  await app.ready()
  operations = operationsOf(await readDocument(app, ours.owner.cookie))
}, 120_000)
afterAll(async () => {
  await app?.close()
  await services?.close()
})

function ask(server: App, { method, path }: Operation, cookie: string | undefined, id: string) {
  return server.inject({
    method,
    url: `/api/v1${path.replace(/\{[^}]+\}/, encodeURIComponent(id))}`,
    headers: { host: 'localhost', ...(cookie === undefined ? {} : { cookie }) },
    // Nothing valid: whoever is let in is told what is wrong with it, and nothing is changed.
    ...(method === 'GET' || method === 'DELETE' ? {} : { payload: { nothing: 'valid' } }),
  })
}

const holds = (rule: WhoMay, role: Role) => typeof rule === 'string' || rule.includes(role)

/** Everything that is answered otherwise than the table says. A new session is used for each question: some end it. */
async function findBreaches(server: App): Promise<string[]> {
  const breaches: string[] = []
  const people = new Map<Role, Person>()
  for (const role of roleNames) people.set(role, await makeMember(services, ours.orgId, role))
  const outsider = await makeUser(services)
  for (const [id, operation] of operations) {
    const rule = whoMay[id]
    if (rule === undefined) {
      breaches.push(`${id} is not in the table`)
      continue
    }
    const expectStatus = async (who: string, cookie: string | undefined, refused: number | undefined) => {
      const { statusCode } = await ask(server, operation, cookie, randomUUID())
      const right = refused === undefined ? ![401, 403].includes(statusCode) : statusCode === refused
      // Who asks to be signed in without valid words is told so with the same status as who is not.
      if (!right && !(rule === 'everybody' && statusCode === 401 && id === 'signIn'))
        breaches.push(`${id}, ${who}: ${statusCode}${refused === undefined ? '' : ` instead of ${refused}`}`)
    }
    await expectStatus('nobody', undefined, rule === 'everybody' ? undefined : 401)
    const { cookie } = await signInAgain(services, outsider.user, null)
    // Leaving is of one's own organisation, of which an outsider has none.
    await expectStatus('of no organisation', cookie, typeof rule === 'string' && id !== 'leave' ? undefined : 403)
    for (const [role, person] of people) {
      // Who leaves is gone: an extra person does.
      const asking =
        id === 'leave'
          ? await makeMember(services, ours.orgId, role)
          : await signInAgain(services, person.user, ours.orgId)
      await expectStatus(role, asking.cookie, holds(rule, role) ? undefined : 403)
    }
  }
  return breaches
}

describe('the matrix of operations and roles', () => {
  it('is what the table says, in every cell', async () => {
    expect(Object.keys(whoMay).toSorted()).toEqual([...operations.keys()].toSorted())
    expect(await findBreaches(app)).toEqual([])
  }, 240_000)

  it('shows an operation whose check was removed', async () => {
    const weaken: Routes = api => {
      api.addHook('onRoute', route => {
        if (route.config && (route.schema as { operationId?: string } | undefined)?.operationId === 'changeScope')
          route.config.access = 'scope.read'
      })
    }
    const weakened = await createApp({
      services,
      routes: [weaken, ...routes],
      access: accessControl(services),
      version: 'test',
    })
    await weakened.ready()
    expect(await findBreaches(weakened)).toEqual(
      ['control_owner', 'auditor', 'viewer'].map(role => `changeScope, ${role}: 400 instead of 403`),
    )
    await weakened.close()
  }, 240_000)
})

describe('another organisation', () => {
  it('has nothing that a member of any role gets at by an id of it', async () => {
    const idOf: Readonly<Record<string, string>> = {
      connections: theirs.connection,
      documents: theirs.document,
      snapshots: theirs.snapshot,
      exceptions: theirs.exception,
      packages: theirs.package,
      entries: theirs.entry,
      jobs: theirs.job,
      checks: theirs.check,
      controls: theirs.control,
      members: theirs.member,
      invitations: theirs.invitation,
      sessions: theirs.session,
    }
    const reached: string[] = []
    for (const role of roleNames) {
      for (const [id, operation] of operations) {
        const noun = operation.path.split('/').find(part => part in idOf)
        if (!noun || !operation.path.includes('{')) continue
        const person = await makeMember(services, ours.orgId, role)
        const { statusCode } = await ask(app, operation, person.cookie, idOf[noun] ?? '')
        if (![400, 403, 404].includes(statusCode)) reached.push(`${id}, ${role}: ${statusCode}`)
      }
    }
    expect(reached).toEqual([])
  }, 240_000)

  it('is not reached by any id that its own owner is shown', async () => {
    const shown = new Set<string>()
    const pattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
    const lists = [...operations.values()].filter(({ method, path }) => method === 'GET' && !path.includes('{'))
    for (const operation of lists)
      for (const id of (await ask(app, operation, theirs.owner.cookie, '')).body.match(pattern) ?? []) shown.add(id)
    // What the owner of both would see, such as the framework, is nobody's; ids are random.
    expect(shown.size).toBeGreaterThan(20)
    const ids = [...shown]
    const reached: string[] = []
    const byId = [...operations.values()].filter(({ path }) => path.includes('{'))
    for (const operation of byId) {
      for (const id of ids) {
        const { statusCode } = await ask(app, operation, ours.owner.cookie, id)
        if (statusCode < 400) reached.push(`${operation.id} ${id}: ${statusCode}`)
      }
    }
    expect(reached).toEqual([])
    for (const operation of lists) {
      const { body } = await ask(app, operation, ours.owner.cookie, '')
      expect(
        ids.filter(id => body.includes(id)),
        operation.id,
      ).toEqual([])
    }
  }, 240_000)

  it('is worked in by those alone who belong to it, whatever the session says', async () => {
    const { user } = await makeMember(services, ours.orgId, 'owner')
    const { cookie } = await signInAgain(services, user, theirs.orgId)
    const organisation = () => app.inject({ url: '/api/v1/organisation', headers: { host: 'localhost', cookie } })
    expect((await organisation()).json().id).toBe(ours.orgId)
    const chosen = await app.inject({
      method: 'PUT',
      url: '/api/v1/session/organisation',
      headers: { host: 'localhost', cookie },
      payload: { id: theirs.orgId },
    })
    expect(chosen.statusCode).toBe(404)
    expect((await organisation()).json().id).toBe(ours.orgId)
  })
})

describe('a change of role or membership', () => {
  const operator = { actor: 'operator', role: 'owner' }
  const inOurs = (work: Parameters<TestServices['database']['tenant']>[2]) =>
    services.database.tenant(ours.orgId, services.clock, work)

  it('holds from the next request on', async () => {
    const person = await makeMember(services, ours.orgId, 'viewer')
    const status = async (path: string) =>
      (await app.inject({ url: `/api/v1${path}`, headers: { host: 'localhost', cookie: person.cookie } })).statusCode
    expect([await status('/overview'), await status('/packages')]).toEqual([200, 403])
    await inOurs(tx => changeMember(tx, person.user.id, 'auditor', operator))
    expect([await status('/overview'), await status('/packages')]).toEqual([200, 200])
    await inOurs(tx => changeMember(tx, person.user.id, 'employee', operator))
    expect([await status('/overview'), await status('/organisation')]).toEqual([403, 200])
    await inOurs(tx => removeMember(tx, person.user.id, operator))
    expect([await status('/organisation'), await status('/account/sessions')]).toEqual([403, 200])
  })
})
