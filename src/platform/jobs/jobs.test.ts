import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../../verifier/records/canonical.ts'
import { systemClock } from '../clock/clock.ts'
import { VouchError } from '../errors/errors.ts'
import { type TestServices, testServices } from '../testing/services.ts'
import { releaseDeadWorkers } from './dead-workers.ts'
import type { JobContext, JobState } from './job.ts'
import { enqueueJob, getJob, requestCancel } from './job-store.ts'
import { startWorker } from './worker.ts'

let services: TestServices
const orgId = randomUUID()
const workers: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  services = await testServices()
  await inOrg(tx =>
    tx.sql
      .insertInto('organisation')
      .values({ id: orgId, slug: 'jobs', name: 'Jobs', is_sample: false, created_at: new Date() })
      .execute(),
  )
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map(worker => worker.stop()))
  const left = await services.database.operator(trx =>
    sql`delete from graphile_worker._private_jobs where task_id <> 0 returning key`.execute(trx),
  )
  expect(left.rows, 'jobs left on the queue').toEqual([])
})
afterAll(() => services.close())

const inOrg = <T>(work: Parameters<typeof services.database.tenant<T>>[2]) =>
  services.database.tenant(orgId, systemClock, work)
const enqueue = (input: JsonObject = {}, queue?: string) =>
  inOrg(tx => enqueueJob(tx, { kind: 'test', input, ...(queue && { queue }) }))
const read = (id: string) => inOrg(tx => getJob(tx, id))

/** Starts a worker whose jobs of kind `test` do as told. */
async function work(run: (context: JobContext, input: JsonObject) => Promise<JsonObject>, concurrency = 1) {
  const worker = await startWorker({
    ...services,
    ticks: [],
    concurrency,
    jobs: [{ kind: 'test', input: z.record(z.string(), z.json()), run }],
  })
  workers.push(worker)
  return worker
}

/** Waits until a job is as described. */
async function until(id: string, is: (job: Awaited<ReturnType<typeof read>>) => boolean) {
  return new Promise<Awaited<ReturnType<typeof read>>>((resolve, reject) => {
    const look = () =>
      read(id).then(job => {
        if (!is(job)) return
        stop()
        resolve(job)
      }, reject)
    const stop = services.changes.onChange(event => {
      if (event.topic === 'job' && event.id === id) void look()
    })
    void look()
  })
}
const untilState = (id: string, state: JobState) => until(id, job => job.state === state)

/** A promise and how to settle it. */
const signal = () => Promise.withResolvers<void>()

describe('a job', () => {
  it('runs when its transaction was committed, and has never been when it was rolled back', async () => {
    const ran: unknown[] = []
    await work(async (_context, input) => {
      ran.push(input.n ?? null)
      return { twice: Number(input.n) * 2 }
    })
    const rolledBack = inOrg(async tx => {
      await enqueueJob(tx, { kind: 'test', input: { n: 1 } })
      throw new Error('rolled back')
    })
    await expect(rolledBack).rejects.toThrow('rolled back')
    const id = await enqueue({ n: 2 })
    expect(await untilState(id, 'succeeded')).toMatchObject({
      result: { twice: 4 },
      error: null,
      started_at: expect.any(Date),
      finished_at: expect.any(Date),
    })
    expect(ran).toEqual([2])
    expect(await inOrg(tx => tx.sql.selectFrom('job').select('id').execute())).toEqual([{ id }])
  })

  it('shows its progress while it runs', async () => {
    const { promise, resolve } = signal()
    await work(async ({ progress }) => {
      for (let done = 1; done <= 100; done++) progress('Counting', done, 100)
      await promise
      return {}
    })
    const id = await enqueue()
    expect(await until(id, job => job.message === 'Counting' && job.done === 100)).toMatchObject({
      state: 'running',
      done: 100,
      total: 100,
    })
    resolve()
    await untilState(id, 'succeeded')
  })

  it('tells what was refused in its own words, and of anything else only where the log has it', async () => {
    await work(async (_context, { secret }) => {
      if (secret) throw new Error(`the password is ${secret}`)
      throw new VouchError('source_failed', 'The source is away. Switch it on.')
    })
    const refused = await enqueue()
    expect(await untilState(refused, 'failed')).toMatchObject({
      error: 'The source is away. Switch it on.',
      result: null,
    })
    const broken = await enqueue({ secret: 'xyzzy' })
    const { error } = await untilState(broken, 'failed')
    expect(error).toMatch(/went wrong inside Vouch.*[0-9a-f]{8}/)
    expect(error).not.toContain('xyzzy')
  })

  it('of a kind that this version does not know fails and says so', async () => {
    await work(async () => ({}))
    const id = await inOrg(tx => enqueueJob(tx, { kind: 'unheard.of', input: {} }))
    expect((await untilState(id, 'failed')).error).toContain('unheard.of')
  })

  it('of a queue waits for the one before it', async () => {
    let running = 0
    let most = 0
    await work(async () => {
      most = Math.max(most, ++running)
      await new Promise(resolve => setImmediate(resolve))
      running--
      return {}
    }, 4)
    const ids = await Promise.all(Array.from({ length: 5 }, () => enqueue({}, 'one at a time')))
    for (const id of ids) await untilState(id, 'succeeded')
    expect(most).toBe(1)
  })
})

describe('a cancelled job', () => {
  it('that waited is never run', async () => {
    const id = await enqueue()
    await inOrg(tx => requestCancel(tx, id))
    expect(await read(id)).toMatchObject({ state: 'cancelled', finished_at: expect.any(Date) })
    await expect(inOrg(tx => requestCancel(tx, id))).rejects.toMatchObject({ code: 'conflict' })
    const ran: string[] = []
    await work(async ({ jobId }) => {
      ran.push(jobId)
      return {}
    })
    const next = await enqueue()
    await untilState(next, 'succeeded')
    expect(ran).toEqual([next])
  })

  it('that runs is told at once, and ends as cancelled', async () => {
    await work(async ({ signal: aborted }) => {
      await once(aborted, 'abort')
      throw aborted.reason
    })
    const id = await enqueue()
    await untilState(id, 'running')
    await inOrg(tx => requestCancel(tx, id))
    expect(await untilState(id, 'cancelled')).toMatchObject({ error: null, result: null })
  })

  it('that was done all the same has succeeded', async () => {
    const begun = signal()
    await work(async ({ signal: aborted }) => {
      begun.resolve()
      await once(aborted, 'abort')
      return { done: true }
    })
    const id = await enqueue()
    await begun.promise
    await inOrg(tx => requestCancel(tx, id))
    expect((await untilState(id, 'succeeded')).result).toEqual({ done: true })
  })
})

describe('workers', () => {
  it('share the work', async () => {
    const both = [signal(), signal()]
    // Each job waits for the other to be under way: one worker alone would never end them.
    const run = (worker: number) => async () => {
      both[worker]?.resolve()
      await both[1 - worker]?.promise
      return { worker }
    }
    await work(run(0))
    await work(run(1))
    const ids = [await enqueue(), await enqueue()]
    const results = await Promise.all(ids.map(async id => (await untilState(id, 'succeeded')).result))
    expect(results).toEqual(expect.arrayContaining([{ worker: 0 }, { worker: 1 }]))
  })

  it('that stop give their job to another one, at once and as if it had never been tried', async () => {
    const first = await work(async ({ signal: aborted }) => {
      await once(aborted, 'abort')
      throw aborted.reason
    })
    const id = await enqueue()
    await untilState(id, 'running')
    await first.stop()
    workers.splice(0)
    expect(await read(id)).toMatchObject({ state: 'running', finished_at: null })
    const { rows } = await services.database.operator(trx =>
      sql`select attempts, run_at <= now() as due from graphile_worker._private_jobs where key = ${id}`.execute(trx),
    )
    expect(rows).toEqual([{ attempts: 0, due: true }])
    await work(async () => ({ by: 'the second' }))
    expect((await untilState(id, 'succeeded')).result).toEqual({ by: 'the second' })
  })

  it('take up the job of one that was killed, within seconds, and it completes once', async () => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'work-until-killed.fixture.ts'), services.database.connectionString],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const lines = createInterface({ input: child.stdout })
    const id = await enqueue({}, 'a queue')
    expect(await once(lines, 'line')).toEqual([id])
    const ran: string[] = []
    await work(async ({ jobId }) => {
      ran.push(jobId)
      return {}
    })
    // It lives: nobody takes its job.
    expect(await releaseDeadWorkers(services.database)).toEqual([])
    const waiting = await enqueue({}, 'a queue')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const killed = Date.now()
    await untilState(id, 'succeeded')
    expect(Date.now() - killed).toBeLessThan(15_000)
    await untilState(waiting, 'succeeded')
    expect(ran).toEqual([id, waiting])
  })

  it('call a job failed that killed its process at every attempt', async () => {
    const id = await enqueue()
    await inOrg(tx => tx.sql.updateTable('job').set({ state: 'running' }).where('id', '=', id).execute())
    await services.database.operator(trx =>
      sql`update graphile_worker._private_jobs set attempts = max_attempts, locked_by = 'a dead one', locked_at = now() - interval '1 minute' where key = ${id}`.execute(
        trx,
      ),
    )
    await work(async () => ({}))
    expect((await untilState(id, 'failed')).error).toContain('died')
    await services.database.operator(trx =>
      sql`delete from graphile_worker._private_jobs where key = ${id}`.execute(trx),
    )
  })

  it('whose connection breaks are not taken for dead', async () => {
    const { promise, resolve } = signal()
    await work(async () => {
      await promise
      return {}
    })
    const id = await enqueue()
    await untilState(id, 'running')
    const presence = sql<{ pid: number }>`
      select a.pid from pg_stat_activity a join pg_locks l using (pid)
      where a.application_name = 'vouch worker presence' and l.locktype = 'advisory' and a.datname = current_database()`
    const operator = <T>(statement: ReturnType<typeof sql<T>>) =>
      services.database.operator(async trx => (await statement.execute(trx)).rows)
    const superuser = await services.database.dedicatedClient('test')
    const [before] = await operator(presence)
    await superuser.query('select pg_terminate_backend($1)', [before?.pid])
    await vi.waitFor(async () => expect((await operator(presence))[0]?.pid).not.toBeOneOf([undefined, before?.pid]), {
      timeout: 5_000,
    })
    await superuser.query(
      "update graphile_worker._private_jobs set locked_at = now() - interval '1 minute' where key = $1",
      [id],
    )
    expect(await releaseDeadWorkers(services.database)).toEqual([])
    await superuser.end()
    resolve()
    await untilState(id, 'succeeded')
  })
})
