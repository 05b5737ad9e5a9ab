import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Clock } from '../../platform/clock/clock.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import type { ResolveName } from '../../platform/http/outbound.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { makeLog } from '../ledger/builders.ts'
import { integrate } from '../ledger/integrate.ts'
import { mostTries } from './back-off.ts'
import { makeEndpoint, Receiver, somethingHappens } from './builders.ts'
import {
  addEndpoint,
  changeEndpoint,
  getEndpoint,
  judgeAddress,
  removeEndpoint,
  rotateSecret,
} from './change-endpoint.ts'
import { getDelivery, replayDelivery, sendTest } from './deliveries.ts'
import { sendDue } from './send-deliveries.ts'
import { type SenderOptions, startSender, webhooksTick } from './sender.ts'
import { listAttempts, pageOfDeliveries } from './store.ts'
import { replaySince, tellNews } from './tell-news.ts'

let services: TestServices
let receiver: Receiver
let orgId = ''
const senders: (() => Promise<void>)[] = []
const hour = 3_600_000

beforeAll(async () => {
  services = await testServices({ config: { allowPrivateHosts: ['127.0.0.1'] } })
  receiver = await Receiver.start()
  orgId = (await makeLog(services)).orgId
})
afterEach(() => Promise.all(senders.splice(0).map(stop => stop())))
afterAll(async () => {
  await receiver.close()
  await services.close()
})

const inOrg = <T>(work: (tx: TenantTx) => Promise<T>, org = orgId) =>
  services.database.tenant(org, services.clock, work)
let paths = 0
/** An endpoint at a path of its own. */
async function endpoint(kinds: string[] | null = null, org = orgId) {
  const path = `/${++paths}`
  return { path, ...(await makeEndpoint(services, org, receiver.url(path), kinds)) }
}
const start = (options: SenderOptions = {}) => senders.push(startSender(services, options))
/** Sends what is due, at the machine's time and `later`. */
function send(endpointId: string, later = 0, options: { timeoutMs?: number; resolve?: ResolveName } = {}) {
  const clock: Clock = { simulated: false, now: () => new Date(Date.now() + later) }
  const { signal } = new AbortController()
  return sendDue(
    { ...services, clock },
    { orgId, endpointId },
    { leaseMs: 60_000, timeoutMs: 5_000, atOnce: 4, signal, ...options },
  )
}
const deliveries = async (endpointId: string, org = orgId) =>
  (await inOrg(tx => pageOfDeliveries(tx, endpointId, { limit: 500, sort: 'created_at' }), org)).rows
async function delivery(endpointId: string) {
  const [row, ...more] = await deliveries(endpointId)
  if (!row || more.length > 0) throw new Error(`${more.length + 1} deliveries`)
  return row
}
const log = (id: string) => inOrg(tx => listAttempts(tx, id))
/** Something happens, and is on its way to an endpoint of its own. */
async function onTheWay() {
  const made = await endpoint()
  const exception = await somethingHappens(services, orgId)
  await tellNews(services, orgId)
  return { ...made, exception }
}

describe('what happens', () => {
  it('is told to whoever asked for it, signed so that the specification’s own library accepts it', async () => {
    const all = await endpoint()
    const some = await endpoint(['scope.changed'])
    start()
    const exception = await somethingHappens(services, orgId)
    const [received] = await receiver.until(all.path, 1)
    if (!received) throw new Error('nothing came')
    const headers = received.headers as Record<string, string>
    expect(new Webhook(all.secret).verify(received.body, headers)).toEqual({
      type: 'exception.revoked',
      timestamp: expect.any(String),
      data: {
        organisation: orgId,
        entry: expect.any(Number),
        actor: 'operator',
        subject: exception,
        page: '/findings',
        exception,
      },
    })
    expect(() => new Webhook(some.secret).verify(received.body, headers)).toThrow()
    expect(() => new Webhook(all.secret).verify(`${received.body} `, headers)).toThrow()
    expect(headers['content-type']).toBe('application/json')
    expect(await deliveries(some.id)).toEqual([])
    await vi.waitFor(async () => expect(await delivery(all.id)).toMatchObject({ state: 'delivered', tries: 1 }))
    expect(await inOrg(tx => getEndpoint(tx, all.id))).toMatchObject({
      failing_since: null,
      last_delivered_at: expect.any(Date),
    })
  })

  it('is told once, in the order of the log, and never when it was rolled back', async () => {
    const { id, path } = await endpoint()
    const happened = [await somethingHappens(services, orgId, false)]
    await expect(
      inOrg(async tx => {
        const exception = randomUUID()
        await appendFact(tx, {
          kind: 'exception.revoked',
          actor: 'operator',
          subject: exception,
          content: { exception },
        })
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    happened.push(await somethingHappens(services, orgId, false), await somethingHappens(services, orgId))
    await Promise.all([tellNews(services, orgId), tellNews(services, orgId), tellNews(services, orgId)])
    await send(id)
    const told = receiver
      .at(path)
      .toSorted((a, b) => (String(a.headers['webhook-id']) < String(b.headers['webhook-id']) ? -1 : 1))
    expect(told.map(({ body }) => JSON.parse(body).data.subject)).toEqual(happened)
  })

  it('is told by the tick when the node that would have died, and forgotten after 30 days', async () => {
    const { id } = await endpoint()
    await somethingHappens(services, orgId)
    await webhooksTick(services).run()
    expect(await deliveries(id)).toHaveLength(1)
    const clock: Clock = { simulated: false, now: () => new Date(Date.now() + 31 * 24 * hour) }
    await webhooksTick({ ...services, clock }).run()
    expect(await deliveries(id)).toEqual([])
  })
})

describe('a receiver', () => {
  it('that fails is tried again, under the same id, and shows what it answered', async () => {
    const { id, path } = await onTheWay()
    receiver.answer(path, to => to.writeHead(500).end(`no\u0000pe\u001b[31m ${'x'.repeat(100_000)}`))
    await send(id)
    const failed = await delivery(id)
    expect(failed).toMatchObject({ state: 'waiting', tries: 1, taken_until: null })
    expect(failed.next_at.getTime() - Date.now()).toBeGreaterThan(3_000)
    expect((await inOrg(tx => getEndpoint(tx, id))).failing_since).toBeInstanceOf(Date)
    const [attempt] = await log(failed.id)
    expect(attempt).toMatchObject({ status: 500, error: null })
    expect(attempt?.answer).toMatch(/^no pe \[31m x+$/)
    expect(attempt?.answer.length).toBeLessThanOrEqual(1_024)
    // Not before its time.
    await send(id)
    expect(receiver.at(path)).toHaveLength(1)
    receiver.answer(path, to => to.writeHead(204).end())
    await send(id, 10_000)
    expect(await delivery(id)).toMatchObject({ state: 'delivered', tries: 2, attempts: 2 })
    const [first, second] = receiver.at(path)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.body).toBe(first?.body)
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature'])
    expect((await inOrg(tx => getEndpoint(tx, id))).failing_since).toBeNull()
  })

  it('that hangs, redirects or breaks off has not got it', async () => {
    const { id, path } = await onTheWay()
    const answers = [
      () => {},
      (to: Parameters<Parameters<Receiver['answer']>[1]>[0]) =>
        to.writeHead(302, { location: receiver.url('/elsewhere') }).end(),
      (to: Parameters<Parameters<Receiver['answer']>[1]>[0]) => {
        to.writeHead(200, { 'content-length': '100' }).write('half')
        setImmediate(() => to.destroy())
      },
      (to: Parameters<Parameters<Receiver['answer']>[1]>[0]) => void to.destroy(),
    ]
    let later = 0
    for (const [turn, answer] of answers.entries()) {
      receiver.answer(path, answer)
      await send(id, later, { timeoutMs: turn === 0 ? 200 : 5_000 })
      expect(await delivery(id)).toMatchObject({ state: 'waiting', tries: turn + 1 })
      later += 10 * hour
    }
    const attempts = await log((await delivery(id)).id)
    expect(attempts.map(({ status }) => status)).toEqual([null, 302, null, null])
    for (const { error } of [attempts[0], attempts[2], attempts[3]].filter(found => found !== undefined))
      expect(error).toContain('127.0.0.1')
    expect(receiver.at('/elsewhere')).toEqual([])
  })

  it('that says 410 Gone is sent nothing more until it is switched on', async () => {
    const { id, path } = await onTheWay()
    receiver.answer(path, to => to.writeHead(410).end())
    await send(id)
    expect(await delivery(id)).toMatchObject({ state: 'dead' })
    expect(await inOrg(tx => getEndpoint(tx, id))).toMatchObject({ enabled: false, off_reason: 'gone' })
    const { rows } = await recorded(id)
    expect(rows.at(-1)).toMatchObject({ actor: 'system', operation: 'webhooks.send' })
    await somethingHappens(services, orgId)
    await tellNews(services, orgId)
    expect(await deliveries(id)).toHaveLength(1)
    await expect(inOrg(tx => sendTest(tx, id, 'operator'))).rejects.toMatchObject({ code: 'conflict' })
    await inOrg(tx => changeEndpoint(tx, id, { enabled: true }))
    expect(await inOrg(tx => getEndpoint(tx, id))).toMatchObject({ off_reason: null, failing_since: null })
  })

  it('that fails for three days is given the event up, and after five days itself', async () => {
    const { id, path } = await onTheWay()
    receiver.answer(path, to => to.writeHead(503).end())
    let later = 0
    for (let turn = 1; turn <= mostTries; turn++) {
      expect(await delivery(id)).toMatchObject({ state: 'waiting', tries: turn - 1 })
      later = Math.max(later, (await delivery(id)).next_at.getTime() - Date.now() + 1_000)
      await send(id, later)
    }
    expect(await delivery(id)).toMatchObject({ state: 'dead', attempts: mostTries })
    expect(later / hour).toBeGreaterThan(75)
    expect(later / hour).toBeLessThan(92)
    expect(await inOrg(tx => getEndpoint(tx, id))).toMatchObject({ enabled: true, dead: 1 })
    await inOrg(async tx => replayDelivery(tx, (await delivery(id)).id))
    await send(id, 5 * 24 * hour + 60_000)
    expect(await inOrg(tx => getEndpoint(tx, id))).toMatchObject({ enabled: false, off_reason: 'failing' })
  })

  it('that hangs holds nobody up, nor do all that one organisation has hold up another', async () => {
    const [one, other] = [(await makeLog(services)).orgId, (await makeLog(services)).orgId]
    const hanging = await Promise.all(Array.from({ length: 9 }, () => endpoint(null, one)))
    for (const { path } of hanging) receiver.answer(path, () => {})
    const theirs = await endpoint(null, other)
    start({ timeoutMs: 60_000 })
    await somethingHappens(services, one)
    // As many as one organisation may keep busy.
    const reached = () => hanging.filter(({ path }) => receiver.at(path).length > 0)
    await vi.waitFor(() => expect(reached()).toHaveLength(8), { timeout: 5_000 })
    await somethingHappens(services, other)
    await receiver.until(theirs.path, 1)
    expect(reached()).toHaveLength(8)
  })

  it('gets it again from another node when one was killed between sending and recording', async () => {
    const { id, path } = await endpoint()
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, 'send-until-killed.fixture.ts'),
        services.database.connectionString,
        services.config.dataDir,
        '1500',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    receiver.answer(path, () => void child.kill('SIGKILL'))
    await somethingHappens(services, orgId)
    await tellNews(services, orgId)
    await once(child, 'exit')
    const [first] = receiver.at(path)
    expect(await delivery(id)).toMatchObject({ state: 'waiting', tries: 0, attempts: 0 })
    receiver.answer(path, to => to.end())
    start()
    const [, second] = await receiver.until(path, 2)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    await vi.waitFor(async () => expect(await delivery(id)).toMatchObject({ state: 'delivered', attempts: 1 }))
  })

  it('has it given back when the node that sends stops', async () => {
    const { id, path } = await onTheWay()
    receiver.answer(path, () => {})
    start()
    await receiver.until(path, 1)
    await Promise.all(senders.splice(0).map(stop => stop()))
    expect(await delivery(id)).toMatchObject({ state: 'waiting', tries: 0, attempts: 0, taken_until: null })
  })
})

function recorded(id: string) {
  return services.database.operator(async trx => ({
    rows: await trx
      .selectFrom('activity_entry as e')
      .innerJoin('activity_change as c', 'c.activity', 'e.activity')
      .select(['e.actor', 'e.operation', 'c.before', 'c.after'])
      .where('c.subject', '=', id)
      .orderBy('e.id')
      .execute(),
  }))
}

describe('an address', () => {
  it('is refused when it is entered: not https, not public, or with a password', async () => {
    const judge = (url: string) => judgeAddress(services, url)
    for (const url of [
      'http://example.com/',
      'https://10.0.0.1/',
      'https://[::1]/',
      'https://localhost/x',
      'https://169.254.169.254/',
    ])
      await expect(judge(url), url).rejects.toMatchObject({ code: 'invalid_input', fields: [{ path: 'url' }] })
    await judge('http://127.0.0.1:1/')
    await judge('https://no-such-host.invalid/')
  })

  it('is judged again at each sending, on the address that is connected to', async () => {
    const { id } = await makeEndpoint(
      services,
      orgId,
      `https://rebound.example:${new URL(receiver.url('/')).port}/rebound`,
    )
    await somethingHappens(services, orgId)
    await tellNews(services, orgId)
    let asked = 0
    // Public when it is judged, ours when it is asked again.
    const rebinding = ((_name: string, _options: object, done: (error: null, found: object[]) => void) => {
      asked += 1
      done(null, asked === 1 ? [{ address: '2000::1', family: 6 }] : [{ address: '127.0.0.1', family: 4 }])
    }) as unknown as ResolveName
    await send(id, 0, { resolve: rebinding, timeoutMs: 500 })
    expect(asked).toBe(1)
    await send(id, hour, { resolve: rebinding })
    expect(asked).toBe(2)
    const attempts = await log((await delivery(id)).id)
    expect(attempts.map(({ status }) => status)).toEqual([null, null])
    expect(attempts[1]?.error).toContain('not a public address')
    expect(receiver.at('/rebound')).toEqual([])
  })
})

describe('a secret', () => {
  it('that is replaced signs beside the new one while both hold', async () => {
    const { id, path, secret } = await onTheWay()
    const next = await inOrg(tx => rotateSecret(services, tx, id, 24))
    const verify = (with_: string) => {
      const last = receiver.at(path).at(-1)
      return () => new Webhook(with_).verify(last?.body ?? '', last?.headers as Record<string, string>)
    }
    await send(id)
    expect(verify(next)).not.toThrow()
    expect(verify(secret)).not.toThrow()
    expect(String(receiver.at(path).at(-1)?.headers['webhook-signature']).split(' ')).toHaveLength(2)
    const last = await inOrg(tx => rotateSecret(services, tx, id, 0))
    await inOrg(async tx => replayDelivery(tx, (await delivery(id)).id))
    await send(id)
    expect(verify(last)).not.toThrow()
    expect(verify(next)).toThrow()
    expect(verify(secret)).toThrow()
  })

  it('is in no table, no entry and no answer', async () => {
    const { id, secret } = await endpoint()
    const client = await services.database.dedicatedClient('test')
    for (const table of ['webhooks_endpoint', 'vault_secret', 'activity_change', 'activity_entry', 'ledger_opening']) {
      const { rows } = await client.query(`select t::text as row from ${table} t`)
      expect(rows.map(({ row }) => row).join(), table).not.toContain(secret.slice(6))
    }
    await client.end()
    expect(JSON.stringify(await inOrg(tx => getEndpoint(tx, id)))).not.toContain(secret.slice(6))
    await inOrg(tx => removeEndpoint(services, tx, id))
    const left = await services.database.operator(trx =>
      trx.selectFrom('vault_secret').select('name').where('name', 'like', `webhook:${id}:%`).execute(),
    )
    expect(left).toEqual([])
  })
})

describe('a replay', () => {
  it('since a time sends what arrived and what happened while it was off, under the same ids', async () => {
    const { id, path } = await endpoint()
    const since = new Date()
    await somethingHappens(services, orgId)
    await tellNews(services, orgId)
    await send(id)
    await inOrg(tx => changeEndpoint(tx, id, { enabled: false }))
    await expect(inOrg(tx => replaySince(tx, id, since))).rejects.toMatchObject({ code: 'conflict' })
    const missed = await somethingHappens(services, orgId)
    await tellNews(services, orgId)
    expect(await deliveries(id)).toHaveLength(1)
    await inOrg(tx => changeEndpoint(tx, id, { enabled: true }))
    expect(await inOrg(tx => replaySince(tx, id, since))).toBe(2)
    expect(await inOrg(tx => replaySince(tx, id, since)), 'they are on the way').toBe(0)
    await send(id)
    const ids = receiver.at(path).map(one => one.headers['webhook-id'])
    expect([ids.length, new Set(ids).size]).toEqual([3, 2])
    expect(receiver.at(path).map(({ body }) => JSON.parse(body).data.subject)).toContain(missed)
    await expect(inOrg(tx => replaySince(tx, id, new Date(0)))).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('and a test, of another organisation’s are not found', async () => {
    const other = (await makeLog(services)).orgId
    const { id } = await onTheWay()
    const { id: deliveryId } = await delivery(id)
    const attempts = [
      (tx: TenantTx) => getEndpoint(tx, id),
      (tx: TenantTx) => changeEndpoint(tx, id, { enabled: false }),
      (tx: TenantTx) => removeEndpoint(services, tx, id),
      (tx: TenantTx) => rotateSecret(services, tx, id, 0),
      (tx: TenantTx) => sendTest(tx, id, 'operator'),
      (tx: TenantTx) => replaySince(tx, id, new Date()),
      (tx: TenantTx) => getDelivery(tx, deliveryId),
      (tx: TenantTx) => replayDelivery(tx, deliveryId),
    ]
    for (const attempt of attempts)
      await expect(inOrg<unknown>(attempt, other)).rejects.toMatchObject({ code: 'not_found' })
  })
})

it('there are at most twenty endpoints', async () => {
  const { orgId: full } = await makeLog(services)
  await integrate(services, full)
  const add = () =>
    inOrg(tx => addEndpoint(services, tx, { url: 'https://example.com/', description: '', kinds: null }), full)
  for (let n = 0; n < 20; n++) await add()
  await expect(add()).rejects.toMatchObject({ code: 'conflict' })
})
