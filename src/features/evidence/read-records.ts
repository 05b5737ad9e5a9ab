import type { JsonObject } from '../../../verifier/records/canonical.ts'
import { sha256 } from '../../../verifier/records/canonical.ts'
import { readLines } from '../../../verifier/records/lines.ts'
import type { ObjectStore } from '../../platform/objects/object-store.ts'

export interface RawRecord {
  /** Its line in the snapshot, from 1. */
  readonly line: number
  /** SHA-256 of the line without its line break. */
  readonly sha256: string
  readonly record: JsonObject
}

/**
 * Reads a window of a snapshot's raw records, those that contain `q` in any case when it is given. Streams; memory holds the window only.
 * `total` counts all records that match. Throws `integrity` when the stored bytes are not what their hash says.
 */
export async function readRecords(
  objects: ObjectStore,
  content: string,
  window: { offset: number; limit: number; q?: string | undefined },
): Promise<{ items: RawRecord[]; total: number }> {
  const needle = window.q?.toLowerCase()
  const items: RawRecord[] = []
  let total = 0
  let line = 0
  for await (const text of readLines(await objects.get(content))) {
    line++
    if (needle !== undefined && !text.toLowerCase().includes(needle)) continue
    if (total >= window.offset && items.length < window.limit)
      items.push({ line, sha256: sha256(text), record: JSON.parse(text) as JsonObject })
    total++
  }
  return { items, total }
}
