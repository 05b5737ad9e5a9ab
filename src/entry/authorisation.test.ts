import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeMember, makeUser, type Person, signInAgain } from '../features/access/builders.ts'
import { accessControl } from '../features/access/control-access.ts'
import { authenticateKey, makeKey } from '../features/access/keys.ts'
import { addMember, changeMember, removeMember } from '../features/access/members.ts'
import { forSessionsOnly, permissions, permissionsOf, type Role, roleNames } from '../features/access/permissions.ts'
import { makeFullOrganisation } from '../features/checks/builders.ts'
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
      mail: theirs.message,
      keys: theirs.key,
      groups: theirs.group,
      providers: theirs.provider,
      sessions: theirs.session,
      passkeys: theirs.passkey.id,
    }
    const reached: string[] = []
    for (const role of roleNames) {
      for (const [id, operation] of operations) {
        const noun = operation.path.split('/').findLast(part => part in idOf)
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
    // A log repeats what its own members tried: of it, somebody is asked who tried nothing.
    const stranger = await makeMember(services, await makeFullOrganisation(services), 'owner')
    for (const operation of lists) {
      const { cookie } = operation.tags.includes('activity') ? stranger : ours.owner
      const { body } = await ask(app, operation, cookie, '')
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

describe('a key', () => {
  const keyOf = async (role: Role, options: { personal: boolean; may?: readonly string[] }) => {
    const person = await makeMember(services, ours.orgId, role)
    const principal = { ...person, actor: `user:${person.user.id}`, organisation: { id: ours.orgId, role } }
    const made = await services.database.tenant(ours.orgId, services.clock, tx =>
      makeKey(
        tx,
        { name: 'Key', days: 1, personal: options.personal, may: options.may ?? ['controls.read', 'evidence.read'] },
        { ...principal, may: permissionsOf(role), freshUntil: null, lacks: null },
      ),
    )
    return { ...made, person }
  }
  const status = async (key: string, id: string, cookie?: string) => {
    const { method, path } = operations.get(id) ?? { method: 'GET', path: '' }
    const response = await app.inject({
      method,
      url: `/api/v1${path.replace(/\{[^}]+\}/, randomUUID())}`,
      headers: { host: 'localhost', authorization: `Bearer ${key}`, ...(cookie && { cookie }) },
      ...(method === 'GET' || method === 'DELETE' ? {} : { payload: { nothing: 'valid' } }),
    })
    return response.statusCode
  }

  it('does what it was given and nothing else, whatever cookie comes with it', async () => {
    const { key } = await keyOf('owner', { personal: false })
    const given = new Set(['listControls', 'getControl', 'listDocuments', 'listSnapshots'])
    for (const [id, rule] of Object.entries(whoMay)) {
      if (rule === 'everybody') continue
      const answered = await status(key, id, ours.owner.cookie)
      if (given.has(id)) expect(answered, id).toBeOneOf([200, 404])
      else if (!['listRecords', 'getSnapshot', 'downloadSnapshot', 'downloadDocument'].includes(id))
        expect(answered, id).toBe(403)
    }
  })

  it('of a person never does more than they may by now, and ends with their membership', async () => {
    const { key, person } = await keyOf('control_owner', { personal: true })
    expect([await status(key, 'listControls'), await status(key, 'listDocuments')]).toEqual([200, 200])
    await services.database.tenant(ours.orgId, services.clock, tx =>
      changeMember(tx, person.user.id, 'viewer', { actor: 'operator', role: 'owner' }),
    )
    expect([await status(key, 'listControls'), await status(key, 'listDocuments')]).toEqual([200, 403])
    await services.database.tenant(ours.orgId, services.clock, tx =>
      removeMember(tx, person.user.id, { actor: 'operator', role: 'owner' }),
    )
    expect(await status(key, 'listControls')).toBe(401)
    await services.database.tenant(ours.orgId, services.clock, tx =>
      addMember(tx, { id: person.user.id, role: 'auditor' }, 'operator'),
    )
    expect(await status(key, 'listControls')).toBe(401)
  })

  it('is not given what its maker may not, nor what is for people', async () => {
    await expect(keyOf('control_owner', { personal: true, may: ['scope.change'] })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(keyOf('control_owner', { personal: false })).rejects.toMatchObject({ code: 'forbidden' })
    for (const permission of forSessionsOnly)
      await expect(keyOf('owner', { personal: true, may: [permission] }), permission).rejects.toMatchObject({
        code: 'forbidden',
      })
    expect(Object.keys(permissions)).toEqual(expect.arrayContaining([...forSessionsOnly]))
  })

  it('that is wrong, over or another’s is none', async () => {
    const { key, row } = await keyOf('owner', { personal: false })
    const elsewhere = key.replace(ours.orgId.replaceAll('-', ''), theirs.orgId.replaceAll('-', ''))
    for (const wrong of ['', 'x', key.slice(0, -1), `${key}A`, elsewhere, key.toUpperCase(), `${key} ${key}`])
      expect(await status(wrong, 'listControls', ours.owner.cookie), wrong).toBe(401)
    const client = await services.database.dedicatedClient('test')
    const { rows } = await client.query('select k::text from access_key k where id = $1', [row.id])
    expect(rows[0].k).not.toContain(key.slice(-43))
    await client.query("update access_key set expires_at = now() - interval '1 second' where id = $1", [row.id])
    await client.end()
    expect(await authenticateKey(services, key)).toBeUndefined()
  })

  it('is ended by its maker, and by who answers for keys', async () => {
    const { row, key } = await keyOf('control_owner', { personal: true })
    const end = (cookie: string) =>
      app.inject({ method: 'DELETE', url: `/api/v1/keys/${row.id}`, headers: { host: 'localhost', cookie } })
    const other = await makeMember(services, ours.orgId, 'control_owner')
    expect((await end(other.cookie)).statusCode).toBe(404)
    expect(await status(key, 'listControls')).toBe(200)
    expect((await end(ours.owner.cookie)).statusCode).toBe(204)
    expect(await status(key, 'listControls')).toBe(401)
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
