import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeMember, type Person } from '../features/access/builders.ts'
import { makeProvider, newDomain } from '../features/providers/builders.ts'
import { makeSamlIdp, type Said, type SamlIdp } from '../features/providers/testing/saml-idp.ts'
import { makeOrganisation } from '../features/scope/builders.ts'
import type { App } from '../platform/http/app.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { createServer } from './server.ts'

let services: TestServices
let app: App
let idp: SamlIdp
let another: SamlIdp

beforeAll(async () => {
  services = await testServices()
  app = await createServer(services)
  await app.ready()
  idp = await makeSamlIdp()
  another = await makeSamlIdp()
}, 60_000)
afterAll(async () => {
  await app.close()
  await services.close()
})

let orgId: string
let domain: string
let provider: string
let owner: Person
let entityId: string
let acs: string
let metadata: string
beforeEach(async () => {
  orgId = await makeOrganisation(services)
  owner = await makeMember(services, orgId, 'owner')
  domain = newDomain()
  provider = await makeProvider(services, orgId, { domains: [domain], settings: settingsOf(idp) })
  const base = `http://localhost:4000/api/v1/session/sso/${provider}`
  acs = `${base}/acs`
  entityId = `${base}/metadata`
  metadata = (await app.inject({ url: entityId, headers: { host: 'localhost:4000' } })).body
})

const settingsOf = (of: SamlIdp, idp_initiated = false) => ({
  kind: 'saml' as const,
  entity_id: of.entityId,
  sso_url: of.ssoUrl,
  certificates: [of.certificate],
  idp_initiated,
})

type Cookies = Map<string, string>
async function ask(url: string, options: { method?: 'GET' | 'POST'; jar?: Cookies; body?: object } = {}) {
  const { jar = new Map<string, string>(), body } = options
  const response = await app.inject({
    method: options.method ?? (body ? 'POST' : 'GET'),
    url: `/api/v1${url}`,
    headers: { host: 'localhost:4000', cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    ...(body && { payload: body }),
  })
  for (const line of [response.headers['set-cookie'] ?? []].flat()) {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    jar.set(pair.slice(0, at), pair.slice(at + 1))
  }
  return response
}

/** As the page of the provider makes a browser do it: from another site, without a cookie. Answers the token that it is exchanged for; undefined when it is refused. */
async function post(SAMLResponse: string, to = acs): Promise<string | undefined> {
  const response = await app.inject({
    method: 'POST',
    url: new URL(to).pathname,
    headers: {
      host: 'localhost:4000',
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'cross-site',
      origin: idp.entityId,
    },
    payload: new URLSearchParams({ SAMLResponse }).toString(),
  })
  expect(response.statusCode, response.body).toBe(303)
  const location = String(response.headers.location)
  if (location === '/sign-in/sso?refused=true') return undefined
  expect(location).toMatch(/^\/sign-in\/sso#[\w-]{43}$/)
  return location.split('#')[1]
}

/** A browser that was sent to the provider, and what the provider would say of `nameId`. */
async function begin(nameId = 'p-1') {
  const jar: Cookies = new Map()
  const { url } = (await ask('/session/sso', { jar, body: { email: `a@${domain}`, to: '/controls' } })).json<{
    url: string
  }>()
  const request = await idp.readRequest(url, metadata)
  const said: Said = { request, acs, audience: entityId, nameId, email: `${nameId}@${domain}` }
  return { jar, said, url }
}
const complete = (jar: Cookies, token: string | undefined) =>
  ask('/session/sso/complete', { jar, body: { token: token ?? 'x' } })
const xmlOf = (encoded: string) => Buffer.from(encoded, 'base64').toString()
const encode = (xml: string) => Buffer.from(xml).toString('base64')

describe('signing in by SAML', () => {
  it('lets in whom a signed assertion names, in the browser that asked, and again as the same person', async () => {
    const { jar, said, url } = await begin()
    expect(url.startsWith(`${idp.ssoUrl}?SAMLRequest=`)).toBe(true)
    const token = await post(await idp.respond(metadata, said))
    expect((await complete(new Map(), token)).statusCode).toBe(410)
    const other = await begin()
    const second = await post(await idp.respond(metadata, other.said))
    // The token was used up by the wrong browser, and another one's answer is not for this browser.
    expect((await complete(new Map(jar), second)).statusCode).toBe(410)
    expect((await complete(jar, token)).statusCode).toBe(410)
    const third = await begin()
    const done = await complete(third.jar, await post(await idp.respond(metadata, third.said)))
    expect([done.statusCode, done.json()]).toEqual([200, { to: '/controls' }])
    const session = (await ask('/session', { jar: third.jar })).json()
    expect(session).toMatchObject({ user: { email: `p-1@${domain}`, name: 'A. Person' }, role: 'viewer', within: true })
    const again = await begin()
    const changed = { ...again.said, email: 'elsewhere@other.example' }
    await complete(again.jar, await post(await idp.respond(metadata, changed)))
    expect((await ask('/session', { jar: again.jar })).json().user.id).toBe(session.user.id)
  })

  it('describes itself to the provider, and says that it wants signed assertions', () => {
    expect(metadata).toContain(`entityID="${entityId}"`)
    expect(metadata).toContain(`Location="${acs}"`)
    expect(metadata).toContain('WantAssertionsSigned="true"')
  })

  it.each<[string, (said: Said) => Partial<Said>]>([
    ['for another audience', () => ({ audience: 'http://localhost:4000/another' })],
    ['sent to another recipient', () => ({ recipient: 'http://localhost:4000/another' })],
    ['that is too old', () => ({ notOnOrAfter: new Date(Date.now() - 120_000) })],
    ['of another issuer', () => ({ issuer: 'https://evil.example' })],
    ['to a request that nobody made', () => ({ request: '_never' })],
    ['that names nobody', () => ({ nameId: '', email: '' })],
  ])('refuses an assertion %s', async (_, change) => {
    const { said } = await begin()
    expect(await post(await idp.respond(metadata, { ...said, ...change(said) }))).toBeUndefined()
    // It was not for want of anything else.
    expect(await post(await idp.respond(metadata, said))).toBeDefined()
  })

  it('takes nothing that is not signed by the provider’s own key', async () => {
    const { said } = await begin()
    expect(await post(await another.respond(metadata, { ...said, issuer: idp.entityId }))).toBeUndefined()
    const signed = xmlOf(await idp.respond(metadata, said))
    const unsigned = signed.replace(/<(\w+:)?Signature[\s\S]*?<\/(\w+:)?Signature>/, '')
    expect(unsigned).not.toBe(signed)
    expect(await post(encode(unsigned))).toBeUndefined()
    for (const [from, to] of [
      [`p-1@${domain}`, `p-2@${domain}`],
      ['>p-1<', '>p-2<'],
      [entityId, `${entityId}x`],
    ] as const) {
      const changed = signed.replaceAll(from, to)
      expect(changed).not.toBe(signed)
      expect(await post(encode(changed)), `${from} → ${to}`).toBeUndefined()
    }
    // A certificate that the response brings along makes nothing true.
    const brought = another.certificate.replace(/-----[^-]+-----|\s/g, '')
    expect(
      await post(
        encode(signed.replace(/<(\w+:)?X509Certificate>[^<]+</, (_m, p = '') => `<${p}X509Certificate>${brought}<`)),
      ),
    ).toBeDefined()
  })

  it('takes each answer once', async () => {
    const { said } = await begin()
    const response = await idp.respond(metadata, said)
    expect(await post(response)).toBeDefined()
    expect(await post(response)).toBeUndefined()
    // Nor the same assertion as an answer to another request.
    const next = await begin()
    const first = { ...next.said, assertionId: '_same' }
    expect(await post(await idp.respond(metadata, first))).toBeDefined()
    const last = await begin()
    expect(await post(await idp.respond(metadata, { ...last.said, assertionId: '_same' }))).toBeUndefined()
    // And of many at the same moment one.
    const race = await begin()
    const raced = await idp.respond(metadata, race.said)
    const tokens = await Promise.all(Array.from({ length: 5 }, () => post(raced)))
    expect(tokens.filter(Boolean)).toHaveLength(1)
  })

  it('is not deceived by a signature that is wrapped around something else', async () => {
    const { said } = await begin()
    const signed = xmlOf(await idp.respond(metadata, said))
    const assertion = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(signed)?.[0] ?? ''
    const signature = /<ds:Signature[\s\S]*?<\/ds:Signature>/.exec(assertion)?.[0] ?? ''
    expect(signature).not.toBe('')
    const forged = assertion
      .replace(signature, '')
      .replaceAll('p-1', 'p-9')
      .replace(/ID="_[^"]+"/, 'ID="_forged"')
    const attacks: Readonly<Record<string, string>> = {
      'a forged one before the signed one': signed.replace(assertion, forged + assertion),
      'a forged one after it': signed.replace(assertion, assertion + forged),
      'the signed one inside the forged one': signed.replace(
        assertion,
        forged.replace('</saml:Assertion>', `${assertion}</saml:Assertion>`),
      ),
      'the signed one inside the forged one’s signature': signed.replace(
        assertion,
        forged.replace(
          '</saml:Issuer>',
          `</saml:Issuer>${signature.replace('</ds:Signature>', `<ds:Object>${assertion}</ds:Object></ds:Signature>`)}`,
        ),
      ),
      'the signed one in an extension': signed.replace(
        assertion,
        `<samlp:Extensions>${assertion}</samlp:Extensions>${forged}`,
      ),
      'a forged one with the signature of the signed one': signed.replace(
        assertion,
        forged.replace('</saml:Issuer>', `</saml:Issuer>${signature}`),
      ),
      'a forged one with the id of the signed one': signed.replace(
        assertion,
        `${assertion.replaceAll('p-1', 'p-9').replace(signature, signature.replace('</ds:Signature>', `<ds:Object>${assertion.replace(signature, '')}</ds:Object></ds:Signature>`))}`,
      ),
      'two responses': `<x>${signed}${signed.replace(assertion, forged)}</x>`,
      'another namespace for the forged one': signed.replace(
        assertion,
        forged
          .replaceAll('saml:', 's:')
          .replace('<s:Assertion', '<s:Assertion xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion"') + assertion,
      ),
    }
    for (const [name, xml] of Object.entries(attacks)) {
      expect(xml, name).not.toBe(signed)
      expect(await post(encode(xml)), name).toBeUndefined()
    }
    expect(await post(encode(signed))).toBeDefined()
  })

  it('reads a name with a comment in it whole, or not at all', async () => {
    const victim = `victim@${domain}`
    const { said, jar } = await begin()
    const nameId = `${victim}.evil.example`
    const signed = xmlOf(await idp.respond(metadata, { ...said, nameId, email: '' }))
    // Canonical XML leaves comments out: the signature still holds.
    const commented = signed.replace(`>${nameId}<`, `>${victim}<!-- -->.evil.example<`)
    expect(commented).not.toBe(signed)
    const token = await post(encode(commented))
    if (token !== undefined) expect((await complete(jar, token)).statusCode).toBe(403)
    expect(await services.signIn.findUser(victim)).toBeUndefined()
  })

  it('expands no entities, and reads nothing that is too large or no XML', async () => {
    const { said } = await begin()
    const signed = xmlOf(await idp.respond(metadata, said))
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    expect(await post(encode(bomb + signed))).toBeUndefined()
    expect(await post(encode(`<?xml version="1.0"?><!doctype x SYSTEM "file:///etc/passwd">${signed}`))).toBeUndefined()
    for (const nonsense of [
      '',
      'not base64!',
      encode('<'),
      encode('<x/>'),
      encode('\0'),
      deflateRawSync(signed).toString('base64'),
    ])
      expect(await post(nonsense), nonsense).toBeUndefined()
    const large = await app.inject({
      method: 'POST',
      url: new URL(acs).pathname,
      headers: { host: 'localhost:4000', 'content-type': 'application/x-www-form-urlencoded' },
      payload: `SAMLResponse=${'A'.repeat(600_000)}`,
    })
    expect(large.statusCode).toBe(413)
  })

  it('takes no signature by a weak algorithm', async () => {
    const { said } = await begin()
    const signed = xmlOf(await idp.respond(metadata, said))
    for (const weak of ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'])
      expect(
        await post(encode(signed.replace(/SignatureMethod Algorithm="[^"]+"/, `SignatureMethod Algorithm="${weak}"`))),
      ).toBeUndefined()
  })

  it('begins at the provider only where the organisation allows it', async () => {
    const { request: _, ...said } = (await begin()).said
    expect(await post(await idp.respond(metadata, said))).toBeUndefined()
    const changed = await app.inject({
      method: 'PATCH',
      url: `/api/v1/providers/${provider}`,
      headers: { host: 'localhost', cookie: owner.cookie },
      payload: { settings: settingsOf(idp, true) },
    })
    expect(changed.statusCode, changed.body).toBe(200)
    const response = await idp.respond(metadata, said)
    const jar: Cookies = new Map()
    expect((await complete(jar, await post(response))).statusCode).toBe(200)
    expect((await ask('/session', { jar })).json().organisation.id).toBe(orgId)
    expect(await post(response)).toBeUndefined()
  })

  it('of one provider is nothing to another, though the same one stands behind both', async () => {
    const theirs = await makeOrganisation(services)
    const other = await makeProvider(services, theirs, { domains: [newDomain()], settings: settingsOf(idp) })
    const { said } = await begin()
    const response = await idp.respond(metadata, said)
    expect(await post(response, acs.replace(provider, other))).toBeUndefined()
    expect(await post(response)).toBeDefined()
  })

  it('fills nobody’s log with what anybody can post', async () => {
    const count = async () =>
      (
        await services.database.tenant(orgId, services.clock, tx =>
          tx.sql.selectFrom('activity_entry').select('id').execute(),
        )
      ).length
    const before = await count()
    for (let turn = 0; turn < 3; turn++) await post(encode('<x/>'))
    await begin()
    expect(await count()).toBe(before)
  })
})
