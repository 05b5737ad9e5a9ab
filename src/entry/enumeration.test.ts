import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAccount, makeMember, makeUser, password } from '../features/access/builders.ts'
import { invite } from '../features/access/invitations.ts'
import { makeKey } from '../features/access/keys.ts'
import { permissionsOf } from '../features/access/permissions.ts'
import { makeSignInToken } from '../features/access/sign-in-links.ts'
import { makeOrganisation } from '../features/scope/builders.ts'
import type { App } from '../platform/http/app.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { createServer } from './server.ts'

/* What is refused says nothing of what there is: neither whether an address has an account, nor whether a token, a key or an organisation was nearly right. */
let services: TestServices
let app: App
let orgId = ''
beforeAll(async () => {
  services = await testServices()
  orgId = await makeOrganisation(services)
  await makeMember(services, orgId, 'owner')
  app = await createServer(services)
  await app.ready()
})
afterAll(async () => {
  await app?.close()
  await services?.close()
})

async function ask(path: string, payload: object | undefined, headers: Record<string, string> = {}) {
  const began = process.hrtime.bigint()
  const { statusCode, body } = await app.inject({
    method: payload ? 'POST' : 'GET',
    url: `/api/v1${path}`,
    headers: { host: 'localhost', ...headers },
    remoteAddress: `192.0.2.${Math.floor(Math.random() * 250)}`,
    ...(payload && { payload }),
  })
  return { said: `${statusCode} ${body}`, took: Number(process.hrtime.bigint() - began) / 1e6 }
}
const hex = (id: string) => id.replaceAll('-', '')

describe('signing in with a password', () => {
  it('answers alike, in words and work, for a wrong password, for who comes by links alone, and for nobody', async () => {
    const { user: known } = await makeAccount(services)
    const { user: linked } = await makeUser(services)
    const addresses = {
      known: () => known.email,
      linked: () => linked.email,
      nobody: () => `${randomUUID()}@example.test`,
    }
    const answers = new Map<string, { said: string; took: number }[]>(Object.keys(addresses).map(who => [who, []]))
    for (let turn = 0; turn < 3; turn++)
      for (const [who, email] of Object.entries(addresses))
        answers.get(who)?.push(await ask('/session', { email: email(), password: 'not the password' }))
    expect(new Set([...answers.values()].flat().map(({ said }) => said)).size).toBe(1)
    const least = [...answers.values()].map(all => Math.min(...all.map(({ took }) => took)))
    // Hashing is the work; an answer without it takes a hundredth.
    expect(Math.min(...least)).toBeGreaterThan(Math.max(...least) / 3)
  }, 60_000)
})

describe('a one-time link', () => {
  it('that is used, too old, of another kind or made up is refused in the same words', async () => {
    const { user } = await makeAccount(services)
    const used = await makeSignInToken(services, user.email)
    expect((await ask('/session/link', { token: used })).said).toMatch(/^204/)
    const old = await makeSignInToken(services, user.email, 0)
    const said = new Set<string>()
    for (const token of [used, old, 'x', 'A'.repeat(43), `${hex(orgId)}${'A'.repeat(43)}`])
      said.add((await ask('/session/link', { token })).said)
    expect([...said]).toEqual([expect.stringMatching(/^410/)])
  }, 60_000)
})

describe('an invitation', () => {
  it('that is over or made up is refused in the same words, whether or not the organisation or the account is there', async () => {
    const { token, invitation } = await services.database.tenant(orgId, services.clock, tx =>
      invite(tx, { email: 'once@example.test', role: 'viewer' }, { actor: 'operator', role: 'owner' }),
    )
    await services.database.operator(trx =>
      trx.updateTable('access_invitation').set({ revoked_at: new Date() }).where('id', '=', invitation.id).execute(),
    )
    const tokens = [
      token,
      `${hex(orgId)}${'A'.repeat(43)}`,
      `${hex(randomUUID())}${'A'.repeat(43)}`,
      'A'.repeat(75),
      'x',
    ]
    for (const path of ['/join/look', '/join']) {
      const said = new Set<string>()
      for (const each of tokens)
        said.add((await ask(path, { token: each, ...(path === '/join' && { name: 'A. Person', password }) })).said)
      expect([...said], path).toEqual([expect.stringMatching(/^410/)])
    }
  })
})

describe('the set-up', () => {
  it('answers alike once there is an owner, whatever the token and the address', async () => {
    const { user } = await makeAccount(services)
    const said = new Set<string>()
    for (const [token, email] of [
      ['x', user.email],
      ['A'.repeat(43), 'nobody@example.test'],
    ])
      said.add((await ask('/set-up', { token, name: 'A. Person', email, password })).said)
    expect([...said]).toEqual([expect.stringMatching(/^410/)])
  })
})

describe('a key', () => {
  it('that is over, of another organisation or made up is refused in the same words', async () => {
    const owner = {
      actor: 'operator',
      user: null,
      sessionId: null,
      organisation: { id: orgId, role: 'owner' },
      may: permissionsOf('owner'),
    }
    const { key, row } = await services.database.tenant(orgId, services.clock, tx =>
      makeKey(tx, { name: 'Key', personal: false, may: ['scope.read'], days: 1 }, owner),
    )
    const scope = (bearer: string) => ask('/scope', undefined, { authorization: `Bearer ${bearer}` })
    expect((await scope(key)).said).toMatch(/^200/)
    await services.database.operator(trx =>
      trx.updateTable('access_key').set({ revoked_at: new Date() }).where('id', '=', row.id).execute(),
    )
    const said = new Set<string>()
    for (const each of [key, key.replace(hex(orgId), hex(randomUUID())), `vouch_${hex(orgId)}_${'A'.repeat(43)}`, 'x'])
      said.add((await scope(each)).said)
    expect([...said]).toEqual([expect.stringMatching(/^401/)])
  })
})
