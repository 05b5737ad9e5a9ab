import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAccount, makeMember, type Person, password } from '../features/access/builders.ts'
import { makeFullOrganisation } from '../features/checks/builders.ts'
import { makeOrganisation } from '../features/scope/builders.ts'
import { readConfig } from '../platform/config/config.ts'
import type { App } from '../platform/http/app.ts'
import { pagePolicy } from '../platform/http/page-headers.ts'
import { attemptLimits } from '../platform/sign-in/attempts.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { requireSafeToReach } from './safe-to-reach.ts'
import { createServer } from './server.ts'
import { type Operation, operationsOf, readDocument } from './testing/operations.ts'
import { populate } from './testing/populate.ts'

/* Where requests may come from: under which name, from which site, through which proxy; on loopback and at a public address. */
const site = 'https://vouch.example.com'
let services: TestServices
let publicServices: TestServices
let app: App
let publicApp: App
let orgId = ''
let operations: ReadonlyMap<string, Operation>

beforeAll(async () => {
  services = await testServices()
  publicServices = await testServices({
    config: { url: site, host: '0.0.0.0', trustedProxies: ['10.0.0.0/8'] },
  })
  orgId = await makeFullOrganisation(services)
  app = await createServer(services)
  publicApp = await createServer(publicServices)
  await Promise.all([app.ready(), publicApp.ready()])
  const { cookie } = await makeMember(services, orgId, 'owner')
  operations = operationsOf(await readDocument(app, cookie))
}, 120_000)
afterAll(async () => {
  await app?.close()
  await publicApp?.close()
  await services?.close()
  await publicServices?.close()
})

const statusOf = async (server: App, host: string, url = '/api/v1/session') =>
  (await server.inject({ url, headers: { host } })).statusCode

describe('the name that is asked for', () => {
  it('is this machine’s, or that of VOUCH_URL, and no other', async () => {
    for (const host of ['localhost', 'localhost:4000', '127.0.0.1:9', '[::1]:4000', 'LOCALHOST']) {
      expect(await statusOf(app, host), host).toBe(200)
      expect(await statusOf(publicApp, host), host).toBe(200)
    }
    for (const host of ['vouch.example.com', 'VOUCH.example.com']) {
      expect(await statusOf(app, host)).toBe(403)
      expect(await statusOf(publicApp, host)).toBe(200)
    }
    for (const host of [
      'evil.example',
      'vouch.example.com:444',
      'vouch.example.com.evil.example',
      'localhost.evil.example',
      '192.168.0.1:4000',
      '0.0.0.0',
    ])
      for (const server of [app, publicApp]) expect(await statusOf(server, host), host).toBe(403)
  })

  it('may be any when a balancer asks whether the server lives', async () => {
    expect([await statusOf(app, '10.1.2.3', '/healthz'), await statusOf(app, '10.1.2.3', '/readyz')]).toEqual([
      200, 200,
    ])
  })

  it('of a forwarded header is not believed, not even from a proxy', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'vouch.example.com' }
    const { statusCode } = await publicApp.inject({ url: '/api/v1/session', headers, remoteAddress: '10.0.0.1' })
    expect(statusCode).toBe(403)
  })
})

/** Ways in which a page of another site can make a browser send something, and in which a browser that tells nothing could. */
const foreign: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a script of another site': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  'a subdomain': { origin: 'https://other.example.com', 'sec-fetch-site': 'same-site' },
  'another port': { origin: 'http://localhost:9999' },
  'another scheme': { origin: 'https://localhost' },
  'a sandboxed frame': { origin: 'null' },
  'a form without an origin': { 'content-type': 'application/x-www-form-urlencoded' },
  'a form of files without an origin': { 'content-type': 'multipart/form-data; boundary=x' },
  'text without an origin': { 'content-type': 'text/plain;charset=UTF-8' },
}

describe('a request of another site', () => {
  for (const [way, headers] of Object.entries(foreign))
    it(`changes nothing by any operation, sent by ${way} with an owner’s cookie`, async () => {
      const { cookie } = await makeMember(services, orgId, 'owner')
      const simple = !('origin' in headers)
      // Without being asked first, a browser posts; anything else it may send to us only if we allowed it, which we never do.
      const changing = [...operations.values()].filter(({ method }) => (simple ? method === 'POST' : method !== 'GET'))
      expect(changing.length).toBeGreaterThan(simple ? 15 : 30)
      const let_in: string[] = []
      for (const { id, method, path } of changing) {
        const response = await app.inject({
          method,
          url: `/api/v1${path.replace(/\{[^}]+\}/, 'x')}`,
          headers: { host: 'localhost', cookie, ...headers },
          payload: '{}',
        })
        if (response.statusCode !== 403 || !response.body.includes('another site'))
          let_in.push(`${id}: ${response.statusCode}`)
      }
      expect(let_in).toEqual([])
    })

  it('is none when our own page sends it, or a program', async () => {
    const { cookie } = await makeMember(services, orgId, 'owner')
    const post = (headers: Record<string, string>, server = app) =>
      server.inject({
        method: 'POST',
        url: '/api/v1/keys',
        headers: { host: 'localhost', ...headers },
        payload: { nothing: 'valid' },
      })
    for (const headers of [
      { cookie, origin: 'http://localhost', 'sec-fetch-site': 'same-origin' },
      { cookie, origin: 'http://localhost' },
      { cookie, 'content-type': 'application/json' },
    ] as Record<string, string>[])
      expect((await post(headers)).statusCode, JSON.stringify(headers)).toBe(400)
    expect((await post({ authorization: 'Bearer x' })).statusCode).toBe(401)
    const own = { host: 'vouch.example.com', origin: site }
    expect((await post(own, publicApp)).statusCode).toBe(401)
    expect((await post({ ...own, origin: 'http://vouch.example.com' }, publicApp)).statusCode).toBe(403)
  })

  it('is never answered with leave to read or to send', async () => {
    for (const method of ['OPTIONS', 'GET', 'POST'] as const) {
      const { headers } = await app.inject({
        method,
        url: '/api/v1/session',
        headers: { host: 'localhost', origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      })
      expect(Object.keys(headers).filter(name => name.startsWith('access-control-'))).toEqual([])
    }
  })

  it('cannot carry JSON as text, even from our own page', async () => {
    const { cookie } = await makeMember(services, orgId, 'owner')
    const { statusCode } = await app.inject({
      method: 'PUT',
      url: '/api/v1/scope',
      headers: { host: 'localhost', cookie, origin: 'http://localhost', 'content-type': 'text/plain' },
      payload: '{}',
    })
    expect(statusCode).toBe(415)
  })
})

describe('the session’s cookie', () => {
  const signIn = async (server: App, host: string, of: TestServices) => {
    const { user } = await makeAccount(of)
    const response = await server.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: { host },
      payload: { email: user.email, password },
    })
    expect(response.statusCode).toBe(204)
    return [response.headers['set-cookie'] ?? []].flat()
  }

  it('is bound to the host and to https at a public address', async () => {
    const [cookie = '', ...others] = await signIn(publicApp, 'vouch.example.com', publicServices)
    expect(others).toEqual([])
    expect(cookie).toMatch(/^__Host-vouch-session=/)
    const attributes = cookie
      .split('; ')
      .slice(1)
      .map(attribute => attribute.toLowerCase())
    expect(attributes).toEqual(expect.arrayContaining(['path=/', 'httponly', 'secure', 'samesite=lax']))
    expect(cookie).not.toMatch(/domain=/i)
  })

  it('keeps its plain name on loopback, where browsers refuse the other', async () => {
    const [cookie = ''] = await signIn(app, 'localhost', services)
    expect(cookie).toMatch(/^vouch-session=.*; HttpOnly; SameSite=Lax$/i)
    expect(cookie).not.toMatch(/secure|domain=/i)
  })

  it('is not taken under its plain name at a public address', async () => {
    const { cookie } = await makeMember(publicServices, await makeOrganisation(publicServices), 'owner')
    const who = async (sent: string) =>
      (await publicApp.inject({ url: '/api/v1/session', headers: { host: 'vouch.example.com', cookie: sent } })).json()
        .user
    expect(await who(cookie)).not.toBeNull()
    expect(await who(cookie.replace('__Host-', ''))).toBeNull()
  })
})

describe('what a browser is told not to do', () => {
  it('is in every answer, also of what is refused', async () => {
    for (const url of ['/api/v1/session', '/api/v1/overview', '/api/v1/nothing', '/healthz']) {
      const { headers } = await publicApp.inject({ url, headers: { host: 'vouch.example.com' } })
      expect(headers['content-security-policy'], url).toContain("default-src 'none'")
      expect(headers).toMatchObject({
        'strict-transport-security': 'max-age=63072000',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
      })
    }
    const { headers } = await app.inject({ url: '/api/v1/session', headers: { host: 'localhost' } })
    expect(headers['strict-transport-security']).toBeUndefined()
  })

  it('is to run or to style anything that is in the page itself, but for what bears its nonce', () => {
    const policy = pagePolicy('abc')
    expect(policy).toContain("style-src 'self' 'nonce-abc'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toContain('unsafe')
  })
})

describe('a client’s address', () => {
  const addressOf = async (server: App, of: TestServices, person: Person, forwarded: string, remoteAddress: string) => {
    const headers = { host: 'localhost', cookie: person.cookie, 'x-forwarded-for': forwarded }
    await server.inject({
      method: 'PATCH',
      url: '/api/v1/account',
      headers,
      remoteAddress,
      payload: { name: 'Another' },
    })
    const rows = await of.database.operator(trx =>
      trx
        .selectFrom('activity_entry')
        .select('address')
        .where('actor', '=', `user:${person.user.id}`)
        .orderBy('id', 'desc')
        .execute(),
    )
    return rows[0]?.address
  }

  it('is the connection’s, whatever a header says', async () => {
    const person = await makeMember(services, orgId, 'owner')
    expect(await addressOf(app, services, person, '192.0.2.1', '10.0.0.1')).toBe('10.0.0.1')
  })

  it('is what a trusted proxy adds, and never what the client wrote before it', async () => {
    const person = await makeMember(publicServices, await makeOrganisation(publicServices), 'owner')
    const address = (forwarded: string, remote: string) =>
      addressOf(publicApp, publicServices, person, forwarded, remote)
    expect(await address('198.51.100.9', '10.0.0.1')).toBe('198.51.100.9')
    expect(await address('1.2.3.4, 198.51.100.9', '10.0.0.1')).toBe('198.51.100.9')
    expect(await address('1.2.3.4, 198.51.100.9, 10.0.0.2', '10.0.0.1')).toBe('198.51.100.9')
    expect(await address('198.51.100.9', '203.0.113.5')).toBe('203.0.113.5')
  })
})

describe('a link that is given out', () => {
  it('leads to VOUCH_URL, whatever name or proxy the request came through', async () => {
    const { cookie } = await makeMember(publicServices, await makeOrganisation(publicServices), 'owner')
    const { link } = (
      await publicApp.inject({
        method: 'POST',
        url: '/api/v1/invitations',
        headers: { host: 'localhost:4000', cookie, 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
        remoteAddress: '10.0.0.1',
        payload: { email: 'a@example.test', role: 'viewer' },
      })
    ).json()
    expect(link).toMatch(/^https:\/\/vouch\.example\.com\/join#/)
  })
})

describe('a server that others could reach', () => {
  it('does not start without https, without knowing its proxy, or before anybody can sign in', async () => {
    const empty = await testServices()
    const start = (config: Partial<TestServices['config']>, of = empty) =>
      requireSafeToReach({ ...of, config: { ...of.config, ...config } })
    const proxied = { url: site, trustedProxies: ['127.0.0.1'] }
    await start({})
    await start({ url: 'http://localhost:4000', host: '::1' })
    await expect(start({ host: '0.0.0.0' })).rejects.toThrow(/VOUCH_URL/)
    await expect(start({ host: '0.0.0.0', url: 'http://localhost' })).rejects.toThrow(/VOUCH_URL/)
    await expect(start({ url: site })).rejects.toThrow(/VOUCH_TRUSTED_PROXIES/)
    await expect(start(proxied)).rejects.toThrow(/Nobody can sign in/)
    await start({ ...proxied, host: '0.0.0.0' }, services)
    await empty.close()
  })
})

describe('the number of requests', () => {
  it('is limited for each account and each address, for each by itself, and says when to go on', async () => {
    const limited = await createServer({ ...services, config: { ...services.config, requestsPerMinute: 4 } })
    const ask = (headers: Record<string, string>, remoteAddress: string) =>
      limited.inject({ url: '/api/v1/session', headers: { host: 'localhost', ...headers }, remoteAddress })
    const [one, other] = [await makeMember(services, orgId, 'viewer'), await makeMember(services, orgId, 'viewer')]
    const statuses: number[] = []
    for (let n = 0; n < 5; n++) statuses.push((await ask({ cookie: one.cookie }, `192.0.2.${n}`)).statusCode)
    expect(statuses).toEqual([200, 200, 200, 200, 429])
    expect((await ask({ cookie: other.cookie }, '192.0.2.1')).statusCode).toBe(200)
    // Nobody is signed in, and each time another address of the same network.
    for (let n = 0; n < 20; n++) expect((await ask({}, `2001:db8:0:1::${n}`)).statusCode).toBe(200)
    const refused = await ask({}, '2001:db8:0:1::99')
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
    expect((await ask({}, '2001:db8:0:2::1')).statusCode).toBe(200)
    await limited.close()
  })

  it('is limited where others can ask, and not on this machine alone', () => {
    expect(readConfig({}).requestsPerMinute).toBe(0)
    expect(readConfig({ VOUCH_URL: site }).requestsPerMinute).toBeGreaterThan(100)
    expect(readConfig({ VOUCH_URL: site, VOUCH_REQUESTS_PER_MINUTE: '30' }).requestsPerMinute).toBe(30)
  })

  it('of attempts to sign in is told with the time to wait, too', async () => {
    const attempt = () =>
      app.inject({
        method: 'POST',
        url: '/api/v1/session',
        headers: { host: 'localhost' },
        remoteAddress: '203.0.113.77',
        payload: { email: 'nobody-at-all@example.test', password: 'wrong' },
      })
    let response = await attempt()
    for (let n = 0; n < attemptLimits.account; n++) response = await attempt()
    expect(response.statusCode).toBe(429)
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(800)
  }, 30_000)
})

describe('security.txt', () => {
  const read = async (securityContact: string | undefined) => {
    const server = await createServer({ ...publicServices, config: { ...publicServices.config, securityContact } })
    const response = await server.inject({ url: '/.well-known/security.txt', headers: { host: 'vouch.example.com' } })
    await server.close()
    return response
  }

  it('says to whom a vulnerability is reported, as RFC 9116 has it', async () => {
    const { body, headers } = await read('mailto:security@example.test')
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    const fields = new Map(
      body
        .trimEnd()
        .split('\n')
        .map(line => line.split(/: (.*)/, 2) as [string, string]),
    )
    expect(fields.get('Contact')).toBe('mailto:security@example.test')
    expect(fields.get('Canonical')).toBe(`${site}/.well-known/security.txt`)
    const expires = fields.get('Expires') ?? ''
    expect(expires).toMatch(/^\d{4}-\d\d-\d\dT00:00:00Z$/)
    const days = (Date.parse(expires) - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(178)
    expect(days).toBeLessThan(365)
  })

  it('is not there when nobody is named; what names nobody is refused', async () => {
    expect((await read(undefined)).statusCode).toBe(404)
    for (const wrong of ['security@example.test', 'http://example.test', 'mailto:a@example.test\nExpires: never'])
      expect(() => readConfig({ VOUCH_SECURITY_CONTACT: wrong }), wrong).toThrow(/VOUCH_SECURITY_CONTACT/)
  })
})

describe('a file that somebody uploaded', () => {
  it('is given out as bytes to be saved, that no browser takes for a page', async () => {
    const { owner, document } = await populate(services, 'upload')
    const { headers, statusCode } = await app.inject({
      url: `/api/v1/evidence/documents/${document}/content`,
      headers: { host: 'localhost', cookie: owner.cookie },
    })
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-disposition': expect.stringMatching(/^attachment; /),
      'content-security-policy': expect.stringMatching(/^default-src 'none';.*;sandbox$/),
    })
  }, 60_000)
})
