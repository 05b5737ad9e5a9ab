import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertedBy, beginOidc, finishOidc, type OidcClient } from './oidc.ts'

/** A provider that answers whatever a test wants: what an honest one never would. */
let server: Server
let issuer: string
let answer: { idToken: (nonce: string) => Promise<string>; userinfo?: object }
let described: Record<string, unknown>
let asked: { authorization: string | undefined; body: URLSearchParams } | undefined
let key: Awaited<ReturnType<typeof generateKeyPair>>
let nonce = ''

beforeAll(async () => {
  key = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(key.publicKey)), kid: 'own', alg: 'RS256' }
  server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk as Uint8Array)
    const json = (body: object) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    if (request.url === '/.well-known/openid-configuration') return json(described)
    if (request.url === '/jwks') return json({ keys: [jwk] })
    if (request.url === '/userinfo') return json(answer.userinfo ?? {})
    asked = {
      authorization: request.headers.authorization,
      body: new URLSearchParams(Buffer.concat(chunks).toString()),
    }
    return json({ access_token: 'x', token_type: 'bearer', expires_in: 60, id_token: await answer.idToken(nonce) })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  described = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    id_token_signing_alg_values_supported: ['RS256'],
  }
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

const oidc = (): OidcClient => ({
  settings: { kind: 'oidc', issuer, client_id: 'vouch' },
  secret: 'se:cret/ä',
  allowPrivateHosts: ['127.0.0.1'],
})
const claims = (more: JWTPayload = {}): JWTPayload => ({
  iss: issuer,
  aud: 'vouch',
  sub: 'p-1',
  nonce,
  iat: Math.floor(Date.now() / 1_000),
  exp: Math.floor(Date.now() / 1_000) + 60,
  email: 'P@x.example',
  email_verified: true,
  ...more,
})
const sign = (payload: JWTPayload, by: CryptoKey = key.privateKey as CryptoKey, header: object = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'own', ...header }).sign(by)

async function come(idToken: () => Promise<string>) {
  const { url, flow } = await beginOidc(oidc(), { redirect: 'http://localhost/sign-in/sso', email: 'a@x.example' })
  expect(new URL(url).searchParams.get('nonce')).toBe(flow.nonce)
  nonce = flow.nonce
  answer = { ...answer, idToken }
  return finishOidc(oidc(), flow, `?code=c&state=${flow.state}`)
}

describe('an ID token', () => {
  it('that is right is believed, and the code is exchanged with secret and verifier', async () => {
    expect(await come(() => sign(claims()))).toEqual({ subject: 'p-1', email: 'p@x.example', name: null })
    expect(asked?.body.get('code_verifier')).toMatch(/^[\w-]{43}$/)
    // RFC 6749, section 2.3.1: encoded before it is put together.
    expect(asked?.authorization).toBe(`Basic ${Buffer.from('vouch:se%3Acret%2F%C3%A4').toString('base64')}`)
  })

  it.each<[string, () => Promise<string>]>([
    ['of another issuer', () => sign(claims({ iss: 'https://evil.example' }))],
    ['for another client', () => sign(claims({ aud: 'another' }))],
    ['for several clients, and not by us', () => sign(claims({ aud: ['vouch', 'another'], azp: 'another' }))],
    ['of another sign-in', () => sign(claims({ nonce: 'another' }))],
    ['of no sign-in', () => sign(claims({ nonce: undefined }))],
    ['that is over', () => sign(claims({ exp: Math.floor(Date.now() / 1_000) - 120 }))],
    ['without an end', () => sign(claims({ exp: undefined }))],
    ['that names nobody', () => sign(claims({ sub: undefined }))],
    ['that nobody signed', async () => new UnsecuredJWT(claims()).encode()],
    ['that another key signed', async () => sign(claims(), (await generateKeyPair('RS256')).privateKey as CryptoKey)],
    [
      'that was changed',
      async () =>
        (await sign(claims())).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify(claims({ sub: 'p-2' }))).toString('base64url')}.`,
        ),
    ],
    [
      'that the client’s secret signed',
      () => new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('se:cret/ä'.padEnd(32))),
    ],
  ])('%s is refused', async (_, idToken) => {
    await expect(come(idToken)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('without an address is asked for it, of the same person', async () => {
    const without = () => sign(claims({ email: undefined, email_verified: undefined }))
    answer = { ...answer, userinfo: { sub: 'p-1', email: 'u@x.example', email_verified: true, name: ' U. Ser ' } }
    expect(await come(without)).toEqual({ subject: 'p-1', email: 'u@x.example', name: 'U. Ser' })
    answer = { ...answer, userinfo: { sub: 'p-2', email: 'u@x.example', email_verified: true } }
    await expect(come(without)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('what a provider says of itself', () => {
  const tried = async (change: Record<string, unknown>) => {
    const before = described
    described = { ...described, ...change }
    try {
      return await come(() => sign(claims()))
    } finally {
      described = before
    }
  }

  it('is refused when it is about another, or leads where secrets must not go', async () => {
    await expect(tried({ issuer: 'https://evil.example' })).rejects.toMatchObject({ code: 'source_failed' })
    await expect(tried({ token_endpoint: 'http://localhost:1/token' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(tried({ token_endpoint: 'https://10.0.0.1/token' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(tried({ jwks_uri: 'https://169.254.169.254/keys' })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('an address', () => {
  it.each([
    [{ email_verified: true }, 'a@x.example'],
    [{ xms_edov: true }, 'a@x.example'],
    [{ xms_edov: '1' }, 'a@x.example'],
    [{ email_verified: 'true' }, null],
    [{ email_verified: false, xms_edov: 0 }, null],
    [{}, null],
  ])('counts only if the provider confirms it: %j', (more, email) => {
    expect(assertedBy({ sub: 's', email: 'A@x.example', ...more }).email).toBe(email)
  })
})
