import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TenantTx } from '../../platform/db/database.ts'
import type { Principal } from '../../platform/http/access.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { makeOrganisation } from '../scope/builders.ts'
import { makeMember, makeUser } from './builders.ts'
import { accessControl } from './control-access.ts'
import { invite, join, revokeInvitation } from './invitations.ts'
import { authenticateKey, makeKey } from './keys.ts'
import { addMember, changeMember, granterOf, removeMember } from './members.ts'
import { ownersOnly, permissionNames, permissionsOf } from './permissions.ts'
import { changeRole, makeRole, readRole, readRoles, removeRole } from './roles.ts'

let services: TestServices
let orgId = ''
beforeAll(async () => {
  services = await testServices()
  orgId = await makeOrganisation(services)
  await makeMember(services, orgId, 'owner')
})
afterAll(() => services.close())

const inOrg = <T>(work: (tx: TenantTx) => Promise<T>, org = orgId) =>
  services.database.tenant(org, services.clock, work)
/** Somebody signed in with a role, shipped or made of `may`. */
function principal(role: string, may: ReadonlySet<string> = permissionsOf(role)): Principal {
  const id = '00000000-0000-4000-8000-000000000001'
  return {
    actor: `user:${id}`,
    user: { id, name: 'A. Tester', email: 'tester@example.test' },
    sessionId: id,
    organisation: { id: orgId, role },
    may,
  }
}
const owner = principal('owner')
const admin = principal('admin')
let made = 0
const make = (may: readonly string[], by = owner) =>
  inOrg(tx => makeRole(tx, { title: `Role ${++made}`, reason: 'For a test.', may }, by))
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    error => error.code,
  )

describe('a role of the organisation’s own', () => {
  it('has what it was given, in every way in which its holder comes', async () => {
    const role = await make(['controls.read', 'evidence.read', 'keys.make'])
    const person = await makeMember(services, orgId, role.id)
    const control = accessControl(services)
    const found = await services.signIn.authenticate({ cookie: person.cookie, agent: '', address: '127.0.0.1' })
    expect(found?.user.id).toBe(person.user.id)
    const of = { ...principal(role.id, new Set()), user: person.user, sessionId: person.sessionId }
    expect(await control.stillMay(of, 'controls.read')).toBe(true)
    expect(await control.stillMay(of, 'scope.read')).toBe(false)
    const { key } = await inOrg(tx =>
      makeKey(
        tx,
        { name: 'Key', personal: true, may: ['controls.read', 'evidence.read'], days: 1 },
        { ...of, may: new Set(role.may) },
      ),
    )
    expect([...((await authenticateKey(services, key))?.may ?? [])]).toEqual(['controls.read', 'evidence.read'])
    await inOrg(tx => changeRole(tx, role.id, { reason: 'Less.', may: ['controls.read'] }, owner))
    expect([...((await authenticateKey(services, key))?.may ?? [])]).toEqual(['controls.read'])
    expect(await control.stillMay(of, 'evidence.read')).toBe(false)
  })

  it('never does more than its maker may, nor what is for owners', async () => {
    expect([...ownersOnly]).toEqual(['organisation.create', 'providers.change'])
    for (const permission of ownersOnly) expect(await code(make([permission]))).toBe('forbidden')
    const small = principal('small', new Set(['roles.change', 'controls.read']))
    expect(await code(make(['controls.read'], small))).toBe('done')
    for (const permission of permissionNames.filter(name => !small.may.has(name)))
      expect(await code(make(['controls.read', permission], small)), permission).toBe('forbidden')
    const large = await make(['controls.read', 'scope.read'])
    expect(await code(inOrg(tx => changeRole(tx, large.id, { reason: 'x', may: ['controls.read'] }, small)))).toBe(
      'forbidden',
    )
    expect(await code(inOrg(tx => removeRole(tx, large.id, small)))).toBe('forbidden')
    const within = await make(['controls.read'])
    expect(await code(inOrg(tx => changeRole(tx, within.id, { reason: 'x', may: ['scope.read'] }, small)))).toBe(
      'forbidden',
    )
  })

  it('that may give roles gives none that does more than itself, and touches nobody who may more', async () => {
    const by = granterOf(principal('deputy', new Set(['members.change', 'members.read', 'controls.read'])))
    const within = await make(['controls.read'])
    const beyond = await make(['controls.read', 'scope.change'])
    const { user } = await makeMember(services, orgId, within.id)
    const { user: powerful } = await makeMember(services, orgId, beyond.id)
    const { user: administrator } = await makeMember(services, orgId, 'admin')
    for (const role of [beyond.id, 'admin', 'owner', 'viewer'])
      expect(await code(inOrg(tx => changeMember(tx, user.id, role, by))), role).toBe('forbidden')
    expect(await code(inOrg(tx => invite(tx, { email: 'a@example.test', role: 'admin' }, by)))).toBe('forbidden')
    expect(await code(inOrg(tx => invite(tx, { email: 'a@example.test', role: within.id }, by)))).toBe('done')
    for (const { id } of [powerful, administrator]) {
      expect(await code(inOrg(tx => changeMember(tx, id, within.id, by)))).toBe('forbidden')
      expect(await code(inOrg(tx => removeMember(tx, id, by)))).toBe('forbidden')
    }
    const { invitation } = await inOrg(tx => invite(tx, { email: 'b@example.test', role: 'admin' }, granterOf(owner)))
    expect(await code(inOrg(tx => revokeInvitation(tx, invitation.id, by)))).toBe('forbidden')
    expect(await code(inOrg(tx => removeMember(tx, user.id, by)))).toBe('done')
  })

  it('is shown with what the reader may do with it', async () => {
    const role = await make(['overview.read'])
    const view = async (by: Principal) => {
      const { roles } = await inOrg(tx => readRoles(tx, by))
      return Object.fromEntries(roles.map(({ id, own, grantable, changeable }) => [id, { own, grantable, changeable }]))
    }
    expect(await view(admin)).toMatchObject({
      [role.id]: { own: true, grantable: true, changeable: true },
      admin: { own: false, grantable: true, changeable: false },
      owner: { own: false, grantable: false, changeable: false },
    })
    expect((await view(principal('viewer')))[role.id]).toEqual({ own: true, grantable: false, changeable: false })
  })

  it('is not removed while somebody has it or is invited to it, nor when both happen at the same moment', async () => {
    const role = await make(['overview.read'])
    const { user } = await makeMember(services, orgId, role.id)
    const remove = () => code(inOrg(tx => removeRole(tx, role.id, owner)))
    expect(await remove()).toBe('conflict')
    await inOrg(tx => removeMember(tx, user.id, granterOf(owner)))
    const { invitation } = await inOrg(tx => invite(tx, { email: 'c@example.test', role: role.id }, granterOf(owner)))
    expect(await remove()).toBe('conflict')
    await inOrg(tx => revokeInvitation(tx, invitation.id, granterOf(owner)))
    expect(await remove()).toBe('done')
    expect(await remove()).toBe('not_found')
    for (let turn = 0; turn < 5; turn++) {
      const contested = await make(['overview.read'])
      const { user: taker } = await makeMember(services, orgId, 'viewer')
      const [given, removed] = await Promise.all([
        code(inOrg(tx => changeMember(tx, taker.id, contested.id, granterOf(owner)))),
        code(inOrg(tx => removeRole(tx, contested.id, owner))),
      ])
      expect([given, removed]).toBeOneOf([
        ['done', 'conflict'],
        ['invalid_input', 'done'],
      ])
    }
  })

  it('is joined by invitation, and gives nothing once it is gone', async () => {
    const role = await make(['controls.read'])
    const { token } = await inOrg(tx => invite(tx, { email: 'd@example.test', role: role.id }, granterOf(owner)))
    const caller = { cookie: undefined, agent: 'test', address: '127.0.0.1' }
    await join(services, { token, name: 'D.', password: 'eleven herons at Llanelli' }, caller)
    const user = await services.signIn.findUser('d@example.test')
    const member = await inOrg(tx =>
      tx.sql
        .selectFrom('access_member')
        .select('role')
        .where('id', '=', user?.id ?? '')
        .execute(),
    )
    expect(member).toEqual([{ role: role.id }])
    expect([...permissionsOf('a_role_that_is_gone')]).toEqual([])
  })

  it('keeps nothing of what this version does not know', async () => {
    const role = await make(['controls.read'])
    const client = await services.database.dedicatedClient('test')
    await client.query(
      "update access_role set may = '{controls.read,future.thing,organisation.create}' where id = $1",
      [role.id],
    )
    await client.end()
    expect([...(await inOrg(tx => readRole(tx, role.id))).may]).toEqual(['controls.read'])
    const person = await makeMember(services, orgId, role.id)
    const of = { ...principal(role.id), user: person.user, sessionId: person.sessionId }
    expect(await accessControl(services).stillMay(of, 'organisation.create')).toBe(false)
  })

  it('has a name of its own', async () => {
    const named = (title: string) => code(inOrg(tx => makeRole(tx, { title, reason: 'x', may: ['scope.read'] }, owner)))
    expect(await named('Security Engineer')).toBe('done')
    for (const title of ['Security engineer', 'security-engineer', 'Sécurity engineer', 'Owner', 'Compliance manager'])
      expect(await named(title), title).toBe('conflict')
    for (const title of ['7', '!!', '角色']) expect(await named(title), title).toBe('invalid_input')
  })

  it('is one of its organisation alone, and none of those that Vouch ships', async () => {
    const role = await make(['scope.read'])
    const theirs = await makeOrganisation(services)
    const elsewhere = <T>(work: (tx: TenantTx) => Promise<T>) => code(inOrg(work, theirs))
    const { user } = await makeUser(services)
    await inOrg(tx => addMember(tx, { id: user.id, role: 'viewer' }, 'operator'), theirs)
    expect(await elsewhere(tx => changeMember(tx, user.id, role.id, granterOf(owner)))).toBe('invalid_input')
    expect(await elsewhere(tx => changeRole(tx, role.id, { reason: 'x', may: ['scope.read'] }, owner))).toBe(
      'not_found',
    )
    expect(await elsewhere(tx => removeRole(tx, role.id, owner))).toBe('not_found')
    expect(await code(inOrg(tx => removeRole(tx, 'viewer', owner)))).toBe('forbidden')
  })

  it('is in the ledger with every change', async () => {
    const role = await make(['scope.read', 'controls.read'])
    await inOrg(tx => changeRole(tx, role.id, { reason: 'Fewer.', may: ['scope.read'] }, owner))
    await inOrg(tx => removeRole(tx, role.id, owner))
    const facts = await inOrg(tx =>
      tx.sql
        .selectFrom('ledger_entry as entry')
        .innerJoin('ledger_opening as opening', 'opening.entry_id', 'entry.id')
        .select('opening.content')
        .where('entry.kind', '=', 'role.changed')
        .where('entry.subject', '=', role.id)
        .orderBy('entry.id')
        .execute(),
    )
    expect(facts.map(({ content }) => JSON.parse(String(content)).may)).toEqual([
      ['scope.read', 'controls.read'],
      ['scope.read'],
      [],
    ])
  })
})
