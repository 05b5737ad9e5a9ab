import type { z } from 'zod'
import type { JsonObject } from '../../../verifier/records/canonical.ts'
import type { Clock } from '../clock/clock.ts'

export const jobStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]

/**
 * A kind of work that is done apart from the request that asked for it. Its `run`
 * - MUST be safe to run again from the start: a worker may be killed at any point, and another takes the job up;
 * - MUST make its outcome visible in one transaction, at the end;
 * - MUST stop soon after `context.signal` is aborted, by throwing, with nothing published: a run that returns has done its work;
 * - throws VouchError with what the person can do; anything else is logged under a reference that the person is shown.
 */
export interface JobDefinition<Input extends JsonObject = JsonObject> {
  readonly kind: string
  readonly input: z.ZodType<Input>
  run(context: JobContext, input: Input): Promise<JsonObject>
}

export interface JobContext {
  readonly orgId: string
  readonly jobId: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Shown on pages while the job runs; written at most a few times a second. */
  progress(message: string, done?: number, total?: number): void
}

/**
 * Work of no organisation's that a trigger or a function of the database puts on the queue, by the task's name. It MUST be safe to run again from the start, and is run again
 * when it throws.
 */
export type Tasks = Readonly<Record<string, (payload: unknown) => Promise<void>>>

/** What happens at every tick (each minute), on one node at a time: schedules, sweeps. */
export interface Tick {
  readonly name: string
  run(): Promise<void>
}
