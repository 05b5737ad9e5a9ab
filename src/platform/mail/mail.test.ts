import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../clock/clock.ts'
import { readConfig } from '../config/config.ts'
import type { TenantTx } from '../db/database.ts'
import { startWorker } from '../jobs/worker.ts'
import { type MailServer, startMailServer } from '../testing/mail-server.ts'
import { runTasks } from '../testing/run-tasks.ts'
import { type TestServices, testServices } from '../testing/services.ts'
import { masterKeyFrom } from '../vault/master-key.ts'
import { letter } from './letter.ts'
import { giveUpAfterMs, Mail, type NewMessage } from './mail.ts'
import { type MessageState, sweepMessages } from './mail-store.ts'
import { cancelMessage, pauseAfter, sendAgain, sendMessage } from './send-message.ts'

let server: MailServer
let services: TestServices
let orgId: string
const hour = 3_600_000

beforeAll(async () => {
  server = await startMailServer()
  const { mail } = readConfig({ VOUCH_SMTP_URL: urlOf(server), VOUCH_MAIL_FROM: 'Vouch <vouch@acme.example>' })
  services = await testServices({ config: { mail } })
  orgId = randomUUID()
  await services.database.operator(trx =>
    trx
      .insertInto('organisation')
      .values({ id: orgId, slug: 'acme', name: 'Acme', is_sample: false, created_at: new Date() })
      .execute(),
  )
})
afterAll(async () => {
  await services?.close()
  await server?.close()
})
beforeEach(() => {
  for (const list of [server.taken, server.received, server.answers]) list.splice(0)
})

const urlOf = ({ port }: MailServer) => `smtp://127.0.0.1:${port}`
const inOrg = <T>(work: (tx: TenantTx) => Promise<T>) => services.database.tenant(orgId, systemClock, work)
const secretLink = 'https://vouch.example/join#the-secret-token'
const newMessage = (more: Partial<NewMessage> = {}): NewMessage => ({
  template: 'invitation',
  to: 'somebody@example.test',
  letter: letter('Join Acme', ['Words.', { label: 'Join', link: secretLink }]),
  by: 'operator',
  expiresAt: new Date(Date.now() + 7 * 24 * hour),
  ...more,
})
const enqueue = (more: Partial<NewMessage> = {}) => inOrg(tx => services.mail.enqueue(tx, newMessage(more)))
const work = () => runTasks(services, { mail: sendMessage(services) })
const read = (id: string) =>
  inOrg(tx => tx.sql.selectFrom('mail_message').selectAll().where('id', '=', id).executeTakeFirstOrThrow())
const readPersonal = (id: string) =>
  services.mail.personal(trx =>
    trx.selectFrom('auth_message').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  )
const isKept = (id: string) => inOrg(async tx => (await services.mail.readLetter(tx, id)) !== undefined)
/** Lets the time of the next attempt come. */
const becomeDue = (id: string) =>
  services.database.operator(async trx => {
    await sql`update graphile_worker._private_jobs set run_at = now() where key = ${`mail:${id}`}`.execute(trx)
  })
const jobsOf = (id: string) =>
  services.database.operator(async trx => {
    const { rows } = await sql<{ in: number }>`
      select extract(epoch from run_at - now())::float as in from graphile_worker._private_jobs where key = ${`mail:${id}`}`.execute(
      trx,
    )
    return rows.map(row => row.in)
  })
const change = (id: string, column: 'give_up_at' | 'expires_at' | 'next_attempt_at', at: Date) =>
  services.database.operator(trx =>
    trx
      .updateTable('mail_message')
      .set({ [column]: at })
      .where('id', '=', id)
      .execute(),
  )

describe('a message on the queue', () => {
  it('is there if and only if the change is, sealed, and is deleted once it is sent', async () => {
    const undone = inOrg(async tx => {
      await services.mail.enqueue(tx, newMessage())
      throw new Error('the change failed')
    })
    await expect(undone).rejects.toThrow('the change failed')
    const id = await enqueue()
    const dump = await services.database.operator(async trx => {
      const { rows } = await sql`
        select m::text from mail_message m union all select s::text from vault_secret s
        union all select j::text from graphile_worker._private_jobs j`.execute(trx)
      return JSON.stringify(rows)
    })
    expect(dump).not.toContain('secret-token')
    expect(dump).not.toContain(Buffer.from('secret-token').toString('hex'))
    await work()
    expect(server.taken).toHaveLength(1)
    expect(server.taken[0]?.raw).toContain(secretLink)
    expect(server.taken[0]?.raw).toContain(`<${id}@acme.example>`)
    expect(await read(id)).toMatchObject({ state: 'sent', attempts: 1, last_error: null, next_attempt_at: null })
    expect(await isKept(id)).toBe(false)
    expect(await jobsOf(id)).toEqual([])
  })

  it('is tried again after a pause that doubles, under the same Message-ID', async () => {
    const id = await enqueue()
    server.answers.push({ at: 'recipient', code: 451 }, { at: 'message', code: 421 }, 'drop')
    for (let attempt = 1; attempt <= 3; attempt++) {
      await work()
      expect(await read(id)).toMatchObject({ state: 'waiting', attempts: attempt, last_error: expect.any(String) })
      const [pause = 0, ...more] = await jobsOf(id)
      expect(more).toEqual([])
      expect(pause).toBeGreaterThan(pauseAfter(attempt) / 1_000 - 5)
      expect(pause).toBeLessThanOrEqual(pauseAfter(attempt) / 1_000)
      // Not before its time.
      await work()
      expect((await read(id)).attempts).toBe(attempt)
      await becomeDue(id)
    }
    await work()
    expect(await read(id)).toMatchObject({ state: 'sent', attempts: 4 })
    expect(server.taken).toHaveLength(1)
    expect(server.received).toHaveLength(3)
    for (const raw of server.received) expect(raw).toContain(`<${id}@acme.example>`)
    expect([1, 2, 3, 8, 20].map(pauseAfter)).toEqual([30_000, 60_000, 120_000, hour, hour])
  })

  it('is not tried again when it is refused for good, until somebody asks for it', async () => {
    const id = await enqueue()
    server.answers.push({ at: 'recipient', code: 550 })
    await work()
    expect(await read(id)).toMatchObject({ state: 'refused', attempts: 1, last_error: expect.stringContaining('550') })
    expect(await jobsOf(id)).toEqual([])
    expect(await isKept(id)).toBe(true)
    await sendAgain(services, orgId, id)
    await work()
    expect(await read(id)).toMatchObject({ state: 'sent', asked: 2 })
    await expect(sendAgain(services, orgId, id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is given up after a day, or when its link is over', async () => {
    const id = await enqueue()
    const { created_at, give_up_at } = await read(id)
    expect(give_up_at.getTime() - created_at.getTime()).toBeCloseTo(giveUpAfterMs, -3)
    await change(id, 'give_up_at', new Date(Date.now() + 20_000))
    server.answers.push({ at: 'recipient', code: 451 })
    await work()
    // The next attempt would come too late.
    expect(await read(id)).toMatchObject({ state: 'given_up', last_error: expect.stringContaining('451') })
    await sendAgain(services, orgId, id)
    await change(id, 'give_up_at', new Date())
    await work()
    expect(await read(id)).toMatchObject({ state: 'given_up', attempts: 1 })
    await change(id, 'expires_at', new Date())
    await expect(sendAgain(services, orgId, id)).rejects.toThrow('link in this message is over')
    await sweepMessages(services.database)
    expect(await isKept(id)).toBe(false)
    const soon = await enqueue({ expiresAt: new Date(Date.now() + 60_000) })
    const short = await read(soon)
    expect(short.give_up_at).toEqual(short.expires_at)
    await work()
    expect(server.taken).toHaveLength(1)
  })

  it('that is called off is not sent, and what it says is deleted', async () => {
    const id = await enqueue()
    await cancelMessage(services, orgId, id)
    await work()
    expect(server.received).toEqual([])
    expect(await read(id)).toMatchObject({ state: 'cancelled', attempts: 0 })
    expect(await isKept(id)).toBe(false)
    await expect(cancelMessage(services, orgId, id)).rejects.toMatchObject({ code: 'conflict' })
    await expect(cancelMessage(services, orgId, randomUUID())).rejects.toMatchObject({ code: 'not_found' })
    await expect(sendAgain(services, randomUUID(), id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('gets a job again when its own is lost, as after a restore', async () => {
    const id = await enqueue()
    const lose = () =>
      services.database.operator(trx =>
        sql`delete from graphile_worker._private_jobs where key = ${`mail:${id}`}`.execute(trx),
      )
    await lose()
    await sweepMessages(services.database)
    expect(await jobsOf(id)).toEqual([])
    await change(id, 'next_attempt_at', new Date(Date.now() - hour))
    await sweepMessages(services.database)
    expect(await jobsOf(id)).toHaveLength(1)
    await work()
    expect((await read(id)).state).toBe('sent')
  })

  it('is nothing without an address that mail can be sent to', async () => {
    for (const to of ['jürgen@example.test', 'nobody', 'a@b.test\r\nBcc: c@d.test'])
      await expect(enqueue({ to })).rejects.toMatchObject({ code: 'invalid_input' })
    const id = await enqueue({ to: 'a@bücher.example' })
    expect((await read(id)).recipient).toBe('a@xn--bcher-kva.example')
    await cancelMessage(services, orgId, id)
  })
})

describe('a message about a person’s sign-in', () => {
  const personal = (mail = services.mail) => mail.personal(trx => mail.enqueuePersonal(trx, newMessage()))

  it('is sealed, sent and forgotten as others are', async () => {
    const id = await personal()
    const { sealed } = await readPersonal(id)
    expect(sealed?.includes('secret-token')).toBe(false)
    await work()
    expect(server.taken[0]?.raw).toContain(secretLink)
    expect(await readPersonal(id)).toMatchObject({ state: 'sent', sealed: null })
  })

  it('that was sealed with a master key that is no more says so', async () => {
    const { config, vault, database } = services
    const masterKeys = [masterKeyFrom(Buffer.alloc(32, 7))] as const
    const other = new Mail({ config, vault, masterKeys, connectionString: database.connectionString })
    const id = await personal(other)
    await other.close()
    await work()
    expect(await readPersonal(id)).toMatchObject({
      state: 'given_up',
      last_error: expect.stringContaining('master key'),
    })
    expect(server.received).toEqual([])
  })

  it('is swept away after a month', async () => {
    const id = await personal()
    await services.mail.personal(trx =>
      trx
        .updateTable('auth_message')
        .set({ created_at: new Date(Date.now() - 31 * 24 * hour) })
        .where('id', '=', id)
        .execute(),
    )
    await sweepMessages(services.database)
    await expect(readPersonal(id)).rejects.toThrow()
    // Its job finds nothing to do.
    await work()
    expect(server.received).toEqual([])
  })
})

describe('without an SMTP server', () => {
  it('messages are kept for when there is one, and are not mailed by themselves', async () => {
    const { config, vault, database } = services
    const masterKeys = [masterKeyFrom(Buffer.alloc(32, 7))] as const
    const off = new Mail({
      config: { ...config, mail: { ...config.mail, smtp: undefined } },
      connectionString: database.connectionString,
      masterKeys,
      vault,
    })
    expect(off.mode).toBe('off')
    const id = await inOrg(tx => off.enqueue(tx, newMessage()))
    expect(await jobsOf(id)).toEqual([])
    expect(await read(id)).toMatchObject({ state: 'preview', next_attempt_at: null })
    await expect(sendAgain({ ...services, mail: off }, orgId, id)).rejects.toThrow('Nothing is mailed here')
    await sendAgain(services, orgId, id)
    await work()
    expect((await read(id)).state).toBe('sent')
    // A worker that was forgotten.
    const waiting = await enqueue()
    await runTasks(services, { mail: sendMessage({ ...services, mail: off }) })
    expect(await read(waiting)).toMatchObject({
      state: 'waiting',
      last_error: expect.stringContaining('VOUCH_SMTP_URL'),
    })
    await becomeDue(waiting)
    await work()
    expect((await read(waiting)).state).toBe('sent')
    await off.close()
  })
})

describe('a worker that is killed', () => {
  it('loses no message, and sends twice at most the one that it was sending', async () => {
    const slow = await startMailServer({ hold: true })
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, 'send-until-killed.fixture.ts'),
        services.database.connectionString,
        services.config.dataDir,
        urlOf(slow),
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    )
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.push(await enqueue({ to: `person${n}@example.test` }))
    // The server has the first message whole, and has not said that it took it.
    await vi.waitFor(() => expect(slow.received).toHaveLength(1), { timeout: 20_000 })
    const states = async () => (await Promise.all(ids.map(read))).map(({ state }) => state as MessageState)
    expect((await states()).toSorted()).toEqual(['sending', 'waiting', 'waiting', 'waiting', 'waiting'])
    child.kill('SIGKILL')
    await once(child, 'exit')
    const worker = await startWorker({
      ...services,
      jobs: [],
      ticks: [],
      tasks: { mail: sendMessage(services) },
      concurrency: 2,
    })
    await vi.waitFor(async () => expect(new Set(await states())).toEqual(new Set(['sent'])), { timeout: 20_000 })
    await worker.stop()
    expect(server.taken.flatMap(({ to }) => to).toSorted()).toEqual(ids.map((_, n) => `person${n}@example.test`))
    const messageId = (raw = '') => /^message-id: (.*)$/im.exec(raw)?.[1]?.trim()
    const again = server.taken.filter(({ raw }) => messageId(raw) === messageId(slow.received[0]))
    expect(again).toHaveLength(1)
    await slow.close()
  }, 60_000)
})
