import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type ResourceDeclaration, tableOf } from '../records/resource.ts'
import type { CheckDefinition } from './check.ts'
import { resolveParameters } from './parameters.ts'
import {
  type CheckOutcome,
  type ChildMessage,
  type Examined,
  engineName,
  type FailureKind,
  type Job,
  type JobCall,
  type SnapshotFile,
  type Usage,
} from './protocol.ts'
import { type Sandbox, sandboxFor, startChild } from './sandbox-process.ts'

/** A resource that checks may read, and the snapshots of it that are read when a call does not choose its own. */
export interface ResourceInput {
  readonly declaration: ResourceDeclaration
  readonly files: readonly SnapshotFile[]
}

export interface CheckCall {
  /** The caller's name for this run, unique in the batch. */
  readonly key: string
  readonly definition: CheckDefinition
  /** Values by name; those left out have their defaults. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>
  /** The time of the run, ISO 8601; `$as_of` in SQL. */
  readonly asOf: string
  /** This call's own snapshots by resource, in place of the batch's. A resource that is not named here is then empty. */
  readonly tables?: Readonly<Record<string, readonly SnapshotFile[]>>
}

export interface Batch {
  readonly resources: readonly ResourceInput[]
  readonly checks: readonly CheckCall[]
}

export interface RunOptions {
  /** An existing folder that is this batch's alone; results are left in it as `<number of the call>.jsonl`. */
  readonly outDir: string
  readonly signal?: AbortSignal
  /** For one check; 30 s by default. */
  readonly checkTimeoutMs?: number
  /** For loading one resource's snapshots; 5 min by default. */
  readonly loadTimeoutMs?: number
  /** The engine's memory, in MiB; 1024 by default. The process may have 768 more, enforced by the operating system. */
  readonly memoryLimitMb?: number
  /** Child processes at a time, each with the memory above; 1 by default. Fewer than 100 calls share one. */
  readonly processes?: number
  /**
   * An existing folder for typed copies (Parquet) of large snapshots that have an `id`: they load several times faster the next time.
   * What is in it is believed; verification goes without.
   */
  readonly cacheDir?: string
  /** Rows of one check's results; 5 million by default. */
  readonly maxRows?: number
  /** Called once for each check as it ends, one at a time; a rejection ends the batch. */
  readonly onResult?: (outcome: CheckOutcome) => void | Promise<void>
}

export interface BatchReport {
  /** In the order of the batch's checks. */
  readonly results: readonly CheckOutcome[]
  readonly engine: typeof engineName
  /** What the checks were held by, in words. */
  readonly sandbox: string
  /** Child processes used; more than one when checks had to be killed. */
  readonly processes: number
  /** Loading of snapshots, in all processes. */
  readonly loadMs: number
  /** Resident memory of the largest child process at its peak, in bytes; 0 when all were killed. */
  readonly peakMemory: number
}

/**
 * What was found out about statements, by their text: it follows from the text and the engine's version alone, and takes 7 ms each, half of a small
 * batch. Emptied when it is full.
 */
const examinedBefore = new Map<string, Examined>()
const mostExamined = 1_000

const graceMs = 250
const processOverheadMb = 768
/** Calls that are worth a process of their own: its start costs about as much as twenty small checks. */
const minimumPart = 100

/**
 * Runs checks over declared snapshots in a locked-down child process (DESIGN section 6). A check that is refused, fails, takes too long
 * or takes its process down has a failed outcome, and the others go on. The same code serves the runner and the offline verifier.
 * Throws the signal's reason when aborted, what `onResult` throws, and Error when the child process cannot be started at all.
 */
export async function runChecks(batch: Batch, options: RunOptions): Promise<BatchReport> {
  const memoryLimitMb = options.memoryLimitMb ?? 1024
  const checkTimeoutMs = options.checkTimeoutMs ?? 30_000
  const sandbox = sandboxFor(memoryLimitMb + processOverheadMb)
  const results = new Map<number, CheckOutcome>()
  const stop = new AbortController()
  let delivery: Promise<void> = Promise.resolve()
  const settle = (index: number, outcome: CheckOutcome) => {
    if (results.has(index)) return
    results.set(index, outcome)
    delivery = delivery.then(() => options.onResult?.(outcome)).catch(error => stop.abort(error))
  }
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const limits = {
    memoryLimitMb,
    checkTimeoutMs,
    maxRows: options.maxRows ?? 5_000_000,
    maxResultBytes: 4 * 2 ** 30,
    cacheDir: options.cacheDir && resolve(options.cacheDir),
  }
  const job: Omit<Job, 'examined'> = { ...planJob(batch, resolve(options.outDir), settle), ...limits }
  const cwd = mkdtempSync(join(tmpdir(), 'vouch-checks-'))
  let processes = 0
  let loadMs = 0
  let peakMemory = 0
  const onUsage = (usage: Usage) => {
    loadMs += usage.loadMs
    peakMemory = Math.max(peakMemory, usage.peakMemory)
  }
  const work = async (part: readonly JobCall[]) => {
    for (let fruitless = 0; ; ) {
      const calls = part.filter(call => !results.has(call.index))
      if (calls.length === 0 || signal.aborted) return
      processes++
      const end = await runChild(
        sandbox,
        cwd,
        { ...job, examined: job.statements.map(sql => examinedBefore.get(sql) ?? null), calls },
        { ...options, checkTimeoutMs, signal, onUsage },
        settle,
      )
      fruitless = calls.some(call => results.has(call.index)) ? 0 : fruitless + 1
      if (fruitless > 2) throw new Error(`The process that runs checks cannot work here: ${end}`)
    }
  }
  try {
    await Promise.all(divide(job.calls, options.processes ?? 1).map(work)).catch(error => {
      stop.abort(error)
      throw error
    })
    await delivery
    signal.throwIfAborted()
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
  const inOrder = batch.checks.map((call, index) => results.get(index) ?? failure(call.key, 'crash', 'it was not run'))
  return { results: inOrder, engine: engineName, sandbox: sandbox.description, processes, loadMs, peakMemory }
}

/** Consecutive parts, because neighbouring calls tend to read the same snapshots. */
function divide(calls: readonly JobCall[], parts: number): readonly (readonly JobCall[])[] {
  const size = Math.max(minimumPart, Math.ceil(calls.length / parts))
  return Array.from({ length: Math.ceil(calls.length / size) }, (_, at) => calls.slice(at * size, (at + 1) * size))
}

type Settle = (index: number, outcome: CheckOutcome) => void

function failure(key: string, kind: FailureKind, message: string): CheckOutcome {
  return { key, ok: false, error: { kind, message } }
}

/** Turns the batch into the child's job; calls with wrong parameters or unknown resources are settled at once. */
function planJob(batch: Batch, outDir: string, settle: Settle): Pick<Job, 'tables' | 'statements' | 'calls'> {
  const inputs = new Map(batch.resources.map(input => [input.declaration.name, input]))
  const statements = new Map<string, number>()
  const calls: JobCall[] = []
  for (const [index, call] of batch.checks.entries()) {
    const { metadata, sql } = call.definition
    try {
      if (Number.isNaN(Date.parse(call.asOf))) throw new Error(`"${call.asOf}" is not an ISO 8601 time`)
      const parameters = resolveParameters(call.definition, call.parameters)
      const tables: Record<string, readonly SnapshotFile[]> = {}
      for (const name of [...metadata.resources, ...metadata.optional_resources]) {
        const input = inputs.get(name)
        if (!input) throw new Error(`resource "${name}" is not declared by any connector in this batch`)
        const files = call.tables ? (call.tables[name] ?? []) : input.files
        tables[tableOf(name)] = files.map(file => ({ ...file, path: resolve(file.path) }))
      }
      const statement = statements.get(sql) ?? statements.size
      statements.set(sql, statement)
      const typed = Object.entries(metadata.parameters).map(([name, { type }]) => {
        return [name, type, parameters[name] ?? ''] as const
      })
      const file = join(outDir, `${index}.jsonl`)
      calls.push({ index, key: call.key, statement, parameters: typed, asOf: call.asOf, tables, file })
    } catch (error) {
      settle(index, failure(call.key, 'contract', error instanceof Error ? error.message : String(error)))
    }
  }
  const tables = batch.resources.map(({ declaration }) => ({
    resource: declaration.name,
    table: tableOf(declaration.name),
    columns: Object.entries(declaration.columns).map(([name, column]) => [name, column.type] as const),
  }))
  return { tables, statements: [...statements.keys()], calls }
}

/** Runs one child to its end, whatever that is; calls that it took down with it are settled. Returns how it ended, in words. */
function runChild(
  sandbox: Sandbox,
  cwd: string,
  job: Job,
  options: RunOptions & { checkTimeoutMs: number; signal: AbortSignal; onUsage: (usage: Usage) => void },
  settle: Settle,
): Promise<string> {
  return new Promise((done, failed) => {
    const child: ChildProcess = startChild(sandbox, cwd)
    const keys = new Map(job.calls.map(call => [call.index, call.key]))
    let busy: Extract<ChildMessage, { type: 'busy' }> | undefined
    let deadline: NodeJS.Timeout | undefined
    let late = false
    // Once it has read what a source sent, the process may no longer be what it was.
    let trusted = true
    let complaint = ''
    const kill = () => child.kill('SIGKILL')
    const watch = (ms: number | undefined) => {
      clearTimeout(deadline)
      if (ms === undefined) return
      deadline = setTimeout(() => {
        late = true
        kill()
      }, ms)
    }
    options.signal.addEventListener('abort', kill, { once: true })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000)
    })
    child.on('error', failed)
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'ready') child.send(job)
      else if (message.type === 'busy') {
        busy = message
        if (message.with !== 'validating') trusted = false
        watch(message.with === 'loading' ? (options.loadTimeoutMs ?? 300_000) : options.checkTimeoutMs + graceMs)
      } else if (message.type === 'examined') {
        const sql = job.statements[message.statement]
        if (trusted && sql !== undefined) remember(sql, message.examined)
      } else if (message.type === 'outcome') {
        settle(message.call, message.outcome)
      } else {
        busy = undefined
        watch(undefined)
        options.onUsage(message.usage)
      }
    })
    child.on('close', (code, signal) => {
      clearTimeout(deadline)
      options.signal.removeEventListener('abort', kill)
      const end = `exit ${signal ?? code}${complaint ? `: ${complaint.trim()}` : ''}`
      if (busy && !options.signal.aborted) {
        const { kind, message } = late ? lateness(busy.with, options) : fall(busy.with, String(signal ?? code))
        for (const call of busy.calls) settle(call, failure(keys.get(call) ?? '', kind, message))
      }
      done(end)
    })
  })
}

function remember(sql: string, examined: Examined): void {
  if (examinedBefore.size >= mostExamined) examinedBefore.clear()
  examinedBefore.set(sql, examined)
}

function lateness(during: string, options: RunOptions): { kind: FailureKind; message: string } {
  if (during === 'loading') return { kind: 'timeout', message: 'its snapshots could not be loaded in time' }
  const seconds = (options.checkTimeoutMs ?? 0) / 1000
  return {
    kind: 'timeout',
    message: `it did not finish in ${seconds} s and was killed; make the query smaller or raise its time limit`,
  }
}

function fall(during: string, end: string): { kind: FailureKind; message: string } {
  return {
    kind: 'crash',
    message: `its process died while ${during} (${end}), probably for lack of memory; make the query smaller`,
  }
}
