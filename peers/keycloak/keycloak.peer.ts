import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createServer as createTcpServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../../src/entry/server.ts'
import { makeProvider, newDomain } from '../../src/features/providers/builders.ts'
import type { ProviderSettings } from '../../src/features/providers/contract.ts'
import { makeOrganisation } from '../../src/features/scope/builders.ts'
import type { App } from '../../src/platform/http/app.ts'
import { type TestServices, testServices } from '../../src/platform/testing/services.ts'

/** An identity provider of others (Apache-2.0), as it is published. */
const version = '26.7.3'
const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`

const host = 'localhost:4000'
const origin = `http://${host}`
const password = 'a synthetic password'

let services: TestServices
let app: App
let keycloak: ChildProcess
let url: string
let folder: string
let admin: string

beforeAll(async () => {
  const home = installed()
  folder = mkdtempSync(join(tmpdir(), 'vouch-keycloak-'))
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const options = [`--http-host=127.0.0.1`, `--http-port=${port}`, '--db=dev-mem', '--cache=local']
  keycloak = spawn(join(home, 'bin', 'kc.sh'), ['start-dev', ...options], {
    env: {
      ...process.env,
      KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
      KC_BOOTSTRAP_ADMIN_PASSWORD: password,
      JAVA_OPTS_APPEND: `-Djava.io.tmpdir=${folder} -Xmx512m`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    // kc.sh starts Java as a child of its own.
    detached: true,
  })
  services = await testServices({ config: { allowPrivateHosts: ['127.0.0.1'] } })
  app = await createServer(services)
  await app.ready()
  await saidItListens(keycloak)
  admin = await adminToken()
  await administer('POST', '/admin/realms', { realm: 'vouch', enabled: true, sslRequired: 'none' })
  // Half a minute on an idle machine of two cores.
}, 600_000)
afterAll(async () => {
  if (keycloak?.pid) {
    const gone = once(keycloak, 'exit')
    process.kill(-keycloak.pid)
    await gone
  }
  await app?.close()
  await services?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Where it is; fetched and unpacked the first time. */
function installed(): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vouch-peers')
  const home = join(cache, `keycloak-${version}`)
  if (existsSync(home)) return home
  mkdirSync(cache, { recursive: true })
  const fetched = mkdtempSync(join(cache, 'fetched-'))
  const copy = ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${fetched}`]
  execFileSync('mvn', copy, { stdio: 'inherit' })
  execFileSync('unzip', ['-q', join(fetched, `keycloak-quarkus-dist-${version}.zip`), '-d', fetched])
  renameSync(join(fetched, `keycloak-${version}`), home)
  rmSync(fetched, { recursive: true, force: true })
  return home
}

async function freePort(): Promise<number> {
  const probe = createTcpServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Its output is read to the end: a full pipe would stop it. */
function saidItListens(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', chunk => {
      if (said.includes('Listening on:')) return
      said += String(chunk)
      if (said.includes('Listening on:')) resolve()
    })
    child.once('exit', code => reject(new Error(`Keycloak ended with ${code}: ${said}`)))
  })
}

async function adminToken(): Promise<string> {
  const response = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username: 'admin', password }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

async function administer(method: string, path: string, body: object | string): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${admin}`,
      'content-type': typeof body === 'string' ? 'application/xml' : 'application/json',
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
  return text
}

/** Somebody whom Keycloak knows; the address. */
async function makePerson(name: string, domain: string): Promise<string> {
  const email = `${name}@${domain}`
  await administer('POST', '/admin/realms/vouch/users', {
    username: name,
    email,
    emailVerified: true,
    enabled: true,
    firstName: 'Kay',
    lastName: 'Cloak',
    credentials: [{ type: 'password', value: password, temporary: false }],
  })
  return email
}

async function organisationWith(settings: ProviderSettings, client_secret?: string) {
  const orgId = await makeOrganisation(services)
  const domain = newDomain()
  const provider = await makeProvider(services, orgId, {
    settings,
    domains: [domain],
    ...(client_secret && { client_secret }),
  })
  return { orgId, domain, provider }
}

type Cookies = Map<string, string>
function keep(jar: Cookies, lines: readonly string[]): void {
  for (const line of lines) {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    jar.set(pair.slice(0, at), pair.slice(at + 1))
  }
}
const header = (jar: Cookies) => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')

/** A browser at Vouch. */
async function ask(jar: Cookies, path: string, body?: object) {
  const response = await app.inject({
    method: body ? 'POST' : 'GET',
    url: `/api/v1${path}`,
    headers: { host, cookie: header(jar) },
    ...(body && { payload: body }),
  })
  keep(jar, [response.headers['set-cookie'] ?? []].flat())
  return response
}

/** A browser at Keycloak: fills in its form. Returns where it is sent, or the page with the answer that it is to post. */
async function signInThere(start: string, username: string): Promise<{ location: string | null; html: string }> {
  const jar: Cookies = new Map()
  const page = await fetch(start, { redirect: 'manual' })
  keep(jar, page.headers.getSetCookie())
  const action = /action="([^"]*login-actions[^"]*)"/.exec(await page.text())?.[1]?.replaceAll('&amp;', '&')
  if (!action) throw new Error('Keycloak shows no form')
  const response = await fetch(action, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: header(jar) },
    body: new URLSearchParams({ username, password }),
  })
  return { location: response.headers.get('location'), html: await response.text() }
}

describe('Keycloak', () => {
  it('signs somebody in by OIDC', async () => {
    const secret = 'a synthetic secret'
    await administer('POST', '/admin/realms/vouch/clients', {
      clientId: 'vouch',
      secret,
      redirectUris: [`${origin}/sign-in/sso`],
      attributes: { 'pkce.code.challenge.method': 'S256' },
    })
    const settings = { kind: 'oidc' as const, issuer: `${url}/realms/vouch`, client_id: 'vouch' }
    const { orgId, domain } = await organisationWith(settings, secret)
    const email = await makePerson('oidc-person', domain)
    const jar: Cookies = new Map()
    const { url: start } = (await ask(jar, '/session/sso', { email })).json<{ url: string }>()
    const { location } = await signInThere(start, 'oidc-person')
    const done = await ask(jar, '/session/sso/complete', { query: new URL(location ?? '').search })
    expect(done.statusCode, done.body).toBe(200)
    const session = (await ask(jar, '/session')).json()
    expect(session).toMatchObject({ user: { email, name: 'Kay Cloak' }, organisation: { id: orgId }, within: true })
  })

  it('reads our metadata, and signs somebody in by SAML', async () => {
    const descriptor = await (await fetch(`${url}/realms/vouch/protocol/saml/descriptor`)).text()
    const part = (pattern: RegExp) => pattern.exec(descriptor)?.[1] ?? ''
    const { orgId, domain, provider } = await organisationWith({
      kind: 'saml',
      entity_id: part(/entityID="([^"]+)"/),
      sso_url: part(/SingleSignOnService[^>]*HTTP-Redirect"[^>]*Location="([^"]+)"/),
      certificates: [part(/<ds:X509Certificate>([^<]+)</)],
      idp_initiated: false,
    })
    const metadata = (await ask(new Map(), `/session/sso/${provider}/metadata`)).body
    const client = JSON.parse(await administer('POST', '/admin/realms/vouch/client-description-converter', metadata))
    expect(client.clientId).toBe(`${origin}/api/v1/session/sso/${provider}/metadata`)
    const property = (name: string) => ({
      name,
      protocol: 'saml',
      protocolMapper: 'saml-user-property-mapper',
      config: { 'user.attribute': name, 'attribute.name': name },
    })
    await administer('POST', '/admin/realms/vouch/clients', {
      ...client,
      attributes: { ...client.attributes, 'saml.client.signature': 'false', saml_name_id_format: 'persistent' },
      protocolMappers: [property('email')],
    })
    const email = await makePerson('saml-person', domain)
    const jar: Cookies = new Map()
    const { url: start } = (await ask(jar, '/session/sso', { email })).json<{ url: string }>()
    const { html } = await signInThere(start, 'saml-person')
    const field = (name: string) => new RegExp(`name="${name}"[^>]*value="([^"]*)"`, 'i').exec(html)?.[1] ?? ''
    const posted = () =>
      app.inject({
        method: 'POST',
        url: `/api/v1/session/sso/${provider}/acs`,
        headers: { host, origin: url, 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ SAMLResponse: field('SAMLResponse') }).toString(),
      })
    const token = String((await posted()).headers.location).split('#')[1]
    const done = await ask(jar, '/session/sso/complete', { token })
    expect(done.statusCode, done.body).toBe(200)
    expect((await ask(jar, '/session')).json()).toMatchObject({ user: { email }, organisation: { id: orgId } })
    // Once.
    expect((await posted()).headers.location).toBe('/sign-in/sso?refused=true')
  })
})
