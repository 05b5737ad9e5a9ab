import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeMember, makeUser, type Person, signInAgain } from '../features/access/builders.ts'
import { invite } from '../features/access/invitations.ts'
import { addMember, removeMember } from '../features/access/members.ts'
import { makeProvider, newDomain } from '../features/providers/builders.ts'
import { type OidcIdp, signInAtIdp, startOidcIdp } from '../features/providers/testing/oidc-idp.ts'
import { makeOrganisation } from '../features/scope/builders.ts'
import type { App } from '../platform/http/app.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { createServer } from './server.ts'
import { operationsOf, readDocument } from './testing/operations.ts'
import { whoMay } from './testing/who-may.ts'

let services: TestServices
let app: App
let idp: OidcIdp
const redirect = 'http://localhost:4000/sign-in/sso'

beforeAll(async () => {
  services = await testServices({ config: { allowPrivateHosts: ['127.0.0.1'] } })
  app = await createServer(services)
  await app.ready()
  idp = await startOidcIdp([redirect])
}, 60_000)
afterAll(async () => {
  await app.close()
  await idp.close()
  await services.close()
})

/** An organisation with the provider, and a browser of nobody. */
let orgId: string
let domain: string
let provider: string
let owner: Person
beforeEach(async () => {
  orgId = await makeOrganisation(services)
  owner = await makeMember(services, orgId, 'owner')
  domain = newDomain()
  provider = await addIdp(orgId, [domain])
})

const settings = () => ({ kind: 'oidc' as const, issuer: idp.issuer, client_id: idp.clientId })
const addIdp = (org: string, domains: string[], more: object = {}) =>
  makeProvider(services, org, { settings: settings(), client_secret: idp.secret, domains, ...more })

type Cookies = Map<string, string>
async function ask(method: string, url: string, options: { jar?: Cookies; body?: object; cookie?: string } = {}) {
  const { jar, body } = options
  const cookie = options.cookie ?? [...(jar ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await app.inject({
    method: method as NonNullable<InjectOptions['method']>,
    url: `/api/v1${url}`,
    headers: { host: 'localhost:4000', 'sec-fetch-site': 'same-origin', ...(cookie !== '' && { cookie }) },
    ...(body && { payload: body }),
  })
  for (const line of [response.headers['set-cookie'] ?? []].flat()) {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    jar?.set(pair.slice(0, at), pair.slice(at + 1))
  }
  return response
}

let made = 0
/** Somebody whom the provider knows, with an address of the domain. */
function known(claims: object = {}, at = domain) {
  made += 1
  const login = `person${made}`
  idp.people.set(login, {
    sub: login,
    email: `${login}@${at}`,
    email_verified: true,
    name: `Person ${made}`,
    ...claims,
  })
  return { login, email: `${login}@${at}` }
}

async function start(email: string, jar: Cookies = new Map(), to?: string) {
  const response = await ask('POST', '/session/sso', { jar, body: { email, to } })
  return { jar, url: response.json<{ url: string | null }>().url ?? '', response }
}
async function come({ login, email }: { login: string; email: string }, to?: string) {
  const { jar, url } = await start(email, new Map(), to)
  const query = await signInAtIdp(url, login, redirect)
  const response = await ask('POST', '/session/sso/complete', { jar, body: { query } })
  const session = (await ask('GET', '/session', { jar })).json()
  return { jar, query, response, session }
}
const detail = (response: { json: () => { detail: string } }) => response.json().detail
const activity = (org: string) =>
  services.database.tenant(org, services.clock, tx =>
    tx.sql.selectFrom('activity_entry').select(['operation', 'actor', 'outcome']).orderBy('id').execute(),
  )

describe('signing in by OIDC', () => {
  it('makes whom the provider names a member, and lets them in again as the same person', async () => {
    const person = known()
    const first = await come(person, '/controls?q=x')
    expect(first.response.statusCode, first.response.body).toBe(200)
    expect(first.response.json()).toEqual({ to: '/controls?q=x' })
    expect(first.session).toMatchObject({
      user: { email: person.email },
      organisation: { id: orgId },
      role: 'viewer',
      within: true,
    })
    // The address changed at the provider, even to one of another domain: the person is who they were.
    idp.people.set(person.login, { sub: person.login, email: 'elsewhere@other.example', email_verified: true })
    const again = await come({ ...person })
    expect(again.session.user.id).toBe(first.session.user.id)
    expect((await activity(orgId)).filter(({ operation }) => operation === 'completeSignOn')).toMatchObject([
      { actor: `user:${first.session.user.id}`, outcome: 'done' },
      { actor: `user:${first.session.user.id}`, outcome: 'done' },
    ])
  })

  it('sends nobody anywhere whose domain has no provider, and tells no more of any address', async () => {
    const nobody = await start('nobody@nowhere.example')
    expect(nobody.response.json()).toEqual({ url: null })
    expect([...nobody.jar.keys()]).toEqual([])
    const member = known()
    await come(member)
    const parameters = async (email: string) => {
      const url = new URL((await start(email)).url)
      return [url.origin, url.pathname, [...url.searchParams.keys()]]
    }
    expect(await parameters(member.email)).toEqual(await parameters(`never.seen@${domain}`))
  })

  it('asks the provider with a code challenge, a state and a nonce, each new', async () => {
    const urls = [await start(`a@${domain}`), await start(`a@${domain}`)].map(({ url }) => new URL(url).searchParams)
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(urls.map(url => url.get(name)?.length ?? 0).every(length => length >= 43)).toBe(true)
      expect(urls[0]?.get(name)).not.toBe(urls[1]?.get(name))
    }
    expect(urls[0]?.get('code_challenge_method')).toBe('S256')
    expect(urls[0]?.get('redirect_uri')).toBe(redirect)
  })

  it('is ended in the browser that began it, once, with its own answer', async () => {
    const person = known()
    const other = await start(person.email)
    const { jar, url } = await start(person.email)
    const query = await signInAtIdp(url, person.login, redirect)
    const end = (cookies: Cookies, body: object = { query }) =>
      ask('POST', '/session/sso/complete', { jar: cookies, body })
    expect((await end(new Map())).statusCode).toBe(410)
    // Another browser's own sign-in does not take this answer, and is over with it.
    expect((await end(other.jar)).statusCode).toBe(401)
    expect((await end(other.jar)).statusCode).toBe(410)
    const done = new Map(jar)
    expect((await end(jar)).statusCode).toBe(200)
    expect((await end(done)).statusCode).toBe(410)
  })

  it('refuses an answer that was changed, of another issuer, or a refusal of the provider', async () => {
    for (const change of [
      (query: URLSearchParams) => query.set('code', 'another'),
      (query: URLSearchParams) => query.set('state', 'another'),
      (query: URLSearchParams) => query.set('iss', 'https://evil.example'),
      (query: URLSearchParams) => query.delete('iss'),
      (query: URLSearchParams) => {
        query.delete('code')
        query.set('error', 'access_denied')
      },
    ]) {
      const person = known()
      const { jar, url } = await start(person.email)
      const query = new URLSearchParams(await signInAtIdp(url, person.login, redirect))
      change(query)
      const response = await ask('POST', '/session/sso/complete', { jar, body: { query: query.toString() } })
      expect(response.statusCode, query.toString()).toBe(401)
    }
  })

  it('leads back to the address by which people open the site, over https, whatever the request was asked by', async () => {
    const url = 'https://vouch.example.test'
    const reached = await testServices({ config: { allowPrivateHosts: ['127.0.0.1'], url } })
    const org = await makeOrganisation(reached)
    await makeProvider(reached, org, { settings: settings(), client_secret: idp.secret, domains: [domain] })
    const server = await createServer(reached)
    const started = await server.inject({
      method: 'POST',
      url: '/api/v1/session/sso',
      headers: { host: 'vouch.example.test', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
      payload: { email: `a@${domain}` },
    })
    expect(new URL(started.json().url).searchParams.get('redirect_uri')).toBe(`${url}/sign-in/sso`)
    expect(started.headers['set-cookie']).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=600; Secure$/)
    await server.close()
    await reached.close()
  })

  it('is over after a time', async () => {
    const person = known()
    const { jar, url } = await start(person.email)
    const query = await signInAtIdp(url, person.login, redirect)
    const client = await services.database.dedicatedClient('test')
    await client.query("update auth_verification set expires_at = now() - interval '1 second'")
    await client.end()
    expect((await ask('POST', '/session/sso/complete', { jar, body: { query } })).statusCode).toBe(410)
  })

  it('takes no address that the provider does not confirm, and none of another domain', async () => {
    const refused = async (claims: object) => {
      const { login } = known(claims)
      const { response } = await come({ login, email: `x@${domain}` })
      expect(response.statusCode).toBe(403)
      return detail(response)
    }
    expect(await refused({ email_verified: false })).toMatch(/not that it is confirmed/)
    expect(await refused({ email_verified: 'true' })).toMatch(/not that it is confirmed/)
    expect(await refused({ email: undefined })).toMatch(/which e-mail address is yours/)
    expect(await refused({ email: `x@${newDomain()}` })).toMatch(/speaks here for/)
    expect(await refused({ email: `x@evil.${domain}` })).toMatch(/speaks here for/)
  })

  it('keeps neither tokens of the provider nor its secret where they can be read', async () => {
    await come(known())
    const { body } = await ask('GET', '/providers', { cookie: owner.cookie })
    expect(body).toContain(idp.clientId)
    expect(body).not.toContain(idp.secret)
    const client = await services.database.dedicatedClient('test')
    const { rows } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    for (const { name } of rows) {
      const found = await client.query(`select count(*)::int as n from "${name}" t where t::text ~ $1`, [
        `${idp.secret}|eyJ[A-Za-z0-9_-]+\\.eyJ`,
      ])
      expect(found.rows[0].n, name).toBe(0)
    }
    await client.end()
  })
})

describe('an account', () => {
  it('that is a member’s is bound by its address the first time', async () => {
    const person = known()
    const { user } = await makeUserWith(person.email)
    await services.database.tenant(orgId, services.clock, tx =>
      addMember(tx, { id: user.id, role: 'control_owner' }, 'operator'),
    )
    const { session } = await come(person)
    expect(session).toMatchObject({ user: { id: user.id }, role: 'control_owner' })
    // Somebody else at the provider with the same address is not that person.
    const other = known({ email: person.email })
    const { response } = await come({ login: other.login, email: person.email })
    expect(response.statusCode).toBe(403)
    expect(detail(response)).toMatch(/belongs to somebody else/)
  })

  it('of another organisation alone is not taken over, whatever the provider says', async () => {
    const theirs = await makeOrganisation(services)
    const person = known()
    const { user } = await makeUserWith(person.email)
    await services.database.tenant(theirs, services.clock, tx =>
      addMember(tx, { id: user.id, role: 'owner' }, 'operator'),
    )
    const { response, session } = await come(person)
    expect([response.statusCode, session.user]).toEqual([403, null])
    expect(detail(response)).toMatch(/has an account here that does not belong to this organisation/)
    expect(await activity(theirs)).not.toContainEqual(expect.objectContaining({ operation: 'completeSignOn' }))
    expect((await activity(orgId)).at(-1)).toEqual({
      operation: 'completeSignOn',
      actor: `provider:${provider}`,
      outcome: 'failed',
    })
  })

  it('of a provider is not that of another with the same name for somebody', async () => {
    const person = known()
    const { session } = await come(person)
    const second = newDomain()
    await addIdp(orgId, [second])
    // The same provider under other settings says the same sub, and another address.
    idp.people.set(person.login, { sub: person.login, email: `x@${second}`, email_verified: true })
    const there = await come({ login: person.login, email: `x@${second}` })
    expect(there.session.user.id).not.toBe(session.user.id)
  })

  it('is bound anew when the provider becomes another one', async () => {
    const person = known()
    const { jar, session } = await come(person)
    const changed = await ask('PATCH', `/providers/${provider}`, {
      cookie: owner.cookie,
      body: { settings: { ...settings(), client_id: 'another' } },
    })
    expect(changed.statusCode).toBe(200)
    expect((await ask('GET', '/session', { jar })).json().user).toBeNull()
    await ask('PATCH', `/providers/${provider}`, { cookie: owner.cookie, body: { settings: settings() } })
    // Who had the name before does not matter now; who has the address does.
    idp.people.set('newcomer', { sub: 'newcomer', email: person.email, email_verified: true })
    expect((await come({ login: 'newcomer', email: person.email })).session.user.id).toBe(session.user.id)
  })
})

describe('who is unknown', () => {
  it('is let in by an invitation alone, in its role, where the provider admits nobody else', async () => {
    await ask('PATCH', `/providers/${provider}`, { cookie: owner.cookie, body: { admits_unknown: false } })
    const person = known()
    const stranger = await come(person)
    expect(detail(stranger.response)).toMatch(/not a member of this organisation yet/)
    expect(await services.signIn.findUser(person.email)).toBeUndefined()
    await services.database.tenant(orgId, services.clock, tx =>
      invite(tx, { email: person.email, role: 'auditor' }, { actor: 'operator', role: 'owner' }),
    )
    expect((await come(person)).session).toMatchObject({ role: 'auditor' })
    expect((await ask('GET', '/invitations', { cookie: owner.cookie })).json().items).toEqual([])
  })

  it('does not come back by the provider after having been taken out', async () => {
    const person = known()
    const { session, jar } = await come(person)
    await services.database.tenant(orgId, services.clock, tx =>
      removeMember(tx, session.user.id, { actor: 'operator', role: 'owner' }),
    )
    expect((await ask('GET', '/organisation', { jar })).statusCode).toBe(403)
    const again = await come(person)
    expect(detail(again.response)).toMatch(/no longer a member/)
  })
})

describe('a session that a provider began', () => {
  it('sees its organisation and no other, whatever the person belongs to', async () => {
    const theirs = await makeOrganisation(services)
    const person = known()
    const { session, jar } = await come(person)
    await services.database.tenant(theirs, services.clock, tx =>
      addMember(tx, { id: session.user.id, role: 'owner' }, 'operator'),
    )
    expect((await ask('GET', '/session', { jar })).json().organisations).toMatchObject([{ id: orgId }])
    expect((await ask('PUT', '/session/organisation', { jar, body: { id: theirs } })).statusCode).toBe(404)
    const body = { name: 'Mine' }
    await services.database.tenant(orgId, services.clock, tx =>
      tx.sql.updateTable('access_member').set({ role: 'owner' }).where('id', '=', session.user.id).execute(),
    )
    expect((await ask('POST', '/organisations', { jar, body })).statusCode).toBe(403)
    // Not even when the row of the session says so, nor when the person is no longer in the provider's organisation.
    const client = await services.database.dedicatedClient('test')
    await client.query('update auth_session set org_id = $1 where user_id = $2', [theirs, session.user.id])
    expect((await ask('GET', '/organisation', { jar })).json().id).toBe(orgId)
    await client.query('delete from access_member where org_id = $1 and id = $2', [orgId, session.user.id])
    await client.end()
    expect((await ask('GET', '/organisation', { jar })).statusCode).toBe(403)
    expect((await ask('GET', '/session', { jar })).json()).toMatchObject({ organisation: null, organisations: [] })
  })

  it('has no part in the person’s account: every such operation is refused but those about itself', async () => {
    const { jar } = await come(known())
    const { cookie } = owner
    const operations = operationsOf(await readDocument(app, cookie))
    const allowed: string[] = []
    for (const [id, operation] of operations) {
      if (whoMay[id] !== 'signed in' || id === 'signOut' || id === 'leave') continue
      const response = await ask(operation.method, operation.path.replace(/\{[^}]+\}/, orgId), {
        jar,
        ...(operation.method === 'GET' || operation.method === 'DELETE' ? {} : { body: { nothing: 'valid' } }),
      })
      if (response.statusCode !== 403) allowed.push(id)
    }
    expect(allowed.toSorted()).toEqual(['chooseOrganisation', 'endSession', 'listSessions'])
  })

  it('neither sees nor ends the person’s other sessions', async () => {
    const { jar, session } = await come(known())
    const other = await signInAgain(services, session.user, null)
    const { items } = (await ask('GET', '/account/sessions', { jar })).json()
    expect(items).toMatchObject([{ method: 'oidc', current: true }])
    expect((await ask('DELETE', `/account/sessions/${other.sessionId}`, { jar })).statusCode).toBe(404)
    expect(await services.signIn.lives(other.sessionId)).toBe(true)
  })

  it('ends when the provider is turned off or removed', async () => {
    const turnedOff = await come(known())
    await ask('PATCH', `/providers/${provider}`, { cookie: owner.cookie, body: { enabled: false } })
    expect((await ask('GET', '/session', turnedOff)).json().user).toBeNull()
    expect((await start(`a@${domain}`)).response.json()).toEqual({ url: null })
    await ask('PATCH', `/providers/${provider}`, { cookie: owner.cookie, body: { enabled: true } })
    const removed = await come(known())
    await ask('DELETE', `/providers/${provider}`, { cookie: owner.cookie })
    expect((await ask('GET', '/session', removed)).json().user).toBeNull()
  })
})

describe('a provider', () => {
  it('is of one domain’s organisation alone', async () => {
    const theirs = await makeOrganisation(services)
    const taken = await addIdp(theirs, [domain]).catch((error: unknown) => error)
    expect(taken).toMatchObject({ code: 'conflict' })
    const { cookie } = await makeMember(services, theirs, 'owner')
    const add = (more: object) =>
      ask('POST', '/providers', {
        cookie,
        body: {
          name: 'P',
          domains: [newDomain()],
          default_role: 'viewer',
          admits_unknown: true,
          enabled: true,
          settings: settings(),
          ...more,
        },
      })
    expect((await add({ domains: ['gmail.com'] })).statusCode).toBe(400)
    expect((await add({ domains: [domain.toUpperCase()] })).statusCode).toBe(409)
    expect((await add({ default_role: 'owner' })).statusCode).toBe(400)
    const http = await add({ settings: { ...settings(), issuer: 'http://idp.example' } })
    expect([http.statusCode, detail(http)]).toEqual([400, expect.stringContaining('The issuer is an https address')])
    expect((await add({})).statusCode).toBe(201)
  })

  it('is reached at public addresses alone, unless its host was named', async () => {
    const closed = await testServices()
    const org = await makeOrganisation(closed)
    const id = await makeProvider(closed, org, {
      settings: { kind: 'oidc', issuer: idp.issuer.replace('http:', 'https:'), client_id: 'x' },
    })
    const { cookie } = await makeMember(closed, org, 'owner')
    const server = await createServer(closed)
    const tried = await server.inject({
      method: 'POST',
      url: `/api/v1/providers/${id}/test`,
      headers: { host: 'localhost', 'sec-fetch-site': 'same-origin', cookie },
    })
    expect(tried.json()).toMatchObject({ ok: false, message: expect.stringContaining('not a public address') })
    await server.close()
    await closed.close()
  })

  it('is tried before anybody depends on it', async () => {
    const tried = await ask('POST', `/providers/${provider}/test`, { cookie: owner.cookie })
    expect(tried.json()).toMatchObject({ ok: true })
  })
})

describe('an organisation that wants single sign-on', () => {
  const wanted = (sso_required: boolean) =>
    ask('PUT', '/sign-in-rule', { cookie: owner.cookie, body: { sso_required } })

  it('lets nobody do anything who came otherwise, but its owners, and those who came by its provider', async () => {
    const viewer = await makeMember(services, orgId, 'viewer')
    const { jar } = await come(known())
    const status = async (cookies: { cookie: string } | { jar: Cookies }) =>
      (await ask('GET', '/overview', cookies)).statusCode
    expect((await wanted(true)).statusCode).toBe(200)
    expect([await status(viewer), await status(owner), await status({ jar })]).toEqual([403, 200, 200])
    const session = (await ask('GET', '/session', viewer)).json()
    expect(session).toMatchObject({ may: [], refusal: expect.stringContaining('single sign-on') })
    expect((await ask('GET', '/events', viewer)).statusCode).toBe(403)
    // A provider of another organisation is not this one's.
    const theirs = await makeOrganisation(services)
    const theirDomain = newDomain()
    await addIdp(theirs, [theirDomain])
    const stranger = await come(known({}, theirDomain))
    await services.database.tenant(orgId, services.clock, tx =>
      addMember(tx, { id: stranger.session.user.id, role: 'viewer' }, 'operator'),
    )
    expect((await ask('GET', '/organisation', stranger)).json().id).toBe(theirs)
    await wanted(false)
    expect(await status(viewer)).toBe(200)
  })

  it('has a provider that is turned on', async () => {
    await ask('PATCH', `/providers/${provider}`, { cookie: owner.cookie, body: { enabled: false } })
    expect((await wanted(true)).statusCode).toBe(409)
  })
})

async function makeUserWith(email: string) {
  const { user } = await makeUser(services)
  const client = await services.database.dedicatedClient('test')
  await client.query('update auth_user set email = $1 where id = $2', [email, user.id])
  await client.end()
  return { user: { ...user, email } }
}
