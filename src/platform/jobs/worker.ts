import { randomUUID } from 'node:crypto'
import { type Runner, run as runGraphile, type Task } from 'graphile-worker'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../clock/clock.ts'
import type { Database } from '../db/database.ts'
import { deedOf, during } from '../db/deed.ts'
import { ownerPool, silentLogger } from '../db/prepare-database.ts'
import { messageOf, VouchError } from '../errors/errors.ts'
import type { ChangeListener } from '../events/events.ts'
import { findGivenUpJobs, giveBackJobs, releaseDeadWorkers, WorkerPresence } from './dead-workers.ts'
import type { JobDefinition, Tasks, Tick } from './job.ts'
import { finishJob, getJob, reportProgress, startJob } from './job-store.ts'

export interface WorkerOptions {
  readonly database: Database
  readonly changes: ChangeListener
  readonly clock: Clock
  readonly log: Logger
  readonly jobs: readonly JobDefinition[]
  readonly ticks: readonly Tick[]
  readonly tasks?: Tasks
  readonly concurrency: number
}

const progressEveryMs = 250

/**
 * Runs jobs from the queue until stopped. Any number of workers may run beside each other, in the server or on machines of their own.
 * A job whose worker was killed is taken up again within seconds: each worker holds a session lock for as long as it lives.
 */
export async function startWorker(options: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  const definitions = new Map(options.jobs.map(job => [job.kind, job]))
  const running = new RunningJobs()
  const stopListening = options.changes.onChange(event => {
    if (event.topic === 'job' && running.has(event.id)) void abortWhenAsked(options, event.orgId, event.id, running)
  })
  const presence = await WorkerPresence.start(options.database)
  await sweepQueue(options)
  const pool = ownerPool(options.database.connectionString, options.concurrency + 2)
  const runner: Runner = await runGraphile({
    pgPool: pool,
    concurrency: options.concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    logger: silentLogger,
    events: presence.events,
    crontab: '* * * * * tick',
    // Only the reports that are gathered, for however short a time, are waited for when the runner stops.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    taskList: {
      ...logged(options),
      job: payload => runJob(options, definitions, running, payload),
      tick: tickTask(options),
    },
  })
  const sweep = setInterval(() => {
    sweepQueue(options).catch(error =>
      options.log.warn({ err: messageOf(error) }, 'dead workers could not be looked for'),
    )
  }, 5_000)
  return {
    async stop() {
      clearInterval(sweep)
      stopListening()
      running.stop()
      await runner.stop()
      // The queue hears of the interruption on the pool's last connections.
      await pool.end()
      await giveBackJobs(options.database, running.interrupted)
      await presence.stop()
    },
  }
}

/** The reason of an abort that is no cancellation: the worker stops and the job goes back to the queue. */
class WorkerStopping extends Error {}

/** What can end each job of this worker. A job is in it before its row says that it runs: whoever reads the row can end the job. */
class RunningJobs {
  readonly #controllers = new Map<string, AbortController>()
  /** Those that `stop` ended. */
  readonly interrupted: string[] = []
  #stopping = false

  add(jobId: string): AbortController {
    const controller = new AbortController()
    this.#controllers.set(jobId, controller)
    if (this.#stopping) this.#interrupt(jobId, controller)
    return controller
  }

  delete(jobId: string): void {
    this.#controllers.delete(jobId)
  }

  has(jobId: string): boolean {
    return this.#controllers.has(jobId)
  }

  abort(jobId: string): void {
    this.#controllers.get(jobId)?.abort()
  }

  /** Ends those that run, and each that the queue still hands over. */
  stop(): void {
    this.#stopping = true
    for (const [jobId, controller] of this.#controllers) this.#interrupt(jobId, controller)
  }

  #interrupt(jobId: string, controller: AbortController): void {
    this.interrupted.push(jobId)
    controller.abort(new WorkerStopping())
  }
}

/** Gives back what dead workers held, and calls failed what the queue has given up. */
async function sweepQueue({ database, clock }: WorkerOptions): Promise<void> {
  await releaseDeadWorkers(database)
  for (const { org_id, id } of await findGivenUpJobs(database)) {
    const error =
      'The process that ran it died each time it was tried. See the log, give the machine more memory, and start it again.'
    await database.tenant(org_id, clock, tx => finishJob(tx, id, { state: 'failed', error }))
  }
}

/** The other tasks, with a line in the log for each that fails. */
function logged({ tasks = {}, log }: WorkerOptions): Record<string, Task> {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [
      name,
      (payload: unknown) =>
        task(payload).catch((error: unknown) => {
          log.error({ task: name, err: messageOf(error) }, 'task failed')
          throw error
        }),
    ]),
  )
}

function tickTask(options: WorkerOptions): Task {
  return async () => {
    for (const tick of options.ticks) {
      try {
        await tick.run()
      } catch (error) {
        options.log.error({ tick: tick.name, err: messageOf(error) }, 'tick failed')
      }
    }
  }
}

async function abortWhenAsked(
  options: WorkerOptions,
  orgId: string,
  jobId: string,
  running: RunningJobs,
): Promise<void> {
  const job = await options.database.tenant(orgId, options.clock, tx => getJob(tx, jobId))
  if (job.cancel_requested) running.abort(jobId)
}

async function runJob(
  options: WorkerOptions,
  definitions: ReadonlyMap<string, JobDefinition>,
  running: RunningJobs,
  payload: unknown,
): Promise<void> {
  const { orgId, jobId } = payload as { orgId: string; jobId: string }
  const controller = running.add(jobId)
  try {
    await runStarted(options, definitions, orgId, jobId, controller)
  } finally {
    running.delete(jobId)
  }
}

async function runStarted(
  options: WorkerOptions,
  definitions: ReadonlyMap<string, JobDefinition>,
  orgId: string,
  jobId: string,
  controller: AbortController,
): Promise<void> {
  const { database, clock, log } = options
  controller.signal.throwIfAborted()
  const job = await database.tenant(orgId, clock, tx => startJob(tx, jobId))
  if (!job) return
  const end = (
    state: 'succeeded' | 'failed' | 'cancelled',
    rest: { error?: string; result?: Awaited<ReturnType<JobDefinition['run']>> } = {},
  ) => database.tenant(orgId, clock, tx => finishJob(tx, jobId, { state, ...rest }))
  const definition = definitions.get(job.kind)
  if (!definition) return end('failed', { error: `This version of Vouch does not know the job "${job.kind}".` })

  const progress = new ProgressWriter(async (message, done, total) => {
    if (await database.tenant(orgId, clock, tx => reportProgress(tx, jobId, message, done, total))) controller.abort()
  })
  try {
    controller.signal.throwIfAborted()
    const result = await during(deedOf(job.kind, actorOf(job.input)), () =>
      definition.run(
        {
          orgId,
          jobId,
          clock,
          signal: controller.signal,
          progress: (message, done, total) => progress.set(message, done, total),
        },
        definition.input.parse(job.input),
      ),
    )
    await progress.end()
    await end('succeeded', { result })
  } catch (error) {
    await progress.end()
    if (controller.signal.reason instanceof WorkerStopping) throw error
    if (controller.signal.aborted) return await end('cancelled')
    log.error({ job: job.kind, jobId, err: messageOf(error) }, 'job failed')
    if (error instanceof VouchError) return await end('failed', { error: error.message })
    await end('failed', { error: `Something went wrong inside Vouch; the log has it under ${reference(log, error)}.` })
  }
}

/** In whose name a job works: where it was not asked for, the program's own. */
function actorOf(input: unknown): string {
  const { actor } = z.object({ actor: z.string().default('system') }).parse(input)
  return actor
}

/** Logs what happened under a short reference that can be shown, since the error itself may hold what should not be seen. */
function reference(log: Logger, error: unknown): string {
  const id = randomUUID().slice(0, 8)
  log.error({ reference: id, err: error instanceof Error ? error.stack : String(error) }, 'unexpected error')
  return id
}

/** Writes the newest progress at most once in `progressEveryMs`, never two writes at a time. */
class ProgressWriter {
  readonly #write: (message: string, done?: number, total?: number) => Promise<void>
  #next: [string, number?, number?] | undefined
  #writing: Promise<void> | undefined
  #ended = false
  #wake: (() => void) | undefined

  constructor(write: (message: string, done?: number, total?: number) => Promise<void>) {
    this.#write = write
  }

  set(message: string, done?: number, total?: number): void {
    this.#next = [message, done, total]
    this.#writing ??= this.#drain()
  }

  /** Nothing is written any more when it resolves. It does not wait out the pause between two writes: the job's end must follow its work at once. */
  async end(): Promise<void> {
    this.#ended = true
    this.#wake?.()
    await this.#writing
  }

  async #drain(): Promise<void> {
    while (this.#next && !this.#ended) {
      const [message, done, total] = this.#next
      this.#next = undefined
      // A progress line that cannot be written must not fail the job; the next one is tried again.
      await this.#write(message, done, total).catch(() => {})
      if (this.#ended) break
      await this.#pause()
    }
    this.#writing = undefined
  }

  #pause(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, progressEveryMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
