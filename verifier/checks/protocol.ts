import type { ColumnType } from '../records/resource.ts'
import type { ResultStatus } from './statuses.ts'

/** The engine whose answers are recorded; a run is re-performed with the same one. Pinned in package.json. */
export const engineName = 'duckdb 1.5.6'

/** One snapshot file: canonical JSON Lines, plain or zstd-compressed (told by its first bytes), and the connection it came from. */
export interface SnapshotFile {
  readonly connection: string
  readonly path: string
  /** The snapshot's id, SHA-256 of its canonical bytes: under this name a typed copy can be kept for the next time. */
  readonly id?: string
}

/**
 * Why a check gave no results.
 * - `sql`: the engine refused or failed the query; `forbidden`: the query asks for what a check may not do;
 * - `timeout`, `memory`, `crash`: it took too long, too much, or its process with it;
 * - `contract`: parameters or results are not as `check.ts` says; `input`: a snapshot could not be read.
 */
export const failureKinds = ['sql', 'forbidden', 'timeout', 'memory', 'crash', 'contract', 'input'] as const
export type FailureKind = (typeof failureKinds)[number]

/** Results are always a file of canonical JSON Lines, one row a line, in the UTF-8 byte order of `subject_id`. */
export interface CheckSuccess {
  readonly key: string
  readonly ok: true
  readonly file: string
  readonly sha256: string
  readonly bytes: number
  readonly rows: number
  readonly counts: Readonly<Record<ResultStatus, number>>
  /** Execution and writing of the results, without the loading of snapshots. */
  readonly durationMs: number
  readonly engine: typeof engineName
}

export interface CheckFailure {
  readonly key: string
  readonly ok: false
  readonly error: { readonly kind: FailureKind; readonly message: string }
}

export type CheckOutcome = CheckSuccess | CheckFailure

export type ParameterType = 'text' | 'integer' | 'number' | 'boolean' | 'date'

export interface JobTable {
  readonly resource: string
  readonly table: string
  readonly columns: readonly (readonly [name: string, type: ColumnType])[]
}

/** A statement that the guard let pass, as it goes between processes. */
export interface Examined {
  /** The SQL without its end mark. */
  readonly body: string
  readonly tables: readonly string[]
  /** Null: it may read any column. */
  readonly words: readonly string[] | null
}

export interface JobCall {
  readonly index: number
  readonly key: string
  /** Index into the job's `statements`: two thousand runs share fifty statements. */
  readonly statement: number
  readonly parameters: readonly (readonly [name: string, type: ParameterType, value: string | number | boolean])[]
  readonly asOf: string
  /** The tables that it may read, and their files. */
  readonly tables: Readonly<Record<string, readonly SnapshotFile[]>>
  readonly file: string
}

export interface Job {
  readonly tables: readonly JobTable[]
  readonly statements: readonly string[]
  /** By statement: what an earlier process found when it examined it, null where none did. */
  readonly examined: readonly (Examined | null)[]
  readonly calls: readonly JobCall[]
  readonly memoryLimitMb: number
  readonly checkTimeoutMs: number
  readonly maxRows: number
  readonly maxResultBytes: number
  readonly cacheDir?: string
}

/** What a child process took: loading of snapshots in milliseconds, resident memory at its peak in bytes. */
export interface Usage {
  readonly loadMs: number
  readonly peakMemory: number
}

/** What the child tells. `calls` are the calls that fail if the process dies before its next message. */
export type ChildMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'busy'; readonly with: 'validating' | 'loading' | 'running'; readonly calls: readonly number[] }
  /** Only before any snapshot is loaded: what is said later is not believed. */
  | { readonly type: 'examined'; readonly statement: number; readonly examined: Examined }
  | { readonly type: 'outcome'; readonly call: number; readonly outcome: CheckOutcome }
  /** It leaves: `recycle` asks for a new process for what remains. */
  | { readonly type: 'done'; readonly recycle: boolean; readonly usage: Usage }

/** An error of a known kind inside the child. */
export class CheckError extends Error {
  readonly kind: FailureKind
  constructor(kind: FailureKind, message: string) {
    super(message)
    this.name = 'CheckError'
    this.kind = kind
  }
}
