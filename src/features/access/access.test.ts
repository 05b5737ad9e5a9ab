import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attemptLimits } from '../../platform/sign-in/attempts.ts'
import { absoluteSeconds, idleSeconds } from '../../platform/sign-in/better-auth.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { makeOrganisation } from '../scope/builders.ts'
import { makeAccount, makeMember, makeUser, password, signInAgain } from './builders.ts'
import { invite, join, lookAtInvitation, revokeInvitation } from './invitations.ts'
import { addMember, changeMember, leave, removeMember } from './members.ts'
import { mayGrant, permissionsOf, roleNames, roles } from './permissions.ts'
import { makeSetUpToken, missingForSetUp, setUp, slugOf } from './set-up.ts'
import { makeSignInToken, signInByToken } from './sign-in-links.ts'
import { hasMembers } from './store.ts'

let services: TestServices
beforeAll(async () => {
  services = await testServices()
})
afterAll(() => services.close())

const from = (address: string, cookie?: string) => ({ cookie, agent: 'test', address })
const anywhere = from('192.0.2.1')
const operator = { actor: 'operator', role: 'owner' }
const inOrg = <T>(orgId: string, work: Parameters<TestServices['database']['tenant']>[2]) =>
  services.database.tenant(orgId, services.clock, work) as Promise<T>
const owned = async () => {
  const orgId = await makeOrganisation(services)
  return { orgId, owner: await makeMember(services, orgId, 'owner') }
}
/** What the database holds in the tables of sign-in, as text. */
async function storedText(): Promise<string> {
  const client = await services.database.dedicatedClient('test')
  const texts: string[] = []
  for (const table of ['auth_session', 'auth_account', 'auth_verification', 'auth_attempt', 'access_invitation'])
    texts.push(JSON.stringify((await client.query(`select t::text from ${table} t`)).rows))
  await client.end()
  return texts.join('\n')
}

describe('setting up', () => {
  const make = async () => {
    throw new Error('there is an organisation')
  }
  const owner = { name: 'First Owner', email: 'First@Example.test', password }

  it('asks for an organisation, then for its owner, then for nothing', async () => {
    expect(await missingForSetUp(services)).toBe('organisation')
    const orgId = await makeOrganisation(services)
    expect(await missingForSetUp(services)).toBe('owner')

    const older = await makeSetUpToken(services)
    const token = await makeSetUpToken(services)
    if (!older || !token) throw new Error('there is no link')
    expect(await storedText()).not.toContain(token)
    const refused = (input: Partial<typeof owner> & { token?: string }) =>
      setUp(services, { token, ...owner, ...input }, make, anywhere)
    await expect(refused({ token: older })).rejects.toMatchObject({ code: 'gone' })
    await expect(refused({ token: `${token}x` })).rejects.toMatchObject({ code: 'gone' })
    await expect(refused({ password: 'short' })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(refused({ password: 'passwordpassword' })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(refused({ password: owner.email })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await hasMembers(services.database)).toBe(false)

    const { cookies } = await setUp(services, { token, ...owner }, make, anywhere)
    const found = await services.signIn.authenticate(from('192.0.2.1', cookies[0]?.split(';')[0]))
    expect(found).toMatchObject({ user: { email: 'first@example.test' }, session: { orgId, method: 'set_up' } })
    expect(await missingForSetUp(services)).toBe('done')
    await expect(refused({})).rejects.toMatchObject({ code: 'gone' })
    expect(await makeSetUpToken(services)).toBeUndefined()
  })

  it('makes a short name of any name', () => {
    expect(['Acme, Inc.', 'Žluťoučký kůň', '会社', '  ', 'x'.repeat(99), `${'a'.repeat(39)} b`].map(slugOf)).toEqual([
      'acme-inc',
      'z-lut-ouc-ky-ku-n',
      'organisation',
      'organisation',
      'x'.repeat(40),
      'a'.repeat(39),
    ])
  })
})

describe('a password', () => {
  it('begins a session, whose cookie no script reads and no other site sends', async () => {
    const { user } = await makeAccount(services)
    const { cookies, sessionId } = await services.signIn.withPassword(user.email.toUpperCase(), password, anywhere)
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(/^vouch-session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/)
    const cookie = cookies[0]?.split(';')[0] ?? ''
    expect(await services.signIn.authenticate(from('192.0.2.1', cookie))).toMatchObject({ session: { id: sessionId } })
    expect(await storedText()).not.toContain(password)
  })

  it('that is wrong is refused as one of an account that is not there: in words, and in work', async () => {
    const { user } = await makeAccount(services)
    const attempt = async (email: string) => {
      const began = process.hrtime.bigint()
      const refusal = await services.signIn.withPassword(email, 'not the password', from(randomUUID())).catch(e => e)
      return { refusal, took: Number(process.hrtime.bigint() - began) / 1e6 }
    }
    const tries = async (email: () => string) => {
      const all = []
      for (let n = 0; n < 3; n++) all.push(await attempt(email()))
      return all
    }
    const known = await tries(() => user.email)
    const unknown = await tries(() => `${randomUUID()}@example.test`)
    for (const { refusal } of [...known, ...unknown])
      expect(refusal).toMatchObject({ code: 'unauthenticated', message: known[0]?.refusal.message, fields: [] })
    // Hashing is the work; without it an answer is a hundred times faster.
    const least = (all: { took: number }[]) => Math.min(...all.map(({ took }) => took))
    expect(least(unknown)).toBeGreaterThan(least(known) / 3)
    expect(least(known)).toBeGreaterThan(least(unknown) / 3)
  })

  it('may be wrong only so often; then the right one is refused too', async () => {
    const { user } = await makeAccount(services)
    const attempt = (given: string) =>
      services.signIn.withPassword(user.email, given, from(randomUUID())).then(
        () => 'in',
        error => error.code,
      )
    const codes: string[] = []
    for (let n = 0; n < attemptLimits.account; n++) codes.push(await attempt('wrong'))
    expect(codes).toEqual(Array(attemptLimits.account).fill('unauthenticated'))
    expect([await attempt(password), await attempt('wrong')]).toEqual(['rate_limited', 'rate_limited'])
  })

  it('is given to who had none, by the same step that changes one', async () => {
    const { user } = await makeUser(services)
    await expect(services.signIn.withPassword(user.email, password, from(randomUUID()))).rejects.toThrow()
    await services.signIn.addOrResetUser({ name: 'Renamed', email: user.email, password })
    expect((await services.signIn.withPassword(user.email, password, from(randomUUID()))).userId).toBe(user.id)
  })

  it('is changed by who knows it, and the other sessions end', async () => {
    const { user, sessionId } = await makeAccount(services)
    const other = await signInAgain(services, user, null)
    expect(await services.signIn.confirmPassword(user, 'wrong', 'x')).toBe(false)
    expect(await services.signIn.confirmPassword(user, password, 'x')).toBe(true)
    await expect(services.signIn.changePassword(user, 'aaaaaaaaaaaa', sessionId)).rejects.toMatchObject({
      code: 'invalid_input',
    })
    await services.signIn.changePassword(user, 'three quiet lanterns at dusk', sessionId)
    expect([await services.signIn.lives(sessionId), await services.signIn.lives(other.sessionId)]).toEqual([
      true,
      false,
    ])
    await expect(services.signIn.withPassword(user.email, password, from(randomUUID()))).rejects.toThrow()
    await services.signIn.withPassword(user.email, 'three quiet lanterns at dusk', from(randomUUID()))
  })
})

describe('a session', () => {
  const set = async (sessionId: string, column: string, seconds: number) => {
    const client = await services.database.dedicatedClient('test')
    await client.query(`update auth_session set ${column} = now() + $1 * interval '1 second' where id = $2`, [
      seconds,
      sessionId,
    ])
    await client.end()
  }
  const alive = async ({ cookie, sessionId }: { cookie: string; sessionId: string }) => [
    (await services.signIn.authenticate(from('x', cookie))) !== undefined,
    await services.signIn.lives(sessionId),
  ]

  it('ends when it is not used, and in any case in the end', async () => {
    const idle = await makeUser(services)
    expect(await alive(idle)).toEqual([true, true])
    await set(idle.sessionId, 'expires_at', -1)
    expect(await alive(idle)).toEqual([false, false])
    const old = await makeUser(services)
    await set(old.sessionId, 'created_at', -absoluteSeconds - 1)
    expect(await services.signIn.lives(old.sessionId)).toBe(false)
    expect(await alive(old)).toEqual([false, false])
  })

  it('is prolonged by use, and not by looking whether it lives', async () => {
    const person = await makeUser(services)
    await set(person.sessionId, 'expires_at', 600)
    expect(await services.signIn.lives(person.sessionId)).toBe(true)
    const found = await services.signIn.authenticate(from('x', person.cookie))
    expect(found?.cookies).toHaveLength(1)
    const [session] = await services.signIn.listSessions(person.user.id)
    expect((session?.expiresAt.getTime() ?? 0) - Date.now()).toBeGreaterThan((idleSeconds - 60) * 1_000)
  })

  it('has a cookie that cannot be made without the secret', async () => {
    const { cookie, user } = await makeUser(services)
    const [name = '', value = ''] = cookie.split('=')
    const token = decodeURIComponent(value).split('.')[0]
    for (const forged of ['', 'x', `${value.slice(0, -4)}AAAA`, token, `${token}.`, `${token}.AAAA`, `${value}.x`])
      expect(await services.signIn.authenticate(from('x', `${name}=${forged}`)), forged).toBeUndefined()
    expect(await services.signIn.listSessions(user.id)).toHaveLength(1)
  })

  it('is ended by its owner alone', async () => {
    const [one, other] = [await makeUser(services), await makeUser(services)]
    expect(await services.signIn.endSession(other.user.id, one.sessionId)).toBe(false)
    expect(await alive(one)).toEqual([true, true])
    expect(await services.signIn.endSession(one.user.id, one.sessionId)).toBe(true)
    expect(await alive(one)).toEqual([false, false])
  })
})

describe('a sign-in link', () => {
  it('works once, for who is there', async () => {
    const { user } = await makeUser(services)
    const token = await makeSignInToken(services, user.email)
    expect(await storedText()).not.toContain(token)
    const uses = await Promise.allSettled(Array.from({ length: 5 }, () => signInByToken(services, token, anywhere)))
    expect(uses.filter(use => use.status === 'fulfilled')).toHaveLength(1)
    await expect(signInByToken(services, token, anywhere)).rejects.toMatchObject({ code: 'gone' })
    await expect(makeSignInToken(services, 'nobody@example.test')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('that is too old does not work', async () => {
    const { user } = await makeUser(services)
    const token = await makeSignInToken(services, user.email, -1)
    await expect(signInByToken(services, token, anywhere)).rejects.toMatchObject({ code: 'gone' })
  })
})

describe('an invitation', () => {
  const invited = async (email = `${randomUUID()}@example.test`, role: 'viewer' | 'owner' = 'viewer') => {
    const { orgId, owner } = await owned()
    const { invitation, token } = await inOrg<Awaited<ReturnType<typeof invite>>>(orgId, tx =>
      invite(tx, { email, role }, operator),
    )
    return { orgId, owner, email, id: invitation.id, token }
  }

  it('makes an account for who has none, once', async () => {
    const { orgId, email, token } = await invited()
    expect(await storedText()).not.toContain(token)
    expect(await lookAtInvitation(services, token)).toEqual({
      organisation: 'Test & <Company>',
      email,
      role: 'viewer',
      has_account: false,
    })
    await expect(join(services, { token, password }, anywhere)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(join(services, { token, name: 'New', password: 'short' }, anywhere)).rejects.toMatchObject({
      code: 'invalid_input',
    })
    const { sessionId } = await join(services, { token, name: 'New', password }, anywhere)
    const user = await services.signIn.findUser(email)
    const [session] = await services.signIn.listSessions(user?.id ?? '')
    expect(session).toMatchObject({ id: sessionId, orgId, method: 'invitation' })
    await expect(join(services, { token, name: 'New', password }, anywhere)).rejects.toMatchObject({ code: 'gone' })
    await expect(lookAtInvitation(services, token)).rejects.toMatchObject({ code: 'gone' })
  })

  it('asks who has an account for its password', async () => {
    const { user } = await makeAccount(services)
    const { token } = await invited(user.email.toUpperCase())
    expect(await lookAtInvitation(services, token)).toMatchObject({ has_account: true })
    await expect(join(services, { token, name: 'Thief', password: 'another' }, from('a'))).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    await join(services, { token, password }, from('a'))
  })

  it('ends when it is taken back, replaced or old, and leads to no other organisation', async () => {
    const { orgId, id, email, token } = await invited()
    const other = await makeOrganisation(services)
    const elsewhere = other.replaceAll('-', '') + token.slice(32)
    for (const wrong of [elsewhere, token.slice(0, -1), `${token}a`, '', 'x'.repeat(75), token.slice(32)])
      await expect(lookAtInvitation(services, wrong), wrong).rejects.toMatchObject({ code: 'gone' })
    const second = await inOrg<Awaited<ReturnType<typeof invite>>>(orgId, tx =>
      invite(tx, { email, role: 'auditor' }, operator),
    )
    await expect(lookAtInvitation(services, token)).rejects.toMatchObject({ code: 'gone' })
    await expect(inOrg(orgId, tx => revokeInvitation(tx, id, operator))).rejects.toMatchObject({ code: 'not_found' })
    await inOrg(orgId, tx => revokeInvitation(tx, second.invitation.id, operator))
    await expect(lookAtInvitation(services, second.token)).rejects.toMatchObject({ code: 'gone' })
    const late = await inOrg<Awaited<ReturnType<typeof invite>>>(orgId, tx =>
      invite(tx, { email, role: 'viewer' }, operator),
    )
    const client = await services.database.dedicatedClient('test')
    await client.query('update access_invitation set expires_at = now() where id = $1', [late.invitation.id])
    await client.end()
    await expect(join(services, { token: late.token, name: 'Late', password }, anywhere)).rejects.toMatchObject({
      code: 'gone',
    })
  })

  it('to be an owner is an owner’s to make and to take back', async () => {
    const { orgId, id } = await invited(undefined, 'owner')
    const admin = { actor: 'user:x', role: 'admin' }
    for (const work of [
      (tx: Parameters<typeof invite>[0]) => invite(tx, { email: 'a@example.test', role: 'owner' }, admin),
      (tx: Parameters<typeof invite>[0]) => revokeInvitation(tx, id, admin),
    ])
      await expect(inOrg(orgId, work)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('a member', () => {
  const asOwner = { actor: 'user:x', role: 'owner' }
  const asAdmin = { actor: 'user:x', role: 'admin' }

  it('is changed by who may, and every change is in the ledger', async () => {
    const { orgId } = await owned()
    const { user } = await makeMember(services, orgId, 'viewer')
    await inOrg(orgId, tx => changeMember(tx, user.id, 'auditor', asAdmin))
    await inOrg(orgId, tx => changeMember(tx, user.id, 'auditor', asAdmin))
    await inOrg(orgId, tx => removeMember(tx, user.id, asAdmin))
    const facts = await inOrg<{ actor: string; content: string; leaf: string }[]>(orgId, tx =>
      tx.sql
        .selectFrom('ledger_entry')
        .innerJoin('ledger_opening', 'ledger_opening.entry_id', 'ledger_entry.id')
        .select(['actor', 'content', 'leaf'])
        .where('kind', '=', 'member.changed')
        .where('subject', '=', user.id)
        .orderBy('id')
        .execute(),
    )
    expect(facts.map(({ actor, content }) => [actor, JSON.parse(content).role])).toEqual([
      ['operator', 'viewer'],
      ['user:x', 'auditor'],
      ['user:x', null],
    ])
    expect(JSON.stringify(facts)).not.toContain(user.email)
    expect(JSON.stringify(facts)).not.toContain(user.name)
  })

  it('who is an owner is out of an admin’s reach, and nobody else becomes one by them', async () => {
    const { orgId, owner } = await owned()
    await makeMember(services, orgId, 'owner')
    const { user } = await makeMember(services, orgId, 'viewer')
    const refused = (work: Parameters<TestServices['database']['tenant']>[2]) =>
      expect(inOrg(orgId, work)).rejects.toMatchObject({ code: 'forbidden' })
    await refused(tx => changeMember(tx, user.id, 'owner', asAdmin))
    await refused(tx => changeMember(tx, owner.user.id, 'viewer', asAdmin))
    await refused(tx => removeMember(tx, owner.user.id, asAdmin))
    await inOrg(orgId, tx => changeMember(tx, user.id, 'owner', asOwner))
  })

  it('who is the last owner stays one, also when two owners go at the same moment', async () => {
    const { orgId, owner } = await owned()
    const id = owner.user.id
    for (const work of [
      (tx: Parameters<typeof leave>[0]) => changeMember(tx, id, 'admin', asOwner),
      (tx: Parameters<typeof leave>[0]) => removeMember(tx, id, asOwner),
      (tx: Parameters<typeof leave>[0]) => leave(tx, id, asOwner.actor),
    ])
      await expect(inOrg(orgId, work)).rejects.toMatchObject({ code: 'conflict' })
    const { user: second } = await makeMember(services, orgId, 'owner')
    const both = await Promise.allSettled([
      inOrg(orgId, tx => removeMember(tx, id, asOwner)),
      inOrg(orgId, tx => leave(tx, second.id, asOwner.actor)),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('is one once', async () => {
    const { orgId, owner } = await owned()
    await expect(
      inOrg(orgId, tx => addMember(tx, { id: owner.user.id, role: 'viewer' }, 'operator')),
    ).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is known by name to their own organisation alone, and not the accounts behind', async () => {
    const { orgId, owner } = await owned()
    const { owner: stranger } = await owned()
    const names = await inOrg<{ email: string | null }[]>(orgId, tx =>
      tx.sql.selectFrom('access_person').select('email').execute(),
    )
    expect(names.map(({ email }) => email)).toEqual([owner.user.email])
    expect(names.map(({ email }) => email)).not.toContain(stranger.user.email)
    for (const table of ['auth_user', 'auth_session', 'auth_account', 'auth_verification', 'auth_attempt'] as const)
      await expect(inOrg(orgId, tx => tx.sql.selectFrom(table).selectAll().execute())).rejects.toThrow(
        'permission denied',
      )
  })
})

describe('the table of roles', () => {
  it('gives each role a reason, and to nobody what is not a permission', () => {
    for (const name of roleNames) expect(roles[name].reason.length, name).toBeGreaterThan(20)
    expect(permissionsOf('no such role').size).toBe(0)
    expect([...permissionsOf('auditor')].filter(permission => !permission.endsWith('.read'))).toEqual([])
    const holderOf = (role: string) => ({ role, may: permissionsOf(role) })
    const roleOf = (id: string) => ({ id, may: permissionsOf(id) })
    expect(roleNames.filter(name => mayGrant(holderOf(name), roleOf('viewer')))).toEqual(['owner', 'admin'])
    expect(roleNames.filter(name => mayGrant(holderOf(name), roleOf('owner')))).toEqual(['owner'])
  })
})
