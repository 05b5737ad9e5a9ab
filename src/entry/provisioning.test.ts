import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeMember, makeUser, type Person, signInAgain } from '../features/access/builders.ts'
import { accessControl } from '../features/access/control-access.ts'
import { makeKey } from '../features/access/keys.ts'
import { addMember } from '../features/access/members.ts'
import { permissionsOf } from '../features/access/permissions.ts'
import { makeProvider, makeProvisioningToken, newDomain } from '../features/providers/builders.ts'
import { scimSurface } from '../features/providers/scim/routes.ts'
import { makeOrganisation } from '../features/scope/builders.ts'
import { type App, createApp, type Routes } from '../platform/http/app.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { createServer } from './server.ts'

let services: TestServices
let app: App
let base: string
/** Every route of SCIM, as the server has it. */
const routes: { method: string; url: string }[] = []

beforeAll(async () => {
  services = await testServices()
  app = await createServer(services)
  await app.listen({ host: '127.0.0.1', port: 0 })
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const surface = scimSurface(services)
  const watched: Routes = (api, own) => {
    api.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat())
        if (['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(one)) routes.push({ method: one, url })
    })
    surface.routes(api, own)
  }
  await createApp({
    services,
    routes: [],
    access: accessControl(services),
    surfaces: [{ ...surface, routes: watched }],
    version: 'test',
  })
}, 60_000)
afterAll(async () => {
  app.server.closeAllConnections()
  await app.close()
  await services.close()
})

let orgId: string
let domain: string
let provider: string
let token: string
let owner: Person
beforeEach(async () => {
  orgId = await makeOrganisation(services)
  owner = await makeMember(services, orgId, 'owner')
  domain = newDomain()
  provider = await makeProvider(services, orgId, { domains: [domain] })
  token = await makeProvisioningToken(services, orgId, provider)
})

interface Shown {
  readonly id: string
  readonly userName: string
  readonly active: boolean
  readonly members?: { value: string }[]
  readonly groups?: { value: string; display: string }[]
  readonly [attribute: string]: unknown
}
async function scim(method: string, path: string, body?: object, bearer: string | null = token) {
  const response = await app.inject({
    method: method as 'GET',
    url: `/scim/v2${path}`,
    headers: {
      host: 'localhost',
      ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
      ...(body && { 'content-type': 'application/scim+json' }),
    },
    ...(body && { payload: JSON.stringify(body) }),
  })
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json(), response }
}
async function create(more: object = {}): Promise<Shown> {
  const { status, body } = await scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `${randomUUID().slice(0, 8)}@${domain}`,
    name: { givenName: 'Ada', familyName: 'Person' },
    ...more,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
const patch = (id: string, ...Operations: object[]) =>
  scim('PATCH', `/Users/${id}`, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations })
const group = async (displayName: string, ...members: string[]): Promise<Shown> =>
  (await scim('POST', '/Groups', { displayName, members: members.map(value => ({ value })) })).body

const api = (method: string, url: string, cookie: string, body?: object) =>
  app.inject({
    method: method as 'GET',
    url: `/api/v1${url}`,
    headers: { host: 'localhost', cookie },
    ...(body && { payload: body }),
  })
const userOf = async ({ userName }: Shown) => {
  const user = await services.signIn.findUser(userName)
  if (!user) throw new Error('there is no account')
  return user
}
const roleOf = async (shown: Shown, org = orgId) => {
  const user = await services.signIn.findUser(shown.userName)
  const row = await services.database.tenant(org, services.clock, tx =>
    tx.sql
      .selectFrom('access_member')
      .select('role')
      .where('id', '=', user?.id ?? randomUUID())
      .executeTakeFirst(),
  )
  return row?.role
}
const giveRole = (id: string, role: string | null) => api('PATCH', `/providers/groups/${id}`, owner.cookie, { role })

describe('who provisions', () => {
  it('is a provider by its token, at every route, and nobody and nothing else', async () => {
    expect(routes.length).toBeGreaterThan(14)
    const key = await services.database.tenant(orgId, services.clock, tx =>
      makeKey(
        tx,
        { name: 'Key', personal: false, days: 1, may: ['scope.read'] },
        { actor: 'operator', user: null, sessionId: null, organisation: null, may: permissionsOf('owner') },
      ),
    )
    const last = token.endsWith('A') ? 'B' : 'A'
    const tokens = {
      none: null,
      wrong: `${token.slice(0, -1)}${last}`,
      key: key.key,
      elsewhere: token.replace(orgId.replaceAll('-', ''), (await makeOrganisation(services)).replaceAll('-', '')),
      nonsense: 'x',
    }
    for (const { method, url } of routes) {
      const path = url.replace('/scim/v2', '').replace(':id', randomUUID())
      for (const [name, bearer] of Object.entries(tokens)) {
        const { status, response } = await scim(method, path, undefined, bearer)
        expect(status, `${method} ${url}, ${name}`).toBe(401)
        expect(response.headers['www-authenticate']).toBe('Bearer')
      }
      const { statusCode } = await app.inject({
        method: method as 'GET',
        url: url.replace(':id', randomUUID()),
        headers: { host: 'localhost', 'sec-fetch-site': 'same-origin', cookie: owner.cookie },
      })
      expect(statusCode, `${method} ${url}, a session`).toBe(401)
    }
  })

  it('has no other way in by its token', async () => {
    for (const url of ['/api/v1/session', '/api/v1/members', '/api/v1/events', '/api/v1/openapi.json']) {
      const response = await app.inject({ url, headers: { host: 'localhost', authorization: `Bearer ${token}` } })
      if (url !== '/api/v1/session') expect(response.statusCode, url).toBe(401)
      else expect(response.json().user).toBeNull()
    }
  })

  it('sees nothing of another provider’s people and groups', async () => {
    const person = await create()
    const team = await group('Team', person.id)
    const theirs = await makeOrganisation(services)
    for (const org of [theirs, orgId]) {
      const other = await makeProvider(services, org)
      const bearer = await makeProvisioningToken(services, org, other)
      expect((await scim('GET', '/Users', undefined, bearer)).body.totalResults).toBe(0)
      expect((await scim('GET', '/Groups', undefined, bearer)).body.totalResults).toBe(0)
      const body = { userName: 'x', displayName: 'x', Operations: [{ op: 'replace', path: 'displayName', value: 'x' }] }
      for (const path of [`/Users/${person.id}`, `/Groups/${team.id}`])
        for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
          expect(
            (await scim(method, path, method === 'GET' || method === 'DELETE' ? undefined : body, bearer)).status,
            `${method} ${path}`,
          ).toBe(404)
      // Nor can it put them into a group of its own.
      const { body: own } = await scim(
        'POST',
        '/Groups',
        { displayName: 'Own', members: [{ value: person.id }] },
        bearer,
      )
      expect(own.members).toEqual([])
    }
  })

  it('ends with the token', async () => {
    const again = await makeProvisioningToken(services, orgId, provider)
    expect([(await scim('GET', '/Users')).status, (await scim('GET', '/Users', undefined, again)).status]).toEqual([
      401, 200,
    ])
    expect((await api('DELETE', `/providers/${provider}/token`, owner.cookie)).statusCode).toBe(204)
    expect((await scim('GET', '/Users', undefined, again)).status).toBe(401)
    const client = await services.database.dedicatedClient('test')
    const { rows } = await client.query('select t::text from providers_token t')
    expect(JSON.stringify(rows)).not.toContain(again.slice(-43))
    await client.end()
  })
})

describe('a user', () => {
  it('is a member by the default role, with their name, as soon as the provider writes them', async () => {
    const person = await create()
    expect(person).toMatchObject({ active: true, name: { givenName: 'Ada' }, meta: { resourceType: 'User' } })
    expect(await userOf(person)).toMatchObject({ name: 'Ada Person' })
    expect(await roleOf(person)).toBe('viewer')
    expect((await scim('GET', `/Users/${person.id}`)).body).toEqual(person)
    await patch(person.id, { op: 'replace', path: 'displayName', value: 'Ada Renamed' })
    expect(await userOf(person)).toMatchObject({ name: 'Ada Renamed' })
  })

  it('is found by filters, a page at a time, with what was asked for', async () => {
    const people = [await create(), await create({ externalId: 'e-1' }), await create({ active: false })]
    const find = async (query: string) => (await scim('GET', `/Users?${query}`)).body
    const by = async (filter: string) =>
      (await find(`filter=${encodeURIComponent(filter)}`)).Resources.map(({ id }: Shown) => id)
    expect(await by(`userName eq "${people[0]?.userName.toUpperCase()}"`)).toEqual([people[0]?.id])
    expect(await by('externalId eq "e-1" and active eq true')).toEqual([people[1]?.id])
    expect(await by('active eq false')).toEqual([people[2]?.id])
    expect(await by(`userName co "${domain}" and not (externalId pr)`)).toHaveLength(2)
    expect(await find('startIndex=2&count=1')).toMatchObject({
      totalResults: 3,
      startIndex: 2,
      itemsPerPage: 1,
      Resources: [{ id: people[1]?.id }],
    })
    expect(await find('count=0')).toMatchObject({ totalResults: 3, Resources: [] })
    expect((await find('attributes=userName&count=1')).Resources).toEqual([
      { schemas: expect.anything(), id: people[0]?.id, userName: people[0]?.userName },
    ])
    expect((await find('excludedAttributes=name,meta&count=1')).Resources[0]).not.toHaveProperty('name')
    const wrong = await scim('GET', `/Users?filter=${encodeURIComponent('userName is "x"')}`)
    expect(wrong).toMatchObject({ status: 400, body: { scimType: 'invalidFilter', status: '400' } })
  })

  it('is refused in SCIM’s own words', async () => {
    const person = await create()
    expect(await scim('POST', '/Users', { userName: person.userName.toUpperCase() })).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness', schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'] },
    })
    expect(await scim('POST', '/Users', {})).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
    expect(await patch(person.id, { op: 'remove', path: 'userName' })).toMatchObject({ status: 400 })
    expect(await scim('GET', '/Users/x')).toMatchObject({ status: 404, body: { status: '404' } })
    const broken = await app.inject({
      method: 'POST',
      url: '/scim/v2/Users',
      headers: { host: 'localhost', authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      payload: '{',
    })
    expect([broken.statusCode, broken.json().scimType]).toEqual([400, 'invalidSyntax'])
  })

  it('without an address of the domains is kept, and is no member; a page says why', async () => {
    const person = await create({ userName: `x@${newDomain()}` })
    expect(await services.signIn.findUser(person.userName)).toBeUndefined()
    const people = async () => (await api('GET', `/providers/${provider}/people`, owner.cookie)).json().items
    expect(await people()).toMatchObject([{ role: null, why_not: 'Their address is of none of the domains.' }])
    await patch(person.id, { op: 'add', path: 'emails[type eq "work"].value', value: `y@${domain}` })
    expect(await people()).toMatchObject([{ role: 'viewer', why_not: null, email: `y@${domain}` }])
  })

  it('whose address has an account is that account, and what it is elsewhere stays', async () => {
    const email = `known@${domain}`
    const { user } = await makeUser(services, 'Known Person')
    const client = await services.database.dedicatedClient('test')
    await client.query('update auth_user set email = $1 where id = $2', [email, user.id])
    await client.end()
    const theirs = await makeOrganisation(services)
    await services.database.tenant(theirs, services.clock, tx =>
      addMember(tx, { id: user.id, role: 'owner' }, 'operator'),
    )
    const elsewhere = await signInAgain(services, user, theirs)
    const person = await create({ userName: email, displayName: 'Another Name' })
    expect((await services.signIn.findUser(email))?.name).toBe('Known Person')
    expect([await roleOf(person), await roleOf(person, theirs)]).toEqual(['viewer', 'owner'])
    expect((await scim('DELETE', `/Users/${person.id}`)).status).toBe(204)
    expect([await roleOf(person), await roleOf(person, theirs)]).toEqual([undefined, 'owner'])
    expect((await api('GET', '/organisation', elsewhere.cookie)).json().id).toBe(theirs)
  })
})

describe('a group', () => {
  it('gives its people the role that the settings say, and never an owner’s', async () => {
    const person = await create()
    const admins = await group('Admins', person.id)
    expect(await roleOf(person)).toBe('viewer')
    expect((await giveRole(admins.id, 'owner')).statusCode).toBe(400)
    expect((await giveRole(admins.id, 'admin')).statusCode).toBe(204)
    expect(await roleOf(person)).toBe('admin')
    const auditors = await group('Auditors')
    await giveRole(auditors.id, 'auditor')
    await scim('PATCH', `/Groups/${auditors.id}`, {
      Operations: [{ op: 'add', path: 'members', value: [{ value: person.id }] }],
    })
    // The one that may more.
    expect(await roleOf(person)).toBe('admin')
    expect((await scim('GET', `/Users/${person.id}`)).body.groups).toHaveLength(2)
    await scim('PATCH', `/Groups/${admins.id}`, {
      Operations: [{ op: 'remove', path: `members[value eq "${person.id}"]` }],
    })
    expect(await roleOf(person)).toBe('auditor')
    await scim('DELETE', `/Groups/${auditors.id}`)
    expect(await roleOf(person)).toBe('viewer')
    await scim('PUT', `/Groups/${admins.id}`, { displayName: 'Admins', members: [{ value: person.id }] })
    expect(await roleOf(person)).toBe('admin')
    await giveRole(admins.id, null)
    expect(await roleOf(person)).toBe('viewer')
  })

  it('leaves an owner an owner, and a role that a person gave as it is', async () => {
    const [first, second] = [await create(), await create()]
    const change = async (person: Shown, role: string) =>
      api('PATCH', `/members/${(await userOf(person)).id}`, owner.cookie, { role })
    await change(first, 'owner')
    await change(second, 'control_owner')
    const team = await group('Team', first.id, second.id)
    expect([await roleOf(first), await roleOf(second)]).toEqual(['owner', 'control_owner'])
    await giveRole(team.id, 'employee')
    expect([await roleOf(first), await roleOf(second)]).toEqual(['owner', 'employee'])
  })

  it('counts for somebody who is provisioned later, and names its people', async () => {
    const person = await create({ active: false })
    const team = await group('Team', person.id, randomUUID())
    expect(team.members).toMatchObject([{ value: person.id, type: 'User' }])
    await giveRole(team.id, 'control_owner')
    await patch(person.id, { op: 'Replace', path: 'active', value: 'True' })
    expect(await roleOf(person)).toBe('control_owner')
    const { body } = await scim(
      'GET',
      `/Groups?filter=${encodeURIComponent('displayName eq "team"')}&excludedAttributes=members`,
    )
    expect(body.Resources).toMatchObject([{ id: team.id, displayName: 'Team' }])
    expect(body.Resources[0]).not.toHaveProperty('members')
  })
})

describe('deprovisioning', () => {
  const everything = async (person: Shown) => {
    const user = await userOf(person)
    const session = await signInAgain(services, user, orgId)
    const { key } = await services.database.tenant(orgId, services.clock, tx =>
      makeKey(
        tx,
        { name: 'Key', personal: true, days: 1, may: ['controls.read'] },
        { actor: `user:${user.id}`, user, sessionId: null, organisation: null, may: permissionsOf('viewer') },
      ),
    )
    const stream = await fetch(`${base}/api/v1/events`, { headers: { cookie: session.cookie } })
    const reader = stream.body?.getReader()
    if (!reader) throw new Error('there is no stream')
    await reader.read()
    return { user, session, key, reader }
  }

  for (const [way, end] of [
    ['being set inactive by Entra ID', (id: string) => patch(id, { op: 'Replace', path: 'active', value: 'False' })],
    ['being set inactive by Okta', (id: string) => patch(id, { op: 'replace', value: { active: false } })],
    ['being replaced', (id: string) => scim('PUT', `/Users/${id}`, { userName: `gone@${domain}`, active: false })],
    ['being deleted', (id: string) => scim('DELETE', `/Users/${id}`)],
  ] as const) {
    it(`by ${way} ends membership, sessions, keys and a stream that is open, before or soon after it is answered`, async () => {
      const person = await create()
      const { user, session, key, reader } = await everything(person)
      const asked = performance.now()
      expect((await end(person.id)).status).toBeLessThan(300)
      // Already when the provider is answered.
      expect(await services.signIn.lives(session.sessionId)).toBe(false)
      const response = await app.inject({
        url: '/api/v1/controls',
        headers: { host: 'localhost', authorization: `Bearer ${key}` },
      })
      expect(response.statusCode).toBe(401)
      expect((await api('GET', '/session', session.cookie)).json().user).toBeNull()
      // The stream ends by itself; were it not to, the test would.
      for (let ended = false; !ended; ) ended = (await reader.read()).done
      expect(performance.now() - asked).toBeLessThan(2_000)
      const members = await api('GET', '/members', owner.cookie)
      expect(members.json().items.map(({ id }: { id: string }) => id)).not.toContain(user.id)
    })
  }

  it('is refused for the last owner, with a reason, and changes nothing', async () => {
    const person = await create()
    await api('PATCH', `/members/${(await userOf(person)).id}`, owner.cookie, { role: 'owner' })
    await api('DELETE', '/membership', owner.cookie)
    for (const response of [
      await patch(person.id, { op: 'replace', value: { active: false } }),
      await scim('DELETE', `/Users/${person.id}`),
    ])
      expect(response).toMatchObject({ status: 409, body: { detail: expect.stringContaining('last owner') } })
    expect(await roleOf(person)).toBe('owner')
    expect((await scim('GET', `/Users/${person.id}`)).body.active).toBe(true)
  })

  it('is taken back by being set active; who was taken out by hand stays out', async () => {
    const person = await create()
    await patch(person.id, { op: 'replace', path: 'active', value: false })
    await patch(person.id, { op: 'replace', path: 'active', value: true })
    expect(await roleOf(person)).toBe('viewer')
    await api('DELETE', `/members/${(await userOf(person)).id}`, owner.cookie)
    await patch(person.id, { op: 'replace', path: 'title', value: 'T' })
    expect(await roleOf(person)).toBeUndefined()
  })

  it('is in the activity, as done by the provider', async () => {
    const person = await create()
    await scim('DELETE', `/Users/${person.id}`)
    const rows = await services.database.tenant(orgId, services.clock, tx =>
      tx.sql
        .selectFrom('activity_entry')
        .select(['operation', 'actor', 'outcome', 'subject'])
        .where('actor', '=', `provider:${provider}`)
        .orderBy('id')
        .execute(),
    )
    expect(rows).toMatchObject([
      { operation: 'scim.createUser', outcome: 'done' },
      { operation: 'scim.deleteUser', outcome: 'done', subject: person.id },
    ])
  })
})
