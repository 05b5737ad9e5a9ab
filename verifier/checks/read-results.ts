import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Json } from '../records/canonical.ts'
import type { ResultStatus } from './check.ts'

/** One row of a check's results. */
export interface ResultRow {
  readonly subject_id: string
  readonly status: ResultStatus
  readonly reason: string
  readonly [column: string]: Json
}

/** Reads a results file back, row by row. Throws SyntaxError when it is not JSON Lines. */
export async function* readResults(path: string): AsyncGenerator<ResultRow> {
  for await (const line of createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (line !== '') yield JSON.parse(line) as ResultRow
  }
}
