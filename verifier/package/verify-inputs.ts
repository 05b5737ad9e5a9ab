import type { CheckDefinition } from '../checks/check.ts'
import type { CheckRunFact, LoggedFact } from '../records/facts.ts'
import type { Snapshot } from './contents.ts'
import type { Findings } from './report.ts'

/** Something that was logged, with its leaf and its time in milliseconds. */
export interface Logged<T> {
  readonly leaf: number
  readonly time: number
  readonly value: T
}

export interface LoggedSnapshot {
  readonly snapshot: Snapshot
  readonly connection: string
  readonly connectionName: string
  /** How many were logged before it. */
  readonly order: number
}

/** The name of a run in messages: check, time, batch. */
export function runName(batch: LoggedFact<'checks.completed'>, run: CheckRunFact): string {
  return `${run.check} at ${batch.content.as_of}, batch ${batch.content.batch}`
}

/** The values that were in force at a time, or became so afterwards: the last one up to `time` and all later ones. */
export function since<T>(values: readonly Logged<T>[], time: number): readonly Logged<T>[] {
  const later = values.findIndex(value => value.time > time)
  return later < 0 ? values.slice(-1) : values.slice(Math.max(0, later - 1))
}

export interface Sources {
  readonly snapshots: ReadonlyMap<string, LoggedSnapshot>
  readonly streams: ReadonlyMap<string, readonly Logged<LoggedSnapshot>[]>
  readonly archived: ReadonlyMap<string, readonly Logged<boolean>[]>
  readonly seen: number
}

/**
 * A run reads, of each resource that its check names, the newest snapshot of every connection in use, and nothing else: nobody chooses what
 * a check sees. False when an input is not what the log says, so that the run cannot be performed again.
 */
export function verifyInputs(
  batch: LoggedFact<'checks.completed'>,
  run: CheckRunFact,
  definition: CheckDefinition,
  sources: Sources,
  findings: Findings,
): boolean {
  const where = runName(batch, run)
  const resources = new Set([...definition.metadata.resources, ...definition.metadata.optional_resources])
  const differ = (message: string, expected?: string, found?: string) => {
    findings.differ({
      code: 'run.inputs',
      where,
      ...(expected !== undefined && { expected }),
      ...(found !== undefined && { found }),
      message,
    })
  }
  const used = new Set<string>()
  for (const input of run.inputs) {
    const source = sources.snapshots.get(input.snapshot)
    const { snapshot } = source ?? {}
    if (!source || !snapshot) {
      differ(`${run.check} is said to have read the snapshot ${input.snapshot}, which was not logged before.`)
      return false
    }
    const agrees =
      snapshot.content === input.content &&
      snapshot.complete === input.complete &&
      snapshot.resource === input.resource &&
      source.connectionName === input.connection
    if (!agrees) {
      differ(
        `What ${run.check} is said to have read is not the snapshot ${input.snapshot} as it was logged.`,
        snapshot.content,
        input.content,
      )
      return false
    }
    const stream = `${source.connection} ${snapshot.resource}`
    if (!resources.has(snapshot.resource) || used.has(stream)) {
      differ(
        `${run.check} is said to have read ${snapshot.resource} of "${input.connection}", which it does not read, or not twice.`,
      )
      return false
    }
    used.add(stream)
    const recent = since(sources.streams.get(stream) ?? [], sources.seen)
    if (!recent.some(({ value }) => value.snapshot.id === input.snapshot)) {
      const newest = recent[0]?.value.snapshot.id
      differ(
        `${run.check} is said to have read an old snapshot of ${snapshot.resource} of "${input.connection}" when there was a newer one.`,
        newest,
        input.snapshot,
      )
    }
  }
  for (const [stream, logged] of sources.streams) {
    const [newest] = since(logged, sources.seen)
    if (!newest || newest.time > sources.seen || used.has(stream) || !resources.has(newest.value.snapshot.resource))
      continue
    const states = since(sources.archived.get(newest.value.connection) ?? [], sources.seen)
    if (states.some(state => state.value)) continue
    differ(
      `${run.check} did not read ${newest.value.snapshot.resource} of "${newest.value.connectionName}", although there was a snapshot of it.`,
    )
  }
  return true
}
