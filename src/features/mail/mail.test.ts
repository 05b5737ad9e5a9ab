import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../platform/config/config.ts'
import type { MailMode } from '../../platform/mail/mail.ts'
import { signInLink } from '../../platform/mail/templates/sign-in-link.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { makeMember } from '../access/builders.ts'
import { inviteByMail } from '../access/mailed-invitations.ts'
import { makeOrganisation } from '../scope/builders.ts'
import { readMessage } from './read-mail.ts'
import { pageOfMessages } from './store.ts'

/** As the demo has it. */
let services: TestServices
beforeAll(async () => {
  const { mail } = readConfig({})
  services = await testServices({ config: { mail: { ...mail, preview: true } } })
})
afterAll(() => services.close())

const list = (orgId: string, more: Partial<Parameters<typeof pageOfMessages>[1]> = {}) =>
  services.database.tenant(orgId, services.clock, tx => pageOfMessages(tx, { limit: 50, sort: '-created_at', ...more }))
const personal = (to: string) =>
  services.mail.personal(trx =>
    services.mail.enqueuePersonal(trx, {
      template: 'sign_in_link',
      to,
      letter: signInLink({ name: 'A', link: 'https://x.test/#secret', expiresAt: new Date(), from: 'x' }),
      by: 'anonymous',
      expiresAt: new Date(Date.now() + 60_000),
    }),
  )
async function organisation() {
  const orgId = await makeOrganisation(services)
  const owner = await makeMember(services, orgId, 'owner', `Owner ${randomUUID()}`)
  const inviter = { actor: `user:${owner.user.id}`, role: 'owner', name: owner.user.name, base: 'https://x.test' }
  await services.database.tenant(orgId, services.clock, tx =>
    inviteByMail(services, tx, { email: 'guest@example.test', role: 'viewer' }, inviter),
  )
  const sent = await personal(owner.user.email)
  const [invitation] = (await list(orgId, { template: 'invitation' })).rows
  return { orgId, owner, personalId: sent, invitationId: invitation?.id ?? '' }
}
const shownIn = (mode: MailMode) => ({ ...services, mail: Object.create(services.mail, { mode: { value: mode } }) })

describe('the list of messages', () => {
  it('is of the organisation and of what the sign-in mailed to its members, and of nobody else', async () => {
    const [one, other] = [await organisation(), await organisation()]
    await personal('stranger@example.test')
    const { rows, total } = await list(one.orgId)
    expect(total).toBe(2)
    expect(rows.map(({ id }) => id).toSorted()).toEqual([one.personalId, one.invitationId].toSorted())
    for (const id of [other.personalId, other.invitationId])
      await expect(readMessage(services, one.orgId, id)).rejects.toMatchObject({ code: 'not_found' })
    expect((await list(one.orgId, { q: 'GUEST@' })).rows).toMatchObject([{ template: 'invitation', personal: false }])
    expect((await list(one.orgId, { state: 'sent' })).total).toBe(0)
    const first = await list(one.orgId, { limit: 1, sort: 'recipient' })
    const second = await list(one.orgId, { limit: 1, sort: 'recipient', cursor: first.next_cursor ?? '' })
    expect(new Set([...first.rows, ...second.rows].map(({ id }) => id)).size).toBe(2)
  })

  it('says who asked, and lets nobody send or call off what concerns a person’s own sign-in', async () => {
    const { orgId, owner, personalId, invitationId } = await organisation()
    expect(await readMessage(services, orgId, invitationId)).toMatchObject({
      created_by_name: owner.user.name,
      sendable: false,
      cancellable: true,
    })
    expect(await readMessage(services, orgId, personalId)).toMatchObject({ sendable: false, cancellable: false })
  })
})

describe('what a message says', () => {
  it('is shown in the demo and in development alone', async () => {
    const { orgId, personalId, invitationId } = await organisation()
    for (const id of [personalId, invitationId]) {
      expect((await readMessage(services, orgId, id)).letter?.text).toContain('https://x.test/')
      for (const mode of ['off', 'smtp'] as const)
        expect((await readMessage(shownIn(mode), orgId, id)).letter, mode).toBeNull()
    }
  })

  it('is not in the tables that the organisation’s transactions can read', async () => {
    const { orgId } = await organisation()
    await expect(
      services.database.tenant(orgId, services.clock, tx =>
        tx.sql.selectFrom('auth_message').select('sealed').execute(),
      ),
    ).rejects.toThrow('permission denied')
  })
})
