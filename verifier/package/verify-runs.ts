import { mkdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { runChecks } from '../checks/engine.ts'
import type { CheckOutcome, CheckSuccess, SnapshotFile } from '../checks/protocol.ts'
import { type ResultRow, readResults } from '../checks/read-results.ts'
import { canonicalJson } from '../records/canonical.ts'
import type { ResourceDeclaration } from '../records/resource.ts'
import { runOutcome } from '../rules/status.ts'
import { compareResults } from './compare-results.ts'
import type { PlannedRun } from './plan-runs.ts'
import type { OpenPackage } from './read-package.ts'
import type { Findings } from './report.ts'
import { runName } from './verify-inputs.ts'
import { snapshotFile } from './verify-objects.ts'

/** One execution of a check and the runs that it stands for. */
interface Execution {
  readonly key: string
  readonly first: PlannedRun
  readonly runs: PlannedRun[]
}

export interface PerformOptions {
  readonly files: OpenPackage
  readonly workDir: string
  /** Objects that hold. Runs over others are left out: what they read is not what was read. */
  readonly sound: ReadonlySet<string>
  readonly findings: Findings
  /** Exceptions in the log whose content was erased: what they excepted cannot be derived again. */
  readonly erasedExceptions: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress: (done: number, total: number) => void
}

/** Executions in one batch of the engine: enough to make the start of its process cheap, few enough to keep its results small on disk. */
const mostInBatch = 400
const fewestInBatch = 50

/** Performs all runs again in the locked-down engine and compares what comes out with what the log says (format section 4.2). */
export async function verifyRuns(planned: readonly PlannedRun[], options: PerformOptions): Promise<void> {
  const { findings, sound } = options
  const executions = new Map<string, Execution>()
  let left = 0
  for (const item of planned) {
    if (item.run.inputs.some(input => !sound.has(input.content))) {
      left++
      continue
    }
    const key = executionKey(item)
    const known = executions.get(key)
    if (known) known.runs.push(item)
    else executions.set(key, { key, first: item, runs: [item] })
  }
  if (left > 0) findings.note(`${left} runs of checks were not performed again: what they read is missing or changed.`)
  findings.counts.executions = executions.size
  const batches = divide([...executions.values()])
  let done = 0
  let next = 0
  const worker = async () => {
    for (let at = next++; at < batches.length; at = next++) {
      const batch = batches[at] ?? []
      await performBatch(batch, join(options.workDir, `results-${at}`), options)
      done += batch.length
      options.onProgress(done, executions.size)
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker))
}

/** Equal keys give equal results: what is executed, over what, and the time of the run unless the SQL cannot see it. */
function executionKey({ batch, run, definition, declarations }: PlannedRun): string {
  const seesTime = definition.sql.toLowerCase().includes('as_of')
  const inputs = run.inputs.map(({ connection, content, resource }) => ({ connection, content, resource }))
  const declared = [...declarations.values()].map(declarationKey)
  return canonicalJson([run.version, run.parameters, inputs, declared, seesTime ? batch.content.as_of : ''])
}

const declarationKeys = new WeakMap<ResourceDeclaration, string>()

function declarationKey(declaration: ResourceDeclaration): string {
  const known = declarationKeys.get(declaration)
  if (known !== undefined) return known
  const key = JSON.stringify(declaration)
  declarationKeys.set(declaration, key)
  return key
}

/** Divides executions, in their order, so that within one batch a resource is declared in one way only. */
function divide(executions: readonly Execution[]): Execution[][] {
  const batches: Execution[][] = []
  let declared = new Map<string, string>()
  const most = Math.max(fewestInBatch, Math.min(mostInBatch, Math.ceil(executions.length / 2)))
  for (const execution of executions) {
    const own = [...execution.first.declarations.values()]
    const current = batches.at(-1)
    const fits = own.every(item => (declared.get(item.name) ?? declarationKey(item)) === declarationKey(item))
    if (current && fits && current.length < most) current.push(execution)
    else {
      batches.push([execution])
      declared = new Map()
    }
    for (const item of own) declared.set(item.name, declarationKey(item))
  }
  return batches
}

async function performBatch(batch: readonly Execution[], outDir: string, options: PerformOptions): Promise<void> {
  await mkdir(outDir, { mode: 0o700 })
  const byKey = new Map(batch.map(execution => [execution.key, execution]))
  const declarations = new Map(batch.flatMap(({ first }) => [...first.declarations]))
  try {
    await runChecks(
      {
        resources: [...declarations.values()].map(declaration => ({ declaration, files: [] })),
        checks: batch.map(({ key, first }) => ({
          key,
          definition: first.definition,
          parameters: first.run.parameters,
          asOf: first.batch.content.as_of,
          tables: tablesOf(first, options.workDir),
        })),
      },
      {
        outDir,
        ...(options.signal && { signal: options.signal }),
        onResult: async outcome => {
          const execution = byKey.get(outcome.key)
          if (execution) await judge(execution, outcome, options)
          if (outcome.ok) await rm(outcome.file, { force: true })
        },
      },
    )
  } finally {
    await rm(outDir, { recursive: true, force: true })
  }
}

function tablesOf({ run }: PlannedRun, workDir: string): Record<string, SnapshotFile[]> {
  const tables: Record<string, SnapshotFile[]> = {}
  for (const { resource, connection, content } of run.inputs) {
    const files = tables[resource] ?? []
    files.push({ connection, path: snapshotFile(workDir, content) })
    tables[resource] = files
  }
  return tables
}

async function judge(execution: Execution, outcome: CheckOutcome, options: PerformOptions): Promise<void> {
  for (const item of execution.runs) {
    if (outcome.ok) await judgeSuccess(item, outcome, options)
    else judgeFailure(item, outcome.error.message, options.findings)
  }
}

/** Whether a failure depends on how fast and how large a machine is, and so may not repeat itself. */
function dependsOnMachine(error: string): boolean {
  return /^(timeout|memory|crash): /.test(error)
}

function judgeFailure({ batch, run }: PlannedRun, error: string, findings: Findings): void {
  const where = runName(batch, run)
  if (run.results !== null) {
    const message = `${run.check} has results in the log, but performed again it fails: ${error}`
    findings.differ({ code: 'run.failed', where, expected: 'a failure', found: `results ${run.results}`, message })
    return
  }
  const counted = run.passed + run.failed + run.unknown + run.not_applicable + run.excepted
  if (counted === 0 && run.outcome === 'unknown' && run.error !== null) return
  const message = `${run.check} could not be executed, so its outcome must be unknown and its counts zero.`
  findings.differ({ code: 'run.outcome', where, expected: 'unknown', found: run.outcome, message })
}

async function judgeSuccess(item: PlannedRun, outcome: CheckSuccess, options: PerformOptions): Promise<void> {
  const { batch, run } = item
  const { findings } = options
  const where = runName(batch, run)
  findings.counts.results += outcome.rows
  if (run.results === null) {
    if (dependsOnMachine(run.error ?? '')) {
      findings.note(
        `${run.check} ran out of time or memory at ${batch.content.as_of}; here it did not. Its outcome stays unknown.`,
      )
      return judgeFailure(item, '', findings)
    }
    const message = `${run.check} is said to have failed to execute (${run.error ?? ''}), but performed again it has results.`
    return findings.differ({
      code: 'run.failed',
      where,
      expected: `results ${outcome.sha256}`,
      found: 'a failure',
      message,
    })
  }
  if (run.results !== outcome.sha256) await compareResults(options, where, run, outcome)
  const { pass: passed, fail: failed, unknown, not_applicable } = outcome.counts
  const counts = { passed, failed, unknown, not_applicable }
  const claimed = { passed: run.passed, failed: run.failed, unknown: run.unknown, not_applicable: run.not_applicable }
  if (canonicalJson(counts) !== canonicalJson(claimed)) {
    const message = `The counts of ${run.check} are not those of its results.`
    findings.differ({
      code: 'run.counts',
      where,
      expected: canonicalJson(counts),
      found: canonicalJson(claimed),
      message,
    })
  }
  const possible = await countExcepted(item, outcome)
  const derivedExcepted = possible.find(count => count === run.excepted) ?? possible[0] ?? 0
  const erased = run.excepted - derivedExcepted
  const explained = erased > 0 && erased <= options.erasedExceptions && run.excepted <= failed
  const excepted = explained ? run.excepted : derivedExcepted
  if (explained)
    findings.note(
      `${run.check} counts ${erased} exceptions that were erased since; their number is taken from the log.`,
    )
  else if (excepted !== run.excepted) {
    const message = `${run.excepted} failing subjects of ${run.check} are said to be excepted; by the exceptions in the log it is ${excepted}.`
    findings.differ({ code: 'run.excepted', where, expected: String(excepted), found: String(run.excepted), message })
  }
  const inputsComplete = run.inputs.every(input => input.complete)
  const derived = runOutcome({ passed, failed, unknown, notApplicable: not_applicable, excepted, inputsComplete })
  const expected = `${derived.status}: ${derived.reasons.join(' ')}`
  const found = `${run.outcome}: ${run.outcome_reason}`
  if (expected !== found) {
    findings.differ({
      code: 'run.outcome',
      where,
      expected,
      found,
      message: `The outcome of ${run.check} does not follow from its results.`,
    })
  }
}

/** How many failing subjects have an exception in force, as the run may have seen them. Only then are the results read again. */
async function countExcepted({ excepted }: PlannedRun, outcome: CheckSuccess): Promise<number[]> {
  const counts = excepted.map(() => 0)
  if (excepted.every(subjects => subjects.size === 0) || outcome.counts.fail === 0) return counts
  for await (const row of readResults(outcome.file) as AsyncGenerator<ResultRow>) {
    if (row.status !== 'fail') continue
    for (const [at, subjects] of excepted.entries())
      if (subjects.has(row.subject_id)) counts[at] = (counts[at] ?? 0) + 1
  }
  return counts
}
