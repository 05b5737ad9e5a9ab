import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../platform/config/config.ts'
import { sendMessage } from '../../platform/mail/send-message.ts'
import { linkLimits } from '../../platform/sign-in/attempts.ts'
import { type MailServer, startMailServer } from '../../platform/testing/mail-server.ts'
import { runTasks } from '../../platform/testing/run-tasks.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { makeOrganisation } from '../scope/builders.ts'
import { makeAccount, makeMember, makeUser, password, signInAgain } from './builders.ts'
import { join } from './invitations.ts'
import { inviteByMail, sendInvitationAgain } from './mailed-invitations.ts'
import { askForLink, mailLink, resetPassword } from './mailed-links.ts'
import { mailNotice } from './security-notices.ts'
import { makeSignInToken, signInByToken } from './sign-in-links.ts'

let server: MailServer
let services: TestServices
beforeAll(async () => {
  server = await startMailServer()
  const url = `smtp://127.0.0.1:${server.port}`
  const { mail } = readConfig({ VOUCH_SMTP_URL: url, VOUCH_MAIL_FROM: 'vouch@acme.example' })
  services = await testServices({ config: { mail } })
})
afterAll(async () => {
  await services?.close()
  await server?.close()
})
beforeEach(async () => {
  await work()
  server.taken.splice(0)
})

const base = 'https://vouch.example'
const from = (address: string, agent = 'test') => ({ cookie: undefined, agent, address })
const anywhere = from('192.0.2.1')
const work = () =>
  runTasks(services, {
    mail: sendMessage(services),
    mail_link: mailLink(services),
    mail_notice: mailNotice(services),
  })
const ask = (kind: 'sign_in_link' | 'password_reset', email: string, address: string = randomUUID()) =>
  askForLink(services, kind, email, from(address), base)
/** The text of the messages that a person got, by subject. */
async function lettersTo(email: string): Promise<{ subject: string; text: string }[]> {
  await work()
  return server.taken
    .filter(({ to }) => to.includes(email))
    .map(({ raw }) => {
      const text = raw
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
      return { subject: /^subject: (.*)$/im.exec(text)?.[1]?.trim() ?? '', text }
    })
}
async function tokenTo(email: string, path: string): Promise<string> {
  const found = (await lettersTo(email)).at(-1)?.text.match(new RegExp(`${base}${path}#([\\w-]+)`))?.[1]
  if (found === undefined) throw new Error(`no link was mailed to ${email}`)
  return found
}

describe('a mailed sign-in link', () => {
  it('signs in who has the mailbox, once', async () => {
    const { user } = await makeUser(services)
    await ask('sign_in_link', user.email.toUpperCase())
    const token = await tokenTo(user.email, '/sign-in')
    expect((await lettersTo(user.email)).map(({ subject }) => subject)).toEqual(['Your sign-in link for Vouch'])
    const { sessionId } = await signInByToken(services, token, anywhere)
    expect(await services.signIn.lives(sessionId ?? '')).toBe(true)
    await expect(signInByToken(services, token, anywhere)).rejects.toMatchObject({ code: 'gone' })
    // Neither takes the other's.
    await expect(resetPassword(services, { token, password }, anywhere)).rejects.toMatchObject({ code: 'gone' })
  })

  it('is answered alike for an address that nobody has: in words, in time, and with no message', async () => {
    const { user } = await makeUser(services)
    const time = async (email: string) => {
      const began = process.hrtime.bigint()
      expect(await ask('sign_in_link', email)).toBeUndefined()
      return Number(process.hrtime.bigint() - began) / 1e6
    }
    const [known, unknown]: [number[], number[]] = [[], []]
    for (let n = 0; n < linkLimits.account; n++) {
      known.push(await time(user.email))
      unknown.push(await time(`${randomUUID()}@example.test`))
    }
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3)
    expect(Math.min(...known)).toBeGreaterThan(Math.min(...unknown) / 3)
    const requests = async () => {
      const { rows } = await services.database.operator(trx =>
        sql<{ payload: object }>`
          select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
          where t.identifier = 'mail_link'`.execute(trx),
      )
      return rows
    }
    // What waits says nothing of whom it is about.
    expect(await requests()).toHaveLength(linkLimits.account * 2)
    expect(JSON.stringify(await requests())).not.toContain('example.test')
    await work()
    expect(await requests()).toEqual([])
    expect(server.taken.map(({ to }) => to)).toEqual(Array(linkLimits.account).fill([user.email]))
  })

  it('is asked for only so often, for an account and from an address, and not at the cost of passwords', async () => {
    const { user } = await makeAccount(services)
    const outcome = (email: string, address: string) =>
      ask('sign_in_link', email, address).then(
        () => 'asked',
        error => error.code,
      )
    for (const email of [user.email, `${randomUUID()}@example.test`]) {
      const all: string[] = []
      for (let n = 0; n < linkLimits.account + 1; n++) all.push(await outcome(email, randomUUID()))
      expect(all).toEqual([...Array(linkLimits.account).fill('asked'), 'rate_limited'])
    }
    const address = randomUUID()
    for (let n = 0; n < linkLimits.address; n++) expect(await outcome(randomUUID(), address)).toBe('asked')
    expect(await outcome(randomUUID(), address)).toBe('rate_limited')
    await services.signIn.withPassword(user.email, password, from(address))
  })

  it('is recorded in the organisations of the person, with from where', async () => {
    const orgId = await makeOrganisation(services)
    const { user } = await makeMember(services, orgId, 'viewer')
    await askForLink(services, 'password_reset', user.email, from('192.0.2.9', 'a browser'), base)
    await work()
    const rows = await services.database.tenant(orgId, services.clock, tx =>
      tx.sql.selectFrom('activity_entry').selectAll().where('operation', '=', 'mailPasswordReset').execute(),
    )
    expect(rows).toMatchObject([{ actor: 'anonymous', subject: user.id, address: '192.0.2.9', agent: 'a browser' }])
  })

  it('is not asked for where nothing is mailed', async () => {
    const off = await testServices()
    await expect(askForLink(off, 'sign_in_link', 'a@example.test', anywhere, base)).rejects.toMatchObject({
      code: 'conflict',
    })
    await off.close()
  })
})

describe('a mailed link for a new password', () => {
  it('sets it, ends all sessions and all other links, and begins a session', async () => {
    const { user, sessionId } = await makeAccount(services)
    const other = await signInAgain(services, user, null)
    await ask('password_reset', user.email)
    const token = await tokenTo(user.email, '/reset')
    const another = await makeSignInToken(services, user.email)
    await expect(resetPassword(services, { token, password: 'short' }, anywhere)).rejects.toMatchObject({
      code: 'invalid_input',
    })
    const renewed = 'four terns over Foula'
    const begun = await resetPassword(services, { token, password: renewed }, anywhere)
    const lives = (id: string) => services.signIn.lives(id)
    expect([await lives(sessionId), await lives(other.sessionId), await lives(begun.sessionId ?? '')]).toEqual([
      false,
      false,
      true,
    ])
    await expect(signInByToken(services, another, anywhere)).rejects.toMatchObject({ code: 'gone' })
    await expect(resetPassword(services, { token, password }, anywhere)).rejects.toMatchObject({ code: 'gone' })
    await services.signIn.withPassword(user.email, renewed, from(randomUUID()))
    await expect(services.signIn.withPassword(user.email, password, from(randomUUID()))).rejects.toThrow()
    expect((await lettersTo(user.email)).map(({ subject }) => subject)).toContain('Your Vouch password was changed')
  })

  it('is used once by whoever is first', async () => {
    const { user } = await makeUser(services)
    await ask('password_reset', user.email)
    const token = await tokenTo(user.email, '/reset')
    const tries = await Promise.allSettled(
      Array.from({ length: 4 }, () => resetPassword(services, { token, password }, anywhere)),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('that is too old does not work', async () => {
    const { user } = await makeUser(services)
    const token = await services.signIn.makeToken('reset', user.id, -1)
    await expect(resetPassword(services, { token, password }, anywhere)).rejects.toMatchObject({ code: 'gone' })
  })
})

describe('a notice', () => {
  it('is mailed of a new browser, not of the first, of a known one, or of an update of it', async () => {
    const { user } = await makeUser(services)
    const firefox = (version: string) => `Mozilla/5.0 (X11; Linux x86_64; rv:${version}) Firefox/${version}`
    const signIn = (agent: string) => services.signIn.begin(user.id, null, 'password', from('192.0.2.3', agent))
    // The builder's browser was the first.
    expect(await lettersTo(user.email)).toEqual([])
    await signIn(firefox('140.0'))
    const [notice] = await lettersTo(user.email)
    expect(notice?.subject).toBe('A new sign-in to your Vouch account')
    expect(notice?.text).toContain('192.0.2.3')
    expect(notice?.text).toContain('Firefox/140.0')
    await signIn(firefox('140.0'))
    await signIn(firefox('141.2'))
    expect(await lettersTo(user.email)).toHaveLength(1)
    await signIn('curl/8.0')
    expect(await lettersTo(user.email)).toHaveLength(2)
  })

  it('is mailed of a new password, whatever code or hand set it, and not of the first of a new account', async () => {
    const { user } = await makeAccount(services)
    expect(await lettersTo(user.email)).toEqual([])
    const superuser = await services.database.dedicatedClient('test')
    await superuser.query("update auth_account set password = 'x' where user_id = $1", [user.id])
    await superuser.query('update auth_account set updated_at = now() where user_id = $1', [user.id])
    await superuser.end()
    expect((await lettersTo(user.email)).map(({ subject }) => subject)).toEqual(['Your Vouch password was changed'])
  })
})

describe('an invitation', () => {
  const inviter = { actor: 'operator', role: 'owner', name: 'Olga Owner', base }
  it('is mailed when it is made and when it is sent again, by which the link before ends', async () => {
    const orgId = await makeOrganisation(services)
    const inOrg = <T>(run: Parameters<typeof services.database.tenant<T>>[2]) =>
      services.database.tenant(orgId, services.clock, run)
    const email = `${randomUUID()}@example.test`
    const { invitation } = await inOrg(tx => inviteByMail(services, tx, { email, role: 'viewer' }, inviter))
    const first = await tokenTo(email, '/join')
    expect((await lettersTo(email))[0]?.text).toContain('Olga Owner')
    await inOrg(tx => sendInvitationAgain(services, tx, invitation.id, inviter))
    const second = await tokenTo(email, '/join')
    await expect(join(services, { token: first, name: 'A', password }, anywhere)).rejects.toMatchObject({
      code: 'gone',
    })
    await join(services, { token: second, name: 'A', password }, anywhere)
    await expect(inOrg(tx => sendInvitationAgain(services, tx, invitation.id, inviter))).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('that is replaced before it was mailed is not mailed any more', async () => {
    const orgId = await makeOrganisation(services)
    const email = `${randomUUID()}@example.test`
    await services.database.tenant(orgId, services.clock, async tx => {
      const { invitation } = await inviteByMail(services, tx, { email, role: 'viewer' }, inviter)
      await sendInvitationAgain(services, tx, invitation.id, inviter)
      await inviteByMail(services, tx, { email, role: 'auditor' }, inviter)
    })
    const letters = await lettersTo(email)
    expect(letters).toHaveLength(1)
    expect(letters[0]?.text).toContain('as auditor')
  })
})
