import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { giveTotp, makeAccount, makeMember, type Person, password, signInAgain } from '../features/access/builders.ts'
import { accessControl } from '../features/access/control-access.ts'
import { resetFactors } from '../features/access/factors.ts'
import { makeKey } from '../features/access/keys.ts'
import { addMember } from '../features/access/members.ts'
import { permissionsOf } from '../features/access/permissions.ts'
import { makeOrganisation } from '../features/scope/builders.ts'
import { type App, createApp, type Routes } from '../platform/http/app.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { routes } from './features.ts'
import { createServer } from './server.ts'
import { asksAgain } from './testing/asks-again.ts'
import { type Operation, operationsOf, readDocument } from './testing/operations.ts'

/* What a session must have shown: lately, for what is sensitive; and with two factors, where an organisation requires them. */
let services: TestServices
let app: App
let orgId: string
let owner: Person
let operations: ReadonlyMap<string, Operation>

beforeAll(async () => {
  services = await testServices()
  orgId = await makeOrganisation(services)
  owner = await makeMember(services, orgId, 'owner')
  app = await createServer(services)
  await app.ready()
  operations = operationsOf(await readDocument(app, owner.cookie))
}, 60_000)
afterAll(async () => {
  await app?.close()
  await services?.close()
})

const inOrg = <T>(work: Parameters<TestServices['database']['tenant']>[2]) =>
  services.database.tenant(orgId, services.clock, work) as Promise<T>

async function ask(server: App, { method, path }: Operation, headers: Record<string, string>) {
  const response = await server.inject({
    method,
    url: `/api/v1${path.replace(/\{[^}]+\}/, randomUUID())}`,
    headers: { host: 'localhost', ...headers },
    // Nothing valid: whoever is let in is told what is wrong with it, and nothing is changed.
    ...(method === 'GET' || method === 'DELETE' ? {} : { payload: { nothing: 'valid' } }),
  })
  return response.statusCode >= 400 ? String(response.json<{ code: string }>().code) : 'done'
}
const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, cookie: string, payload?: object) =>
  app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { host: 'localhost', 'sec-fetch-site': 'same-origin', cookie },
    ...(payload && { payload }),
  })

/** As if the session's person had shown who they are so many minutes ago. */
async function age(sessionId: string, minutes: number): Promise<void> {
  await services.database.operator(trx =>
    trx
      .updateTable('auth_session')
      .set({ authenticated_at: new Date(Date.now() - minutes * 60_000) })
      .where('id', '=', sessionId)
      .execute(),
  )
}

/** The operations that a session of `minutes` ago is asked again for. */
async function askedAgain(server: App, minutes: number): Promise<string[]> {
  const asked: string[] = []
  for (const [id, operation] of operations) {
    const person =
      id === 'leave' ? await makeMember(services, orgId, 'owner') : await signInAgain(services, owner.user, orgId)
    await age(person.sessionId, minutes)
    if ((await ask(server, operation, { cookie: person.cookie })) === 'sign_in_again') asked.push(id)
  }
  return asked.toSorted()
}

describe('a session whose person showed who they are', () => {
  it('more than a quarter of an hour ago is asked again for what the table says, and for nothing else', async () => {
    expect([...asksAgain].filter(id => !operations.has(id))).toEqual([])
    expect(await askedAgain(app, 16)).toEqual([...asksAgain].toSorted())
  }, 60_000)

  it('lately is not asked', async () => {
    expect(await askedAgain(app, 14)).toEqual([])
  }, 60_000)

  it('shows what no longer asks: a test that removes one finds it', async () => {
    const weaken: Routes = api => {
      api.addHook('onRoute', route => {
        if ((route.schema as { operationId?: string } | undefined)?.operationId === 'downloadPackage' && route.config)
          delete route.config.fresh
      })
    }
    const access = accessControl(services)
    const weakened = await createApp({ services, routes: [weaken, ...routes], access, version: 'test' })
    await weakened.ready()
    expect(await askedAgain(weakened, 16)).toEqual([...asksAgain].filter(id => id !== 'downloadPackage').toSorted())
    await weakened.close()
  }, 60_000)

  it('is let through again once they showed it, and not by what is wrong or another’s', async () => {
    const { user } = await makeAccount(services)
    await inOrg(tx => addMember(tx, { id: user.id, role: 'owner' }, 'operator'))
    const { cookie, sessionId } = await signInAgain(services, user, orgId)
    const make = async () => (await call('POST', '/packages', cookie, {})).statusCode
    const invite = { email: 'new@example.test', role: 'viewer' }
    const inviting = async () => (await call('POST', '/invitations', cookie, invite)).statusCode
    await age(sessionId, 16)
    expect([await make(), await inviting()]).toEqual([401, 401])
    expect((await call('GET', '/session', cookie)).json()).toMatchObject({ user: { id: user.id }, role: 'owner' })
    expect((await call('POST', '/session/proof', cookie, { password: 'wrong' })).statusCode).toBe(400)
    expect((await call('POST', '/session/proof', cookie, { code: '123456' })).statusCode).toBe(400)
    expect(await inviting()).toBe(401)
    expect((await call('POST', '/session/proof', cookie, { password })).statusCode).toBe(204)
    expect(await inviting()).toBe(201)
    const [other] = await services.signIn.listSessions(owner.user.id)
    expect(other?.id).not.toBe(sessionId)
  })

  it('is no matter for a key, which was made under such a session', async () => {
    const { key } = await inOrg<{ key: string }>(tx =>
      makeKey(
        tx,
        { name: 'Key', personal: false, may: ['packages.read', 'packages.make', 'connections.change'], days: 1 },
        {
          actor: 'operator',
          user: null,
          sessionId: null,
          organisation: null,
          may: permissionsOf('owner'),
          freshUntil: null,
          lacks: null,
        },
      ),
    )
    const answers = []
    for (const id of ['downloadPackage', 'removeConnection', 'addConnection'])
      answers.push(await ask(app, operations.get(id) as Operation, { authorization: `Bearer ${key}` }))
    expect(answers).toEqual(['not_found', 'not_found', 'invalid_input'])
  })
})

describe('an organisation that requires a second factor', () => {
  const rule = (cookie: string, second_factor: boolean) => call('PUT', '/sign-in-rules', cookie, { second_factor })
  let second: string
  let chief: Person
  beforeAll(async () => {
    second = await makeOrganisation(services)
    chief = await makeMember(services, second, 'owner')
  })
  const status = async (cookie: string, path = '/controls') => (await call('GET', path, cookie)).statusCode

  it('is made so by an owner or admin who has one, and is in ledger and activity', async () => {
    expect((await rule(chief.cookie, true)).json()).toMatchObject({ code: 'conflict' })
    expect(await status(chief.cookie)).toBe(200)
    await giveTotp(services, chief.user)
    await services.signIn.markSecondFactor(chief.sessionId, 'totp')
    const manager = await makeMember(services, second, 'compliance_manager')
    expect((await rule(manager.cookie, true)).statusCode).toBe(403)
    expect((await rule(chief.cookie, true)).json()).toEqual({ second_factor: true })
    expect(await status(chief.cookie)).toBe(200)
    const facts = await services.database.tenant(second, services.clock, tx =>
      tx.sql.selectFrom('ledger_entry').select(['kind', 'actor']).where('kind', '=', 'access_rule.changed').execute(),
    )
    expect(facts).toEqual([{ kind: 'access_rule.changed', actor: `user:${chief.user.id}` }])
    const changes = await services.database.tenant(second, services.clock, tx =>
      tx.sql
        .selectFrom('activity_change')
        .select(['subject', 'after'])
        .where('subject_table', '=', 'access_rule')
        .execute(),
    )
    expect(changes).toEqual([{ subject: 'second_factor', after: '{"required": true}' }])
  })

  it('lets who has none into nothing but their account, until they add one, and says so', async () => {
    const person = await makeMember(services, second, 'admin')
    for (const [id, operation] of operations) {
      if (id === 'leave' || id === 'signOut' || id === 'endOtherSessions') continue
      const { cookie } = await signInAgain(services, person.user, second)
      const answer = await ask(app, operation, { cookie })
      const own = ['session', 'account', 'join', 'set-up'].some(noun => operation.path.startsWith(`/${noun}`))
      if (own) expect(answer, id).not.toBe('second_factor_needed')
      else expect(answer, id).toBe('second_factor_needed')
    }
    expect((await call('GET', '/session', person.cookie)).json()).toMatchObject({ lacks: 'second_factor', may: [] })
    const { address } = (await call('POST', '/account/totp', person.cookie)).json<{ address: string }>()
    expect(address).toContain('otpauth://totp/Vouch:')
    await giveTotp(services, person.user)
    // Another session of one factor stays out, until it shows the second.
    expect(await status(person.cookie)).toBe(403)
    await services.signIn.markSecondFactor(person.sessionId, 'totp')
    expect(await status(person.cookie)).toBe(200)
    const removed = await call('DELETE', '/account/totp', person.cookie)
    expect([removed.statusCode, removed.json().code]).toEqual([409, 'conflict'])
  }, 60_000)

  it('bars nobody from another organisation, and no key', async () => {
    const person = await makeMember(services, orgId, 'viewer')
    await services.database.tenant(second, services.clock, tx =>
      addMember(tx, { id: person.user.id, role: 'viewer' }, 'operator'),
    )
    expect(await status(person.cookie)).toBe(200)
    await call('PUT', '/session/organisation', person.cookie, { id: second })
    expect(await status(person.cookie)).toBe(403)
    await call('PUT', '/session/organisation', person.cookie, { id: orgId })
    expect(await status(person.cookie)).toBe(200)
    const made = await call('POST', '/keys', chief.cookie, { name: 'K', personal: false, may: ['controls.read'] })
    const { key } = made.json<{ key: string }>()
    expect(await ask(app, operations.get('listControls') as Operation, { authorization: `Bearer ${key}` })).toBe('done')
  })

  it('shuts the open stream of whoever lacks it, as soon as it is required', async () => {
    expect((await rule(chief.cookie, false)).statusCode).toBe(200)
    const person = await makeMember(services, second, 'viewer')
    await app.listen({ host: '127.0.0.1', port: 0 })
    const at = app.server.address()
    const port = typeof at === 'object' && at ? at.port : 0
    // Resolves when the stream is open.
    const open = async (cookie: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/events`, { headers: { cookie } })
      const stream = { state: 'open', ended: response.text().then(() => 'ended') }
      void stream.ended.then(
        state => Object.assign(stream, { state }),
        () => Object.assign(stream, { state: 'broken' }),
      )
      return stream
    }
    const [theirs, chiefs] = [await open(person.cookie), await open(chief.cookie)]
    expect((await rule(chief.cookie, true)).statusCode).toBe(200)
    expect(await theirs.ended).toBe('ended')
    expect(chiefs.state).toBe('open')
    app.server.closeAllConnections()
  }, 30_000)

  it('is entered again by whoever lost all, once the operator has reset them, and the reset is recorded', async () => {
    await resetFactors(services, chief.user.email)
    expect(await status(chief.cookie)).toBe(401)
    const { cookie } = await signInAgain(services, chief.user, second)
    expect(await status(cookie)).toBe(403)
    const rows = await services.database.tenant(second, services.clock, tx =>
      tx.sql
        .selectFrom('activity_entry')
        .select(['actor', 'subject', 'outcome'])
        .where('operation', '=', 'vouch reset-factors')
        .execute(),
    )
    expect(rows).toEqual([{ actor: 'operator', subject: chief.user.id, outcome: 'done' }])
    await expect(resetFactors(services, 'nobody@example.test')).rejects.toMatchObject({ code: 'not_found' })
  })
})
