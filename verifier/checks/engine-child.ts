import { readFileSync } from 'node:fs'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { type CheckRun, groupRuns, type RunGroup } from './groups.ts'
import { type Inspection, inspectSql, pureFunctions, withoutEndMark } from './guard.ts'
import { CheckError, type ChildMessage, type Examined, type Job, type JobCall } from './protocol.ts'
import { type Bounds, type KnownStatements, runCheck } from './run-check.ts'
import { loadedSizeOf, loadTable } from './tables.ts'

/*
 * The process that runs checks; started by engine.ts, told one job, and gone after it. For each group of calls with the same snapshots it makes
 * an instance, loads the tables, locks the instance for good, and runs the checks one after another.
 */

process.once('message', (job: Job) => {
  serve(job).then(
    recycle => send({ type: 'done', recycle, usage: { loadMs, peakMemory: peakMemory() } }, () => process.exit(0)),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
let loadMs = 0

process.once('disconnect', () => process.exit(1))
send({ type: 'ready' })

function send(message: ChildMessage, sent?: () => void): void {
  process.send?.(message, undefined, {}, () => sent?.())
}

/** Runs the job; true when a check took so much that what remains should go to a fresh process. */
async function serve(job: Job): Promise<boolean> {
  const runs = await examine(job)
  const budget = (job.memoryLimitMb * 1024 * 1024) / 2
  const known: KnownStatements = { selects: new Set(), columns: new Map() }
  for (const group of groupRuns(runs, loadedSizeOf, budget)) {
    if (await runGroup(job, group, known)) return true
  }
  return false
}

/** Gives each call its examined statement; those that no process has examined yet are. Calls of refused statements are reported. */
async function examine(job: Job): Promise<readonly CheckRun[]> {
  const examined = job.examined.slice()
  const named = new Set(job.calls.map(call => call.statement))
  const fresh = [...named].filter(statement => !examined[statement])
  if (fresh.length > 0) await examineFresh(job, fresh, examined)
  return job.calls.flatMap(call => {
    const found = examined[call.statement]
    if (!found) return []
    const stranger = found.tables.find(table => call.tables[table] === undefined)
    if (stranger === undefined) return [{ call, body: found.body, inspection: inspectionOf(found) }]
    fail(call, new CheckError('forbidden', notItsTable(stranger, call)))
    return []
  })
}

/** Examines statements in an instance that holds nothing, and tells the parent, for processes to come. */
async function examineFresh(job: Job, fresh: readonly number[], examined: (Examined | null)[]): Promise<void> {
  const instance = await createInstance(job.memoryLimitMb)
  const connection = await instance.connect()
  const pure = await pureFunctions(connection)
  await lock(connection)
  for (const statement of fresh) {
    const calls = job.calls.filter(call => call.statement === statement)
    const sql = job.statements[statement] ?? ''
    send({ type: 'busy', with: 'validating', calls: calls.map(call => call.index) })
    try {
      const { tables, words } = await inspectSql(connection, pure, sql)
      const body = await withoutEndMark(connection, sql)
      const found = { body, tables: [...tables], words: words ? [...words] : null }
      examined[statement] = found
      send({ type: 'examined', statement, examined: found })
    } catch (error) {
      for (const call of calls) fail(call, error)
    }
  }
  connection.closeSync()
  instance.closeSync()
}

function inspectionOf({ tables, words }: Examined): Inspection {
  return { tables: new Set(tables), words: words ? new Set(words) : undefined }
}

async function runGroup(job: Job, group: RunGroup, known: KnownStatements): Promise<boolean> {
  const instance = await createInstance(job.memoryLimitMb)
  const connection = await instance.connect()
  try {
    const started = performance.now()
    const unreadable = await loadGroup(job, group, connection)
    loadMs += performance.now() - started
    await lock(connection)
    for (const run of group.runs) {
      const table = [...run.inspection.tables].find(name => unreadable.has(name))
      if (table !== undefined) {
        fail(run.call, unreadable.get(table))
        continue
      }
      send({ type: 'busy', with: 'running', calls: [run.call.index] })
      const bounds: Bounds = job
      const outcome = await runCheck(connection, run, bounds, known)
      send({ type: 'outcome', call: run.call.index, outcome })
      if (!outcome.ok && (outcome.error.kind === 'memory' || outcome.error.kind === 'crash')) return true
    }
    return false
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

async function loadGroup(
  job: Job,
  group: RunGroup,
  connection: DuckDBConnection,
): Promise<ReadonlyMap<string, unknown>> {
  const unreadable = new Map<string, unknown>()
  for (const [name, { files, words }] of group.tables) {
    const table = job.tables.find(candidate => candidate.table === name)
    if (!table) continue
    const calls = group.runs.filter(run => run.inspection.tables.has(name)).map(run => run.call.index)
    send({ type: 'busy', with: 'loading', calls })
    try {
      await loadTable(connection, table, files, words, job.cacheDir)
    } catch (error) {
      unreadable.set(name, error)
    }
  }
  return unreadable
}

/**
 * One thread and insertion order, so that sums of fractions and unordered aggregates come out the same on every machine; no temporary
 * files, no extensions from disk or network.
 */
async function createInstance(memoryLimitMb: number): Promise<DuckDBInstance> {
  return await DuckDBInstance.create(':memory:', {
    threads: '1',
    preserve_insertion_order: 'true',
    memory_limit: `${memoryLimitMb}MB`,
    temp_directory: '',
    max_temp_directory_size: '0KiB',
    autoload_known_extensions: 'false',
    autoinstall_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
  })
}

/** From here on nothing outside the loaded tables can be reached, and nothing of this can be taken back. */
async function lock(connection: DuckDBConnection): Promise<void> {
  await connection.run("set TimeZone = 'UTC'")
  await connection.run('set enable_external_access = false')
  await connection.run('set lock_configuration = true')
}

/** The high-water mark of this process alone; what getrusage says can be that of the parent it was forked from. */
function peakMemory(): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kilobytes !== undefined) return Number(kilobytes) * 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024
}

function fail(call: JobCall, error: unknown): void {
  const known = error instanceof CheckError
  const message = error instanceof Error ? error.message : String(error)
  const outcome = { key: call.key, ok: false as const, error: { kind: known ? error.kind : ('sql' as const), message } }
  send({ type: 'outcome', call: call.index, outcome })
}

function notItsTable(table: string, call: JobCall): string {
  const own = Object.keys(call.tables)
  return `it reads "${table}", which is not a table of its resources (${own.join(', ')}); add the resource to the check's metadata`
}
