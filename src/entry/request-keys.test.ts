import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { makeOrganisation } from '../features/scope/builders.ts'
import { SimulatedClock } from '../platform/clock/clock.ts'
import { Presence } from '../platform/db/presence.ts'
import { VouchError } from '../platform/errors/errors.ts'
import { type App, createApp, type Routes } from '../platform/http/app.ts'
import { claimKey, keepAnswer, markWritten, presenceSpace } from '../platform/http/request-key-store.ts'
import { requestKeyTick } from '../platform/http/request-keys.ts'
import { everythingIn } from '../platform/testing/principals.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'

let services: TestServices<SimulatedClock>
let app: App
let orgId = ''
let who = everythingIn(() => orgId)
/** What the operation below does while it is being asked; then it changes something and counts. */
let meanwhile: () => Promise<void> = async () => {}
let done = 0

const routes: Routes = (api, its) => {
  api.post(
    '/things',
    {
      config: { access: 'things.make' },
      schema: {
        operationId: 'makeThing',
        body: z.object({ name: z.string(), size: z.int().default(1) }),
        response: { 201: z.object({ secret: z.string(), n: z.int() }) },
      },
    },
    async (request, reply) => {
      await meanwhile()
      const n = await its.database.tenant(request.orgId, its.clock, async tx => {
        await tx.sql.updateTable('organisation').set({ name: request.body.name }).execute()
        done += 1
        return done
      })
      if (request.body.name === 'fails') throw new VouchError('conflict', 'It failed after it wrote.')
      return reply.code(201).send({ secret: `the secret of ${n}`, n })
    },
  )
}

beforeAll(async () => {
  services = await testServices({ clock: new SimulatedClock(new Date('2026-05-01T00:00:00Z')) })
  const access: ReturnType<typeof everythingIn> = {
    authenticate: (request, reply) => who.authenticate(request, reply),
    stillMay: async () => true,
    organisationsOf: async () => [orgId],
  }
  app = await createApp({ services, routes: [routes], access, version: '0' })
})
afterAll(async () => {
  await app.close()
  await services.close()
})
beforeEach(async () => {
  orgId = await makeOrganisation(services)
  done = 0
  meanwhile = async () => {}
})

const ask = (key: string | undefined, body: object = { name: 'One' }, query = '') =>
  app.inject({
    method: 'POST',
    url: `/api/v1/things${query}`,
    headers: { host: 'localhost', ...(key === undefined ? {} : { 'idempotency-key': key }) },
    payload: body,
  })
const rows = () =>
  services.database.operator(trx => trx.selectFrom('request_key').selectAll().where('org_id', '=', orgId).execute())
const inOrg = <T>(work: Parameters<TestServices['database']['tenant']>[2]) =>
  services.database.tenant(orgId, services.clock, work) as Promise<T>

describe('the same key and the same request', () => {
  it('is answered as before, and done once; without a key it is done twice', async () => {
    const first = await ask('"a key"')
    const again = await ask('"a key"', { size: 1, name: 'One' })
    expect([first.statusCode, again.statusCode, done]).toEqual([201, 201, 1])
    expect(again.body).toBe(first.body)
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true'])
    await ask(undefined)
    expect(done).toBe(2)
  })

  it('is another caller’s own, and another organisation’s', async () => {
    await ask('k')
    const [me, mine] = [who, orgId]
    who = everythingIn(() => orgId)
    expect((await ask('k')).json().n).toBe(2)
    who = me
    orgId = await makeOrganisation(services)
    expect((await ask('k')).json().n).toBe(3)
    orgId = mine
    expect((await ask('k')).json().n).toBe(1)
  })

  it('is recorded as done once', async () => {
    await ask('r')
    await ask('r')
    const recorded = await services.database.operator(trx =>
      trx
        .selectFrom('activity_entry')
        .select('outcome')
        .where('org_id', '=', orgId)
        .where('operation', '=', 'makeThing')
        .execute(),
    )
    expect(recorded).toEqual([{ outcome: 'done' }])
  })

  it('at the same time, many times, is done once: the others are told to ask again soon', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('race')))
    expect(done).toBe(1)
    const statuses = answers.map(({ statusCode }) => statusCode)
    expect(statuses.filter(status => ![201, 409].includes(status))).toEqual([])
    expect(statuses).toContain(201)
    for (const { statusCode, headers } of answers) if (statusCode === 409) expect(headers['retry-after']).toBe('1')
    expect((await ask('race')).json().n).toBe(1)
  })

  it('while it is being done is a conflict', async () => {
    let go = () => {}
    const waiting = new Promise<void>(resolve => {
      meanwhile = () =>
        new Promise<void>(proceed => {
          go = proceed
          resolve()
        })
    })
    const first = ask('slow').then(answer => answer)
    await waiting
    expect((await ask('slow')).statusCode).toBe(409)
    go()
    expect((await first).statusCode).toBe(201)
  })

  it('after a day is new', async () => {
    await ask('old')
    services.clock.moveTo(new Date(services.clock.now().getTime() + 86_400_001))
    expect((await ask('old')).json().n).toBe(2)
    services.clock.moveTo(new Date(services.clock.now().getTime() + 86_400_001))
    await requestKeyTick(services).run()
    expect(await rows()).toEqual([])
  })
})

describe('the same key', () => {
  it('with another request is refused', async () => {
    await ask('k')
    expect((await ask('k', { name: 'Two' })).statusCode).toBe(422)
    expect((await ask('k', { name: 'One' }, '?x=1')).statusCode).toBe(422)
    expect(done).toBe(1)
  })

  it('after a failure is free again', async () => {
    expect((await ask('f', { name: 'fails' })).statusCode).toBe(409)
    expect((await ask('f', { name: 'works' })).statusCode).toBe(201)
    meanwhile = () => Promise.reject(new Error('broken'))
    expect((await ask('g')).statusCode).toBe(500)
    meanwhile = async () => {}
    expect((await ask('g')).statusCode).toBe(201)
  })

  it('must be one', async () => {
    for (const wrong of ['""', 'x'.repeat(256), '"open', 'ä', 'a"b'])
      expect((await ask(wrong)).statusCode, wrong).toBe(400)
    expect(done).toBe(0)
  })
})

it('an answer is kept sealed: a secret that it shows is not in the database', async () => {
  await ask('sealed')
  const client = await services.database.dedicatedClient('test')
  const { rows: found } = await client.query(
    "select string_agg(r::text, '') as text, max(state) as state from request_key r",
  )
  expect(found[0].state).toBe('answered')
  expect(Buffer.from(found[0].text).includes('the secret of')).toBe(false)
  const { rows: hex } = await client.query(
    "select encode(answer, 'escape') as answer from request_key where answer is not null",
  )
  expect(hex[0].answer).not.toContain('the secret of')
  await client.end()
})

describe('when the process dies', () => {
  const attempt = (holder: string) => ({
    actor: 'key:1',
    key: 'k',
    operation: 'POST /x',
    holder,
    attempt: '00000000-0000-4000-8000-000000000001',
  })
  const claim = (holder: string) => inOrg<{ state: string }>(tx => claimKey(services, tx, attempt(holder)))
  const one = '11111111-1111-4111-8111-111111111111'
  const other = '22222222-2222-4222-8222-222222222222'

  it('before it changed anything, whoever asks again is let in; as long as it lives, they wait', async () => {
    const presence = await Presence.start(services.database, 'test presence', presenceSpace, [one])
    expect((await claim(one)).state).toBe('claimed')
    expect((await claim(other)).state).toBe('running')
    await presence.stop()
    await until(async () => (await claim(other)).state === 'claimed')
    expect(await rows()).toMatchObject([{ holder: other, state: 'running' }])
  })

  it('between a change and its answer, the change is not made again', async () => {
    await claim(one)
    // A transaction that changed nothing marks nothing.
    await inOrg(tx => markWritten(tx, attempt(one)))
    expect(await rows()).toMatchObject([{ state: 'running' }])
    await inOrg(async tx => {
      await tx.sql.updateTable('organisation').set({ name: 'Changed' }).execute()
      await markWritten(tx, attempt(one))
    })
    expect((await claim(other)).state).toBe('lost')
  })

  it('after it has answered in its transaction, the answer is given', async () => {
    await claim(one)
    const answer = { status: 201, type: 'application/json', body: '{}' }
    await inOrg(tx => keepAnswer(services, tx, attempt(one), 'f'.repeat(64), answer))
    expect(await claim(other)).toMatchObject({ state: 'answered', answer })
  })
})

/** PostgreSQL gives a dead connection's locks back a moment after it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(10)
}
