import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDateValue,
  type DuckDBPreparedStatement,
  DuckDBTimestampValue,
  INTEGER,
  StatementType,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api'
import type { CellColumn } from './cells.ts'
import type { CheckRun } from './groups.ts'
import { CheckError, type CheckOutcome, engineName, type FailureKind, type JobCall } from './protocol.ts'
import { columnsOf, type ResultLimits, resultTable, writeResults } from './results.ts'

export interface Bounds extends ResultLimits {
  readonly checkTimeoutMs: number
}

/** What was found out about statements in this process, so that two thousand runs of fifty checks ask fifty times. */
export interface KnownStatements {
  /** Bodies that the engine itself calls one SELECT statement. */
  readonly selects: Set<string>
  /** Columns of the results by body and parameters: they follow from these and the declared tables alone. */
  readonly columns: Map<string, readonly CellColumn[]>
}

/** Runs one examined check in a locked instance and writes its results. Never throws: what went wrong is the outcome. */
export async function runCheck(
  connection: DuckDBConnection,
  run: CheckRun,
  bounds: Bounds,
  known: KnownStatements,
): Promise<CheckOutcome> {
  const { call } = run
  const started = performance.now()
  let late = false
  const deadline = setTimeout(() => {
    late = true
    connection.interrupt()
  }, bounds.checkTimeoutMs)
  try {
    await gate(connection, run.body, known)
    const statement = await connection.prepare(materialise(run.body, bounds.maxRows))
    bind(statement, call)
    await statement.run()
    statement.destroySync()
    const columns = await knownColumns(connection, run, known)
    const written = await writeResults(connection, columns, call.file, bounds)
    const durationMs = Math.round((performance.now() - started) * 10) / 10
    return { key: call.key, ok: true, file: call.file, ...written, durationMs, engine: engineName }
  } catch (error) {
    const { kind, message } = late ? timeout(bounds.checkTimeoutMs) : classify(error)
    return { key: call.key, ok: false, error: { kind, message } }
  } finally {
    clearTimeout(deadline)
  }
}

/** The engine's own word on what the text is, beside that of the syntax tree: one statement, a SELECT. */
async function gate(connection: DuckDBConnection, body: string, known: KnownStatements): Promise<void> {
  if (known.selects.has(body)) return
  const statements = await connection.extractStatements(body)
  if (statements.count !== 1) throw new CheckError('forbidden', 'a check is exactly one statement')
  const statement = await statements.prepare(0)
  const type = statement.statementType
  statement.destroySync()
  if (type !== StatementType.SELECT) throw new CheckError('forbidden', 'a check is one SELECT statement')
  known.selects.add(body)
}

async function knownColumns(
  connection: DuckDBConnection,
  { body, call }: CheckRun,
  known: KnownStatements,
): Promise<readonly CellColumn[]> {
  const key = JSON.stringify([body, call.parameters])
  const columns = known.columns.get(key) ?? (await columnsOf(connection))
  known.columns.set(key, columns)
  return columns
}

/** Puts the rows into a temporary table of ours, in the order of subject_id: that of the bytes of its UTF-8. */
function materialise(body: string, maxRows: number): string {
  const limited = `select * from (\n${body}\n) as checked limit ${maxRows + 1}`
  return `create or replace temp table ${resultTable} as select * from (${limited}) as ordered order by subject_id`
}

function bind(statement: DuckDBPreparedStatement, call: JobCall): void {
  for (let index = 1; index <= statement.parameterCount; index++) {
    const name = statement.parameterName(index)
    if (name === 'as_of') {
      statement.bindValue(index, new DuckDBTimestampValue(BigInt(Date.parse(call.asOf)) * 1000n), TIMESTAMP)
      continue
    }
    const parameter = call.parameters.find(([known]) => known === name)
    if (!parameter) throw new CheckError('contract', `it reads $${name}, which is not among its declared parameters`)
    const [, type, value] = parameter
    if (type === 'text') statement.bindValue(index, String(value), VARCHAR)
    else if (type === 'integer') bindInteger(statement, index, Number(value))
    else if (type === 'number') statement.bindValue(index, Number(value), DOUBLE)
    else if (type === 'boolean') statement.bindValue(index, value === true, BOOLEAN)
    else statement.bindValue(index, new DuckDBDateValue(Date.parse(`${value}T00:00:00Z`) / 86_400_000), DATE)
  }
}

/** As INTEGER where it fits, because the engine subtracts only an INTEGER from a DATE and counts days, hours... only in it. */
function bindInteger(statement: DuckDBPreparedStatement, index: number, value: number): void {
  if (value === (value | 0)) statement.bindValue(index, value, INTEGER)
  else statement.bindValue(index, BigInt(value), BIGINT)
}

function timeout(ms: number): { kind: FailureKind; message: string } {
  return {
    kind: 'timeout',
    message: `it did not finish in ${ms / 1000} s; make the query smaller or raise its time limit`,
  }
}

function classify(error: unknown): { kind: FailureKind; message: string } {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof CheckError) return { kind: error.kind, message }
  if (/out of memory|allocat|could not reserve|array buffer/i.test(message)) {
    return { kind: 'memory', message: `it needs more memory than it may have: ${message.split('\n')[0]}` }
  }
  if (/^(INTERNAL|FATAL) Error|database has been invalidated/i.test(message)) return { kind: 'crash', message }
  if (/"subject_id"/.test(message) && /not found/.test(message) && /ordered/.test(message)) {
    return { kind: 'contract', message: 'The results are not as a check\'s must be: there is no column "subject_id"' }
  }
  return { kind: 'sql', message: readable(message) }
}

/** The engine's message without its long lists of candidates, with the line it points at. */
function readable(message: string): string {
  return message
    .replace(/\n\s*Candidate functions:[\s\S]*?(?=\nLINE |$)/, '\n')
    .replace(/\n{2,}/g, '\n')
    .trim()
}
